"""The house: names of modules that say where one is, folders that can be read at a glance, and no
circle of imports.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from statistics import median
from typing import Final

import grimp
from benchmarks.layout import ROOT, folders, measure

ANYWHERE: Final = {"__init__", "__main__", "lint"}
TWICE: Final = {
    "console": {"cli/console", "wording/console"},
    "declared": {"fuzz/declared", "scan/declared"},
    "findings": {"drive/keeping/findings", "scan/findings"},
    "har": {"passive/reading/har", "report/formats/har"},
    "plan": {"run/planning/plan", "scan/plan"},
    "target": {"drive/candidate/target", "model/target"},
}
"""Names that stand twice; this list may only get shorter."""
MOST: Final = 12
DEEPEST: Final = 14
"""Modules in the longest chain of imports; the figure may only get smaller."""
LINES: Final = 400
"""Lines of the longest module."""
IMPORTS: Final = 3.0
"""Imports a module in the median package, which are 3.0 with one to spare; the figure may only get
smaller.
"""


def test_name_of_a_module_is_found_once() -> None:
    """But for commands, which carry the name of what they command, and a short list."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT).with_suffix("").as_posix()
        if path.stem not in ANYWHERE and not (place.startswith("cli/") and path.stem != "console"):
            places[path.stem].add(place)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert all(found <= TWICE.get(name, set()) for name, found in twice.items()), twice


def test_no_folder_is_full() -> None:
    """What has more than a dozen modules has rooms of its own."""
    reference = ROOT.parents[1] / "reference_impl" / "jidi_reference"
    counted = {**folders(), **{f"reference/{name}": n for name, n in folders(reference).items()}}
    assert {name: count for name, count in counted.items() if count > MOST} == {}


def test_no_module_is_too_long_to_be_read() -> None:
    """A longer one has a second reason to change, and is two."""
    reference = ROOT.parents[1] / "reference_impl" / "jidi_reference"
    long = {
        path.name: lines
        for root in (ROOT, reference)
        for path in root.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LINES
    }
    assert long == {}


def test_no_circle_of_imports() -> None:
    """Modules can be read in an order in which each rests on those before it."""
    graph = grimp.build_graph("jidi")
    left = {
        module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules
    }
    while free := [module for module, used in left.items() if not used & left.keys()]:
        for module in free:
            del left[module]
    assert sorted(left) == []


def test_imports_stay_shallow_and_few() -> None:
    """Whoever reads a module has few others to read, and none far below."""
    layout = measure()
    packages = [value for name, value in layout.edges.items() if name]
    assert layout.depth <= DEEPEST, layout.chain
    assert median(packages) <= IMPORTS


def test_services_of_the_reference_are_used_by_their_faces() -> None:
    """What a sub-package does not name in its face is its own; what it names, somebody uses."""
    graph = grimp.build_graph("jidi_reference")
    used: dict[str, set[str]] = defaultdict(set)
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            house, _, module = imported.rpartition(".")
            if not importer.startswith(house + "."):
                used[house].add(module)
    faces = {
        house: set(importlib.import_module(house).__all__)
        for house in sorted(graph.find_children("jidi_reference.service"))
        if graph.find_children(house) and not house.endswith(".ports")
    }
    assert len(faces) == 4
    assert faces == {house: used[house] for house in faces}

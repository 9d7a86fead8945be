"""Whoever changes what the reference does inside holds on to its published seams only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.conformance import seams
from tests.conformance.broken_partners.wrapping import Inside

from jidi_reference.seams import SEAMS

HERE: Final = Path(__file__).parent


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(HERE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _of_reference(tree: ast.Module) -> set[str]:
    """The names under which a module holds something of the reference."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jidi_reference")
        for alias in node.names
    }


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _assigned(node: ast.AST) -> Iterator[ast.AST]:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AugAssign | ast.AnnAssign)
        else node.args[:1]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"setattr", "delattr"}
        else []
    )
    called = isinstance(node, ast.Call)
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        yield from (part for part in parts if called or isinstance(part, ast.Attribute))


def test_seams_all_lead_to_a_part() -> None:
    """Behind every published name stands something, and a sentence says what."""
    for name, seam in SEAMS.items():
        assert seam.part() is not None, name
        assert seam.what.endswith("."), name


def test_seams_not_published_are_refused() -> None:
    """A name that the reference does not publish is refused where the fault is written down."""
    with pytest.raises(LookupError, match=r"push\.sent is no seam"):
        Inside("push.sent", lambda healthy: healthy)
    with pytest.raises(LookupError):
        seams.put_in("push.sent", lambda healthy: healthy)


def test_seams_are_the_only_way_in() -> None:
    """No test of this folder assigns to a part of the reference by itself."""
    found = [
        f"{path.relative_to(HERE)}:{node.lineno} {ast.unparse(target)}"
        for path, tree in _sources()
        for held in [_of_reference(tree)]
        for node in ast.walk(tree)
        for target in _assigned(node)
        if _root(target) in held
    ]
    assert found == []


def test_no_private_name_of_the_reference_is_used() -> None:
    """What begins with an underscore is the reference's own business."""
    found = [
        f"{path.relative_to(HERE)}:{node.lineno} {ast.unparse(node)}"
        for path, tree in _sources()
        for held in [_of_reference(tree)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and _root(node) in held
    ]
    assert found == []


def test_seams_are_all_held_on_to() -> None:
    """A seam that nobody uses any more is published no longer."""
    texts = "".join(path.read_text(encoding="utf-8") for path, _ in _sources())
    dynamic = {"consignment", "subscription", "mask"}
    unused = [
        name
        for name in SEAMS
        if f'"{name}"' not in texts
        and not (name.partition(".")[0] in dynamic and f'"{name.partition(".")[2]}"' in texts)
    ]
    assert unused == []

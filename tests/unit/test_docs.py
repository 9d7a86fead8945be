"""What the documents show is what the code says."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from jidi.cli import main

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    """A program of ``docs/tools``."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_picture_of_the_architecture_is_that_of_the_import_contracts() -> None:
    """Otherwise ``make docs`` was forgotten."""
    drawn = tool("architecture").picture()
    assert (ROOT / "docs" / "architecture.svg").read_text("utf-8") == drawn


def test_picture_of_the_architecture_shows_every_package() -> None:
    """A box with the name of each."""
    drawn = (ROOT / "docs" / "architecture.svg").read_text("utf-8")
    shown = set(re.findall(r'class="name"[^>]*>([^<]+)<', drawn))
    packages = {path.parent.name for path in (ROOT / "src" / "jidi").glob("*/__init__.py")}
    assert packages <= shown


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link in the documents and READMEs names a file that is there."""
    pages = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


PAGES = [
    page for page in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")) if page.is_file()
]
TARGET: dict[str, Any] = json.loads(
    (ROOT / "conformance/meta/target.schema.json").read_text("utf-8")
)
FILES = re.compile(r"\.(?:json|yaml|key|md|ndjson|html|har|xml)$")


def members(schema: dict[str, Any]) -> set[str]:
    """Names of members that a schema, or a part of it that it points to, knows."""
    names = set(schema.get("properties", {}))
    if "$ref" in schema:
        names |= members(TARGET["$defs"][schema["$ref"].rpartition("/")[2]])
    for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        names |= members(part)
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_members_of_the_target_file_that_a_page_names_are_members_of_it(page: Path) -> None:
    """What somebody copies from a page into the file is taken."""
    known = {name: members(value) for name, value in TARGET["properties"].items()}
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)", page.read_text("utf-8"))
    wrong = [
        f"{section}.{member}"
        for section, member in named
        if known.get(section) and member not in known[section]
    ]
    assert [one for one in wrong if FILES.search(one) is None] == []


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield f"{path} {name}".strip(), command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}".strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_a_page_shows_have_the_options_that_it_gives_them(page: Path) -> None:
    """Each ``jidi …`` of a page, in a line of its own or between backticks."""
    known = dict(commands(main))
    wrong = []
    for line in re.findall(r"(?:`|\$ |- )jidi ([^`#\n]+)", page.read_text("utf-8")):
        words = [word for word in line.split() if not word.startswith("-")]
        two = " ".join(words[:2])
        name = two if two in known else words[0] if words else ""
        taken = {"--lang", "--help", "--version"}
        for option in known[name].params if name in known else ():
            taken |= {*option.opts, *option.secondary_opts}
        given = set(re.findall(r"(?<![\w-])--[a-z-]+", line))
        if given - taken or (name and name not in known and name.isalpha() and name.islower()):
            wrong.append(f"jidi {line}")
    assert wrong == []


def test_decisions_are_numbered_once_and_without_gaps() -> None:
    """A number names one decision, and the heading is that of the file."""
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    assert all(
        page.read_text("utf-8").startswith(f"# {number}. ")
        for page, number in zip(pages, numbers, strict=True)
    )

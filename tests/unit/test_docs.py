"""What the documents show is what the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

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


def test_decisions_are_numbered_once_and_without_gaps() -> None:
    """A number names one decision, and the heading is that of the file."""
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    assert all(
        page.read_text("utf-8").startswith(f"# {number}. ")
        for page, number in zip(pages, numbers, strict=True)
    )

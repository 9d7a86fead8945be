"""The made-up standard and conformance data, and a way to change one scenario of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint
from jidi.registry import LintFinding, Registry

DATA = Path(__file__).parents[2] / "data"
META = resources.conformance_root() / "meta"
Plant = Callable[[str, str, str], list[LintFinding]]


@pytest.fixture(scope="session")
def small() -> Registry:
    """The made-up standard."""
    return Registry.read(DATA / "standard" / "v1.0")


@pytest.fixture(scope="session")
def catalogue(small: Registry) -> Catalogue:
    """The made-up conformance data."""
    return Catalogue.load(small, DATA / "conformance", meta=META)


@pytest.fixture
def plant(small: Registry, tmp_path: Path) -> Plant:
    """Change one text in one file (relative to the tree) and lint the whole."""

    def change(name: str, old: str, new: str) -> list[LintFinding]:
        root = tmp_path / "conformance"
        shutil.copytree(DATA / "conformance", root)
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), "utf-8")
        return lint(Catalogue.load(small, root, meta=META, strict=False))

    return change

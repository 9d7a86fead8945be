"""Registries for the tests: the small made-up standard of tests/data, and the one that is
published.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jidi.registry import Registry

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def small() -> Registry:
    """The made-up standard."""
    return Registry.read(DATA / "standard" / "v1.0")


@pytest.fixture(scope="session")
def published() -> Registry:
    """Version 1.0 as published."""
    return Registry.load()

"""Schemas, ledger, scenarios and profiles of a version, read and checked once in a process: a run
and the judging of it use the same.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.registry import Registry


def load_data(version: str) -> tuple[Registry, Catalogue]:
    """Registry and catalogue of a published version; both are never changed.

    Raises:
        DataError: the version is unknown, or a file of it cannot be used.
    """
    return _read(version, resources.schemas_root(), resources.conformance_root())


@lru_cache(maxsize=4)
def _read(version: str, schemas: Path, conformance: Path) -> tuple[Registry, Catalogue]:
    registry = Registry.read(schemas / f"v{version}")
    return registry, Catalogue.load(registry, conformance)


def known_versions() -> frozenset[str]:
    """The versions of the standard under which this kit can judge."""
    return frozenset(path.name[1:] for path in resources.schemas_root().glob("v*"))

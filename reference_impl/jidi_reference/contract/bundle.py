"""Finds the published bundle, loads it, and computes its digest (DS-10.1)."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "1.0"
_DIGESTED = ("bundle.json", "*.schema.json", "codelists/*.json", "openapi/*.yaml")


class BundleError(RuntimeError):
    """The published bundle cannot be found or read; the message says where it was looked for."""


@dataclass(frozen=True)
class Bundle:
    """One version of the published contract: ``schemas`` by ``$id``, ``code_lists`` by file
    stem.
    """

    base_uri: str
    schemas: dict[str, dict[str, Any]]
    code_lists: dict[str, dict[str, Any]]
    digest: str

    def schema_uri(self, thing: str) -> str:
        """The ``$id`` of a thing such as ``consignment``."""
        return f"{self.base_uri}{thing}.schema.json"


@cache
def load_bundle() -> Bundle:
    """The bundle of version 1.0, from the wheel or the checkout.

    Raises:
        BundleError: when it is not there.
    """
    root = _root() / f"v{VERSION}"
    if not (root / "bundle.json").is_file():
        raise BundleError(f"no bundle.json in {root}; install the wheel or run from a checkout")
    schemas = [_load(path) for path in sorted(root.glob("*.schema.json"))]
    lists = {path.stem: _load(path) for path in sorted((root / "codelists").glob("*.json"))}
    return Bundle(
        _load(root / "bundle.json")["base_uri"],
        {schema["$id"]: schema for schema in schemas},
        lists,
        _digest(root),
    )


def _root() -> Path:
    # A checkout comes first: an editable install leaves a copy in the environment that grows stale.
    checkout = Path(__file__).resolve().parents[3] / "schemas"
    spec = None if checkout.is_dir() else importlib.util.find_spec("jidi_data")
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))) / "schemas"
    return checkout


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _digest(root: Path) -> str:
    named = {
        path.relative_to(root).as_posix(): path
        for pattern in _DIGESTED
        for path in root.glob(pattern)
    }
    lines = (
        f"{hashlib.sha256(named[name].read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(named)
    )
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()

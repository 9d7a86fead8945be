"""A handful of schemas outside the standard, such as those of the conformance data, with the same
faults as the registry gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jidi.errors import DataError
from jidi.registry.bundle import SCHEMA_SUFFIX, read_json
from jidi.registry.engines import CompiledEngine, asked
from jidi.registry.faults import FaultFinder
from jidi.registry.tree import SchemaTree
from jidi.registry.values import Fault


class SchemaSet:
    """Schemas by name; each may refer to its own ``$defs`` and to the others by file name."""

    _BASE = "https://meta.invalid/"

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        documents = {
            f"{self._BASE}{name}{SCHEMA_SUFFIX}": {
                key: value for key, value in schema.items() if key != "$id"
            }
            for name, schema in schemas.items()
        }
        self._names = tuple(schemas)
        self._tree = SchemaTree(documents)
        self._engine = CompiledEngine(documents)
        self._finder = FaultFinder(self._tree, self._engine.valid)

    @classmethod
    def read(cls, folder: Path) -> SchemaSet:
        """Every ``*.schema.json`` of a folder.

        Raises:
            DataError: a file is not JSON.
        """
        return cls(
            {
                path.name.removesuffix(SCHEMA_SUFFIX): read_json(path)
                for path in sorted(folder.glob(f"*{SCHEMA_SUFFIX}"))
            }
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the schemas, sorted."""
        return self._names

    def validate(self, name: str, instance: Any) -> list[Fault]:
        """Every fault, ordered by pointer; empty when the instance is valid.

        Raises:
            DataError: there is no such schema.
        """
        if name not in self._names:
            raise DataError(
                f"There is no schema '{name}'.", next_step=f"Known: {', '.join(self._names)}."
            )
        uri = f"{self._BASE}{name}{SCHEMA_SUFFIX}"
        root = self._tree.root(uri)
        if self._engine.valid(root, instance):
            return []

        def faults(readable: Any) -> list[Fault]:
            return self._finder.faults(
                root, self._engine.errors(uri, readable), readable, request=False
            )

        return asked(faults, instance)

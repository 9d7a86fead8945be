"""What the data of the kit may speak of: names from ledger, registry and table of words; and what
is told of a place that speaks of anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jidi.language.words.forms import Table
from jidi.language.words.table import TABLE
from jidi.model.requirement import Requirement
from jidi.model.text import Text
from jidi.registry import Registry, pointers

Told = tuple[str, str, Text]
"""Pointer of the place, name of the lint rule, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a scenario may use, and the table of its words. ``offered_with`` is the capability
    of each operation that need not be offered; ``limits`` are those that discovery declares.
    """

    requirements: Mapping[str, Requirement]
    operations: Mapping[str, frozenset[str]]
    offered_with: Mapping[str, str]
    limits: frozenset[str]
    schemas: frozenset[str]
    problems: frozenset[str]
    capabilities: frozenset[str]
    sandbox: frozenset[str]
    table: Table
    registry: Registry

    @property
    def problem_types(self) -> Mapping[str, Any]:
        """The published code list of problem types; empty where there is none."""
        named = "problem-types" in self.registry.code_list_names
        return self.registry.code_list("problem-types") if named else {}

    @classmethod
    def of(
        cls,
        registry: Registry,
        requirements: Mapping[str, Requirement],
        table: Table = TABLE,
    ) -> Known:
        """What the registry knows; a code list that is not there knows nothing."""
        operations = {
            operation.id: frozenset(
                parameter.name for parameter in operation.parameters if parameter.location == "path"
            )
            for operation in registry.operations()
        }
        discovery = registry.schema("discovery") if "discovery" in registry.schema_names else {}
        capabilities = pointers.lookup(discovery, ("properties", "capabilities", "properties"))
        limits = pointers.lookup(discovery, ("properties", "limits", "properties"))
        return cls(
            requirements,
            operations,
            {one.id: one.capability for one in registry.operations() if one.capability},
            frozenset(limits if isinstance(limits, dict) else ()),
            frozenset(registry.schema_names),
            _codes(registry, "problem-types") | {"any"},
            frozenset(capabilities if isinstance(capabilities, dict) else ()) | {"tls"},
            _codes(registry, "sandbox-actions"),
            table,
            registry,
        )


def _codes(registry: Registry, name: str) -> frozenset[str]:
    if name not in registry.code_list_names:
        return frozenset()
    return frozenset(entry["code"] for entry in registry.code_list(name)["codes"])

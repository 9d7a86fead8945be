"""One place at which what came is not what was wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["missing", "added", "changed", "cut-short", "reordered", "type"]


@dataclass(frozen=True, slots=True)
class Difference:
    """``pointer`` is a JSON Pointer into the value that was wanted (into the one that came, where
    something was added); ``expected`` and ``actual`` are short, empty where there is nothing, and
    numbers of items or characters where something was cut short.
    """

    pointer: str
    kind: Kind
    expected: str
    actual: str

    def as_json(self) -> dict[str, str]:
        """As it stands in ``run.json``."""
        return {
            "pointer": self.pointer,
            "kind": self.kind,
            "expected": self.expected,
            "actual": self.actual,
        }

"""What was replaced in one exchange, and what redaction asks of the schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol


class Personal(Protocol):
    """One annotated value, as the registry gives it; ``pi_class`` is ``undeclared`` where no schema
    describes the place.
    """

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer to the value."""
        ...

    @property
    def pi_class(self) -> str:
        """Its class."""
        ...


class SchemaFault(Protocol):
    """One fault, as the registry gives it."""

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer to the place at fault."""
        ...

    @property
    def keyword(self) -> str:
        """JSON Schema keyword, or ``rule:<name>``."""
        ...


class SchemaView(Protocol):
    """What redaction asks of the schemas; :class:`jidi.registry.registry.Registry` has this
    shape.
    """

    def personal_values(
        self, schema_name: str, instance: Any, *, undeclared: bool = False
    ) -> Sequence[Personal]:
        """Every value with a class other than ``none``."""
        ...

    def validate(self, schema_name: str, instance: Any) -> Sequence[SchemaFault]:
        """Every fault of ``instance``."""
        ...


@dataclass(frozen=True, slots=True)
class Replaced:
    """One value that was replaced: where, its class, its commitment, and the schema faults
    (keywords) that were found at the place before.
    """

    pointer: str
    pi_class: str
    commitment: str
    faults: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """Collects what was replaced in one exchange. ``names`` maps member names that were replaced,
    as they stand in pointers, to what stands there now.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    redactions: list[Replaced] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, pointer: str, pi_class: str, commitment: str) -> None:
        """Note one replacement at ``pointer``."""
        self.redactions.append(
            Replaced(pointer, pi_class, commitment, tuple(self.faults.get(pointer, ())))
        )

    def rename(self) -> None:
        """Let pointers lead through the replaced document: a member name may be somebody's number,
        too.
        """
        if self.names:
            self.redactions = [replace(one, pointer=self._led(one)) for one in self.redactions]

    def _led(self, one: Replaced) -> str:
        return "/".join(self.names.get(step, step) for step in one.pointer.split("/"))

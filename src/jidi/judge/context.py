"""What judging needs beside the journal: schemas, code lists and limits, all of it data that was
loaded before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jidi.judge.presence import THERE, Gone
from jidi.judge.rules.calendar import NO_CALENDAR, WorkingCalendar
from jidi.judge.rules.transitions import TransitionTable


class SchemaFault(Protocol):
    """One fault that a validator found."""

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer into the instance."""

    @property
    def keyword(self) -> str:
        """Keyword of the schema that failed."""

    @property
    def message(self) -> str:
        """A sentence."""


class SchemaBook(Protocol):
    """What the judge asks of the registry."""

    def validate(
        self, schema_name: str, instance: Any, *, request: bool = False
    ) -> Sequence[SchemaFault]:
        """Faults of ``instance`` under the schema called ``schema_name``."""

    def rule_sites(self, schema_name: str, instance: Any) -> Iterable[Any]:
        """Places where a named rule applies: objects with ``pointer``, ``rule``, ``value``,
        ``parent``.
        """

    def personal_values(
        self, schema_name: str, instance: Any, *, undeclared: bool = False
    ) -> Sequence[Any]:
        """Values with a class other than ``none``: objects with ``pointer``, ``pi_class``,
        ``value``.
        """

    def operation(self, operation_id: str) -> Any:
        """The operation: an object with ``responses``, a mapping of status to schema name."""


@dataclass(frozen=True, slots=True)
class JudgingContext:
    """Everything constant in one judgement. ``skew_s`` is the allowed difference of clocks, in
    seconds; ``calendar`` that of China's working days; ``gone`` says what was lost because the
    candidate had stopped answering.
    """

    book: SchemaBook
    table: TransitionTable
    problem_base: str
    problem_statuses: Mapping[str, Sequence[int]]
    discovery: Any
    target: Mapping[str, Any]
    skew_s: float = 300.0
    calendar: WorkingCalendar = NO_CALENDAR
    gone: Gone = THERE

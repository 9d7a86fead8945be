"""What judging needs beside the journal: schemas, code lists and limits, all of it data that was
loaded before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from jidi.judge.rules.calendar import NO_CALENDAR, WorkingCalendar


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

    @property
    def requirement(self) -> str:
        """Ledger id that breaks; empty when the schema names none."""


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
        """The operation: an object with ``responses``, a mapping of status to schema name, and
        ``parameters``, each with ``schema``.
        """

    def fits(self, schema: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a parameter is a value under the parameter's ``schema``."""


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """The state table: legal and unusual moves, terminal states, node group of each event code."""

    legal: frozenset[tuple[str, str]]
    unusual: frozenset[tuple[str, str]]
    terminal: frozenset[str]
    initial: frozenset[str]
    node_groups: Mapping[str, frozenset[str]]

    @classmethod
    def from_code_lists(
        cls, transitions: Mapping[str, Any], events: Mapping[str, Any]
    ) -> TransitionTable:
        """Build the table from the documents of the two code lists."""
        moves = transitions["transitions"]
        return cls(
            legal=frozenset(
                (move["from"], move["to"]) for move in moves if move["verdict"] == "legal"
            ),
            unusual=frozenset(
                (move["from"], move["to"]) for move in moves if move["verdict"] == "warning"
            ),
            terminal=frozenset(transitions["terminal"]),
            initial=frozenset(transitions["initial"]),
            node_groups={
                event["code"]: frozenset(event["node_groups"]) for event in events["codes"]
            },
        )


@dataclass(frozen=True, slots=True)
class Gone:
    """Since when (RFC 3339; empty: it was there to the end), the exchanges that were lost by it,
    and the steps, by scenario and id, that ended since.
    """

    since: str = ""
    exchanges: frozenset[str] = frozenset()
    steps: frozenset[tuple[str, str]] = frozenset()


THERE: Final = Gone()


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

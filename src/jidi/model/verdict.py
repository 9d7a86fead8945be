"""Outcomes and verdicts. The order of outcomes is the order of the fold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

from jidi.model.roles import Level, Role
from jidi.model.text import Text


class Outcome(Enum):
    """What a check or a group of checks came to; ``rank`` orders the fold, the higher wins."""

    NONE = "none"
    NOT_APPLICABLE = "not-applicable"
    ATTESTED = "attested"
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    WAIVED = "waived"
    NOT_EXERCISED = "not-exercised"
    CONFIG_ERROR = "config-error"
    HARNESS_ERROR = "harness-error"
    UNSTABLE = "unstable"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """Position in the fold, from 0 (no evidence at all) upwards."""
        return _RANKS[self]


_RANKS: dict[Outcome, int] = {outcome: rank for rank, outcome in enumerate(Outcome)}

FAILING: Final = frozenset({Outcome.FAIL, Outcome.UNSTABLE})
"""What speaks against a candidate."""

RunWord = Literal[
    "conformant",
    "conformant-in-a-laboratory",
    "conformant-with-waivers",
    "not-conformant",
    "inconclusive",
    "kit-fault",
    "selection-passed",
    "selection-failed",
    "recording-passed",
    "recording-failed",
]


DifferenceKind = Literal["missing", "added", "changed", "cut-short", "reordered", "type", "format"]


@dataclass(frozen=True, slots=True)
class Difference:
    """``pointer`` is a JSON Pointer into the value that was wanted (into the one that came, where
    something was added); ``expected`` and ``actual`` are short, empty where there is nothing, and
    numbers of items or characters where something was cut short.
    """

    pointer: str
    kind: DifferenceKind
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


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """Verdict of one check.

    ``check`` is ``<scenario>/<step>/<check>``; ``reason`` a stable slug for machines (empty on
    pass); ``expected`` and ``actual`` are for people and may hold run-specific values;
    ``exchanges`` are journal exchange ids in the order in which they matter; ``differences`` the
    places at which two values differ, where two were compared, or at which a document breaks its
    schema; ``place`` is what was looked at: a JSON Pointer (``-`` for every item of a list), under
    which the pointers of differences lie, ``header:<name>``, ``status`` or ``time``.
    """

    check: str
    requirement: str
    outcome: Outcome
    reason: str = ""
    expected: Text = field(default_factory=lambda: Text("", ""))
    actual: Text = field(default_factory=lambda: Text("", ""))
    exchanges: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    place: str = ""

    @property
    def members(self) -> tuple[str, ...]:
        """The places in the whole answer, each once, in the order of the differences; the place
        that was looked at where nothing was compared, and nothing where there is none.
        """
        found = [_below(self.place, one.pointer) for one in self.differences] or [self.place]
        return tuple(dict.fromkeys(filter(None, found)))


def _below(place: str, pointer: str) -> str:
    """A pointer below a place; where that stands for every item of a list, the first step of the
    pointer is the item.
    """
    if place and not place.startswith("/"):
        return place
    first, _, rest = pointer[1:].partition("/")
    if place.count("/-") == 1 and first.isdecimal():
        return place.replace("/-", f"/{first}", 1) + (f"/{rest}" if rest else "")
    return place + pointer


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """Fold over the checks of one requirement, in journal order. ``reason`` explains an outcome
    that rests on no check.
    """

    requirement: str
    outcome: Outcome
    checks: tuple[CheckVerdict, ...]
    reason: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """Verdict of a run: every requirement of the profile (or of the selection), in ledger order."""

    word: RunWord
    role: Role
    level: Level
    profile: str
    complete: bool
    selected: bool
    requirements: tuple[RequirementVerdict, ...]

    def count(self, outcome: Outcome) -> int:
        """How many requirements came to ``outcome``."""
        return sum(1 for verdict in self.requirements if verdict.outcome is outcome)

    @property
    def exit_code(self) -> int:
        """Exit code of the command line: 0, 1, 3 or 4."""
        return EXIT_CODES[self.word]

    def as_json(self) -> dict[str, Any]:
        """The part of ``run.json`` that is byte-identical for one candidate, profile and seed: no
        times, no ids, no texts.
        """
        return {
            "word": self.word,
            "role": self.role,
            "level": self.level,
            "profile": self.profile,
            "complete": self.complete,
            "selected": self.selected,
            "requirements": [
                {
                    "id": requirement.requirement,
                    "outcome": requirement.outcome.value,
                    "checks": [
                        {
                            "check": check.check,
                            "outcome": check.outcome.value,
                            "reason": check.reason,
                        }
                        for check in requirement.checks
                    ],
                }
                for requirement in self.requirements
            ],
        }


EXIT_CODES: dict[RunWord, int] = {
    "conformant": 0,
    "conformant-in-a-laboratory": 0,
    "conformant-with-waivers": 0,
    "selection-passed": 0,
    "not-conformant": 1,
    "selection-failed": 1,
    "recording-passed": 0,
    "recording-failed": 1,
    "inconclusive": 3,
    "kit-fault": 3,
}

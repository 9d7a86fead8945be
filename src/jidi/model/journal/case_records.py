"""What the generated phase leaves: its plan, one summary for each child, the figures of the table
of excess fields, what was cut off, and each finding. They share a kind but for the findings, and
``part`` tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from jidi.model.journal.record_base import Count, Part, Record
from jidi.model.text import Text

CaseNeed = Literal["any", "accepted", "negative", "probe", "excess", "refused"]
"""The evidence without which a check cannot pass."""

FindingState = Literal["confirmed", "unstable", "observation"]


class CaseEffort(Part, frozen=True, kw_only=True):
    """How much is generated: cases an operation, and call sequences a child."""

    fuzzing: Count
    stateful: Count


class PlannedCheck(Part, frozen=True, kw_only=True):
    """One generated check that the phase declares: :class:`jidi.judge.DeclaredCheck`."""

    check: str
    operation: str
    kind: str
    requirement: str
    needs: CaseNeed
    capability: str
    title: Text


class CasePlan(Record, frozen=True, kw_only=True, tag="generated"):
    """What the phase declares."""

    part: Literal["plan"]
    seed: int
    effort: CaseEffort
    checks: tuple[PlannedCheck, ...]


class ModeFigures(Part, frozen=True, kw_only=True):
    """What was sent to one operation in one mode, how much of it was accepted (2xx), and how often
    each status came.
    """

    cases: Count
    accepted: Count
    statuses: dict[str, Count]


class CaseSummary(Record, frozen=True, kw_only=True, tag="generated"):
    """What one child did. ``operations`` has figures by operation and mode; ``stop`` is
    ``completed`` or what broke it off.
    """

    part: Literal["shard"]
    shard: Count
    party: str
    seed: int
    scope: tuple[str, ...]
    operations: dict[str, dict[str, ModeFigures]]
    stop: str
    reason: str
    cases: Count
    exit_code: int | None
    phases: dict[str, str]
    errors: tuple[dict[str, str], ...]
    failures: tuple[Any, ...]


class CaseCount(Part, frozen=True, kw_only=True):
    """How many requests were sent."""

    cases: Count


class ExcessFigures(Record, frozen=True, kw_only=True, tag="generated"):
    """How many requests with excess fields each operation got."""

    part: Literal["excess"]
    operations: dict[str, CaseCount]


class CasesCut(Record, frozen=True, kw_only=True, tag="generated"):
    """Operations (``scope``) for which no time was left, and for what (``of``)."""

    part: Literal["cut"]
    of: str
    stop: str
    scope: tuple[str, ...]


class RequestSketch(Struct, frozen=True, kw_only=True):
    """A request without what it held."""

    method: str
    url: str
    bytes: Count


class CaseFinding(Record, frozen=True, kw_only=True, tag="generated-finding"):
    """An answer that a generated check did not like: ``confirmed`` when the kit saw it again itself
    (``exchange``), ``unstable`` when it did not, an ``observation`` when it bears on no
    requirement.
    """

    check: str
    operation: str
    requirement: str
    exchange: str
    source: str
    state: FindingState
    party: str
    phase: str
    message: str
    expected: Text
    actual: Text
    request: RequestSketch | None = None


@dataclass(frozen=True, slots=True)
class DeclaredCheck:
    """One generated check of one operation.

    ``kind`` is the name in ``conformance/generated.yaml`` (``rejects-invalid``), ``needs`` the
    evidence without which it cannot pass: ``any``,
    ``accepted``, ``negative``, ``probe`` or ``excess``; ``refused`` where no request can succeed.
    ``capability`` is set when
    the candidate does not declare what the operation needs.
    """

    operation: str
    kind: str
    requirement: str
    needs: CaseNeed
    title: Text
    capability: str = ""

    @property
    def check(self) -> str:
        """Id of the check, ``generated/<operationId>/<kind>``."""
        return f"generated/{self.operation}/{self.kind}"

    def as_planned(self) -> PlannedCheck:
        """Form in the plan record."""
        return PlannedCheck(
            check=self.check,
            operation=self.operation,
            kind=self.kind,
            requirement=self.requirement,
            needs=self.needs,
            capability=self.capability,
            title=self.title,
        )

    @classmethod
    def of(cls, planned: PlannedCheck) -> DeclaredCheck:
        """Inverse of :meth:`as_planned`."""
        return cls(
            planned.operation,
            planned.kind,
            planned.requirement,
            planned.needs,
            planned.title,
            planned.capability,
        )

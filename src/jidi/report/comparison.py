"""Two runs beside each other: what fails now and did not, what no longer does, and what is no
longer seen at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Final, Literal

from jidi.model.run import RunRecord
from jidi.model.verdict import FAILING, CheckVerdict, Difference, Outcome, RequirementVerdict

Change = Literal["new", "gone", "still", "unseen", "seen"]
CHANGES: Final[tuple[Change, ...]] = ("new", "still", "unseen", "gone", "seen")
"""``new``: fails in the later run and did not (a waiver excuses it, no more); ``still``: fails in
both; ``unseen``: was met or failed, and was not established in the later run; ``gone``: failed, and
is met now; ``seen``: was not established and is met now. In the order in which people want to read.
"""
_BROKEN: Final = FAILING | {Outcome.WAIVED}
"""A waiver excuses what fails and mends nothing."""
_UNKNOWN: Final = frozenset(
    {
        Outcome.NONE,
        Outcome.NOT_APPLICABLE,
        Outcome.NOT_EXERCISED,
        Outcome.CONFIG_ERROR,
        Outcome.HARNESS_ERROR,
    }
)
"""Of which nothing was seen; what a candidate no longer declares is among it."""
_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """One requirement or check in both runs; an outcome is ``None`` where that run did not have
    it. ``differences`` are those of the later run.
    """

    id: str
    before: Outcome | None
    after: Outcome | None
    differences: tuple[Difference, ...] = ()

    @property
    def change(self) -> Change | None:
        """What became of it; ``None`` where nothing did that anybody must know, or nobody asked
        about it in the later run.
        """
        if self.after is None:
            return None
        if self.after in _BROKEN:
            return "still" if self.before in _BROKEN else "new"
        if _open(self.after):
            return None if _open(self.before) else "unseen"
        if self.before in _BROKEN:
            return "gone"
        return "seen" if self.before is not None and _open(self.before) else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long answers to an operation took: medians in milliseconds, and how many there were."""

    operation: str
    before_ms: float
    after_ms: float
    before_count: int
    after_count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``unlike`` names conditions under which the runs differ (role, level, version of the
    standard or the kit, seed, what was selected), each with both values.
    """

    before: RunRecord
    after: RunRecord
    unlike: tuple[tuple[str, str, str], ...]
    requirements: tuple[Pair, ...]
    checks: Mapping[str, tuple[Pair, ...]]
    paces: tuple[Pace, ...]

    @property
    def exit_code(self) -> int:
        """1 where a requirement or a check fails that did not, 3 where one is no longer
        established, else 0.
        """
        pairs = [*self.requirements, *(one for pairs in self.checks.values() for one in pairs)]
        changes = {pair.change for pair in pairs}
        return 1 if "new" in changes else 3 if "unseen" in changes else 0

    def as_json(self) -> dict[str, Any]:
        """For machines: ids and outcomes, no text and nothing of the candidate's."""
        return {
            "before": _named(self.before),
            "after": _named(self.after),
            "unlike": [
                {"what": what, "before": before, "after": after}
                for what, before, after in self.unlike
            ],
            "requirements": [
                {**_outcomes(pair), "checks": [_outcomes(one) for one in self.checks[pair.id]]}
                for pair in self.requirements
                if pair.change or self.checks[pair.id]
            ],
            "times": [
                {
                    "operation": pace.operation,
                    "before": {"median_ms": round(pace.before_ms, 1), "count": pace.before_count},
                    "after": {"median_ms": round(pace.after_ms, 1), "count": pace.after_count},
                }
                for pace in self.paces
            ],
        }


def compare(before: RunRecord, after: RunRecord) -> Comparison:
    """What changed from one run to another. Checks are listed where something became of them."""
    rows = {row.requirement: row for row in before.verdict.requirements}
    later = {row.requirement: row for row in after.verdict.requirements}
    names = list(dict.fromkeys([*later, *rows]))
    return Comparison(
        before,
        after,
        tuple(_unlike(before, after)),
        tuple(Pair(name, _outcome(rows.get(name)), _outcome(later.get(name))) for name in names),
        {name: _checks(rows.get(name), later.get(name)) for name in names},
        tuple(_paces(before, after)),
    )


def _open(outcome: Outcome | None) -> bool:
    return outcome is None or outcome in _UNKNOWN


def _outcome(row: RequirementVerdict | None) -> Outcome | None:
    return row.outcome if row is not None else None


def _checks(
    before: RequirementVerdict | None, after: RequirementVerdict | None
) -> tuple[Pair, ...]:
    earlier, later = _worst(before), _worst(after)
    pairs = (
        Pair(
            name,
            earlier[name].outcome if name in earlier else None,
            later[name].outcome if name in later else None,
            later[name].differences if name in later else (),
        )
        for name in dict.fromkeys([*later, *earlier])
    )
    return tuple(pair for pair in pairs if pair.change)


def _worst(row: RequirementVerdict | None) -> dict[str, CheckVerdict]:
    """Checks by name; one that was made several times counts as its worst."""
    found: dict[str, CheckVerdict] = {}
    for check in row.checks if row is not None else ():
        known = found.get(check.check)
        if known is None or check.outcome.rank > known.outcome.rank:
            found[check.check] = check
    return found


def _unlike(before: RunRecord, after: RunRecord) -> Iterator[tuple[str, str, str]]:
    for what, of in _CONDITIONS.items():
        one, other = of(before), of(after)
        if one != other:
            yield what, one, other


_CONDITIONS: Final[Mapping[str, Callable[[RunRecord], str]]] = {
    "role": lambda run: str(run.verdict.role),
    "level": lambda run: str(run.verdict.level),
    "profile": lambda run: str(run.verdict.profile),
    "standard": lambda run: str(run.header.standard_version),
    "kit": lambda run: str(run.header.kit_version),
    "seed": lambda run: str(run.header.seed),
    "selected": lambda run: "yes" if run.verdict.selected else "no",
    "generated": lambda run: "yes" if run.header.generated else "no",
    "complete": lambda run: "yes" if run.verdict.complete else "no",
}


def _paces(before: RunRecord, after: RunRecord) -> Iterator[Pace]:
    earlier, later = _times(before), _times(after)
    for operation in sorted(earlier.keys() & later.keys()):
        one, other = earlier[operation], later[operation]
        yield Pace(operation, median(one), median(other), len(one), len(other))


def _times(run: RunRecord) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for exchange in run.exchanges.values():
        if exchange.direction == "sent" and exchange.operation and exchange.response is not None:
            found[exchange.operation].append((exchange.finished - exchange.started) * _MS)
    return found


def _named(run: RunRecord) -> dict[str, Any]:
    return {
        "run": run.header.id,
        "word": run.verdict.word,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _outcomes(pair: Pair) -> dict[str, Any]:
    return {
        "id": pair.id,
        "change": pair.change,
        "before": pair.before.value if pair.before else None,
        "after": pair.after.value if pair.after else None,
    }

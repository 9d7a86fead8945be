"""Whether a broken partner was caught, and for the right reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.trial import Seen, Trial

from jidi.model.requirement import Requirement

SOUND: Final = frozenset({"conformant", "conformant-in-a-laboratory", "selection-passed"})
"""Words of a run in which nothing speaks against the partner and nothing that binds is open."""
Verdict = Literal["killed", "survived", "wrong-reason", "collateral", "stale", "accident"]


@dataclass(frozen=True)
class Ruling:
    """Verdict on one trial; ``why`` is empty when it is killed, ``by`` the check and reason that
    caught it; ``seconds`` that it took, which are no part of the table.
    """

    fault: str
    requirement: str
    case: str
    verdict: Verdict
    by: str
    why: str
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Form in the table: the same for the same ruling, however long it took."""
        return {
            name: getattr(self, name)
            for name in ("requirement", "case", "fault", "verdict", "by", "why")
        }


def rule(fault: Fault, trial: Trial) -> Ruling:
    """Hold what happened against what the fault declares."""
    verdict, why = _verdict(fault, trial)
    named = [seen for seen in trial.failing if _is(seen, fault.caught_by)]
    by = f"{named[0].check} ({named[0].reason})" if named else ""
    return Ruling(fault.name, fault.requirement, fault.case, verdict, by, why, trial.seconds)


def healthy(trial: Trial) -> str:
    """What is wrong with the control, or empty."""
    if trial.word in SOUND:
        return ""
    return f"{trial.fault}: {trial.accident or trial.word}; {_listed(list(trial.failing))}"


def _verdict(fault: Fault, trial: Trial) -> tuple[Verdict, str]:
    if trial.accident or any(
        outcome in {"harness-error", "unstable"} for outcome in trial.outcomes.values()
    ):
        return "accident", trial.accident or "the kit itself failed, or its verdict was unstable"
    own = [seen for seen in trial.failing if seen.requirement == fault.requirement]
    if trial.outcomes.get(fault.requirement) != "fail":
        return (
            "survived",
            f"{fault.requirement} came to {trial.outcomes.get(fault.requirement)}; elsewhere: "
            f"{_listed(list(trial.failing))}",
        )
    missed = [wanted for wanted in fault.caught_by if not any(_is(seen, (wanted,)) for seen in own)]
    if len(missed) == len(fault.caught_by):
        return "wrong-reason", f"failing: {_listed(own)}"
    spoilt = [seen for seen in own if _is(seen, fault.spares)]
    if spoilt:
        return "wrong-reason", f"what tells another fault fails too: {_listed(spoilt)}"
    red = [
        seen
        for seen in trial.failing
        if seen.requirement not in {fault.requirement, *fault.also, *fault.perhaps}
    ]
    if red:
        return "collateral", _listed(red)
    unmet = [*missed, *(name for name in fault.also if trial.outcomes.get(name) != "fail")]
    return (
        ("stale", f"declared but not seen: {', '.join(unmet)}; failing: {_listed(own)}")
        if unmet
        else ("killed", "")
    )


def _is(seen: Seen, wanted: tuple[str, ...]) -> bool:
    return any(one in {seen.check, f"{seen.check}#{seen.reason}"} for one in wanted)


def _listed(seen: list[Seen]) -> str:
    shown = "; ".join(
        f"{one.requirement} {one.check} ({one.reason}: {one.actual[:120]})" for one in seen[:4]
    )
    return (shown + (f" and {len(seen) - 4} more" if len(seen) > 4 else "")) or "nothing"


def without_killer(
    rows: Mapping[str, Requirement], faults: Mapping[str, Fault], exempt: Mapping[str, str]
) -> list[str]:
    """``requirement/case`` of every negative case that no fault stands for and no exemption
    explains.
    """
    killed = {f"{fault.requirement}/{fault.case}" for fault in faults.values()}
    cases = [f"{row.id}/{case.id}" for row in rows.values() for case in row.negative_cases]
    return [case for case in cases if case not in killed and case not in exempt]

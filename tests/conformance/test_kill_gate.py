"""The gate closes: a killer taken away, a check that always passes, and another fold all make the
suite red.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.exemptions import EXEMPT
from tests.conformance.kill_table import Table, as_json, as_markdown, rows
from tests.conformance.ruling import rule, without_killer
from tests.conformance.trial import Seen, Trial, pool, run_trial

from jidi.judge import checks, verdicts
from jidi.judge.checks import Question, passed
from jidi.judge.joining import fold
from jidi.model.text import Text
from jidi.model.verdict import Outcome

_NAME = "digest-of-sorted-json"
_FAULT = FAULTS[_NAME]


def _trial(*failing: Seen, outcomes: dict[str, str] | None = None) -> Trial:
    return Trial(
        _NAME,
        "not-conformant",
        failing,
        outcomes or {seen.requirement: "fail" for seen in failing},
        1.0,
    )


def _seen(check: str, requirement: str = "DS-01.2", reason: str = "equals") -> Seen:
    return Seen(check, requirement, reason, "")


def test_killer_that_is_removed_is_missed() -> None:
    """Without its only killer a negative case is named as one that nobody stands for."""
    faults = {name: fault for name, fault in FAULTS.items() if fault.role == "courier"}
    cases, asked = {f"{fault.requirement}/{fault.case}" for fault in faults.values()}, rows()
    for case in cases:
        rest = {
            name: fault
            for name, fault in faults.items()
            if f"{fault.requirement}/{fault.case}" != case
        }
        assert case in without_killer(asked, rest, EXEMPT)


@pytest.mark.parametrize(
    ("trial", "verdict"),
    [
        (_trial(_seen("consignment-accepted/place/digest")), "killed"),
        (_trial(outcomes={"DS-01.2": "pass"}), "survived"),
        (_trial(outcomes={"DS-01.2": "not-exercised"}), "survived"),
        (_trial(_seen("consignment-accepted/read/unaltered")), "wrong-reason"),
        (_trial(_seen("consignment-accepted/place/digest", reason="present")), "wrong-reason"),
        (
            _trial(_seen("consignment-accepted/place/digest"), _seen("x/y/z", "DS-02.4")),
            "collateral",
        ),
        (
            _trial(
                _seen("consignment-accepted/place/digest"),
                outcomes={"DS-01.2": "fail", "DS-02.1": "harness-error"},
            ),
            "accident",
        ),
        (Trial(_NAME, "", (), {}, 1.0, "OSError: gone"), "accident"),
    ],
)
def test_ruling_tells_a_kill_from_everything_else(trial: Trial, verdict: str) -> None:
    """Only the declared check with its declared reason, and nothing beside it, is a kill."""
    assert rule(_FAULT, trial).verdict == verdict


def test_table_is_the_same_whenever_it_was_made() -> None:
    """Neither form says how long anything took, so that the same content is the same bytes."""

    def made(seconds: float) -> str:
        trial = replace(_trial(_seen("consignment-accepted/place/digest")), seconds=seconds)
        proven = {"courier": {"consignment-accepted/place/digest": _NAME}}
        table = Table((rule(_FAULT, trial),), proven, (), (), seconds)
        return json.dumps(as_json(table), ensure_ascii=False) + as_markdown(table)

    assert made(1.0) == made(99.9)


@pytest.mark.thorough
def test_fault_that_fails_what_it_must_spare_is_caught_for_the_wrong_reason() -> None:
    """Two faults that the same checks fail are not told apart."""
    fault = replace(_FAULT, spares=("consignment-accepted/read/unaltered",))
    caught = _seen("consignment-accepted/place/digest")
    assert rule(fault, _trial(caught)).verdict == "killed"
    assert (
        rule(fault, _trial(caught, _seen("consignment-accepted/read/unaltered"))).verdict
        == "wrong-reason"
    )


def test_declaration_that_did_not_happen_is_stale() -> None:
    """Of two declared checks both must fail, and what may turn red must have turned red."""
    fault = next(fault for fault in FAULTS.values() if len(fault.caught_by) > 1)
    check, _, reason = fault.caught_by[0].partition("#")
    assert rule(fault, _trial(_seen(check, fault.requirement, reason))).verdict == "stale"


def _weakened(name: str, subject: str) -> Trial:
    """A trial in which every check of one subject passes, whatever was seen."""

    def always(_question: Question) -> Any:
        return passed(Text("", ""), Text("", ""))

    checks.SUBJECTS[subject] = always  # type: ignore[index]  # this process ends with the trial
    return run_trial(name)


def _folded(name: str) -> Trial:
    """A trial judged by a fold in which any pass wins."""

    def lenient(outcomes: Any) -> Outcome:
        listed = list(outcomes)
        return Outcome.PASS if Outcome.PASS in listed else fold(listed)

    setattr(verdicts, "fold", lenient)  # noqa: B010 - a name that the module does not give away; this process ends with the trial
    return run_trial(name)


@pytest.mark.slow
@pytest.mark.thorough
def test_weakened_check_lets_its_fault_survive() -> None:
    """When value checks always pass, a wrong digest survives, and the table says so."""
    with pool(1) as executor:
        trial = executor.submit(_weakened, _NAME, "value").result()
    assert rule(_FAULT, trial).verdict == "survived"


@pytest.mark.slow
@pytest.mark.thorough
def test_other_fold_lets_faults_survive() -> None:
    """When a pass outweighs a fail, a wrong digest survives, and the table says so."""
    with pool(1) as executor:
        trial = executor.submit(_folded, _NAME).result()
    assert rule(_FAULT, trial).verdict == "survived"

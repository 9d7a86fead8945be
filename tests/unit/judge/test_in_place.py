"""Answers that stand in the place of another speak for DS-08.4 and DS-08.5 alone."""

from __future__ import annotations

import pytest
from tests.unit.judge.journals import CONTEXT, check, done, exchange, judge_run, scenario, step
from tests.unit.judge.test_verdicts import END, case, plan, row, started

from jidi.model.scenario import Scenario
from jidi.model.verdict import Outcome

_ROWS = tuple(row(name) for name in ("DS-01.2", "DS-08.4", "DS-08.5"))


def _outcomes(which: Scenario, status: int) -> dict[str, Outcome]:
    records = [plan(), started(), exchange("a", status), done("a"), END]
    made = judge_run(records, case(which, rows=_ROWS), CONTEXT)
    return {one.requirement: one.outcome for one in made.requirements}


@pytest.mark.parametrize(
    ("status", "counts_for"),
    [(429, "DS-08.5"), (502, "DS-08.4"), (503, "DS-08.4"), (504, "DS-08.4")],
)
@pytest.mark.parametrize("wanted", [200, 401, [200, 201], "2xx", "4xx", ["2xx", 404]])
def test_gateway_is_not_the_system(status: int, counts_for: str, wanted: object) -> None:
    """Neither accepted nor refused: what was asked is not exercised, whatever was wanted."""
    found = _outcomes(scenario(step("a", check("status", wanted))), status)
    assert found["DS-01.2"] is Outcome.NOT_EXERCISED
    assert found[counts_for] is Outcome.FAIL


@pytest.mark.parametrize("status", [429, 503])
def test_status_that_is_asked_for_is_an_answer(status: int) -> None:
    """Where a scenario names the status it is judged like any other."""
    found = _outcomes(scenario(step("a", check("status", [200, status]))), status)
    assert found["DS-01.2"] is Outcome.PASS
    assert Outcome.FAIL not in found.values()


@pytest.mark.parametrize("status", [500, 501, 400, 404, 408, 428])
def test_other_statuses_are_answers(status: int) -> None:
    """A crash of the system is what the system said."""
    found = _outcomes(scenario(step("a", check("status", 200))), status)
    assert found["DS-01.2"] is Outcome.FAIL


def test_requirements_of_standing_up_judge_it_themselves() -> None:
    """Their own checks say what it is, once."""
    own = scenario(step("a", check("status", 413, requirement="DS-08.5")))
    records = [plan(), started(), exchange("a", 503), done("a"), END]
    made = judge_run(records, case(own, rows=_ROWS), CONTEXT)
    failing = [
        one.check
        for requirement in made.requirements
        for one in requirement.checks
        if one.outcome is Outcome.FAIL
    ]
    assert failing == ["s/a/status"]

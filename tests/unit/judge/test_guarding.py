"""A judgement that fails is a fault of the kit in that one check; everything else is judged."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from tests.unit.judge.journals import (
    CONTEXT,
    all_typed,
    check,
    done,
    exchange,
    judge_scenario,
    judge_sweeps,
    scenario,
    started,
    step,
)

from jidi.judge.guarding import REASON, guarded
from jidi.judge.rules.named import NAMED
from jidi.judge.sweeping import canary_sweep
from jidi.judge.sweeping.sightings import Outlook
from jidi.language.expressions import BlockedError
from jidi.model.scenario import Sweep
from jidi.model.text import Text
from jidi.model.verdict import EXIT_CODES, Outcome


def failing_judgement(*_: Any) -> NoReturn:
    """A judgement with a mistake in it."""
    raise KeyError("no-such-key")


def test_failed_judgement_is_a_fault_of_that_check_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with its cause; the checks beside it and the steps after it are judged."""
    monkeypatch.setitem(NAMED, "same-request", failing_judgement)  # type: ignore[arg-type]
    made = scenario(
        step("a", check("status", 200), check("rule", "same-request")),
        step("b", check("value", "$a.body#/x", "equals", 1)),
    )
    records = [started(), exchange("a", 200, {"x": 1}), done("a"), exchange("b"), done("b")]
    verdicts = judge_scenario(made, records, CONTEXT)
    assert [one.outcome for one in verdicts] == [
        Outcome.PASS,
        Outcome.HARNESS_ERROR,
        Outcome.PASS,
    ]
    assert verdicts[1].reason == REASON
    assert "KeyError in failing_judgement" in verdicts[1].actual.en
    assert "无法作出判定" in verdicts[1].actual.zh


@pytest.mark.parametrize("expression", ["$a b", "$a.nothing"])
def test_malformed_expression_is_a_fault_and_no_pass(expression: str) -> None:
    """A scenario that was never linted cannot pass by a slip of its author."""
    made = scenario(step("a", check("value", expression, "present", True)))
    records = [started(), exchange("a", 200, {"x": 1}), done("a")]
    assert judge_scenario(made, records, CONTEXT)[0].outcome is Outcome.HARNESS_ERROR


def test_malformed_precondition_is_a_fault_of_its_checks() -> None:
    """The step cannot be judged, and later steps do not see it."""
    made = scenario(
        step("a", check("status", 200), expect={"value": "$a b", "present": True}),
        step("b", check("value", "$a.body#/x", "equals", 1)),
    )
    records = [started(), exchange("a", 200, {"x": 1}), done("a"), exchange("b"), done("b")]
    assert [one.outcome for one in judge_scenario(made, records, CONTEXT)] == [
        Outcome.HARNESS_ERROR,
        Outcome.NOT_EXERCISED,
    ]


def test_status_condition_on_a_step_that_did_not_take_place_does_not_hold() -> None:
    """The source of a wanted status may never have come about."""
    made = scenario(step("a", check("status", 200), expect={"status": "$gone.status"}))
    records = [started(), exchange("a", 200, {}), done("a")]
    assert judge_scenario(made, records, CONTEXT)[0].outcome is Outcome.NOT_EXERCISED


def test_failed_sweep_is_a_fault_of_that_sweep_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are judged."""
    rules = {"broken": failing_judgement, "sound": lambda *_: Outlook(1)}
    monkeypatch.setattr("jidi.judge.sweeps.SWEEP_RULES", rules)
    asked = [Sweep(name, "DS-08.4", Text("x", "甲"), name) for name in rules]
    verdicts = judge_sweeps([exchange("a", 200, {})], asked, CONTEXT)
    assert [one.outcome for one in verdicts] == [Outcome.HARNESS_ERROR, Outcome.PASS]


def test_failed_search_for_canaries_is_one_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep names itself and nothing ends."""
    monkeypatch.setattr(canary_sweep, "_handed_over", failing_judgement)
    verdicts = canary_sweep.judge_canaries(
        all_typed([exchange("a", 200, {})]), {"PI-07.2": None}, CONTEXT
    )
    assert [one.outcome for one in verdicts] == [Outcome.HARNESS_ERROR]


def test_missing_source_goes_through_the_guard() -> None:
    """That something never came about is no fault of the kit."""

    def blocked() -> str:
        raise BlockedError("nothing there")

    with pytest.raises(BlockedError):
        guarded(blocked, lambda told: told.en)


def test_fault_of_the_kit_in_a_check_ends_with_the_code_of_inconclusive() -> None:
    """Nobody can tell whether a candidate's data brought it about, so it is not the code of a kit
    that cannot work at all.
    """
    assert EXIT_CODES["kit-fault"] == EXIT_CODES["inconclusive"] == 3

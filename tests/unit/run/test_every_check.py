"""Every check of the courier's scenarios can fail: over the evidence of a healthy partner some lie turns it red."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.unit.judge.stored_evidence import Evidence
from tests.unit.run.perturbing import lies_about

from jidi.judge.context import JudgingContext
from jidi.judge.scenarios import judge_scenario
from jidi.model.scenario import Scenario
from jidi.model.verdict import Outcome
from jidi.run.data import load_data
from jidi.run.record import judging_context

Records = list[dict[str, Any]]


@cache
def played() -> dict[str, tuple[Scenario, Records, dict[str, Any]]]:
    """One instance of every scenario that a healthy partner was put through, by the name of the scenario: it, its records, the run's header."""
    found: dict[str, tuple[Scenario, Records, dict[str, Any]]] = {}
    for name in ("healthy", "healthy-privacy"):
        records = Evidence(name).records
        header = records[0]["run"]
        by_scenario: dict[str, Records] = {}
        for record in records:
            by_scenario.setdefault(record.get("scenario", ""), []).append(record)
        for scenario in load_data("1.0")[1].scenarios("courier"):
            if len(by_scenario.get(scenario.id, ())) > 1:
                found.setdefault(scenario.base, (scenario, by_scenario[scenario.id], header))
    return found


def never_red(base: str) -> set[str]:
    """Checks of the scenario that passed over the healthy evidence and that no lie turns red."""
    scenario, records, header = played()[base]
    context = judging_context(load_data("1.0")[0], header)
    healthy = {verdict.check for verdict in judge_scenario(scenario, records, context) if verdict.outcome is Outcome.PASS}
    left = set(healthy)
    steps = [step.id for step in scenario.steps]
    checked = [step.id for step in scenario.steps if step.checks]
    for step in [*checked, *(step for step in steps if step not in checked)]:
        for _, lied in lies_about(records, step, a_push()):
            if not left:
                return left
            left -= _red(scenario, lied, context)
    return left - _red(scenario, records, judging_context(load_data("1.0")[0], {**header, "discovery": _boundless(header["discovery"])}))


def _red(scenario: Scenario, records: Records, context: JudgingContext) -> set[str]:
    return {verdict.check for verdict in judge_scenario(scenario, records, context) if verdict.outcome is Outcome.FAIL}


@cache
def a_push() -> dict[str, Any]:
    """Some push that a healthy partner sent."""
    pushes = (record for record in Evidence("healthy").records if record["kind"] == "exchange" and record["direction"] == "received")
    return next(pushes)


def _boundless(discovery: dict[str, Any]) -> dict[str, Any]:
    """A discovery document with limits beyond every bound."""
    limits = {name: 10**9 if isinstance(value, int | float) else value for name, value in discovery["limits"].items()}
    return {**discovery, "limits": limits}


@pytest.mark.parametrize("base", sorted(played()))
def test_every_check_can_fail(base: str) -> None:
    """A check that is green whatever the candidate says proves nothing."""
    assert never_red(base) == set()


UNSEEN = {"tls"}
"""Scenarios that a healthy partner on loopback is not put through; broken partners with certificates of their own show that they can fail."""


def test_every_scenario_of_the_courier_is_in_the_evidence() -> None:
    """A new scenario without evidence turns this red: run the kill table with ``--keep`` and keep the evidence afresh."""
    known = {scenario.base for scenario in load_data("1.0")[1].scenarios("courier")}
    assert known - set(played()) == UNSEEN


def test_every_check_passed_in_the_evidence() -> None:
    """Else the lies about it would show nothing."""
    unseen: set[str] = set()
    for scenario, records, header in played().values():
        verdicts = judge_scenario(scenario, records, judging_context(load_data("1.0")[0], header))
        unseen |= {verdict.check for verdict in verdicts if verdict.outcome is not Outcome.PASS}
    assert unseen == set()

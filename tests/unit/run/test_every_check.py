"""Every check of the scenarios of every role can fail: over the evidence of a healthy partner some
lie turns it red.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import pytest
from tests.unit.judge.stored_evidence import Evidence
from tests.unit.run.perturbing import lies_about

from jidi.judge.context import JudgingContext
from jidi.judge.scenario_verdicts import judge_scenario
from jidi.model.requirement import Role
from jidi.model.scenario import Scenario
from jidi.model.verdict import Outcome
from jidi.run.data import load_data
from jidi.run.stored import judging_context

Records = list[dict[str, Any]]


CONTROLS: Final[Mapping[Role, tuple[str, ...]]] = {
    "courier": ("healthy", "healthy-privacy"),
    "platform": ("healthy-platform-core", "healthy-platform-privacy"),
    "integrator": ("healthy-integrator-core", "healthy-integrator-privacy"),
}
"""Evidence of the healthy partners of each role."""


@cache
def played(role: Role) -> dict[str, tuple[Scenario, Records, dict[str, Any]]]:
    """One instance of every scenario that a healthy partner was put through, by the name of the
    scenario: it, its records, the run's header.
    """
    found: dict[str, tuple[Scenario, Records, dict[str, Any]]] = {}
    for name in CONTROLS[role]:
        records = Evidence(name).records
        header = records[0]["run"]
        by_scenario: dict[str, Records] = {}
        for record in records:
            by_scenario.setdefault(record.get("scenario", ""), []).append(record)
        for scenario in load_data("1.0")[1].scenarios(role):
            if len(by_scenario.get(scenario.id, ())) > 1:
                found.setdefault(scenario.base, (scenario, by_scenario[scenario.id], header))
    return found


def never_red(role: Role, base: str) -> set[str]:
    """Checks of the scenario that passed over the healthy evidence and that no lie turns red."""
    scenario, records, header = played(role)[base]
    context = judging_context(load_data("1.0")[0], header)
    healthy = {
        verdict.check
        for verdict in judge_scenario(scenario, records, context)
        if verdict.outcome is Outcome.PASS
    }
    left = set(healthy)
    steps = [step.id for step in scenario.steps]
    checked = [step.id for step in scenario.steps if step.checks]
    for step in [*checked, *(step for step in steps if step not in checked)]:
        for _, lied in lies_about(records, step, an_arrival(role)):
            if not left:
                return left
            left -= _red(scenario, lied, context)
    return left - _red(
        scenario,
        records,
        judging_context(
            load_data("1.0")[0], {**header, "discovery": _boundless(header["discovery"])}
        ),
    )


def _red(scenario: Scenario, records: Records, context: JudgingContext) -> set[str]:
    return {
        verdict.check
        for verdict in judge_scenario(scenario, records, context)
        if verdict.outcome is Outcome.FAIL
    }


@cache
def an_arrival(role: Role) -> dict[str, Any]:
    """Some push that a healthy partner sent, or some consignment."""
    received = (
        record
        for name in CONTROLS[role]
        for record in Evidence(name).records
        if record["kind"] == "exchange" and record["direction"] == "received"
    )
    return next(
        record
        for record in received
        if role == "courier" or record["operation"] == "createConsignment"
    )


def _boundless(discovery: dict[str, Any]) -> dict[str, Any]:
    """A discovery document with limits beyond every bound."""
    limits = {
        name: 10**9 if isinstance(value, int | float) else value
        for name, value in discovery["limits"].items()
    }
    return {**discovery, "limits": limits}


@pytest.mark.parametrize(
    ("role", "base"), [(role, base) for role in CONTROLS for base in sorted(played(role))]
)
def test_every_check_can_fail(role: Role, base: str) -> None:
    """A check that is green whatever the candidate says proves nothing."""
    assert never_red(role, base) == set()


UNSEEN = {"tls", "callback-tls"}
"""Scenarios that a healthy partner on loopback is not put through; broken partners with
certificates of their own show that they can fail.
"""


@pytest.mark.parametrize("role", CONTROLS)
def test_every_scenario_of_the_role_is_in_the_evidence(role: Role) -> None:
    """A new scenario without evidence turns this red: run the kill table with ``--keep`` and keep
    the evidence afresh.

    What integrators have in common with couriers is shown by the couriers' evidence.
    """
    known = {scenario.base for scenario in load_data("1.0")[1].scenarios(role)}
    there = set(played(role)) | (set(played("courier")) if role == "integrator" else set())
    assert known - there <= UNSEEN


@pytest.mark.parametrize("role", CONTROLS)
def test_every_check_passed_in_the_evidence(role: Role) -> None:
    """Else the lies about it would show nothing."""
    unseen: set[str] = set()
    for scenario, records, header in played(role).values():
        verdicts = judge_scenario(scenario, records, judging_context(load_data("1.0")[0], header))
        unseen |= {verdict.check for verdict in verdicts if verdict.outcome is not Outcome.PASS}
    assert unseen == set()

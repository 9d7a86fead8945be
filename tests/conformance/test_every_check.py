"""Every check of the courier's scenarios can fail: over the evidence of a healthy partner some lie turns it red."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.conformance.perturbing import lies_about
from tests.unit.judge.stored_evidence import Evidence

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
        for _, lied in lies_about(records, step):
            if not left:
                return left
            left -= {verdict.check for verdict in judge_scenario(scenario, lied, context) if verdict.outcome is Outcome.FAIL}
    return left


@pytest.mark.parametrize("base", sorted(played()))
def test_every_check_can_fail(base: str) -> None:
    """A check that is green whatever the candidate says proves nothing."""
    assert never_red(base) == set()

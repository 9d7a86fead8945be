"""Every check of the scenarios of every role can fail: over the evidence of a healthy partner some
lie turns it red.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Set
from dataclasses import replace
from functools import cache
from typing import Any, Final, get_args

import pytest
from msgspec import convert
from tests.unit.judge.journals import judge_scenario
from tests.unit.judge.stored_evidence import GENERATED, Evidence, stored
from tests.unit.run.perturbing import lies_about

from jidi.judge.context import JudgingContext
from jidi.model.journal import RunHeader
from jidi.model.roles import Role
from jidi.model.scenario import Scenario
from jidi.model.verdict import Outcome
from jidi.run.data import load_data
from jidi.run.planning.judging_data import judging_context
from jidi.run.playing.making.stand_ins import StandIns

Records = list[dict[str, Any]]


ROLES: Final[tuple[Role, ...]] = get_args(Role)
_ONE_IN: Final = 4


def healthy(role: Role) -> list[str]:
    """The scenarios that a healthy partner of the role was put through, by their names."""
    return [one.name for one in stored(role) if not one.broken and one.name != GENERATED]


def played(role: Role, base: str) -> Iterator[tuple[Scenario, Records, RunHeader]]:
    """The instances of a scenario that a healthy partner was put through: each, its records, the
    run's header.
    """
    records = Evidence(role, base).records
    by_scenario: dict[str, Records] = {}
    for record in records:
        by_scenario.setdefault(record.get("scenario", ""), []).append(record)
    header = convert(records[0]["run"], RunHeader)
    worn = StandIns(header.stand_ins)
    for scenario in load_data("1.0")[1].scenarios(role):
        if scenario.base == base and len(by_scenario.get(scenario.id, ())) > 1:
            yield worn.of_scenario(scenario), by_scenario[scenario.id], header


def never_red(role: Role, base: str) -> set[str]:
    """Checks that passed over the healthy evidence of the scenario's first instance and that no lie
    turns red, neither there nor in another instance: a refusal can be a wrong one only where there
    is one.
    """
    left: set[str] | None = None
    for scenario, records, header in played(role, base):
        context = judging_context(load_data("1.0")[0], header)
        healthy = {
            verdict.check
            for verdict in judge_scenario(scenario, records, context)
            if verdict.outcome is Outcome.PASS
        }
        if left is None:
            left = {_name(check) for check in healthy}
        sought = {check for check in healthy if _name(check) in left}
        arrival = an_arrival(role)
        unmoved = _unmoved(scenario, records, context, sought, arrival)
        left -= {_name(check) for check in sought - unmoved}
        if not left:
            break
    return left or set()


def _name(check: str) -> str:
    """Step and check, the same in each instance of a scenario."""
    return check.split("/", 1)[1]


def _unmoved(
    scenario: Scenario,
    records: Records,
    context: JudgingContext,
    sought: Set[str],
    arrival: dict[str, Any],
) -> Set[str]:
    """What of the checks ``sought`` no lie turns red."""
    left = set(sought)
    steps = [step.id for step in scenario.steps]
    checked = [step.id for step in scenario.steps if step.checks]
    for step in [*checked, *(step for step in steps if step not in checked)]:
        for _, lied in lies_about(records, step, arrival):
            if not left:
                return left
            left -= _red(_narrowed(scenario, left), lied, context)
    boundless = replace(context, discovery=_boundless(context.discovery))
    return left - _red(scenario, records, boundless)


def _narrowed(scenario: Scenario, left: set[str]) -> Scenario:
    """The scenario with the checks in ``left`` and those on which the others of a step rest."""
    return replace(
        scenario,
        steps=tuple(
            replace(
                step,
                checks=tuple(
                    check
                    for check in step.checks
                    if check.subject in GATES or f"{scenario.id}/{step.id}/{check.id}" in left
                ),
            )
            for step in scenario.steps
        ),
    )


GATES: Final = frozenset({"status", "in-time"})
"""Subjects whose failure leaves the other checks of the step out."""


def _red(scenario: Scenario, records: Records, context: JudgingContext) -> Set[str]:
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
        for name in healthy(role)
        for record in Evidence(role, name).records
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


def _apart() -> list[Any]:
    """All scenarios of all roles; few are always tried, most for the whole proof only."""
    return [
        pytest.param(role, base, marks=_marks(zlib.crc32(f"{role} {base}".encode())))
        for role in ROLES
        for base in healthy(role)
    ]


def _marks(drawn: int) -> list[pytest.MarkDecorator]:
    if drawn % (10 * _ONE_IN) == 0:
        return []
    return [pytest.mark.thorough if drawn % _ONE_IN == 0 else pytest.mark.exhaustive]


@pytest.mark.parametrize(("role", "base"), _apart())
def test_every_check_can_fail(role: Role, base: str) -> None:
    """A check that is green whatever the candidate says proves nothing."""
    assert never_red(role, base) == set()


UNSEEN = {"tls", "callback-tls"}
"""Scenarios that a healthy partner on loopback is not put through; broken partners with
certificates of their own show that they can fail.
"""


@pytest.mark.parametrize("role", ROLES)
def test_every_scenario_of_the_role_is_in_the_evidence(role: Role) -> None:
    """A new scenario without evidence turns this red: ``make prove-scenario ID=<role>/<scenario>``
    plays it and keeps what it shows.

    What integrators have in common with couriers is shown by the couriers' evidence.
    """
    known = {scenario.base for scenario in load_data("1.0")[1].scenarios(role)}
    there = {*healthy(role), *(healthy("courier") if role == "integrator" else ())}
    assert known - there <= UNSEEN


@pytest.mark.parametrize("role", ROLES)
def test_every_check_passed_in_the_evidence(role: Role) -> None:
    """Else the lies about it would show nothing."""
    unseen: set[str] = set()
    for base in healthy(role):
        scenario, records, header = next(played(role, base))
        verdicts = judge_scenario(scenario, records, judging_context(load_data("1.0")[0], header))
        unseen |= {verdict.check for verdict in verdicts if verdict.outcome is not Outcome.PASS}
    assert unseen == set()

"""Mutants of traffic, made from the contract: what is tried of them, and what becomes of a few."""

from __future__ import annotations

from typing import get_args

import pytest
from tests.conformance.traffic import (
    EXTRA,
    KINDS,
    OTHERS,
    REPLAYED,
    Mutant,
    fate,
    mutants,
    scenarios_of,
)
from tests.conformance.trial import pool

from jidi.model.roles import Role

SAMPLE = (
    Mutant("courier", "getConsignment", "consignment_id", "truncate"),
    Mutant("courier", "cancelConsignment", "consignment_id", "case"),
    Mutant("courier", "createConsent", "service", "truncate"),
    Mutant("courier", "getLabel", "printed_at", "stale"),
    Mutant("courier", "getWaybillNumber", "allocation_id", "alter"),
    Mutant("platform", "createPrivacyRequest", "received_at", "stale"),
    Mutant("integrator", "createConsignment", "received_at", "stale"),
)
"""Some that survived before what holds of a whole run was held against each request."""


@pytest.mark.parametrize("role", get_args(Role))
def test_mutants_are_made_of_every_operation_that_scenarios_ask_for(role: Role) -> None:
    """Each kind of change, thousands in all, each with scenarios that can show it."""
    made = mutants(role)
    assert len(made) > 1_000
    assert {one.kind for one in made} == {*KINDS, OTHERS, EXTRA, REPLAYED}
    assert len(set(made)) == len(made)
    assert all(scenarios_of(one)[0] for one in made[:: len(made) // 20])


@pytest.mark.exhaustive
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda one: one.name)
def test_mutant_is_killed(mutant: Mutant) -> None:
    """It showed in an answer, and a check failed over it."""
    with pool(1) as workers:
        made = workers.submit(fate, mutant).result()
    assert (made.word, made.shown > 0) == ("killed", True)

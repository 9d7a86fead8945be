"""A verdict cannot be had cheaply: whoever declares less is not judged by less."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from tests.conformance.broken_partners.wrapping import Wrap, documents
from tests.conformance.trial import pool, run_wrapped

from jidi.catalogue import Catalogue
from jidi.model.roles import Role
from jidi.registry import Registry
from jidi.run.planning.selection import Selection


def declaring_nothing() -> Wrap:
    """Discovery declares no capability at all; everything is offered as before."""

    def bare(discovery: dict[str, Any]) -> dict[str, Any]:
        able = {
            name: False if item is True else item
            for name, item in discovery["capabilities"].items()
        }
        return {**discovery, "capabilities": able}

    return documents(("getDiscovery",), bare)


def _bare_trial(role: Role, rows: frozenset[str]) -> Any:
    selection = Selection(requirements=rows | {"DS-10.1"})
    return run_wrapped(f"{role}-bare", role, declaring_nothing(), selection, "privacy")


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize("role", get_args(Role))
def test_partner_that_declares_no_capability_is_not_conformant_at_privacy(role: Role) -> None:
    """What level privacy needs and nobody offers was not exercised: the word is inconclusive, and
    each requirement that rests on nothing else says so.
    """
    profile = Catalogue.load(Registry.load("1.0")).profile(role, "privacy")
    rows = frozenset({"PI-08.1", "PI-09.2", "PI-15.1"})
    assert rows <= set(profile.requirements)
    with pool(1) as workers:
        trial = workers.submit(_bare_trial, role, rows).result()
    assert (trial.accident, trial.word, trial.failing) == ("", "inconclusive", ())
    expected = {**dict.fromkeys(rows, "not-exercised"), "DS-10.1": "pass"}
    assert {name: trial.outcomes[name] for name in expected} == expected

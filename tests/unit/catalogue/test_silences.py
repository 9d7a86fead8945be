"""Silence proves something only once what must not be said could have been said."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from jidi.catalogue import Catalogue
from jidi.model.roles import Role
from jidi.model.scenario import Scenario, Step
from jidi.model.step import Call, Drive, Quiet, Receive
from jidi.registry import Registry

BRINGS_ABOUT = {"record-scan", "place-order"}
"""Actions of which platforms and integrators hear, or tell, by way of somebody else."""


@pytest.mark.parametrize("role", ["platform", "integrator"])
def test_silence_is_listened_to_after_what_would_break_it_has_come_through(role: Role) -> None:
    """Between an action and a silence something shows that the action arrived."""
    catalogue = Catalogue.load(Registry.load("1.0"))
    assert [one.id for one in catalogue.scenarios(role) if _listens_too_soon(one)] == []


def test_a_scenario_that_listens_too_soon_is_found() -> None:
    """The scenario as it was: the scan, and at once the silence."""
    catalogue = Catalogue.load(Registry.load("1.0"))
    (whole,) = [one for one in catalogue.scenarios("integrator") if one.id == "push-gone"]
    soon = [step for step in whole.steps if step.id != "told"]
    assert not _listens_too_soon(whole)
    assert _too_soon(soon)


def _listens_too_soon(scenario: Scenario) -> bool:
    return _too_soon(scenario.steps)


def _too_soon(steps: Iterable[Step]) -> bool:
    pending = False
    for step in steps:
        deed = step.deed
        if isinstance(deed, Drive):
            pending = pending or deed.action in BRINGS_ABOUT
        elif isinstance(deed, Receive) or (isinstance(deed, Call) and deed.eventually):
            pending = False
        elif isinstance(deed, Quiet) and pending:
            return True
    return False

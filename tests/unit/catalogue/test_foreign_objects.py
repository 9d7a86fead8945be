"""Another's object is like none: every operation whose address names an object is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import pytest

from jidi.catalogue import Catalogue
from jidi.model.roles import Role
from jidi.model.scenario import Scenario
from jidi.model.step import Call
from jidi.registry import Registry
from jidi.registry.values import Operation

REGISTRY = Registry.load("1.0")
SCENARIOS = Catalogue.load(REGISTRY).scenarios


def naming(role: Role) -> set[str]:
    """The operations of a role whose address names an object, from the published documents."""
    return {one.id for one in REGISTRY.operations() if role in one.roles and _names(one)}


def _names(operation: Operation) -> bool:
    return any(parameter.location == "path" for parameter in operation.parameters)


def compared(scenario: Scenario) -> Iterator[str]:
    """The operations of which a scenario holds two refusals against each other, whole."""
    asked = {step.id: step.deed.op for step in scenario.steps if isinstance(step.deed, Call)}
    for step in scenario.steps:
        for check in step.checks:
            rule = check.argument if isinstance(check.argument, Mapping) else {}
            if check.subject == "rule" and rule.get("name") == "same-refusal":
                yield str(asked[step.id])


@pytest.mark.parametrize("role", get_args(Role))
def test_every_operation_that_names_an_object_is_asked_for_anothers(role: Role) -> None:
    """And the answer is held, as a whole, against that to one that does not exist."""
    held = {name for scenario in SCENARIOS(role) for name in compared(scenario)}
    assert naming(role) - held == set()
    assert naming(role)


def test_valid_body_goes_with_operations_that_take_one_and_with_no_other() -> None:
    """So that a refusal says something of the object, and not of the body."""
    found = {
        scenario.case["op"]: step.deed
        for scenario in SCENARIOS("courier")
        if scenario.base.startswith("foreign-")
        for step in scenario.steps
        if step.id == "foreign" and isinstance(step.deed, Call)
    }
    takes = {name: REGISTRY.operation(name).request_schema for name in found}
    assert {name for name, deed in found.items() if deed.body == "$case.body"} == {
        name for name, schema in takes.items() if schema
    }
    assert any(takes.values())
    assert not all(takes.values())

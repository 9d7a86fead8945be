"""Level privacy in plan and requests: what is beyond the level or not offered is neither planned
nor generated.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jidi.catalogue import Catalogue
from jidi.fuzz.child.growing import with_growing_bodies
from jidi.fuzz.contract import Offer, load_contract
from jidi.fuzz.declared import applies, load_declaration
from jidi.registry import Registry
from jidi.run.planning.selection import Selection
from jidi.run.playing.stage import CandidateClock
from jidi.run.stored import rules_for


def test_operations_above_the_level_are_no_part_of_the_plan() -> None:
    """A run at level core expands no case over an operation of level privacy; one at level privacy
    does, with its capability.
    """
    catalogue = Catalogue.load(Registry.load())
    core = rules_for(catalogue, "courier", "core", Selection()).scenarios
    privacy = rules_for(catalogue, "courier", "privacy", Selection()).scenarios
    assert "credential-required[getLabel]" not in core
    assert "labels" in privacy["credential-required[getLabel]"].needs_capabilities


def test_generated_requests_keep_within_level_and_capabilities() -> None:
    """An operation above the level is left out, and a parameter that rests on an undeclared
    capability does not exist.
    """
    declaration = load_declaration()
    core = load_contract(Registry.load(), declaration.operations, Offer("core", frozenset()))
    whole = load_contract(Registry.load(), declaration.operations, Offer("privacy", None))
    assert "getLabel" not in core.operations
    assert "getLabel" in whole.operations
    assert "Processing-Purpose" not in {
        item.name for item in core.operations["getConsignment"].parameters
    }
    assert "Processing-Purpose" in {
        item.name for item in whole.operations["getConsignment"].parameters
    }


def test_generated_requests_go_by_role() -> None:
    """Each role is asked for what it serves; what only a signature opens is described and never
    generated.
    """
    names = load_declaration().operations
    platform = load_contract(Registry.load(), names, Offer("privacy", None, "platform"))
    integrator = load_contract(Registry.load(), names, Offer("privacy", None, "integrator"))
    courier = load_contract(Registry.load(), names, Offer("privacy", None))
    assert {"listOutgoingConsignments", "getOutgoingConsignment", "getStatus"} <= set(
        platform.operations
    )
    assert "createConsignment" not in platform.operations
    assert "listOutgoingConsignments" not in courier.operations
    assert set(integrator.operations) == set(platform.operations) | set(courier.operations)
    assert "receiveShipmentEvents" not in integrator.operations
    assert (
        platform.document["paths"]["/shipment-events"]["post"]["operationId"]
        == "receiveShipmentEvents"
    )


def test_a_number_that_must_exist_is_not_made_up() -> None:
    """The optional waybill number of a consignment stands in no body that is generated."""
    declaration = load_declaration()
    document = with_growing_bodies(load_contract(Registry.load(), declaration.operations).document)
    assert (
        "waybill_no" not in document["components"]["schemas"]["growing.consignment"]["properties"]
    )


def test_a_conditional_operation_may_refuse_what_is_valid() -> None:
    """Where a valid body may be refused for what it names, no check asks for its acceptance; of an
    unserved one only refusals are looked at.
    """
    declaration = load_declaration()
    accepts = next(kind for kind in declaration.kinds if kind.column == "accepts")
    registry = Registry.load()
    assert not applies(accepts, registry.operation("createConsent"))
    assert applies(accepts, registry.operation("createConsignment"))
    assert {check.needs for check in declaration.checks([registry.operation("createConsent")])} == {
        "refused"
    }


def test_made_up_times_follow_the_clock_of_the_candidate() -> None:
    """Advancing adds up and drops tokens, a reset starts again, other actions change nothing."""
    clock, moved = CandidateClock(), []
    clock.follow("advance-clock", {"seconds": 60}, {}, lambda: moved.append(1))
    clock.follow("advance-clock", {"seconds": 30}, {}, lambda: moved.append(1))
    clock.follow("record-scan", {}, {"ahead_s": 5}, lambda: moved.append(1))
    assert (clock.ahead, len(moved)) == (timedelta(seconds=90), 2)
    clock.follow("reset", {}, {}, lambda: moved.append(1))
    assert clock.ahead == timedelta()


def test_times_that_are_on_their_way_while_the_clock_moves_are_known() -> None:
    """Before it moved, while it moves, and after: each is a time that the candidate may tell."""
    clock = CandidateClock()
    clock.start_from(3600)
    clock.expect("advance-clock", {"seconds": 60})
    assert clock.recent == [0.0, 3600.0, 3660.0]
    clock.follow("advance-clock", {"seconds": 60}, {"ahead_s": 3660.5}, lambda: None)
    assert clock.recent == [0.0, 3600.0, 3660.0, 3660.5]
    clock.expect("record-scan", {"seconds": 99})
    clock.expect("advance-clock", {"seconds": "soon"})
    assert clock.recent == [0.0, 3600.0, 3660.0, 3660.5]


@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        ({"ahead_s": 7200}, 7200),
        ({"ahead_s": 0}, 0),
        ({}, 60),
        ({"ahead_s": -1}, 60),
        ({"ahead_s": True}, 60),
        ({"ahead_s": 1e300}, 60),
        ({"ahead_s": "9"}, 60),
    ],
)
def test_what_the_candidate_says_of_its_clock_counts_when_it_makes_sense(
    said: dict[str, Any], ahead: float
) -> None:
    """An earlier run may have moved it; a candidate that says odd things is taken at what the kit
    did itself.
    """
    for action, parameters in (("advance-clock", {"seconds": 60}), ("read-clock", {})):
        clock = CandidateClock()
        clock.start_from(0 if action == "advance-clock" else 60)
        clock.follow(action, parameters, said, lambda: None)
        assert clock.ahead == timedelta(seconds=ahead)

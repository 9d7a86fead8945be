"""Whoever does not offer what need not be offered is asked for nothing of it: lint refuses steps
that would hold it against them, and what sends more at once than is taken does not apply.
"""

from __future__ import annotations

from typing import Any

import pytest

from jidi.catalogue.linting.known_names import Known
from jidi.catalogue.linting.offer_lint import offer_faults
from jidi.registry import Registry
from jidi.run.data import load_data
from jidi.run.planning.plan import Standing, make_plan

AMEND = {"op": "amendConsignment", "as": "platform-a"}
BATCH = {"op": "createConsignmentBatch", "as": "platform-a"}
NEVER = [404, 405, 501]
BATCHES = {"capabilities": ["batch"]}


def faults(step: dict[str, Any], needs: dict[str, Any]) -> list[str]:
    """Pointers of what is found in a step."""
    known = Known.of(Registry.load(), {})
    return [pointer for pointer, _, _ in offer_faults(step, "", needs, known)]


@pytest.mark.parametrize(
    ("step", "places"),
    [
        ({"call": AMEND, "check": [{"status": 403}]}, ["/check/0/status"]),
        ({"call": AMEND, "check": [{"status": [403, 404, 405]}]}, ["/check/0/status"]),
        ({"call": AMEND, "check": [{"status": [403, *NEVER]}]}, []),
        ({"call": AMEND, "check": [{"status": ["4XX", 501]}]}, []),
        ({"call": AMEND, "check": [{"problem": "insufficient-scope"}]}, ["/check/0"]),
        ({"call": AMEND, "check": [{"schema": "amendment"}]}, ["/check/0"]),
        ({"call": AMEND, "expect": {"status": 200}}, ["/expect/status"]),
        ({"call": AMEND, "expect": [{"value": "$a"}, {"status": "4XX"}]}, ["/expect/1/status"]),
        ({"call": AMEND, "expect": {"status": ["4XX", "5XX"]}}, []),
        ({"call": AMEND, "check": [{"canaries": "none"}]}, []),
        ({"pages": {"op": "listSubscriptions"}, "check": [{"status": 200}]}, ["/check/0/status"]),
        ({"call": {"op": "getConsignment"}, "check": [{"status": 200}]}, []),
    ],
)
def test_operation_of_a_capability_is_asked_for_where_it_is_needed(
    step: dict[str, Any], places: list[str]
) -> None:
    """Without the capability under needs every status that is looked at must be one with which an
    operation is answered that is not offered; with it nothing is said.
    """
    assert faults(step, {}) == places
    assert faults(step, {"capabilities": ["amendment", "push"]}) == []


@pytest.mark.parametrize(
    ("items", "limits", "found"),
    [
        (1, {}, False),
        (2, {}, True),
        (2, {"max_batch_items": 2}, False),
        (3, {"max_batch_items": 2}, True),
        (3, {"max_page_items": 3}, True),
    ],
)
def test_batch_of_several_names_the_limit(items: int, limits: dict[str, int], found: bool) -> None:
    """Batches of one are legal; what sends more says so under needs."""
    step = {"call": {**BATCH, "body": {"consignments": ["$one"] * items}}}
    needs = {**BATCHES, **({"limits": limits} if limits else {})}
    assert bool(faults(step, needs)) is found


@pytest.mark.parametrize(
    ("declared", "state"),
    [
        ({"max_batch_items": 1}, "not-applicable"),
        ({"max_batch_items": 1.0}, "not-applicable"),
        ({"max_batch_items": 2}, "planned"),
        ({"max_batch_items": "1"}, "planned"),
        ({}, "planned"),
    ],
)
def test_scenario_that_sends_more_than_is_taken_does_not_apply(
    declared: dict[str, Any], state: str
) -> None:
    """The plan says why, and that is no failure."""
    standing = Standing(
        discovery={"capabilities": {"batch": True}, "limits": declared},
        usable=True,
        parties=frozenset({"platform-a", "platform-b"}),
        broken={},
        has_driver=True,
        actions=None,
    )
    (entry,) = make_plan([load_data("1.0")[1].scenario("batch-repeated")], standing)
    assert entry.state == state
    if state == "not-applicable":
        assert entry.reason == "limit-max_batch_items"
        assert entry.text.en == "the candidate declares max_batch_items below 2"

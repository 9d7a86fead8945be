"""What counts as arrived at a played courier: not what it refused so that it comes again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.run.network import Theatre, theatre

HOUR_S = 3_600
"""Longer than a played courier's token lives."""
PLACE = """
couriers: [east]
generate: {number: order-no, order: {kind: order, order_no: $number}}
steps:
%s  - id: place
    drive: {action: place-order, parameters: {courier_code: $east.code, order: $order}}
  - id: arrival
    receive:
      {courier: east, op: createConsignment, where: {order_no: $number}, within: 4, after: place,
       %s}
    check:
      - {id: in-time, req: DS-01.4, in-time: true}
"""
TAKEN = """\
      - {id: waybill, req: DS-01.1, value: "$arrival.body#/waybill_no", matches: "KE[0-9]{13}"}
      - {id: status, req: DS-01.1, value: $arrival.status, equals: 201}
"""
FAULT = (
    "  - {id: trouble, fault: {courier: east, op: createConsignment, where: {order_no: $number}, "
    "reply: [%s]}}\n"
)
REPLIES = (
    '      - {id: replies, req: DS-01.1, value: "$arrival.messages ~ $[*].reply", equals: [%s]}\n'
)
GAPS = (
    "      - {id: gaps, req: DS-01.7, rule: {name: gaps-grow, with: {initial: 0.1, retries: %s}}}\n"
)
SAME = "      - {id: same, req: DS-01.7, rule: same-request}\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Theatre]:
    """A connected platform whose tokens at its couriers are dead by now: a clock was moved."""
    with theatre(tmp_path) as made:
        made.stage.clock.start_from(HOUR_S)
        yield made


def outcomes(house: Theatre, text: str) -> set[str]:
    """Outcome, or reason of the fail, of every check."""
    return {
        f"{verdict.check.rsplit('/', 1)[1]}: {verdict.reason or verdict.outcome.value}"
        for verdict in house.play(text)
        if verdict.outcome.value != "pass"
    }


@pytest.mark.parametrize(
    ("trouble", "count", "replies", "more"),
    [
        ("", "at-least: 1", "401, 201", TAKEN + SAME),
        ("", "exactly: 1, count: distinct", "401, 201", TAKEN),
        ("", "exactly: 1, settle: 0.3", "401, 201", TAKEN),
        ("503", "at-least: 2", "401, 503, 201", TAKEN + SAME + GAPS % 1),
        ("503, 503", "at-least: 3", "401, 503, 503, 201", TAKEN + SAME + GAPS % 2),
        ("lost", "at-least: 2", "401, null, 201", TAKEN + SAME + GAPS % 1),
        ("{status: 429, retry-after: 1}", "at-least: 2", "401, 429, 201", TAKEN + SAME),
        ("{status: 401, problem: unauthenticated}", "at-least: 2", "401, 401, 201", TAKEN + SAME),
    ],
)
def test_what_came_with_a_dead_token_is_waited_for_again(
    house: Theatre, trouble: str, count: str, replies: str, more: str
) -> None:
    """It stands in the evidence, is no arrival, no retry and no gap, and the receipt is read of
    what came after it.
    """
    text = PLACE % (FAULT % trouble if trouble else "", count) + REPLIES % replies + more
    assert outcomes(house, text) == set()


@pytest.mark.parametrize(
    ("reply", "status"), [("{status: 422, problem: validation-failed}", 422), ("503", 503)]
)
def test_a_refusal_of_a_step_is_an_arrival(house: Theatre, reply: str, status: int) -> None:
    """Where the scenario is about the refusal, that is what was waited for."""
    text = PLACE % (FAULT % reply, "at-least: 1") + REPLIES % f"401, {status}"
    assert outcomes(house, text) == set()


def test_what_is_never_taken_is_seen_as_it_came(house: Theatre) -> None:
    """A platform that gets no token that is live has sent in time, and stands with its refusal."""
    house.stage.clock.start_from(0)
    for connection in house.platform.connections.values():
        connection.token, connection.client = "never-issued", ("nobody", "nothing")
    house.platform.renews = False
    text = PLACE % ("", "at-least: 1") + TAKEN
    assert outcomes(house, text) == {"waybill: matches", "status: equals"}


def test_a_second_arrival_with_a_dead_token_hides_no_receipt(house: Theatre) -> None:
    """What is read of an arrival is the last that came with a live token."""
    house.platform.repeats_with_dead_token = True
    text = PLACE % ("", "at-least: 1, settle: 0.5") + REPLIES % "401, 201, 401" + TAKEN
    assert outcomes(house, text) == set()


SECOND = """
couriers: [east]
generate: {number: order-no, order: {kind: order, order_no: $number}, next: order}
steps:
  - id: place
    drive: {action: place-order, parameters: {courier_code: $east.code, order: $order}}
  - id: arrival
    receive: {courier: east, op: createConsignment, where: {order_no: $number}, within: 4}
    expect: {value: $arrival.status, equals: 201}
  - id: place-next
    drive: {action: place-order, parameters: {courier_code: $east.code, order: $next}}
  - id: later
    receive: {courier: east, op: createConsignment, within: 4%s}
    check:
      - {id: alone, req: DS-01.1, value: $later.messages, count: 1}
"""


@pytest.mark.parametrize(("since", "wrong"), [(", since: arrival", set()), ("", {"alone: count"})])
def test_what_came_before_a_step_does_not_count_since_it(
    house: Theatre, since: str, wrong: set[str]
) -> None:
    """Messages are those that came after the end of the step that ``since`` names."""
    assert outcomes(house, SECOND % since) == wrong

"""Any of the three killed and started again in the middle: nothing is lost and nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from running_courier import Party, consignment, wait_for
from running_network import Node, everything, started

ORDERS = 24
WITHIN_S = 60


@dataclass
class Chain:
    """Nodes from the platform down to the courier; ``hearers``: what each courier calls the node
    above with.
    """

    nodes: list[Node]
    hearers: list[Party]
    code: str

    @property
    def platform(self) -> Node:
        """Where orders are placed."""
        return self.nodes[0]

    @property
    def courier(self) -> Node:
        """Where scans are made."""
        return self.nodes[-1]

    def place(self, first: int, count: int) -> None:
        """Place orders in turn."""
        for number in range(first, first + count):
            self.platform.order(self.code, f"RUN-{number}")

    def settled(self) -> bool:
        """Whether the platform knows of every order that it was taken."""
        states = [
            one["dispatch_state"] for one in everything(self.hearers[0], "listOutgoingConsignments")
        ]
        return states == ["ACCEPTED"] * ORDERS

    def heard(self, count: int) -> bool:
        """Whether this many events have come up."""
        return len(everything(self.hearers[0], "listReceivedEvents")) >= count


_VICTIMS = pytest.mark.parametrize(
    "victim",
    [
        pytest.param(0, marks=pytest.mark.thorough, id="platform"),
        pytest.param(1, id="next"),
        pytest.param(-1, marks=pytest.mark.thorough, id="courier"),
    ],
)
"""Which node is killed; the suite kills the one in the middle."""


@pytest.fixture(params=[pytest.param("direct", marks=pytest.mark.thorough), "through-integrator"])
def chain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chain]:
    """A platform and a courier, with or without an integrator in between."""
    roles = (
        ["platform", "courier"]
        if request.param == "direct"
        else ["platform", "integrator", "courier"]
    )
    nodes = [Node(tmp_path / role, role) for role in roles]
    with started(*nodes):
        hearers = [_connect(upper, lower) for upper, lower in reversed(_pairs(nodes))]
        yield Chain(nodes, hearers[::-1], "NEXT")


def _connect(upper: Node, lower: Node) -> Party:
    """An integrator is told where the upper side's consignments go."""
    return upper.connect(
        "NEXT", lower, **({"courier_code": "NEXT"} if lower.role == "integrator" else {})
    )


def _pairs(nodes: list[Node]) -> list[tuple[Node, Node]]:
    return list(pairwise(nodes))


def check(chain: Chain) -> None:
    """Every order is at the courier once and as placed, and every event of the courier came up
    once.
    """
    given = everything(chain.nodes[-2].callers["NEXT"], "listConsignments")
    assert Counter(one["consignment"]["order_no"] for one in given) == Counter(
        f"RUN-{number}" for number in range(ORDERS)
    )
    for one in given:
        body = {name: value for name, value in one["consignment"].items() if name != "waybill_no"}
        assert body == consignment(order_no=body["order_no"])
    recorded = everything(chain.nodes[-2].callers["NEXT"], "listEvents")
    wait_for(lambda: chain.heard(len(recorded)), WITHIN_S)
    came = everything(chain.hearers[0], "listReceivedEvents")
    assert sorted(event["event_id"] for event in came) == sorted(
        event["event_id"] for event in recorded
    )
    by_id = {event["event_id"]: event for event in recorded}
    assert all(by_id[event["event_id"]] == event for event in came)


@_VICTIMS
def test_killed_while_orders_go_down(chain: Chain, victim: int) -> None:
    """The node dies with orders on their way, some placed before and (but for the platform) some
    while it is away.
    """
    node = chain.nodes[victim]
    chain.place(0, ORDERS // 2)
    node.kill()
    if node is chain.platform:
        node.start()
    chain.place(ORDERS // 2, ORDERS - ORDERS // 2)
    if node is not chain.platform:
        node.start()
    wait_for(chain.settled, WITHIN_S)
    wait_for(
        lambda: len(everything(chain.nodes[-2].callers["NEXT"], "listConsignments")) >= ORDERS,
        WITHIN_S,
    )
    check(chain)


@_VICTIMS
@pytest.mark.thorough
def test_killed_while_events_come_up(chain: Chain, victim: int) -> None:
    """The node dies between scans; what was scanned before, meanwhile and afterwards arrives
    once.
    """
    chain.place(0, ORDERS)
    wait_for(chain.settled, WITHIN_S)
    given = wait_for(
        lambda: (
            len(found := everything(chain.nodes[-2].callers["NEXT"], "listConsignments")) == ORDERS
            and found
        ),
        WITHIN_S,
    )
    numbers = [one["waybill_no"] for one in given]
    for number in numbers[: ORDERS // 2]:
        chain.courier.scan(number, "ACCEPTED", "HUB_ARRIVED")
    node = chain.nodes[victim]
    node.kill()
    if node is chain.courier:
        node.start()
    for number in numbers[ORDERS // 2 :]:
        chain.courier.scan(number, "ACCEPTED", "HUB_ARRIVED")
    if node is not chain.courier:
        node.start()
    check(chain)

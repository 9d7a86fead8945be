"""The reference platform against the real reference courier, without the kit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from running_courier import Party, consignment, slug, wait_for
from running_network import Node, accepted, everything, outgoing, started


@dataclass
class Pair:
    """A platform with two couriers; ``east`` and ``west`` are what the couriers call it with."""

    platform: Node
    couriers: dict[str, Node]
    east: Party
    west: Party


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """One platform, two couriers."""
    directory: Path = tmp_path_factory.mktemp("pair")
    url = (
        request.getfixturevalue("postgresql").new_database()
        if request.param == "postgresql"
        else ""
    )
    platform = Node(directory / "platform", "platform", url)
    couriers = {code: Node(directory / code, "courier") for code in ("EAST", "WEST")}
    with started(platform, *couriers.values()):
        yield Pair(
            platform,
            couriers,
            platform.connect("EAST", couriers["EAST"]),
            platform.connect("WEST", couriers["WEST"]),
        )


def test_order_goes_down_and_scans_come_up(pair: Pair) -> None:
    """The courier gets the order value by value; each of its events is accepted once and moves the
    state.
    """
    pair.platform.order("EAST", "UP-1")
    sent = accepted(pair.east, "UP-1")
    assert sent["consignment"] == consignment(order_no="UP-1")
    pair.couriers["EAST"].scan(sent["waybill_no"], "ACCEPTED", "HUB_ARRIVED", "HUB_DEPARTED")
    events = wait_for(
        lambda: (
            len(found := everything(pair.east, "listReceivedEvents", waybill_no=sent["waybill_no"]))
            == 4
            and found
        )
    )
    assert [event["sequence"] for event in events] == [1, 2, 3, 4]
    assert outgoing(pair.east, "UP-1")["shipment_state"] == events[-1]["state"]
    read = pair.east.call("getOutgoingConsignment", path={"outgoing_id": sent["outgoing_id"]})
    assert read.json() == outgoing(pair.east, "UP-1")


def test_couriers_see_only_their_own(pair: Pair) -> None:
    """The other courier's consignments and events are not there (DS-08.3)."""
    pair.platform.order("WEST", "OWN-1")
    sent = accepted(pair.west, "OWN-1")
    wait_for(lambda: everything(pair.west, "listReceivedEvents", waybill_no=sent["waybill_no"]))
    assert everything(pair.east, "listOutgoingConsignments", order_no="OWN-1") == []
    assert everything(pair.east, "listReceivedEvents", waybill_no=sent["waybill_no"]) == []
    assert slug(
        pair.east.call("getOutgoingConsignment", path={"outgoing_id": sent["outgoing_id"]})
    ) == (404, "not-found")


def test_amendment_and_cancellation_reach_the_courier(pair: Pair) -> None:
    """Both work before acceptance; afterwards the courier's refusal comes back."""
    pair.platform.order("EAST", "CHANGE-1")
    accepted(pair.east, "CHANGE-1")
    assert (
        pair.platform.act(
            "amend-order", order_no="CHANGE-1", amendment={"remark": "放门口"}
        ).status_code
        == 200
    )
    assert outgoing(pair.east, "CHANGE-1")["consignment"]["remark"] == "放门口"
    assert (
        pair.platform.act(
            "cancel-order", order_no="CHANGE-1", reason_code="OUT_OF_STOCK"
        ).status_code
        == 200
    )
    cancelled = wait_for(
        lambda: (
            (found := outgoing(pair.east, "CHANGE-1")).get("shipment_state") == "CANCELLED"
            and found
        )
    )
    assert cancelled["dispatch_state"] == "CANCELLED"
    pair.platform.order("EAST", "CHANGE-2")
    pair.couriers["EAST"].scan(accepted(pair.east, "CHANGE-2")["waybill_no"], "ACCEPTED")
    assert slug(
        pair.platform.act("amend-order", order_no="CHANGE-2", amendment={"remark": "晚到"})
    ) == (409, "state-conflict")
    assert slug(pair.platform.act("cancel-order", order_no="CHANGE-2", reason_code="OTHER")) == (
        409,
        "state-conflict",
    )
    assert slug(pair.platform.act("cancel-order", order_no="NOBODY", reason_code="OTHER")) == (
        404,
        "not-found",
    )


def test_rotation_of_the_secret_loses_nothing(pair: Pair) -> None:
    """Events are pushed and believed before, during and after a rotation."""
    pair.platform.order("WEST", "ROTATE-1")
    number = accepted(pair.west, "ROTATE-1")["waybill_no"]
    for count, code in enumerate(("ACCEPTED", "HUB_ARRIVED", "HUB_DEPARTED"), 2):
        assert (
            pair.platform.act("rotate-secret", courier_code="WEST", overlap_s=1).status_code == 200
        )
        pair.couriers["WEST"].scan(number, code)
        wait_for(
            lambda count=count: (
                len(everything(pair.west, "listReceivedEvents", waybill_no=number)) == count
            )
        )
    assert slug(pair.platform.act("rotate-secret", courier_code="NOBODY", overlap_s=1)) == (
        404,
        "not-found",
    )


def test_discovery_names_the_platform(pair: Pair) -> None:
    """Role, limits and what a platform cannot do."""
    told = pair.east.call("getDiscovery").json()
    assert told["role"] == "platform"
    assert told["capabilities"]["push"]
    assert not told["capabilities"]["batch"]
    assert "waybill_numbers" not in told["capabilities"]
    assert told["limits"]["consignment_dispatch_s"] == 2


def test_actions_of_other_roles_are_unknown(pair: Pair) -> None:
    """A platform scans nothing; an order for nobody is a conflict."""
    assert slug(
        pair.platform.act("record-scan", waybill_no="JR00000000000001", event_code="ACCEPTED")
    ) == (404, "not-found")
    assert slug(pair.platform.act("place-order", courier_code="NOBODY", order=consignment())) == (
        409,
        "state-conflict",
    )
    assert slug(
        pair.couriers["EAST"].act("place-order", courier_code="EAST", order=consignment())
    ) == (404, "not-found")
    nowhere = {"discovery_url": "http://127.0.0.1:9/none", "client_id": "a", "client_secret": "b"}
    assert slug(pair.platform.act("connect-courier", courier_code="GONE", **nowhere)) == (
        409,
        "state-conflict",
    )

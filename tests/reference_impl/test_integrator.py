"""The reference integrator between the real platform and the real couriers, without the kit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from push_receiver import PushReceiver, new_secret
from running_courier import Party, consignment, slug, wait_for
from running_network import COURIER_SCOPES, Node, accepted, everything, outgoing, started


@dataclass
class Network:
    """platform – integrator – courier; ``above`` is the integrator as the platform's courier,
    ``below`` the courier at the integrator.
    """

    platform: Node
    integrator: Node
    courier: Node
    above: Party
    below: Party


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def network(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    """One of each role."""
    directory = tmp_path_factory.mktemp("network")
    url = (
        request.getfixturevalue("postgresql").new_database()
        if request.param == "postgresql"
        else ""
    )
    platform, integrator = (
        Node(directory / "platform", "platform"),
        Node(directory / "integrator", "integrator", url),
    )
    courier = Node(directory / "courier", "courier")
    with started(courier, integrator, platform):
        below = integrator.connect("KITEAST", courier)
        above = platform.connect("HUB", integrator, courier_code="KITEAST")
        yield Network(platform, integrator, courier, above, below)


def direct(network: Network, **changes: object) -> tuple[Party, dict[str, object]]:
    """A consignment given to the integrator by a platform that is a test; its caller and
    receipt.
    """
    caller = network.integrator.party("platform-a")
    return caller, caller.place(**changes)


def test_order_passes_through_and_events_come_back_unaltered(network: Network) -> None:
    """At the courier the order is as placed, but for the number; at the platform the events are the
    courier's own.
    """
    network.platform.order("HUB", "THROUGH-1", remark="轻放")
    number = accepted(network.above, "THROUGH-1")["waybill_no"]
    below = wait_for(lambda: accepted(network.below, "THROUGH-1"))
    assert below["waybill_no"] == number
    assert below["consignment"] == {
        **consignment(order_no="THROUGH-1", remark="轻放"),
        "waybill_no": number,
    }
    network.courier.scan(number, "ACCEPTED", "HUB_ARRIVED", "HUB_DEPARTED")
    events = wait_for(
        lambda: (
            len(found := everything(network.above, "listReceivedEvents", waybill_no=number)) == 4
            and found
        )
    )
    assert events == everything(network.below, "listReceivedEvents", waybill_no=number)
    assert [event["sequence"] for event in events] == [1, 2, 3, 4]
    assert outgoing(network.above, "THROUGH-1")["shipment_state"] == events[-1]["state"]


def test_every_channel_of_the_courier_face_shows_the_same(
    network: Network, receiver: PushReceiver
) -> None:
    """Push, feed and shipment agree, and receipt, record and label name the courier's number."""
    caller = network.integrator.party("platform-a")
    caller.call("createSubscription", json={"callback_url": receiver.url, "secret": new_secret()})
    receipt = caller.place(order_no="CHANNEL-1")
    number = receipt["waybill_no"]
    assert caller.call("getConsignment", path={"consignment_id": receipt["consignment_id"]}).json()[
        "consignment"
    ] == consignment(order_no="CHANNEL-1")
    network.courier.scan(number, "ACCEPTED", "HUB_ARRIVED")
    wait_for(
        lambda: len([event for event in receiver.events() if event["waybill_no"] == number]) >= 3
    )
    trail = caller.call("listShipmentEvents", path={"waybill_no": number}).json()["items"]
    assert (
        [event for event in receiver.events() if event["waybill_no"] == number]
        == trail
        == caller.feed(waybill_no=number)
    )
    assert (
        caller.call("getShipment", path={"waybill_no": number}).json()["latest_event"] == trail[-1]
    )
    label = caller.call("getLabel", path={"consignment_id": receipt["consignment_id"]}).json()
    assert (label["barcode"], label["carrier_code"]) == (number, "KITEAST")
    assert label["recipient"]["name"] != consignment()["recipient"]["name"]


def test_amendment_and_cancellation_are_passed_on(network: Network) -> None:
    """The courier has them before they are answered, and its refusal comes back."""
    caller, receipt = direct(network, order_no="PASS-1")
    path = {"consignment_id": str(receipt["consignment_id"])}
    amended = caller.call("amendConsignment", path=path, json={"remark": "改"})
    assert (amended.status_code, amended.json()["consignment"]["remark"]) == (200, "改")
    assert outgoing(network.below, "PASS-1")["consignment"]["remark"] == "改"
    cancelled = caller.call("cancelConsignment", path=path, json={"reason_code": "OTHER"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "CANCELLED")
    wait_for(
        lambda: (
            [event["event_code"] for event in caller.feed(waybill_no=receipt["waybill_no"])]
            == ["ORDER_CREATED", "CANCELLED"]
        )
    )
    assert slug(caller.call("cancelConsignment", path=path, json={"reason_code": "OTHER"})) == (
        409,
        "state-conflict",
    )
    caller, receipt = direct(network, order_no="PASS-2")
    path = {"consignment_id": str(receipt["consignment_id"])}
    network.courier.scan(str(receipt["waybill_no"]), "ACCEPTED")
    assert slug(caller.call("amendConsignment", path=path, json={"remark": "晚"})) == (
        409,
        "state-conflict",
    )
    assert slug(caller.call("cancelConsignment", path=path, json={"reason_code": "OTHER"})) == (
        409,
        "state-conflict",
    )


def test_batch_is_split(network: Network) -> None:
    """Good items arrive one by one, once; a bad one is named."""
    caller = network.integrator.party("platform-a")
    items = [consignment(order_no=f"BATCH-{number}") for number in range(5)]
    bad = {**consignment(order_no="BATCH-BAD"), "email": "a@b.example"}
    answer = caller.call("createConsignmentBatch", json={"consignments": [*items, bad]})
    outcomes = [item["outcome"] for item in answer.json()["items"]]
    assert outcomes == ["accepted"] * 5 + ["rejected"]
    for number, item in enumerate(answer.json()["items"][:5]):
        assert (
            accepted(network.below, f"BATCH-{number}")["waybill_no"]
            == item["receipt"]["waybill_no"]
        )
    assert everything(network.below, "listOutgoingConsignments", order_no="BATCH-BAD") == []


def test_numbers_come_from_the_courier(network: Network) -> None:
    """What is allocated here was allocated by the courier, and may then be used."""
    caller = network.integrator.party("platform-a")
    given = caller.call("allocateWaybillNumbers", json={"count": 3}).json()
    assert given["carrier_code"] == "KITEAST"
    receipt = caller.place(order_no="NUMBER-1", waybill_no=given["waybill_nos"][0])
    assert (
        receipt["waybill_no"]
        == given["waybill_nos"][0]
        == accepted(network.below, "NUMBER-1")["waybill_no"]
    )
    again = caller.call("createConsignment", json=consignment(waybill_no=given["waybill_nos"][0]))
    assert slug(again) == (409, "waybill-number-used")
    foreign = caller.call("createConsignment", json=consignment(waybill_no="JR00000000000001"))
    assert slug(foreign) == (422, "waybill-number-not-allocated")


def test_faces_are_kept_apart(network: Network) -> None:
    """The courier sees no record of the platform's face, the platform none of the courier's; a
    stranger neither.
    """
    caller, receipt = direct(network, order_no="FACE-1")
    sent = accepted(network.below, "FACE-1")
    assert slug(
        network.below.call(
            "getOutgoingConsignment", path={"outgoing_id": str(receipt["consignment_id"])}
        )
    ) == (404, "not-found")
    assert slug(caller.call("getConsignment", path={"consignment_id": sent["outgoing_id"]})) == (
        404,
        "not-found",
    )
    assert slug(
        caller.call("getOutgoingConsignment", path={"outgoing_id": sent["outgoing_id"]})
    ) == (404, "not-found")
    assert slug(
        network.below.call("getConsignment", path={"consignment_id": sent["outgoing_id"]})
    ) == (404, "not-found")
    assert everything(network.below, "listConsignments", order_no="FACE-1") == []
    assert slug(network.below.call("getShipment", path={"waybill_no": sent["waybill_no"]})) == (
        404,
        "not-found",
    )
    stranger = network.integrator.partner("stranger", COURIER_SCOPES, courier_code="KITEAST")
    assert slug(stranger.call("getShipment", path={"waybill_no": sent["waybill_no"]})) == (
        404,
        "not-found",
    )


def test_account_without_a_connected_courier_is_asked_to_come_again(network: Network) -> None:
    """Nothing is kept, and 503 says when to try again."""
    caller = network.integrator.partner("early", COURIER_SCOPES, courier_code="NOT_YET")
    answer = caller.call("createConsignment", json=consignment(order_no="EARLY-1"))
    assert slug(answer) == (503, "interruption")
    assert int(answer.headers["Retry-After"]) >= 1
    assert everything(caller, "listConsignments") == []


def test_erasure_reaches_both_faces(network: Network) -> None:
    """After an erasure neither the platform nor the courier reads the person any more."""
    caller, receipt = direct(network, order_no="ERASE-1")
    number, consignment_id = str(receipt["waybill_no"]), str(receipt["consignment_id"])
    accepted(network.below, "ERASE-1")
    place = {"consignment_id": consignment_id}
    answer = caller.call("cancelConsignment", path=place, json={"reason_code": "OTHER"})
    assert answer.status_code == 200
    # The parcel ends here with the event that its courier pushes.
    wait_for(lambda: caller.call("getConsignment", path=place).json()["state"] == "CANCELLED", 10)
    code = network.integrator.act(
        "person-code", consignment_id=consignment_id, party_role="RECIPIENT"
    ).json()["result"]["person_code"]
    wish = {
        "type": "ERASURE",
        "waybill_no": number,
        "party_role": "RECIPIENT",
        "verification": {"method": "ONE_TIME_CODE", "code": code},
    }
    assert caller.call("createPrivacyRequest", json=wish).json()["state"] == "COMPLETED"
    shown = [
        caller.call("getConsignment", path=place).json(),
        outgoing(network.below, "ERASE-1"),
    ]
    for document in shown:
        assert document["view"]["reason"] == "ERASURE"
        assert "recipient" not in document["view"]

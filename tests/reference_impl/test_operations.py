"""Every operation answers as the published documents say (``Party.call`` checks each answer against
them).
"""

from __future__ import annotations

import hashlib
import json
import re

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from running_courier import OF_COURIERS, Party, RunningCourier, check_response, consignment

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.domain.identifiers import uscc_check_digit

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)


def test_discovery_declares_what_is_served(courier: RunningCourier) -> None:
    """Discovery needs no credential, and its digest, check digit and retry horizon are right."""
    answer = requests.get(f"{courier.base_url}/.well-known/express-data-sharing", timeout=5)
    check_response("getDiscovery", answer)
    document = answer.json()
    assert document["versions"][0]["schema_bundle_digest"] == load_bundle().digest
    uscc = document["legal_entity"]["uscc"]
    assert uscc[17] == uscc_check_digit(uscc[:17])
    retry, scale = document["limits"]["push_retry"], document["limits"]["time_scale"]
    assert retry["attempts"] >= 8
    assert retry["horizon_s"] * scale >= 86_400
    assert document["limits"]["idempotency_retention_s"] * scale >= 72 * 3600


def test_token_endpoint_serves_a_stock_oauth_client(courier: RunningCourier) -> None:
    """Authlib obtains a token by either way of client authentication, and the token opens the
    API.
    """
    auth = courier.target["parties"]["platform-a"]["auth"]
    for method in ("client_secret_basic", "client_secret_post"):
        session = OAuth2Session(
            auth["client_id"], auth["client_secret"], token_endpoint_auth_method=method
        )
        session.fetch_token(
            f"{courier.base_url}/oauth/token", grant_type="client_credentials", scope="events:read"
        )
        assert session.get(f"{courier.base_url}/v1/events").status_code == 200
        assert session.get(f"{courier.base_url}/v1/consignments").status_code == 403


def test_consignment_is_kept_as_it_was_sent(platform_a: Party) -> None:
    """The receipt's digest is over the raw bytes, and what comes back is what went in."""
    sent = consignment(remark="易碎 𠀀 fragile")
    raw = json.dumps(sent, ensure_ascii=False, indent=1).encode()
    answer = platform_a.call(
        "createConsignment", data=raw, headers={"Content-Type": "application/json"}
    )
    receipt = answer.json()
    assert receipt["payload_digest"] == "sha-256:" + hashlib.sha256(raw).hexdigest()
    assert answer.headers["Location"] == f"/v1/consignments/{receipt['consignment_id']}"
    record = platform_a.call(
        "getConsignment", path={"consignment_id": receipt["consignment_id"]}
    ).json()
    assert record["consignment"] == sent
    assert record["state"] == "CREATED"


def test_integral_floats_are_integers(platform_a: Party) -> None:
    """JSON Schema counts 14235.0 as an integer, and so does the courier."""
    platform_a.place(
        contents={
            "category_code": "BOOKS",
            "items": [{"name": "示例图书", "quantity": 2.0}],
            "weight_g": 14235.0,
        }
    )


def test_batch_is_judged_item_by_item(platform_a: Party) -> None:
    """A bad item is refused with its pointers while its neighbours are accepted; digests are over
    the canonical form.
    """
    bad = consignment(order_no="B-2")
    del bad["recipient"]["phone"]
    answer = platform_a.call(
        "createConsignmentBatch",
        json={"consignments": [consignment(order_no="B-1"), bad, consignment(order_no="B-3")]},
    )
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [item["outcome"] for item in items] == ["accepted", "rejected", "accepted"]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/recipient/phone"
    assert [
        record["waybill_no"]
        for record in platform_a.call("listConsignments", params={"order_no": "B-2"}).json()[
            "items"
        ]
    ] == []
    assert len(platform_a.call("listConsignments", params={"order_no": "B-1"}).json()["items"]) == 1


def test_batch_with_a_fault_of_its_own_is_refused_whole(platform_a: Party) -> None:
    """An unknown member beside the list is no item's fault."""
    answer = platform_a.call(
        "createConsignmentBatch", json={"consignments": [consignment()], "extra": 1}
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/extra"]


def test_amendment_and_cancellation_end_at_acceptance(
    courier: RunningCourier, platform_a: Party
) -> None:
    """Both work on a fresh consignment and are refused as conflicts on an accepted one
    (DS-01.8).
    """
    open_one, accepted = platform_a.place(), platform_a.place()
    recipient = {**consignment()["recipient"], "name": "测试乙"}
    path = {"consignment_id": open_one["consignment_id"]}
    amended = platform_a.call("amendConsignment", path=path, json={"recipient": recipient})
    assert amended.status_code == 200
    assert (
        platform_a.call("getConsignment", path=path).json()["consignment"]["recipient"]["name"]
        == "测试乙"
    )
    cancelled = platform_a.call(
        "cancelConsignment", path=path, json={"reason_code": "BUYER_CANCELLED"}
    )
    assert cancelled.json()["state"] == "CANCELLED"
    assert (
        platform_a.call("cancelConsignment", path=path, json={"reason_code": "OTHER"}).status_code
        == 409
    )
    courier.scan(accepted["waybill_no"], "ACCEPTED")
    late = {"consignment_id": accepted["consignment_id"]}
    assert platform_a.call("amendConsignment", path=late, json={"remark": "迟"}).status_code == 409
    assert (
        platform_a.call("cancelConsignment", path=late, json={"reason_code": "OTHER"}).status_code
        == 409
    )


def test_shipment_shows_its_events_in_sequence(courier: RunningCourier, platform_a: Party) -> None:
    """A whole journey is contiguous, by waybill, by feed and by query."""
    waybill_no = platform_a.place()["waybill_no"]
    journey = [
        "ACCEPTED",
        "SORTED",
        "HUB_DEPARTED",
        "OUT_FOR_DELIVERY",
        "DELIVERY_FAILED",
        "PICKUP_POINT_ARRIVED",
        "DELIVERED",
    ]
    courier.scan(waybill_no, *journey)
    trail = platform_a.call("listShipmentEvents", path={"waybill_no": waybill_no}).json()["items"]
    assert [event["sequence"] for event in trail] == list(range(1, len(journey) + 2))
    assert [event["event_code"] for event in trail] == ["ORDER_CREATED", *journey]
    assert platform_a.feed(waybill_no=waybill_no) == trail
    shipment = platform_a.call("getShipment", path={"waybill_no": waybill_no}).json()
    assert (shipment["state"], shipment["event_count"], shipment["latest_event"]) == (
        "DELIVERED",
        8,
        trail[-1],
    )
    asked = ["JR00000000000000", waybill_no]
    results = platform_a.call("queryShipments", json={"waybill_nos": asked}).json()["results"]
    assert [(result["waybill_no"], result["outcome"]) for result in results] == [
        (asked[0], "not-found"),
        (waybill_no, "found"),
    ]


@pytest.mark.parametrize(
    "journey",
    [
        ["DELIVERED"],
        ["ACCEPTED", "RETURNED"],
        ["ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED", "IN_TRANSIT"],
    ],
)
def test_illegal_transition_is_refused(
    courier: RunningCourier, platform_a: Party, journey: list[str]
) -> None:
    """The last scan of each journey breaks the transition table and leaves nothing behind."""
    waybill_no = platform_a.place()["waybill_no"]
    courier.scan(waybill_no, *journey[:-1])
    assert (
        courier.act("record-scan", waybill_no=waybill_no, event_code=journey[-1]).status_code == 409
    )
    assert platform_a.call("getShipment", path={"waybill_no": waybill_no}).json()[
        "event_count"
    ] == len(journey)


def test_correction_recomputes_the_state(courier: RunningCourier, platform_a: Party) -> None:
    """Voiding a wrong DELIVERED brings back the state before it, and the journey goes on."""
    waybill_no = platform_a.place()["waybill_no"]
    wrong = courier.scan(waybill_no, "ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED")
    courier.scan(waybill_no, "CORRECTION", corrects={"event_id": wrong["event_id"], "voids": True})
    assert (
        platform_a.call("getShipment", path={"waybill_no": waybill_no}).json()["state"]
        == "OUT_FOR_DELIVERY"
    )
    courier.scan(waybill_no, "DELIVERED", signatory_type="PROXY")
    unknown = courier.act(
        "record-scan",
        waybill_no=waybill_no,
        event_code="CORRECTION",
        corrects={"event_id": "evt_none", "voids": True},
    )
    assert unknown.status_code == 409


def test_returning_parcel_moves_in_reverse(courier: RunningCourier, platform_a: Party) -> None:
    """Hub scans on the way back keep the state RETURNING."""
    waybill_no = platform_a.place()["waybill_no"]
    courier.scan(waybill_no, "ACCEPTED", "OUT_FOR_DELIVERY", "REFUSED", "RETURNING", "HUB_ARRIVED")
    assert (
        platform_a.call("getShipment", path={"waybill_no": waybill_no}).json()["state"]
        == "RETURNING"
    )
    courier.scan(waybill_no, "RETURNED")


def test_estimate_moves_nothing(courier: RunningCourier, platform_a: Party) -> None:
    """An estimated delivery is published but leaves the state as it is."""
    waybill_no = platform_a.place()["waybill_no"]
    courier.scan(waybill_no, "ACCEPTED")
    courier.scan(waybill_no, "DELIVERED", classifier="EST")
    assert (
        platform_a.call("getShipment", path={"waybill_no": waybill_no}).json()["state"]
        == "ACCEPTED"
    )


def test_status_follows_the_callers_flows(courier: RunningCourier) -> None:
    """A new partner's flows have never succeeded; after a consignment they have."""
    fresh = courier.partner(f"fresh-{courier.database_url[:6]}")
    assert [flow["last_success_at"] for flow in fresh.call("getStatus").json()["flows"]] == [
        None,
        None,
    ]
    fresh.place()
    assert all(flow["high_water_sequence"] > 0 for flow in fresh.call("getStatus").json()["flows"])


def test_supervisor_reads_status_and_no_consignment(courier: RunningCourier) -> None:
    """The supervisor's scopes end at status and statistics (DS-11.2)."""
    supervisor = courier.party("supervisor")
    assert supervisor.call("getStatus").status_code == 200
    for operation in ("listConsignments", "listEvents", "listSubscriptions"):
        assert supervisor.call(operation).status_code == 403


def test_every_documented_operation_is_routed(courier: RunningCourier) -> None:
    """Without a credential every secured operation answers 401, which shows that each is there."""
    for operation_id, operation in OF_COURIERS.items():
        if operation.served_at == "version" and operation.secured:
            url = courier.base_url + "/v1" + re.sub(r"\{\w+\}", "x", operation.path)
            answer = requests.request(operation.method, url, timeout=5)
            assert answer.status_code == 401, operation_id
            check_response(operation_id, answer)

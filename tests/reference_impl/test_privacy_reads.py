"""Purposes, consents, scopes, entrustment, and the records that reads leave, on SQLite and on
PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import rfc8785
from running_courier import OF_COURIERS, Party, RunningCourier, check_response, slug

from jidi_reference.settings import ALL_SCOPES

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)
CLEAR = ("示例商家", "13800000001", "测试甲", "021-50000000", "602室", "401室")


def moment(seconds: float) -> str:
    """A time so many seconds from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def path_of(receipt: dict[str, Any]) -> dict[str, str]:
    """The path parameters that name a consignment."""
    return {"consignment_id": receipt["consignment_id"]}


def consent(waybill_no: str, **changes: Any) -> dict[str, Any]:
    """A consent request that is in force."""
    times = {"given_at": moment(-60), "valid_until": moment(3600)}
    return {
        "waybill_no": waybill_no,
        "party_role": "RECIPIENT",
        "service": "延误险",
        **times,
        "evidence_reference": "call 1",
        **changes,
    }


def agreement(client_id: str, categories: list[str], **changes: Any) -> dict[str, Any]:
    """An entrustment that is in force."""
    return {
        "processor": {"name": "示例电子面单服务商", "client_id": client_id},
        "purposes": ["DELIVERY"],
        "term": {"starts_at": moment(-60), "ends_at": moment(3600)},
        "manner": "print labels",
        "categories": categories,
        "protection_measures": ["encryption at rest"],
        "rights_and_duties": "as agreed",
        "impact_assessment": {"reference": "PIA-1", "assessed_at": moment(-86400)},
        "destination_region": "CN",
        **changes,
    }


def records(party: Party) -> list[dict[str, Any]]:
    """The party's whole audit chain, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = party.call(
            "listAuditRecords", params={"limit": 100, **({"cursor": cursor} if cursor else {})}
        ).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_discovery_declares_every_capability_with_its_limits(courier: RunningCourier) -> None:
    """All privacy capabilities are declared, and the published request form can be opened."""
    answer = requests.get(f"{courier.base_url}/.well-known/express-data-sharing", timeout=5)
    check_response("getDiscovery", answer)
    document = answer.json()
    offered = {operation["x-capability"] for operation in _privacy_operations()}
    assert offered <= {name for name, able in document["capabilities"].items() if able is True}
    assert requests.get(document["contacts"]["privacy"]["url"], timeout=5).status_code == 200


def _privacy_operations() -> list[dict[str, Any]]:
    documented = (
        operation.document["paths"][operation.path][operation.method.lower()]
        for operation in OF_COURIERS.values()
    )
    return [operation for operation in documented if operation.get("x-level") == "privacy"]


@pytest.mark.parametrize("operation_id", ["getConsignment", "listConsignments", "getLabel"])
def test_reads_are_bound_to_a_listed_purpose(platform_a: Party, operation_id: str) -> None:
    """No purpose, and a purpose of no list, are refused, for unknown objects too (DS-03.2)."""
    path = path_of(platform_a.place())
    for where in (path, {"consignment_id": "cons_unknown"}):
        assert slug(
            platform_a.call(operation_id, path=where, headers={"Processing-Purpose": None})
        ) == (400, "purpose-required")
        assert slug(
            platform_a.call(operation_id, path=where, headers={"Processing-Purpose": "MARKETING"})
        ) == (403, "purpose-refused")
    assert (
        platform_a.call(
            operation_id, path=path, headers={"Processing-Purpose": "RETURN"}
        ).status_code
        == 200
    )


def test_value_added_use_needs_a_consent_in_force(platform_a: Party, platform_b: Party) -> None:
    """Only the named consent, in force and of that very consignment, opens a value-added read;
    withdrawal closes it at once (DS-04.2).
    """
    mine, other = platform_a.place(), platform_a.place()
    made = platform_a.call("createConsent", json=consent(mine["waybill_no"])).json()
    late = platform_a.call(
        "createConsent", json=consent(mine["waybill_no"], given_at=moment(600))
    ).json()
    over = platform_a.call(
        "createConsent", json=consent(mine["waybill_no"], valid_until=moment(-1))
    ).json()
    assert (made["state"], over["state"]) == ("IN_FORCE", "EXPIRED")
    used = {"Processing-Purpose": "VALUE_ADDED", "Consent-Reference": made["consent_reference"]}
    assert slug(
        platform_a.call(
            "getConsignment", path=path_of(mine), headers={**used, "Consent-Reference": None}
        )
    ) == (403, "consent-required")
    for reference in ("cst_unknown", late["consent_reference"], over["consent_reference"]):
        refused = platform_a.call(
            "getConsignment", path=path_of(mine), headers={**used, "Consent-Reference": reference}
        )
        assert slug(refused) == (403, "consent-invalid")
    assert platform_a.call("getConsignment", path=path_of(mine), headers=used).status_code == 200
    assert slug(platform_a.call("getConsignment", path=path_of(other), headers=used)) == (
        403,
        "consent-invalid",
    )
    assert slug(platform_b.call("listConsignments", headers=used)) == (403, "consent-invalid")
    assert [
        item["consignment_id"]
        for item in platform_a.call("listConsignments", headers=used).json()["items"]
    ] == [mine["consignment_id"]]
    path = {"consent_reference": made["consent_reference"]}
    assert platform_a.call("withdrawConsent", path=path, json={}).json()["state"] == "WITHDRAWN"
    assert platform_a.call("withdrawConsent", path=path, json={}).status_code == 409
    assert slug(platform_a.call("getConsignment", path=path_of(mine), headers=used)) == (
        403,
        "consent-invalid",
    )
    assert platform_a.call("createConsent", json=consent("JR99999999999999")).status_code == 422


READERS = {
    "tracker": {"getShipment", "listShipmentEvents", "queryShipments", "listEvents"},
    "label-printer": {"getLabel"},
    "auditor": {"listAuditRecords"},
    "supervisor": {"getStatus", "getAccessReview", "getStatistics"},
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_each_scope_opens_exactly_its_reads(
    courier: RunningCourier, platform_a: Party, name: str
) -> None:
    """A client of one duty is refused everywhere else, and nothing that it gets holds a clear value
    (PI-05.1).
    """
    receipt = platform_a.place(remark="送到602室")
    party = courier.party(name)
    path = {
        **path_of(receipt),
        "waybill_no": receipt["waybill_no"],
        "recipient_token": "x" * 20,
        "request_id": "x",
        "bulk_operation_id": "x",
    }
    reads = {
        operation_id
        for operation_id, operation in OF_COURIERS.items()
        if operation.method == "GET" and operation.secured
    }
    for operation_id in (reads | {"resolveRecipientToken", "queryShipments"}) - {
        "getDiscovery",
        "getSubscription",
    }:
        body = (
            {"json": {"waybill_nos": [receipt["waybill_no"]]}}
            if operation_id == "queryShipments"
            else {}
        )
        answer = party.call(operation_id, path=path, **body)
        assert (answer.status_code == 200) == (operation_id in READERS[name]), operation_id
        if answer.status_code == 200:
            assert not [value for value in (*CLEAR, "送到") if value in answer.text]
        else:
            assert slug(answer) == (403, "insufficient-scope")


def test_uncommitted_partner_gets_nothing_but_its_review(courier: RunningCourier) -> None:
    """Without the commitment to de-identify there are no numbers and no connection (PI-13.3)."""
    partner = courier.partner("plain-labels", ALL_SCOPES, deidentification_commitment=False)
    review = partner.call("getAccessReview").json()
    assert (review["state"], review["deidentification_commitment"]) == (
        "REJECTED",
        {"committed": False},
    )
    assert partner.call("getStatus").status_code == 200
    for operation_id, body in (
        ("allocateWaybillNumbers", {"count": 1}),
        ("listConsignments", None),
        ("listEvents", None),
    ):
        assert slug(partner.call(operation_id, json=body)) == (
            403,
            "deidentification-commitment-missing",
        )
    assert courier.party("platform-a").call("getAccessReview").json()["state"] == "PASSED"


def test_third_party_sees_only_what_and_while_it_is_entrusted(courier: RunningCourier) -> None:
    """Before, outside and after its entrustment a third party sees nothing; meanwhile only its
    categories (PI-08.2).
    """
    platform = courier.partner("entrusting", ALL_SCOPES)
    third = courier.partner("processor", ALL_SCOPES, role="integrator")
    receipt = platform.place()
    path = path_of(receipt)

    def seen() -> list[int]:
        shipment = third.call("getShipment", path={"waybill_no": receipt["waybill_no"]})
        listed = third.call("listConsignments")
        assert (listed.status_code == 200 and bool(listed.json()["items"])) == (
            third.call("getConsignment", path=path).status_code == 200
        )
        return [
            third.call(name, path=path).status_code for name in ("getConsignment", "getLabel")
        ] + [shipment.status_code]

    assert seen() == [404, 404, 404]
    client_id = third.credentials[0]
    late = agreement(
        client_id, ["LABEL"], impact_assessment={"reference": "PIA", "assessed_at": moment(0)}
    )
    assert (
        platform.call("createProcessingAgreement", json=late).json()["errors"][0]["pointer"]
        == "/impact_assessment/assessed_at"
    )
    future = agreement(
        client_id, ["LABEL"], term={"starts_at": moment(600), "ends_at": moment(3600)}
    )
    assert platform.call("createProcessingAgreement", json=future).json()["state"] == "NOT_STARTED"
    assert seen() == [404, 404, 404]
    made = platform.call(
        "createProcessingAgreement", json=agreement(client_id, ["RECIPIENT_NAME", "TRACKING"])
    ).json()
    assert made["state"] == "IN_FORCE"
    assert seen() == [200, 404, 200]
    view = third.call("getConsignment", path=path).json()["view"]
    assert view == {"reason": "ENTRUSTMENT", "recipient": {"name": "测试甲"}}
    assert slug(
        third.call("getConsignment", path=path, headers={"Processing-Purpose": "RETURN"})
    ) == (403, "purpose-refused")
    assert [event["waybill_no"] for event in third.feed()] == [receipt["waybill_no"]]
    assert records(platform)[-1]["operator_id"] == client_id
    assert records(third)[-2]["objects"] == [receipt["consignment_id"]]
    ending = {"agreement_id": made["agreement_id"]}
    assert (
        platform.call("terminateProcessingAgreement", path=ending, json={}).json()["state"]
        == "TERMINATED"
    )
    assert platform.call("terminateProcessingAgreement", path=ending, json={}).status_code == 409
    assert seen() == [404, 404, 404]
    assert len(platform.call("listProcessingAgreements", params={"limit": 1}).json()["items"]) == 1


def test_every_read_leaves_a_link_in_an_unbroken_chain(courier: RunningCourier) -> None:
    """Granted and refused reads stand in the chain with operator, place and matter; its hashes can
    be computed again (PI-14.1, PI-15.2).
    """
    platform = courier.partner("audited", ALL_SCOPES)
    person = courier.operator(platform.credentials[0], "li-4", "consignments:read")
    receipt = platform.place()
    person.call("getConsignment", path=path_of(receipt))
    person.call("getConsignment", path=path_of(receipt), headers={"Processing-Purpose": None})
    platform.call("getLabel", path=path_of(receipt))
    platform.call("listConsignments")
    chain = records(platform)
    assert [
        (record["matter"], record["outcome"], record["operator_id"] == "li-4") for record in chain
    ] == [
        ("READ_CONSIGNMENT", "GRANTED", True),
        ("READ_CONSIGNMENT", "REFUSED", True),
        ("READ_LABEL", "GRANTED", False),
        ("LIST_CONSIGNMENTS", "GRANTED", False),
    ]
    assert {tuple(record["objects"]) for record in chain} == {(receipt["consignment_id"],)}
    assert {record["place"] for record in chain} == {"127.0.0.1"}
    before = "sha-256:" + "0" * 64
    for sequence, record in enumerate(chain, 1):
        plain = {name: value for name, value in record.items() if name != "record_hash"}
        assert (record["sequence"], record["prev_hash"]) == (sequence, before)
        before = "sha-256:" + hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
        assert record["record_hash"] == before
    refused = requests.delete(
        f"{courier.base_url}/v1/audit-records",
        headers={"Authorization": f"Bearer {platform.token}"},
        timeout=5,
    )
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert not [value for value in CLEAR if value in json.dumps(chain, ensure_ascii=False)]


def test_transfer_abroad_needs_a_recorded_basis(platform_a: Party) -> None:
    """Without a basis for that region and those categories neither agreement nor export goes abroad
    (PI-12.2).
    """
    waybill_no = platform_a.place()["waybill_no"]
    wish = {
        "kind": "EXPORT",
        "selection": {"waybill_nos": [waybill_no]},
        "categories": ["ORDER"],
        "reason": "审计",
        "destination_region": "SG",
    }
    assert slug(platform_a.call("requestBulkOperation", json=wish)) == (
        403,
        "cross-border-basis-missing",
    )
    basis = {
        "basis": "STANDARD_CONTRACT",
        "reference": "SC-1",
        "destination_region": "SG",
        "recipient_name": "Sample Pte",
        "purpose": "DELIVERY",
        "categories": ["ORDER"],
        "impact_assessment": {"reference": "PIA-2", "assessed_at": moment(-86400)},
        "valid_from": moment(-60),
        "valid_until": moment(3600),
    }
    named = {
        "cross_border_basis_id": platform_a.call("recordCrossBorderBasis", json=basis).json()[
            "cross_border_basis_id"
        ]
    }
    assert platform_a.call("requestBulkOperation", json={**wish, **named}).status_code == 201
    assert slug(
        platform_a.call("requestBulkOperation", json={**wish, **named, "destination_region": "HK"})
    ) == (403, "cross-border-basis-missing")
    wider = agreement("third-party", ["ORDER", "CONTENTS"], destination_region="SG", **named)
    assert slug(platform_a.call("createProcessingAgreement", json=wider)) == (
        403,
        "cross-border-basis-missing",
    )
    assert (
        platform_a.call(
            "recordCrossBorderBasis", json={**basis, "destination_region": "CN"}
        ).status_code
        == 422
    )

"""Labels, tokens, exemptions, waybill numbers and bulk operations, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image
from running_courier import Party, RunningCourier, consignment, slug

from jidi_reference.settings import ALL_SCOPES

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)
CLEAR = ("示例商家", "13800000001", "测试甲", "50000000", "602室", "401室", "送到")


def at_once(count: int, call: Any) -> list[requests.Response]:
    """The answers of ``count`` calls that start together."""
    barrier = threading.Barrier(count)

    def run(number: int) -> requests.Response:
        barrier.wait()
        answer: requests.Response = call(number)
        return answer

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def path_of(receipt: dict[str, Any]) -> dict[str, str]:
    """The path parameters that name a consignment."""
    return {"consignment_id": receipt["consignment_id"]}


def soon() -> str:
    """A time in ten minutes."""
    return (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="seconds")


def test_label_is_deidentified_in_every_form(platform_a: Party) -> None:
    """No clear value stands in JSON, barcode or QR; PNG and PDF are drawn, and the codes read back
    as the JSON has them (PI-13.2).
    """
    receipt = platform_a.place(remark="送到602室")
    answer = platform_a.call("getLabel", path=path_of(receipt))
    label = answer.json()
    assert not [value for value in CLEAR if value in answer.text]
    assert label["sender"]["phone"] == "138******01"
    assert label["recipient"]["phone"] == "021-********"
    assert label["recipient"]["address"]["detail"] == "样例大道****"
    image = platform_a.call("getLabel", path=path_of(receipt), headers={"Accept": "image/png"})
    read = {code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(image.content)))}
    assert read == {receipt["waybill_no"], label["qr"]}
    document = platform_a.call(
        "getLabel", path=path_of(receipt), params={"format": "pdf"}, headers={"Accept": "image/png"}
    )
    assert document.content.startswith(b"%PDF")
    assert (
        platform_a.call("getLabel", path=path_of(receipt), params={"format": "svg"}).status_code
        == 400
    )
    assert (
        platform_a.call(
            "getLabel", path=path_of(receipt), headers={"Accept": "text/html"}
        ).status_code
        == 406
    )


def test_label_of_a_tokenised_recipient_is_masked_further(platform_a: Party) -> None:
    """Four stars are enough for a display, not for a label; and the courier cannot resolve what it
    does not know.
    """
    address = {"province": "上海市", "city": "上海市", "detail": "样例大道88号****"}
    shown = {"display_name": "测*", "display_phone": "138****1234", "display_address": address}
    receipt = platform_a.place(recipient={"recipient_token": "platform-token-0001", **shown})
    label = platform_a.call("getLabel", path=path_of(receipt)).json()
    assert label["recipient"]["phone"] == "138********"
    assert label["recipient"]["address"]["detail"] == "样例大道****"
    resolution = platform_a.call(
        "resolveRecipientToken", path={"recipient_token": label["recipient_token"]}
    )
    assert slug(resolution) == (409, "state-conflict")


def test_token_resolves_for_its_partner_within_its_life(courier: RunningCourier) -> None:
    """Labels at once carry one token; a stranger gets nothing; after its end the token is dead and
    the label has another (PI-13.4).
    """
    platform, stranger = (
        courier.partner("tokens", ALL_SCOPES),
        courier.partner("stranger", ALL_SCOPES),
    )
    receipt = platform.place()
    labels = [
        answer.json()
        for answer in at_once(8, lambda _: platform.call("getLabel", path=path_of(receipt)))
    ]
    tokens = {label["recipient_token"] for label in labels}
    assert len(tokens) == 1
    path = {"recipient_token": tokens.pop()}
    resolution = platform.call("resolveRecipientToken", path=path).json()
    assert resolution["recipient"] == consignment()["recipient"]
    assert slug(stranger.call("resolveRecipientToken", path=path)) == (404, "not-found")
    courier.act("advance-clock", seconds=1800)
    assert slug(platform.call("resolveRecipientToken", path=path)) == (410, "token-expired")
    assert (
        platform.call("getLabel", path=path_of(receipt)).json()["recipient_token"]
        != path["recipient_token"]
    )


def test_clear_label_needs_a_recorded_exemption(courier: RunningCourier, platform_a: Party) -> None:
    """Only the exemption of that consignment opens the clear label, and only to a reader of
    consignments (PI-13.5).
    """
    receipt, other = platform_a.place(), platform_a.place()
    wish = {
        "basis": "USER_REQUEST",
        "reference": "工单 1",
        "asked_by": {"party_role": "RECIPIENT", "asked_at": soon()},
        "valid_until": soon(),
    }
    assert (
        platform_a.call(
            "recordLabelExemption", path=path_of(receipt), json={**wish, "basis": "LAW"}
        ).status_code
        == 422
    )
    made = platform_a.call(
        "recordLabelExemption",
        path=path_of(receipt),
        json={**wish, "valid_until": _in(courier, 3000)},
    ).json()
    chosen = {"exemption_id": made["exemption_id"]}
    clear = platform_a.call("getLabel", path=path_of(receipt), params=chosen).json()
    assert clear["recipient"] == consignment()["recipient"]
    assert clear["exemption"]["reference"] == made["exemption_id"]
    assert "测试甲" not in platform_a.call("getLabel", path=path_of(receipt)).text
    assert slug(platform_a.call("getLabel", path=path_of(other), params=chosen)) == (
        403,
        "exemption-refused",
    )
    printer = courier.party("label-printer")
    assert slug(printer.call("getLabel", path=path_of(receipt), params=chosen)) == (
        403,
        "insufficient-scope",
    )
    courier.act("advance-clock", seconds=3000)
    later = Party(courier.base_url, *platform_a.credentials)
    assert slug(later.call("getLabel", path=path_of(receipt), params=chosen)) == (
        403,
        "exemption-refused",
    )
    courier.act("reset")


def _in(courier: RunningCourier, seconds: float) -> str:
    """A time so many seconds ahead of the partner's clock, which other tests may have moved."""
    made = courier.party("platform-a").place()
    received = datetime.fromisoformat(made["received_at"])
    return (received + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def test_numbers_given_out_at_once_never_overlap(courier: RunningCourier) -> None:
    """Eight rivals get eight disjoint lots (PI-13.1)."""
    partners = [courier.partner(f"numbers-{number}", ALL_SCOPES) for number in range(2)]
    answers = at_once(
        8, lambda number: partners[number % 2].call("allocateWaybillNumbers", json={"count": 25})
    )
    numbers = Counter(
        waybill_no for answer in answers for waybill_no in answer.json()["waybill_nos"]
    )
    assert (len(numbers), set(numbers.values())) == (200, {1})


def test_closed_numbers_given_again_at_once_after_their_period_never_overlap(
    courier: RunningCourier,
) -> None:
    """Before the reuse period nobody gets a returned number; after it exactly one does."""
    courier.act("reset")
    platform = courier.partner("returning", ALL_SCOPES)
    lot = platform.call("allocateWaybillNumbers", json={"count": 10}).json()["waybill_nos"]
    for waybill_no in lot:
        closed = platform.call(
            "returnWaybillNumber",
            path={"waybill_no": waybill_no},
            json={"reason_code": "NOT_NEEDED"},
        ).json()
        assert closed["state"] == "RETURNED"
    assert (
        platform.call(
            "returnWaybillNumber", path={"waybill_no": lot[0]}, json={"reason_code": "NOT_NEEDED"}
        ).status_code
        == 409
    )
    assert not set(
        platform.call("allocateWaybillNumbers", json={"count": 20}).json()["waybill_nos"]
    ) & set(lot)
    courier.act("advance-clock", seconds=3599)
    rivals = [
        Party(courier.base_url, *platform.credentials),
        Party(courier.base_url, *courier.partner("rival", ALL_SCOPES).credentials),
    ]
    courier.act("advance-clock", seconds=10)
    answers = at_once(
        4, lambda number: rivals[number % 2].call("allocateWaybillNumbers", json={"count": 5})
    )
    given = [waybill_no for answer in answers for waybill_no in answer.json()["waybill_nos"]]
    assert len(set(given)) == 20
    assert set(given) & set(lot)
    courier.act("reset")


def test_of_several_consignments_for_one_number_exactly_one_is_accepted(
    platform_a: Party, platform_b: Party
) -> None:
    """A number is used once; foreign, unknown, voided and used ones are refused, in a batch item by
    item (PI-13.1).
    """
    first, second, third = platform_a.call("allocateWaybillNumbers", json={"count": 3}).json()[
        "waybill_nos"
    ]
    answers = at_once(
        8,
        lambda number: platform_a.call(
            "createConsignment", json=consignment(waybill_no=first, order_no=f"N-{number}")
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer.json() for answer in answers if answer.status_code == 201)
    assert winner["waybill_no"] == first
    assert {slug(answer)[1] for answer in answers if answer.status_code == 409} == {
        "waybill-number-used"
    }
    used = platform_a.call("getWaybillNumber", path={"waybill_no": first}).json()
    assert (used["state"], used["consignment_id"]) == ("USED", winner["consignment_id"])
    assert slug(platform_b.call("createConsignment", json=consignment(waybill_no=second))) == (
        422,
        "waybill-number-not-allocated",
    )
    assert platform_b.call("getWaybillNumber", path={"waybill_no": second}).status_code == 404
    unknown = platform_a.call("createConsignment", json=consignment(waybill_no="JR00000000000001"))
    assert slug(unknown) == (422, "waybill-number-not-allocated")
    broken = consignment(waybill_no=second, order_no="")
    assert platform_a.call("createConsignment", json=broken).status_code == 422
    batch = {
        "consignments": [
            consignment(waybill_no=second),
            consignment(waybill_no=second),
            consignment(),
        ]
    }
    items = platform_a.call("createConsignmentBatch", json=batch).json()["items"]
    assert [item["outcome"] for item in items] == ["accepted", "rejected", "accepted"]
    void = {"reason_code": "LABEL_SPOILED"}
    assert (
        platform_a.call("voidWaybillNumber", path={"waybill_no": first}, json=void).status_code
        == 409
    )
    platform_a.call("cancelConsignment", path=path_of(winner), json={"reason_code": "OTHER"})
    for waybill_no in (first, third):
        closed = platform_a.call(
            "voidWaybillNumber", path={"waybill_no": waybill_no}, json=void
        ).json()
        assert (closed["state"], "reusable_after" in closed) == ("VOIDED", True)
    assert slug(platform_a.call("createConsignment", json=consignment(waybill_no=third))) == (
        409,
        "waybill-number-used",
    )


def asked(waybill_nos: list[str], kind: str = "EXPORT", **changes: Any) -> dict[str, Any]:
    """A bulk operation that stays at home."""
    categories = ["ORDER", "RECIPIENT_NAME"]
    return {
        "kind": kind,
        "selection": {"waybill_nos": waybill_nos},
        "categories": categories,
        "reason": "对账",
        "destination_region": "CN",
        **changes,
    }


def approve(
    party: Party, operation: dict[str, Any], decision: str = "APPROVE", digest: str | None = None
) -> requests.Response:
    """Decide an operation."""
    body = {"decision": decision, "scope_digest": digest or operation["scope_digest"]}
    return party.call(
        "decideBulkOperation", path={"bulk_operation_id": operation["bulk_operation_id"]}, json=body
    )


def test_export_needs_another_persons_unexpired_approval_of_that_scope(
    courier: RunningCourier, platform_a: Party, platform_b: Party
) -> None:
    """No result before approval, to another person, for another scope, twice, or too late
    (PI-15.1).
    """
    requester, approver = courier.party("bulk-requester"), courier.party("bulk-approver")
    waybill_nos = [platform_a.place()["waybill_no"] for _ in range(2)]
    operation = requester.call("requestBulkOperation", json=asked(waybill_nos)).json()
    path = {"bulk_operation_id": operation["bulk_operation_id"]}
    assert (operation["state"], operation["requested_by"]) == ("PENDING", "bulk-requester")
    assert platform_b.call("getBulkOperation", path=path).status_code == 404
    assert slug(requester.call("getBulkOperationResult", path=path)) == (409, "approval-required")
    assert (
        slug(
            requester.call(
                "decideBulkOperation",
                path=path,
                json={"decision": "APPROVE", "scope_digest": "sha-256:" + "0" * 64},
            )
        )[0]
        == 403
    )
    assert slug(approve(approver, operation, digest="sha-256:" + "0" * 64)) == (
        409,
        "approval-scope-mismatch",
    )
    assert approve(approver, operation).json()["state"] == "APPROVED"
    assert approve(approver, operation).status_code == 409
    assert slug(platform_a.call("getBulkOperationResult", path=path)) == (403, "insufficient-scope")
    answers = at_once(6, lambda _: requester.call("getBulkOperationResult", path=path))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    brought = next(answer.json() for answer in answers if answer.status_code == 200)
    assert [item["waybill_no"] for item in brought["items"]] == waybill_nos
    assert brought["items"][0]["view"].keys() == {
        "reason",
        "order_no",
        "ordered_at",
        "service_product",
        "recipient",
    }
    assert slug(requester.call("getBulkOperationResult", path=path)) == (409, "approval-used")
    own = platform_a.call("requestBulkOperation", json=asked(waybill_nos)).json()
    assert slug(approve(platform_a, own)) == (403, "self-approval")
    approve(approver, own)
    courier.act("advance-clock", seconds=600)
    late = platform_a.call(
        "getBulkOperationResult", path={"bulk_operation_id": own["bulk_operation_id"]}
    )
    assert slug(late) == (409, "approval-expired")
    foreign = platform_b.call("requestBulkOperation", json=asked(waybill_nos))
    assert (foreign.status_code, len(foreign.json()["errors"])) == (422, 2)


def test_leaver_is_out_everywhere_at_once(courier: RunningCourier) -> None:
    """On dismissal every token of the person dies and its open export is cancelled; colleagues work
    on (PI-15.3).
    """
    platform = courier.partner("employer", ALL_SCOPES)
    client_id = platform.credentials[0]
    leaver = [
        courier.operator(client_id, "wang-1", "bulk:request", "consignments:read") for _ in range(2)
    ]
    colleague = courier.operator(client_id, "zhao-2", "bulk:approve", "bulk:request")
    operation = (
        leaver[0].call("requestBulkOperation", json=asked([platform.place()["waybill_no"]])).json()
    )
    path = {"bulk_operation_id": operation["bulk_operation_id"]}
    approve(colleague, operation)
    answers = at_once(
        9, lambda number: _dismiss_or_read(courier, client_id, leaver[number % 2], number, path)
    )
    statuses = [answer.status_code for answer in answers[1:]]
    assert set(statuses) <= {200, 401, 409}
    assert statuses.count(200) <= 1
    assert [party.call("listConsignments").status_code for party in leaver] == [401, 401]
    assert colleague.call("getBulkOperation", path=path).json()["state"] in (
        "CANCELLED",
        "COMPLETED",
    )
    pending = courier.operator(client_id, "qian-3", "bulk:request")
    second = pending.call(
        "requestBulkOperation", json=asked([platform.place()["waybill_no"]])
    ).json()
    courier.act("dismiss-operator", party=client_id, operator_id="qian-3")
    assert approve(colleague, second).status_code == 409


def _dismiss_or_read(
    courier: RunningCourier, client_id: str, party: Party, number: int, path: dict[str, str]
) -> requests.Response:
    if number == 0:
        return courier.act("dismiss-operator", party=client_id, operator_id="wang-1")
    return party.call("getBulkOperationResult", path=path)


def test_destruction_leaves_facts_and_no_person(courier: RunningCourier) -> None:
    """An approved destruction, done by reading its result, takes both parties; the shipment stays
    as it was.
    """
    platform = courier.partner("destroying", ALL_SCOPES)
    approver = courier.operator(platform.credentials[0], "second", "bulk:approve")
    receipt = platform.place()
    shipment = platform.call("getShipment", path=receipt).json()
    operation = platform.call(
        "requestBulkOperation", json=asked([receipt["waybill_no"]], "DESTRUCTION")
    ).json()
    approve(approver, operation)
    done = platform.call(
        "getBulkOperationResult", path={"bulk_operation_id": operation["bulk_operation_id"]}
    ).json()
    assert (done["count"], "items" in done) == (1, False)
    record = platform.call("getConsignment", path=path_of(receipt)).json()
    assert not {"sender", "recipient", "remark"} & set(record["view"])
    assert platform.call("getShipment", path=receipt).json() == shipment
    assert (
        platform.call("amendConsignment", path=path_of(receipt), json={"remark": "改"}).status_code
        == 409
    )

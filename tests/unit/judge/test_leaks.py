"""Where a planted value may be seen: judged from the journal alone."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from tests.unit.judge.journals import header, judge_canaries

from jidi.judge.personal.canaries import Canary
from jidi.judge.personal.leaks import Site, allowed
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.registry import Registry
from jidi.run.planning.judging_data import judging_context

REGISTRY = Registry.load()
CONTEXT = judging_context(REGISTRY, header())
PHONE = "14012345678"
PARCEL = next(
    dict(example.instance)
    for example in REGISTRY.examples("valid", "consignment")
    if "phone" in example.instance["recipient"]
)
PARCEL = {
    **PARCEL,
    "recipient": {
        **PARCEL["recipient"],
        "name": "李芷若",
        "phone": {"kind": "mobile", "number": PHONE},
    },
}
PLANTED = [
    {"value": PHONE, "kind": "phone", "pi_class": "direct", "subject": "recipient"},
    {"value": "李芷若", "kind": "name", "pi_class": "direct", "subject": "recipient"},
]


def exchange(operation: str, party: str, sent: Any, came: Any, **more: Any) -> dict[str, Any]:
    def body(value: Any) -> dict[str, Any]:
        return (
            {"text": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}
            if value is not None
            else {}
        )

    direction = more.get("direction", "sent")
    return {
        "kind": "exchange", "id": "x1", "scenario": "s", "step": "t", "attempt": 0, "index": 0, "page": 0, "direction": direction, "party": party,
        "operation": operation, "request": {"method": "GET", "url": "http://127.0.0.1/", "headers": [], "body": body(sent)},
        "response": None if direction == "received" else {"status": more.get("status", 200), "headers": more.get("headers", []), "body": body(came)},
        "failure": None, "started_at": "2026-01-01T00:00:00Z", "started": 0.0, "finished": 0.0, "redactions": [], "facts": {},
    }  # fmt: skip


def judged(*exchanges: dict[str, Any]) -> CheckVerdict:
    placed = exchange("createConsignment", "platform-a", PARCEL, {}, status=201)
    records = [
        {"kind": "scenario-started", "scenario": "s", "canaries": PLANTED},
        placed,
        *exchanges,
    ]
    (verdict,) = judge_canaries(records, {"PI-07.2": object()}, CONTEXT)
    return verdict


TIMES = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
RECORD = {
    "consignment_id": "c1",
    "waybill_no": "JD0000000000001",
    "state": "CREATED",
    "consignment": PARCEL,
    **TIMES,
}


def test_leaks_owner_may_read_what_it_sent() -> None:
    """The whole record, in clear, at the places that the schema declares."""
    assert judged(exchange("getConsignment", "platform-a", None, RECORD)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "leaking",
    [
        exchange("getConsignment", "platform-a", None, {**RECORD, "debug": PHONE}),
        exchange("getConsignment", "platform-a", None, {**RECORD, "consignment_id": PHONE}),
        exchange(
            "getShipment",
            "platform-a",
            None,
            {"waybill_no": "JD0000000000001", "note": f"call {PHONE}"},
        ),
        exchange(
            "listEvents",
            "platform-a",
            None,
            {"items": [{"facility": hashlib.sha256(PHONE.encode()).hexdigest()}]},
        ),
        exchange(
            "createConsignment",
            "platform-a",
            None,
            {"title": "refused", "detail": "name 李芷若 is odd"},
            status=422,
        ),
        exchange("getStatus", "platform-a", None, {}, headers=[["X-Debug", "+86-" + PHONE]]),
        exchange("getStatus", "platform-a", None, f"not json {PHONE}"),
        exchange("getStatus", "platform-a", None, f'{{"n": {PHONE}}}'),
        exchange(
            "",
            "",
            {"type": "shipment.events", "data": {"events": [{"description": "收件人 李芷若"}]}},
            None,
            direction="received",
        ),
    ],
)
def test_leaks_anywhere_else_fail(leaking: dict[str, Any]) -> None:
    """Undeclared member, wrong place, event, hash, error text, header, broken JSON, number, push;
    and the value is not told.
    """
    verdict = judged(leaking)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason in {"canary-raw", "canary-encoded"}
    assert PHONE not in verdict.actual.en
    assert "李芷若" not in verdict.actual.en


def test_leaks_another_supplier_may_not_see_it() -> None:
    """Platform b hands over parcels of its own; platform a's are none of its business."""
    other = {**PARCEL, "recipient": {**PARCEL["recipient"], "name": "李芷若"}}
    other["recipient"] = {
        **other["recipient"],
        "phone": {"kind": "mobile", "number": "14000000000"},
    }
    mine = exchange("createConsignment", "platform-b", other, {}, status=201)
    verdict = judged(mine, exchange("getConsignment", "platform-b", None, RECORD))
    assert verdict.outcome is Outcome.FAIL
    assert "phone" in verdict.actual.en
    assert "name" not in verdict.actual.en


def test_leaks_nothing_planted_is_not_exercised() -> None:
    """A run without canaries proves nothing."""
    (verdict,) = judge_canaries([], {"PI-07.2": object()}, CONTEXT)
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert judge_canaries([], {}, CONTEXT) == []


@pytest.mark.parametrize(
    ("site", "subject", "expected"),
    [
        (
            Site("resolveRecipientToken", "platform-a", "/recipient/name", "direct"),
            "recipient",
            True,
        ),
        (Site("resolveRecipientToken", "platform-a", "/recipient/name", "direct"), "sender", False),
        (Site("getLabel", "platform-a", "/recipient/name", "quasi"), "recipient", False),
        (
            Site("getLabel", "platform-a", "/recipient/name", "direct", exempt=True),
            "recipient",
            True,
        ),
        (Site("listAuditRecords", "platform-a", "/items/0/place", "none"), "recipient", False),
        (Site("getStatistics", "platform-a", "/cells/0/node", "none"), "recipient", False),
        (
            Site("getConsignment", "platform-a", "/consignment/recipient/name", "none"),
            "recipient",
            False,
        ),
    ],
)
def test_leaks_table_of_places(site: Site, subject: str, expected: bool) -> None:
    """Operation, pointer, class and whose it is decide together."""
    assert (
        allowed(
            site, Canary("x", "name", "direct", "platform-a", subject), frozenset({"platform-a"})
        )
        is expected
    )


def ordered(code: str, **changes: Any) -> dict[str, Any]:
    """An order that the platform was made to send to a courier."""
    parameters = {"courier_code": code, "order": {**PARCEL, **changes}}
    return {
        "kind": "drive",
        "scenario": "s",
        "step": "t",
        "action": "place-order",
        "parameters": parameters,
        "result": {},
        "failure": "",
    }


def judged_orders(*records: dict[str, Any]) -> Outcome:
    """The verdict over orders of which that of the first record is planted."""
    (verdict,) = judge_canaries(
        [{"kind": "scenario-started", "scenario": "s", "canaries": PLANTED}, *records],
        {"PI-07.2": object()},
        CONTEXT,
    )
    return verdict.outcome


OUTGOING = {
    "outgoing_id": "o1",
    "idempotency_key": "k",
    "dispatch_state": "PENDING",
    "consignment": PARCEL,
    **TIMES,
}
OTHER_PHONE = {
    "recipient": {
        **PARCEL["recipient"],
        "name": "王一一",
        "phone": {"kind": "mobile", "number": "14000000000"},
    }
}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([exchange("createConsignment", "east", PARCEL, None, direction="received")], Outcome.PASS),
        ([exchange("getOutgoingConsignment", "east", None, OUTGOING)], Outcome.PASS),
        (
            [
                exchange(
                    "listOutgoingConsignments",
                    "east",
                    None,
                    {"items": [OUTGOING], "next_cursor": None, "resume_cursor": "c"},
                )
            ],
            Outcome.PASS,
        ),
        ([exchange("createConsignment", "west", PARCEL, None, direction="received")], Outcome.FAIL),
        ([exchange("getOutgoingConsignment", "west", None, OUTGOING)], Outcome.FAIL),
        (
            [
                exchange(
                    "createConsignment",
                    "east",
                    {**PARCEL, "debug": PHONE},
                    None,
                    direction="received",
                )
            ],
            Outcome.FAIL,
        ),
        (
            [
                exchange(
                    "createSubscription",
                    "east",
                    {"callback_url": f"http://x/{PHONE}"},
                    None,
                    direction="received",
                )
            ],
            Outcome.FAIL,
        ),
        (
            [
                exchange(
                    "receiveShipmentEvents",
                    "east",
                    {},
                    {"result": "accepted", "accepted": 0, "rejected": [], "note": PHONE},
                )
            ],
            Outcome.FAIL,
        ),
        (
            [exchange("createConsignment", "KITABCDEF", PARCEL, None, direction="received")],
            Outcome.FAIL,
        ),
    ],
)
def test_leaks_of_orders_go_by_the_courier_that_was_chosen(
    records: list[dict[str, Any]], expected: Outcome
) -> None:
    """A courier sees its own orders, where the schema has a place for them, and no other courier's
    (PI-07.2).
    """
    assert (
        judged_orders(
            ordered("KITEAST"), ordered("KITWEST", order_no="W-1", **OTHER_PHONE), *records
        )
        is expected
    )


def test_leaks_of_amended_orders_go_by_the_order() -> None:
    """What an amendment brings belongs to the courier of its order."""
    amended = {"order_no": PARCEL["order_no"], "amendment": {"recipient": PARCEL["recipient"]}}
    drive = {
        "kind": "drive",
        "scenario": "s",
        "step": "u",
        "action": "amend-order",
        "parameters": amended,
        "result": {},
        "failure": "",
    }
    first = ordered("KITEAST", recipient=OTHER_PHONE["recipient"])
    sent = exchange(
        "amendConsignment", "east", {"recipient": PARCEL["recipient"]}, None, direction="received"
    )
    assert judged_orders(first, drive, sent) is Outcome.PASS
    assert (
        judged_orders(
            first,
            drive,
            ordered("KITWEST", order_no="W-1", **OTHER_PHONE),
            {**sent, "party": "west"},
        )
        is Outcome.FAIL
    )


def test_leaks_a_namesake_in_an_order_whose_answer_was_lost_is_no_leak() -> None:
    """The candidate was asked to send it, whatever became of the action."""
    came = exchange(
        "createConsignment", "west", {**PARCEL, "order_no": "W-2"}, None, direction="received"
    )
    namesake = ordered("KITWEST", order_no="W-2")
    lost = {**namesake, "result": None, "failure": "no answer within 10 s"}
    assert judged_orders(ordered("KITEAST"), lost, came) is Outcome.PASS
    assert judged_orders(ordered("KITEAST"), came) is Outcome.FAIL

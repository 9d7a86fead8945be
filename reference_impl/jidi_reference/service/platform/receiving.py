"""Pushes from couriers: believed only when signed right and fresh, then judged event by event
(DS-02.8, DS-02.9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jidi_reference.domain.clock import unix_seconds
from jidi_reference.domain.json_body import parse_json
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.signing import verified
from jidi_reference.service.context import Context
from jidi_reference.service.idempotent import run_in_turn
from jidi_reference.service.platform import received_events
from jidi_reference.service.ports.couriers import Backfill, CourierRow
from jidi_reference.service.ports.idempotency import KeyedCall
from jidi_reference.service.ports.unit import Unit

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_MAX_SECRETS_BYTES = 4096
_SHARE_OF_ANSWER = (
    0.4  # of the time for an answer, spent at most on waiting for a receipt that is on its way
)


@dataclass(frozen=True)
class PushRequest:
    """A push as it arrived: header names in lower case, the bytes that are signed."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class BatchResult:
    """What became of a push; ``rejected`` holds {event_id, code, detail} of each refused event."""

    accepted: int
    rejected: tuple[Mapping[str, str], ...] = ()

    def document(self) -> dict[str, Any]:
        """The batch-result."""
        word = "accepted" if not self.rejected else "partial" if self.accepted else "rejected"
        return {
            "result": word,
            "accepted": self.accepted,
            "rejected": [dict(one) for one in self.rejected],
        }


def _is_time(stamp: str) -> bool:
    """Whether it is a whole number of seconds that a clock may show."""
    return stamp.isascii() and stamp.isdigit() and len(stamp) < 12


def sender(context: Context, courier_code: str | None, request: PushRequest) -> CourierRow:
    """The courier whose secret signed the push; ``courier_code`` (from the path) names the only one
    it may be.

    Raises:
        Problem: ``unauthenticated`` for a header that is missing, malformed, stale or from the
            future, or a signature that is not right.
    """
    message_id, stamp, signature = (request.headers.get(name, "") for name in _HEADERS)
    now = context.clock.now()
    told = context.contract.fits("id", message_id) and _is_time(stamp)
    if not told or not signature.isascii() or len(signature) > _MAX_SECRETS_BYTES:
        raise _unbelieved("Send webhook-id, webhook-timestamp and webhook-signature.")
    if abs(now - int(stamp)) > context.settings.limits.clock_skew_s:
        raise _unbelieved("The timestamp is too far from now.")
    with context.storage.read() as unit:
        known = unit.couriers.all_of()
    for row in known:
        mine = courier_code is None or row.courier_code == courier_code
        if mine and verified(row.secrets_at(now), (message_id, stamp), signature, request.body):
            return row
    raise _unbelieved("The signature is not right.")


def take(context: Context, courier: CourierRow, request: PushRequest) -> BatchResult:
    """Judge a push of this courier, whose signature is right; the same push again gets the same
    result.

    Raises:
        Problem: ``malformed-json``, ``validation-failed``; ``unauthenticated`` for another id
            inside; ``idempotency-key-reused``.
    """
    envelope = parse_json(request.body)
    if isinstance(envelope, dict) and envelope.get("id") not in (
        None,
        request.headers["webhook-id"],
    ):
        raise _unbelieved("webhook-id is not the id of the envelope.")
    invalid = _invalid_items(context, envelope)
    events = envelope["data"].get("events", []) if envelope["type"] == "shipment.events" else []
    _await_receipts(
        context, courier, [event for index, event in enumerate(events) if index not in invalid]
    )
    key = KeyedCall(
        courier.party,
        "receiveShipmentEvents",
        envelope["id"],
        hashlib.sha256(request.body).hexdigest(),
    )
    told = run_in_turn(
        context,
        key,
        lambda unit: _judge(context, unit, courier, (events, invalid)).document(),
    )
    context.news.tell()
    context.wake()
    return BatchResult(told["accepted"], tuple(told["rejected"]))


def _invalid_items(context: Context, envelope: Any) -> dict[int, str]:
    """The faulty events by index, each with what is wrong; a fault anywhere else refuses the
    whole.
    """
    faults = context.contract.faults("push-envelope", envelope)
    whole = [fault for fault in faults if _item(fault) is None]
    if whole:
        raise Problem.invalid(faults)
    invalid = {
        index: "not a valid event" for fault in faults if (index := _item(fault)) is not None
    }
    if envelope["type"] == "shipment.events":
        for index, event in enumerate(envelope["data"]["events"]):
            if index not in invalid and _foretells(event):
                invalid[index] = (
                    "it occurred after it was recorded, or its times cannot be reckoned with"
                )
    return invalid


def _foretells(event: Mapping[str, Any]) -> bool:
    try:
        return unix_seconds(event["occurred_at"]) > unix_seconds(event["recorded_at"])
    except ValueError:
        return True


def _item(fault: Fault) -> int | None:
    parts = (fault.pointer or "").split("/")
    return (
        int(parts[3])
        if len(parts) > 3 and parts[1:3] == ["data", "events"] and parts[3].isdigit()
        else None
    )


def _await_receipts(context: Context, courier: CourierRow, events: list[dict[str, Any]]) -> None:
    """A courier may push of a consignment before its receipt has arrived: while calls are under
    way, give them a moment.
    """
    numbers = {event["waybill_no"] for event in events}

    def settled() -> bool:
        with context.storage.read() as unit:
            if numbers <= unit.consignments.find_shipments([courier.party], sorted(numbers)).keys():
                return True
        return not context.turns.held(f"dispatch {courier.courier_code} ")

    if numbers:
        context.news.wait_until(settled, context.settings.limits.push_answer_s * _SHARE_OF_ANSWER)


def _judge(
    context: Context,
    unit: Unit,
    courier: CourierRow,
    batch: tuple[list[Any], Mapping[int, str]],
) -> BatchResult:
    events, invalid = batch
    accepted, rejected = 0, []
    for index, event in enumerate(events):
        refusal = (
            ("invalid-event", invalid[index])
            if index in invalid
            else _refusal(context, unit, courier, event)
        )
        if refusal is None:
            accepted += 1
        else:
            code, detail = refusal
            rejected.append(
                {"event_id": _name(context, event, index), "code": code, "detail": detail}
            )
    return BatchResult(accepted, tuple(rejected))


def _refusal(
    context: Context, unit: Unit, courier: CourierRow, event: dict[str, Any]
) -> tuple[str, str] | None:
    """Why the event is refused, or None once it is stored or known."""
    known = unit.received.find(courier.party, event["event_id"])
    if known is not None:
        return (
            None
            if known == event
            else ("conflicting-duplicate", "this id came with other content before")
        )
    row = unit.consignments.find_shipment(courier.party, event["waybill_no"], lock=True)
    if row is None:
        if unit.dispatches.in_doubt(
            courier.courier_code
        ):  # it may be that of a receipt that got lost
            unit.backfills.want(Backfill(courier.courier_code, event["waybill_no"], None))
        return "unknown-waybill", "no receipt of this courier gave this number"
    received_events.store(context, unit, courier, row, event)
    return None


def _name(context: Context, event: Any, index: int) -> str:
    event_id = event.get("event_id") if isinstance(event, dict) else None
    return str(event_id) if context.contract.fits("id", event_id) else f"unidentified-{index}"


def _unbelieved(detail: str) -> Problem:
    return Problem("unauthenticated", detail)

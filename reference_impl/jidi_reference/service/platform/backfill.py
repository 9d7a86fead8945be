"""Fetches the events of a waybill from its courier, where a push was refused before the receipt
came, or one is missing (DS-06.3).
"""

from __future__ import annotations

from typing import Any

from jidi_reference.service.context import Context
from jidi_reference.service.platform import received_events
from jidi_reference.service.platform.calls import CourierCall, call, document, is_passing
from jidi_reference.service.ports.couriers import Backfill, CourierRow

_PAGE = 100
_MOST_PAGES = 100


def fetch_due(context: Context, courier_code: str, waybill_no: str) -> None:
    """Fetch a waybill that is due, and try again later when the courier does not answer."""
    with context.storage.read() as unit:
        wish = unit.backfills.find(courier_code, waybill_no)
        courier = unit.couriers.find(courier_code)
    if wish is None or wish.due_at is None or wish.due_at > context.clock.now():
        return
    events = None if courier is None else _trail(context, courier, waybill_no)
    if courier is None or events is None:
        _postpone(context, wish)
        return
    _take(context, courier, wish, events)
    context.news.tell()
    context.wake()


def _trail(context: Context, courier: CourierRow, waybill_no: str) -> list[Any] | None:
    """All events that the courier shows of a waybill; None when it cannot be asked now."""
    events: list[Any] = []
    cursor = ""
    for _ in range(_MOST_PAGES):
        path = f"/shipments/{waybill_no}/events?limit={_PAGE}{cursor}"
        answer = call(context, courier, CourierCall("listShipmentEvents", "GET", path))
        if answer.status != 200:
            return None if is_passing(answer) else events
        told = document(answer)
        if context.contract.faults("event-page", told):
            return events
        events += told["items"]
        if told["next_cursor"] is None:
            return events
        cursor = f"&cursor={told['next_cursor']}"
    return events


def _take(context: Context, courier: CourierRow, wish: Backfill, events: list[Any]) -> None:
    with context.storage.write() as unit:
        for event in events:
            row = unit.consignments.find_shipment(courier.party, wish.waybill_no, lock=True)
            strange = (
                event["waybill_no"] != wish.waybill_no
                or unit.received.find(courier.party, event["event_id"]) is not None
            )
            if row is not None and not strange:
                received_events.store(context, unit, courier, row, event)
        unit.backfills.done(wish.courier_code, wish.waybill_no)


def _postpone(context: Context, wish: Backfill) -> None:
    limits = context.settings.limits
    gap = limits.push_initial_backoff_s * float(1 << min(wish.attempts, limits.push_attempts - 1))
    with context.storage.write() as unit:
        unit.backfills.postpone(wish, context.clock.now() + gap)

"""Shipments and the event feed, as their owner reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.lifecycle import FORWARD
from jidi_reference.service.context import Caller, Context, PageRequest, Published, page
from jidi_reference.service.governance.visibility import sight, tracked_shipment, tracking
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.events import EventFilter, EventRow, Events
from jidi_reference.service.ports.unit import Unit


def show(context: Context, caller: Caller, waybill_no: str) -> Published:
    """A shipment with its latest event.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.storage.read() as unit:
        row = tracked_shipment(context, unit, caller, waybill_no)
        latest = _recorded(unit).latest_of([waybill_no])
    return shipment(row, latest.get(waybill_no))


def query(context: Context, caller: Caller, waybill_nos: Sequence[str]) -> Published:
    """Many shipments in the order asked; another's is answered like an unknown one."""
    with context.storage.read() as unit:
        rows = unit.consignments.find_shipments(
            sight(context, unit, caller).owners(tracking),
            waybill_nos,
            given_only=True,
        )
        latest = _recorded(unit).latest_of(list(rows))
    return {"results": [_result(number, rows.get(number), latest) for number in waybill_nos]}


def list_trail(
    context: Context, caller: Caller, waybill_no: str, request: PageRequest
) -> Published:
    """A page of one shipment's events, by sequence.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.storage.read() as unit:
        tracked_shipment(context, unit, caller, waybill_no)
        rows = _recorded(unit).of_shipment(waybill_no, request.after, request.limit + 1)
    return page(context, request, [(row.sequence, json.loads(row.body)) for row in rows])


def list_feed(
    context: Context, caller: Caller, request: PageRequest, wanted: EventFilter
) -> Published:
    """A page of all the caller's events in the order recorded (DS-02.4)."""
    with context.storage.read() as unit:
        rows = _recorded(unit).feed(
            sight(context, unit, caller).owners(tracking),
            wanted,
            request.after,
            request.limit + 1,
        )
    return page(context, request, [(row.position, json.loads(row.body)) for row in rows])


def shipment(row: ConsignmentRow, latest: EventRow | None) -> dict[str, Any]:
    """The shipment document of a consignment and its latest event; an integrator may have none
    yet.
    """
    consignment, event = json.loads(row.body), None if latest is None else json.loads(latest.body)
    identity = {
        "waybill_no": row.waybill_no,
        "consignment_id": row.consignment_id,
        "order_no": row.order_no,
        "state": row.state,
    }
    asked = {
        name: consignment[name]
        for name in ("service_product", "related_waybill_no")
        if name in consignment
    }
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    if event is None:
        return {**identity, **asked, "direction": FORWARD, "event_count": 0, **times}
    return {
        **identity,
        **asked,
        "direction": event["direction"],
        "event_count": row.last_sequence,
        "latest_event": event,
        **times,
    }


def _result(
    waybill_no: str, row: ConsignmentRow | None, latest: dict[str, EventRow]
) -> dict[str, Any]:
    if row is None:
        return {"waybill_no": waybill_no, "outcome": "not-found"}
    return {
        "waybill_no": waybill_no,
        "outcome": "found",
        "shipment": shipment(row, latest.get(waybill_no)),
    }


def _recorded(unit: Unit) -> Events:
    """The events as they are shown here."""
    return unit.events

"""Keeps events that were accepted from couriers, and shows them to the courier that sent them."""

from __future__ import annotations

import json
from typing import Any

from jidi_reference.domain.lifecycle import ESTIMATED
from jidi_reference.service.context import Caller, Context, PageRequest, Published, json_text, page
from jidi_reference.service.governance.visibility import sight, tracking
from jidi_reference.service.integrator import release as integrator_release
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.service.ports.events import EventFilter, EventRow
from jidi_reference.service.ports.unit import Unit


def store(
    context: Context,
    unit: Unit,
    courier: CourierRow,
    row: ConsignmentRow,
    event: dict[str, Any],
) -> None:
    """Keep a new event of an outgoing consignment, whose row is locked; its state never goes back
    for a late one.
    """
    now = context.clock.now()
    position = unit.take_positions("received")
    names = ("event_id", "waybill_no", "sequence", "event_code")
    event_id, waybill_no, sequence, event_code = (event[name] for name in names)
    dispatch = unit.dispatches.find(row.consignment_id)
    passed_on = dispatch is not None and dispatch.source_id is not None
    release_at = now + context.settings.limits.reorder_window_s if passed_on else None
    unit.received.add(
        EventRow(
            position,
            event_id,
            courier.party,
            waybill_no,
            sequence,
            event_code,
            now,
            json_text(event),
        ),
        release_at,
    )
    if sequence > row.last_sequence and event["classifier"] != ESTIMATED:
        changes = {"state": event["state"], "last_sequence": sequence, "updated_at": now}
        unit.consignments.change_consignment(row.consignment_id, **changes)
    if dispatch is not None and passed_on:
        integrator_release.release(context, unit, courier, dispatch, waybill_no)


def list_page(
    context: Context, caller: Caller, request: PageRequest, wanted: EventFilter
) -> Published:
    """A page of the events that the caller sent, in the order accepted."""
    with context.storage.read() as unit:
        owners = sight(context, unit, caller).owners(tracking)
        rows = unit.received.feed(owners, wanted, request.after, request.limit + 1)
    return page(context, request, [(row.position, json.loads(row.body)) for row in rows])

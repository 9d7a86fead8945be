"""Keeps events that were accepted from couriers, and shows them to the courier that sent them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from jidi_reference.domain.lifecycle import ESTIMATED
from jidi_reference.service.context import Caller, Context, PageRequest, Reply, json_text, page
from jidi_reference.service.governance.visibility import sight, tracking
from jidi_reference.service.integrator import release as integrator_release
from jidi_reference.storage import consignments, dispatches, received
from jidi_reference.storage.consignments import ConsignmentRow
from jidi_reference.storage.couriers import CourierRow
from jidi_reference.storage.database import take_positions
from jidi_reference.storage.events import EventFilter, EventRow


def store(
    context: Context,
    connection: Connection,
    courier: CourierRow,
    row: ConsignmentRow,
    event: dict[str, Any],
) -> None:
    """Keep a new event of an outgoing consignment, whose row is locked; its state never goes back
    for a late one.
    """
    now = context.clock.now()
    position = take_positions(connection, "received")
    names = ("event_id", "waybill_no", "sequence", "event_code")
    event_id, waybill_no, sequence, event_code = (event[name] for name in names)
    dispatch = dispatches.find(connection, row.consignment_id)
    passed_on = dispatch is not None and dispatch.source_id is not None
    release_at = now + context.settings.limits.reorder_window_s if passed_on else None
    received.add(
        connection,
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
        consignments.change_consignment(connection, row.consignment_id, **changes)
    if dispatch is not None and passed_on:
        integrator_release.release(context, connection, courier, dispatch, waybill_no)


def list_page(context: Context, caller: Caller, request: PageRequest, wanted: EventFilter) -> Reply:
    """A page of the events that the caller sent, in the order accepted."""
    with context.database.read() as connection:
        owners = sight(context, connection, caller).owners(tracking)
        rows = received.feed(connection, owners, wanted, request.after, request.limit + 1)
    return page(context, request, [(row.position, json.loads(row.body)) for row in rows])

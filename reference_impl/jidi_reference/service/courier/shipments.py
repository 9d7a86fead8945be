"""Shipments and the event feed, as their owner reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.lifecycle import FORWARD
from jidi_reference.service.context import Caller, Context, PageRequest, Reply, page
from jidi_reference.service.governance.visibility import sight, tracked_shipment, tracking
from jidi_reference.storage import consignments, events
from jidi_reference.storage.consignments import ConsignmentRow
from jidi_reference.storage.events import EventFilter, EventRow


def show(context: Context, caller: Caller, waybill_no: str) -> Reply:
    """A shipment with its latest event.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.database.read() as connection:
        row = tracked_shipment(context, connection, caller, waybill_no)
        latest = events.latest_of(connection, [waybill_no])
    return Reply(200, shipment(row, latest.get(waybill_no)))


def query(context: Context, caller: Caller, waybill_nos: Sequence[str]) -> Reply:
    """Many shipments in the order asked; another's is answered like an unknown one."""
    with context.database.read() as connection:
        rows = consignments.find_shipments(
            connection,
            sight(context, connection, caller).owners(tracking),
            waybill_nos,
            given_only=True,
        )
        latest = events.latest_of(connection, list(rows))
    return Reply(
        200, {"results": [_result(number, rows.get(number), latest) for number in waybill_nos]}
    )


def list_trail(context: Context, caller: Caller, waybill_no: str, request: PageRequest) -> Reply:
    """A page of one shipment's events, by sequence.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.database.read() as connection:
        tracked_shipment(context, connection, caller, waybill_no)
        rows = events.of_shipment(connection, waybill_no, request.after, request.limit + 1)
    return page(context, request, [(row.sequence, json.loads(row.body)) for row in rows])


def list_feed(context: Context, caller: Caller, request: PageRequest, wanted: EventFilter) -> Reply:
    """A page of all the caller's events in the order recorded (DS-02.4)."""
    with context.database.read() as connection:
        rows = events.feed(
            connection,
            sight(context, connection, caller).owners(tracking),
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

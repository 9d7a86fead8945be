"""Passes events on to the platforms: every member as it came, those of one waybill in the order of
their sequence (DS-01.6).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jidi_reference.domain.lifecycle import CORRECTION, FIRST_EVENT, FORWARD
from jidi_reference.service.context import Context
from jidi_reference.service.courier.recording import (
    Scan,
    append_event,
    event_document,
    next_slot,
    store_event,
)
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.couriers import Backfill, CourierRow
from jidi_reference.service.ports.dispatches import DispatchRow
from jidi_reference.service.ports.unit import Unit

_CANCELLED = "CANCELLED"  # event code and state


def release(
    context: Context,
    unit: Unit,
    courier: CourierRow,
    dispatch: DispatchRow,
    waybill_no: str,
) -> None:
    """Pass on what follows without a gap, and what has waited long enough; what a gap holds back is
    asked for from the courier.

    The platform's consignment is the twin of the dispatch.
    """
    row = unit.consignments.find_consignment(None, dispatch.source_id or "", lock=True)
    if row is None:
        return
    now, gone = context.clock.now(), []
    waiting = unit.received.held(courier.party, waybill_no)
    for stored, release_at in waiting:
        if stored.sequence > row.last_sequence + 1 and release_at > now:
            break
        row = _pass_on(context, unit, row, json.loads(stored.body))
        gone.append(stored.position)
    unit.received.release(gone)
    if len(gone) < len(waiting):
        unit.backfills.want(Backfill(courier.courier_code, waybill_no, now))


def release_due(context: Context, owner: str, waybill_no: str) -> None:
    """Pass on what has waited long enough."""
    with context.storage.write() as unit:
        courier = next((row for row in unit.couriers.all_of() if row.party == owner), None)
        outgoing = unit.consignments.find_shipment(owner, waybill_no, lock=True)
        dispatch = None if outgoing is None else unit.dispatches.find(outgoing.consignment_id)
        if courier is None or dispatch is None:
            unit.received.release(
                [stored.position for stored, _ in unit.received.held(owner, waybill_no)],
            )
            return
        release(context, unit, courier, dispatch, waybill_no)
    context.wake()


def _pass_on(
    context: Context, unit: Unit, row: ConsignmentRow, event: Mapping[str, Any]
) -> ConsignmentRow:
    """Record an event for the platform; a late one moves nothing."""
    slot = next_slot(context, unit)
    store_event(unit, row.owner, slot, event)
    if event["sequence"] <= row.last_sequence:
        return row
    # A cancellation that was answered already is not undone by an event from before it.
    stays = row.state == _CANCELLED and event["event_code"] != CORRECTION
    changes = {
        "state": row.state if stays else event["state"],
        "last_sequence": event["sequence"],
        "updated_at": slot.now,
    }
    unit.consignments.change_consignment(row.consignment_id, **changes)
    return replace(row, **changes)


def refuse(context: Context, unit: Unit, source_id: str) -> None:
    """The courier will never take it: tell the platform, whose receipt was given, in the
    integrator's own words.
    """
    row = unit.consignments.find_consignment(None, source_id, lock=True)
    if row is None or row.last_sequence:
        return
    for code in (FIRST_EVENT, _CANCELLED):
        state = (
            context.lifecycle.initial_state
            if code == FIRST_EVENT
            else context.lifecycle.state_after(row.state, code, FORWARD)
        )
        slot = next_slot(context, unit)
        event = event_document(row, Scan(code, state, {}), slot.now)
        append_event(unit, row, slot, event)
        row = replace(row, state=state, last_sequence=event["sequence"])

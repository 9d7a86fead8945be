"""Appends events to shipments: the one place where a shipment's state changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.service.context import Context, json_text
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.events import EventRow
from jidi_reference.service.ports.unit import Unit


@dataclass(frozen=True)
class Scan:
    """What is to be recorded: the code, the state it leads to, and further event members."""

    event_code: str
    state: str
    members: Mapping[str, Any]


@dataclass(frozen=True)
class Slot:
    """A place in the feed and the Unix time that goes with it."""

    position: int
    now: float


def next_slot(context: Context, unit: Unit) -> Slot:
    """The next place in the feed, held until commit; the time is read after it, so that both run in
    the same order.
    """
    position = unit.take_positions("feed")
    return Slot(position, context.clock.now())


def event_document(row: ConsignmentRow, scan: Scan, now: float) -> dict[str, Any]:
    """A shipment's next event as every reader will see it; it happened now unless the scan says
    otherwise.
    """
    recorded_at = timestamp(now)
    identity = {
        "event_id": new_id("evt"),
        "waybill_no": row.waybill_no,
        "sequence": row.last_sequence + 1,
    }
    defaults = {"direction": "FORWARD", "classifier": "ACT", "occurred_at": recorded_at}
    return {
        **defaults,
        **scan.members,
        **identity,
        "event_code": scan.event_code,
        "state": scan.state,
        "recorded_at": recorded_at,
    }


def append_event(unit: Unit, row: ConsignmentRow, slot: Slot, event: Mapping[str, Any]) -> None:
    """Store an event made by ``event_document`` and move the shipment, whose row is locked, to its
    state.
    """
    store_event(unit, row.owner, slot, event)
    changes = {"state": event["state"], "last_sequence": event["sequence"], "updated_at": slot.now}
    unit.consignments.change_consignment(row.consignment_id, **changes)


def store_event(unit: Unit, owner: str, slot: Slot, event: Mapping[str, Any]) -> None:
    """Store an event without touching its shipment, which already counts it."""
    names = ("event_id", "waybill_no", "sequence", "event_code")
    event_id, waybill_no, sequence, event_code = (event[name] for name in names)
    stored = EventRow(
        slot.position, event_id, owner, waybill_no, sequence, event_code, slot.now, json_text(event)
    )
    unit.events.add_event(stored)

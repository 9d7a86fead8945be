"""Records what happens to a parcel; in a sandbox the driver says what, in production the handheld
devices would.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.lifecycle import ACTUAL, CORRECTION, ESTIMATED, Lifecycle
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Context
from jidi_reference.service.courier.recording import Scan, append_event, event_document, next_slot
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.unit import Unit

_DAY_S = 86_400
_OTHER_CARRIER = "OTHER"
_ACCEPTANCE = "ACCEPTED"


def record_scan(context: Context, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Record the next event of a shipment and return it; members that its code requires and
    ``wish`` lacks get usual values.

    Raises:
        Problem: ``not-found``; ``state-conflict`` for an illegal transition; ``validation-failed``
            when the event would break its schema.
    """
    with context.storage.write() as unit:
        row = unit.consignments.find_shipment(None, wish["waybill_no"], lock=True)
        if row is None:
            raise Problem.unknown()
        event = _record(context, unit, row, wish)
    context.wake()
    return event


def _record(
    context: Context, unit: Unit, row: ConsignmentRow, wish: Mapping[str, Any]
) -> dict[str, Any]:
    trail = [json.loads(stored.body) for stored in unit.events.of_shipment(row.waybill_no)]
    slot = next_slot(context, unit)
    members = _completed(context.lifecycle, wish, trail, slot.now)
    if wish["event_code"] == _ACCEPTANCE and members["classifier"] == ACTUAL:
        members = {**_verified_now(row, members.get("occurred_at"), slot.now), **members}
    scan = Scan(wish["event_code"], "", members)
    state = _state(context.lifecycle, row, trail, scan)
    if wish.get("state", state) != state:
        raise Problem.conflict(f"The shipment would be {state}, not {wish['state']}.")
    event = event_document(row, replace(scan, state=state), slot.now)
    _check(context, event, slot.now)
    append_event(unit, row, slot, event)
    return event


def _completed(
    lifecycle: Lifecycle, wish: Mapping[str, Any], trail: list[dict[str, Any]], now: float
) -> dict[str, Any]:
    code, moment = wish["event_code"], timestamp(now)
    usual: dict[str, Any] = {
        "direction": lifecycle.usual_direction(code, trail),
        "classifier": ACTUAL,
    }
    values = {
        "reason_code": lifecycle.usual_reason(code),
        "signatory_type": "SELF",
        "user_consent": {"basis": "ORDER_OPTION", "obtained_at": moment},
        "handed_over_to": {"carrier_code": _OTHER_CARRIER},
    }
    usual |= {member: value for member, value in values.items() if lifecycle.requires(code, member)}
    if wish.get("signatory_type") in ("PROXY", "PICKUP_POINT"):
        usual["user_consent"] = values["user_consent"]
    if wish.get("classifier") == ESTIMATED:
        usual["expected_at"] = timestamp(now + _DAY_S)
    return usual | {
        name: value
        for name, value in wish.items()
        if name not in ("waybill_no", "event_code", "state")
    }


def _verified_now(row: ConsignmentRow, occurred_at: str | None, now: float) -> dict[str, Any]:
    """What acceptance says of an identity that was still to be checked: seen at the counter."""
    if json.loads(row.body).get("real_name", {}).get("status") != "PENDING":
        return {}
    moment = occurred_at or timestamp(now)
    checked = {"status": "VERIFIED", "method": "DOCUMENT_IN_PERSON", "verified_at": moment}
    return {"real_name": checked}


def _state(
    lifecycle: Lifecycle, row: ConsignmentRow, trail: list[dict[str, Any]], scan: Scan
) -> str:
    if scan.members["classifier"] == ESTIMATED:
        return row.state  # an estimate announces; it moves nothing
    if scan.event_code != CORRECTION:
        return lifecycle.state_after(row.state, scan.event_code, scan.members["direction"])
    if "corrects" not in scan.members:
        raise Problem.invalid(
            [Fault("required", "this property is missing", "/parameters/corrects")]
        )
    return lifecycle.state_corrected(trail, scan.members["corrects"])


def _check(context: Context, event: Mapping[str, Any], now: float) -> None:
    faults = [
        _under_parameters(fault) for fault in context.contract.faults("shipment-event", event)
    ]
    if not faults and unix_seconds(event["occurred_at"]) > now + 0.001:
        faults = [
            Fault(
                "not-later-than",
                "an event cannot have happened after it is recorded",
                "/parameters/occurred_at",
            )
        ]
    if faults:
        raise Problem.invalid(faults)


def _under_parameters(fault: Fault) -> Fault:
    return Fault(fault.code, fault.detail, f"/parameters{fault.pointer}")

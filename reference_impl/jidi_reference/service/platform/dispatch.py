"""Sends what is in the outbox: one consignment, one key, the same bytes, until the courier has
taken or refused it (DS-01.4, DS-01.7).
"""

from __future__ import annotations

import logging
from typing import Any

from jidi_reference.service.context import Context
from jidi_reference.service.integrator import release as integrator_release
from jidi_reference.service.platform.calls import (
    CourierCall,
    asked_pause,
    call,
    document,
    is_passing,
)
from jidi_reference.service.platform.sending import OutboundAnswer
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.service.ports.dispatches import (
    ACCEPTED,
    CANCELLED,
    PENDING,
    REFUSED,
    DispatchRow,
)
from jidi_reference.service.ports.unit import Unit

_LOG = logging.getLogger(__name__)


def turn(outgoing_id: str, courier_code: str) -> str:
    """The name of a dispatch's turn: whoever calls the courier about it has it."""
    return f"dispatch {courier_code} {outgoing_id}"


def send_due(context: Context, outgoing_id: str, courier_code: str) -> None:
    """Make an attempt if one is due."""
    with context.turns.hold(turn(outgoing_id, courier_code)):
        _attempt(context, outgoing_id)


def _attempt(context: Context, outgoing_id: str) -> None:
    """Send once, as the holder of the turn.

    The attempt is counted before it is made, so that after a crash nothing that may have been sent
    is taken as unsent.
    """
    begun = _begin(context, outgoing_id)
    if begun is None:
        return
    courier, row, body = begun
    answer = call(
        context,
        courier,
        CourierCall("createConsignment", "POST", "/consignments", body, row.idempotency_key),
    )
    with context.storage.write() as unit:
        _conclude(context, unit, row, answer)
    context.news.tell()
    context.wake()


def _begin(context: Context, outgoing_id: str) -> tuple[CourierRow, DispatchRow, bytes] | None:
    with context.storage.write() as unit:
        row = unit.dispatches.find(outgoing_id, lock=True)
        consignment = unit.consignments.find_consignment(None, outgoing_id, lock=True)
        now = context.clock.now()
        if row is None or consignment is None or row.state != PENDING or row.next_attempt_at > now:
            return None
        courier = unit.couriers.find(row.courier_code)
        if consignment.erased:
            unit.dispatches.change(outgoing_id, state=CANCELLED)
            return None
        if courier is None:
            unit.dispatches.change(outgoing_id, next_attempt_at=now + 1)
            return None
        unit.dispatches.change(outgoing_id, attempts=row.attempts + 1)
        return courier, row, consignment.body.encode()


def _conclude(context: Context, unit: Unit, row: DispatchRow, answer: OutboundAnswer) -> None:
    now = context.clock.now()
    receipt = _receipt(context, answer)
    if receipt is not None:
        accept(context, unit, row, receipt)
    elif is_passing(answer) or answer.status < 300:
        pause = max(_gap(context, row.attempts + 1), asked_pause(context, answer))
        unit.dispatches.change(row.outgoing_id, next_attempt_at=now + pause)
    else:
        _LOG.warning(
            "courier %s refused a consignment with status %s", row.courier_code, answer.status
        )
        unit.dispatches.change(row.outgoing_id, state=REFUSED)
        unit.consignments.change_consignment(row.outgoing_id, updated_at=now)
        if row.source_id is not None:
            integrator_release.refuse(context, unit, row.source_id)


def accept(context: Context, unit: Unit, row: DispatchRow, receipt: dict[str, Any]) -> None:
    """The courier has it: keep its number; events that came before the number was known are
    fetched.
    """
    now = context.clock.now()
    unit.dispatches.change(
        row.outgoing_id, state=ACCEPTED, consignment_id=receipt["consignment_id"]
    )
    unit.consignments.change_consignment(
        row.outgoing_id, waybill_no=receipt["waybill_no"], updated_at=now
    )
    unit.backfills.make_due(row.courier_code, receipt["waybill_no"], now)


def _receipt(context: Context, answer: OutboundAnswer) -> dict[str, Any] | None:
    """The receipt in an answer, if it is one."""
    told = document(answer) if answer.status in (200, 201) else {}
    return told if told and not context.contract.faults("receipt", told) else None


def _gap(context: Context, attempts: int) -> float:
    """Doubling gaps; after the declared number of tries they grow no more, but an order is never
    forgotten.
    """
    limits = context.settings.limits
    return limits.push_initial_backoff_s * float(1 << min(attempts - 1, limits.push_attempts - 1))

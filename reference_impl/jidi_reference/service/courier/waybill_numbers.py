"""Waybill numbers as a resource: given out, used once, voided or returned, and not given again
before a period (PI-13.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id, new_waybill_no
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.ports.numbers import ALLOCATED, RETURNED, USED, VOIDED, Grant, NumberRow
from jidi_reference.service.ports.unit import Unit
from jidi_reference.settings import CARRIER_CODE


def allocate(context: Context, unit: Unit, caller: Caller, wish: Mapping[str, Any]) -> Published:
    """Give out numbers: closed ones whose period is over first, then new ones."""
    now, count = context.clock.now(), int(wish["count"])
    grant = Grant(new_id("alc"), caller.party, now)
    numbers = unit.waybill_numbers.give_again(
        grant, count, now - context.settings.limits.number_reuse_period_s
    )
    fresh: set[str] = set()
    while len(fresh) < count - len(numbers):
        fresh.add(new_waybill_no())
    unit.waybill_numbers.give_new(grant, sorted(fresh))
    body = {
        "allocation_id": grant.allocation_id,
        "carrier_code": CARRIER_CODE,
        "holder": caller.client_id,
    }
    return {
        **body,
        "waybill_nos": [*numbers, *sorted(fresh)],
        "count": count,
        "allocated_at": timestamp(now),
    }


def show(context: Context, caller: Caller, waybill_no: str) -> Published:
    """A number that the caller holds.

    Raises:
        Problem: ``not-found``, also for another's.
    """
    with context.storage.read() as unit:
        row = unit.waybill_numbers.find(waybill_no, caller.party)
    if row is None:
        raise Problem.unknown()
    return _shown(context, row)


def void(context: Context, caller: Caller, waybill_no: str) -> Published:
    """Void a number that is unused, or whose consignment was cancelled.

    Raises:
        Problem: ``not-found``; ``state-conflict``.
    """
    return _close(context, caller, waybill_no, VOIDED)


def give_back(context: Context, caller: Caller, waybill_no: str) -> Published:
    """Return an unused number.

    Raises:
        Problem: ``not-found``; ``state-conflict``.
    """
    return _close(context, caller, waybill_no, RETURNED)


def use(unit: Unit, caller: Caller, waybill_no: str, consignment_id: str, now: float) -> None:
    """Use a number up for a consignment; of several at once, the row's lock lets one succeed.

    Raises:
        Problem: ``waybill-number-not-allocated`` or ``waybill-number-used``.
    """
    row = unit.waybill_numbers.find(waybill_no, None, lock=True)
    if row is None or row.owner != caller.party or row.state == RETURNED:
        raise _refused(
            "waybill-number-not-allocated", "this number is not allocated to this caller"
        )
    if row.state != ALLOCATED:
        raise _refused("waybill-number-used", "this number was used or voided")
    unit.waybill_numbers.close(waybill_no, USED, now, consignment_id)


def _close(context: Context, caller: Caller, waybill_no: str, state: str) -> Published:
    with context.storage.write() as unit:
        row = unit.waybill_numbers.find(waybill_no, caller.party, lock=True)
        if row is None:
            raise Problem.unknown()
        if row.state != ALLOCATED and not (state == VOIDED and _was_cancelled(unit, caller, row)):
            raise Problem.conflict(f"The number is {row.state} and cannot become {state}.")
        unit.waybill_numbers.close(waybill_no, state, context.clock.now())
        closed = unit.waybill_numbers.find(waybill_no, caller.party)
    return _shown(context, closed or row)


def _was_cancelled(unit: Unit, caller: Caller, row: NumberRow) -> bool:
    if row.state != USED or row.consignment_id is None:
        return False
    consignment = unit.consignments.find_consignment(caller.party, row.consignment_id)
    return consignment is not None and consignment.state == "CANCELLED"


def _refused(slug: str, detail: str) -> Problem:
    return Problem(slug, detail, faults=[Fault(slug, detail, "/waybill_no")])


def _shown(context: Context, row: NumberRow) -> dict[str, Any]:
    times = {"allocated_at": timestamp(row.allocated_at), "changed_at": timestamp(row.changed_at)}
    used = (
        {"consignment_id": row.consignment_id} if row.consignment_id and row.state == USED else {}
    )
    closed = row.state in (VOIDED, RETURNED)
    again = (
        {
            "reusable_after": timestamp(
                row.changed_at + context.settings.limits.number_reuse_period_s
            )
        }
        if closed
        else {}
    )
    return {
        "waybill_no": row.waybill_no,
        "allocation_id": row.allocation_id,
        "state": row.state,
        **times,
        **used,
        **again,
    }

"""Waybill numbers of an integrator: each comes from the pool that the courier of the account
allocated to it (PI-13.1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.platform.calls import CourierCall, call, document
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.service.ports.numbers import Grant
from jidi_reference.service.ports.unit import Unit

_LEAST, _REFILL, _MOST = 50, 200, 500


@dataclass(frozen=True)
class Taker:
    """Who gives consignments or takes numbers, and the courier of its account."""

    caller: Caller
    courier: CourierRow


class PoolEmpty(Problem):
    """There are not enough numbers in the pool."""


def courier_of(context: Context, caller: Caller) -> CourierRow:
    """The courier of the caller's account; the first connected when the account names none.

    Raises:
        Problem: ``interruption`` while it is not connected.
    """
    with context.storage.read() as unit:
        known = unit.couriers.all_of()
        code = unit.accounts.account_of(caller.party)
    found = next((row for row in known if code in ("", row.courier_code)), None)
    if found is None:
        raise Problem(
            "interruption",
            "The courier of this account is not connected yet; try again.",
            wait_s=1,
        )
    return found


def provided(
    context: Context, courier: CourierRow, count: int, work: Callable[[], Published]
) -> Published:
    """The reply of ``work``, which takes ``count`` numbers, with the pool filled up when it runs
    low.

    Rivals may empty it in between; then it is filled and ``work`` tried again, for as long as the
    courier gives numbers.

    Raises:
        Problem: ``interruption`` when the courier gives none, or what ``work`` raises.
    """
    while True:
        filled = _provide(context, courier, count)
        try:
            return work()
        except PoolEmpty:
            if not filled:
                raise


def _provide(context: Context, courier: CourierRow, count: int) -> bool:
    """Whether the pool holds enough, or at least was filled up."""
    with context.turns.hold(f"numbers {courier.courier_code}"):
        with context.storage.read() as unit:
            left = unit.number_pool.count_of(courier.courier_code)
        if left >= count + _LEAST:
            return True
        return refill(context, courier, min(_MOST, count + _REFILL))


def refill(context: Context, courier: CourierRow, count: int) -> bool:
    """Have numbers allocated by the courier; whether it gave any."""
    body = json.dumps({"count": count}).encode()
    answer = call(
        context,
        courier,
        CourierCall(
            "allocateWaybillNumbers", "POST", "/waybill-number-allocations", body, new_id("key")
        ),
    )
    told = document(answer)
    if answer.status not in (200, 201) or context.contract.faults(
        "waybill-number-allocation", told
    ):
        return False
    with context.storage.write() as unit:
        unit.number_pool.add(courier.courier_code, told["allocation_id"], told["waybill_nos"])
    return True


def take(unit: Unit, courier: CourierRow, count: int) -> list[str]:
    """Numbers of the pool.

    Raises:
        Problem: ``interruption`` when there are not enough, as the courier gives none just now.
    """
    numbers = unit.number_pool.take(courier.courier_code, count)
    if len(numbers) < count:
        raise PoolEmpty(
            "interruption",
            "The courier gives no waybill numbers just now; try again.",
            wait_s=1,
        )
    return numbers


def allocate(context: Context, unit: Unit, taker: Taker, wish: Mapping[str, Any]) -> Published:
    """Give numbers of the courier's on to a platform.

    Raises:
        Problem: ``interruption`` when the courier gives none.
    """
    now, count = context.clock.now(), int(wish["count"])
    numbers = take(unit, taker.courier, count)
    grant = Grant(new_id("alc"), taker.caller.party, now)
    unit.waybill_numbers.give_new(grant, numbers)
    body = {
        "allocation_id": grant.allocation_id,
        "carrier_code": taker.courier.courier_code,
        "holder": taker.caller.client_id,
    }
    return {**body, "waybill_nos": numbers, "count": count, "allocated_at": timestamp(now)}

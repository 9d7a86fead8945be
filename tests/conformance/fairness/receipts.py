"""An integrator without a pool: it takes the number of the courier's receipt, so a platform's
request waits for the courier (docs/standard/platforms-and-integrators.md).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.conformance.seams import healthy, stand_in

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Context, Published, json_text
from jidi_reference.service.integrator import numbers as integrator_numbers
from jidi_reference.service.integrator.numbers import Taker
from jidi_reference.service.platform import dispatch as platform_dispatch
from jidi_reference.service.platform.calls import CourierCall, call
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.service.ports.idempotency import KeyedCall
from jidi_reference.service.ports.unit import Unit
from jidi_reference.web.operation import Call

Json = Any
_GIVEN: Final = threading.local()
"""The courier's receipt, and the key that was sent, while the thread stores what it is for."""


def numbers_of_receipts() -> None:
    """Single consignments without a number go to the courier first; nothing is kept, and 503 said,
    when it gives no receipt.

    The key downstream is made of the platform's, so that whatever the courier took already counts
    once.
    """
    with_numbers, take, queue = map(
        healthy, ("handing-on.with-numbers", "handing-on.numbers", "forwarding.queue")
    )

    def through(asked: Call, count: int, work: Callable[[Unit, Taker], Published]) -> Published:
        if asked.operation.operation_id != "createConsignment" or "waybill_no" in asked.body:
            return with_numbers(asked, count, work)
        taker = Taker(asked.caller, integrator_numbers.courier_of(asked.context, asked.caller))
        with asked.context.turns.hold(f"upstream {asked.caller.party} {asked.key}"):
            if not _known(asked):
                # Events that overtake the receipt wait for whoever holds a turn with this courier.
                with asked.context.turns.hold(
                    platform_dispatch.turn(asked.key, taker.courier.courier_code)
                ):
                    _GIVEN.receipt, _GIVEN.key = _sent(asked, taker.courier)
                    try:
                        return asked.once(lambda unit: work(unit, taker))
                    finally:
                        _GIVEN.receipt = None
            return asked.once(lambda unit: work(unit, taker))

    def taking(unit: Unit, courier: CourierRow, count: int) -> list[str]:
        receipt = getattr(_GIVEN, "receipt", None)
        return take(unit, courier, count) if receipt is None else [receipt["waybill_no"]]

    def queueing(
        context: Context,
        unit: Unit,
        courier: CourierRow,
        body: Mapping[str, Json],
        source_id: str | None = None,
    ) -> str:
        receipt = getattr(_GIVEN, "receipt", None)
        if receipt is None:
            return queue(context, unit, courier, body, source_id)
        outgoing_id = queue(
            context,
            unit,
            courier,
            {name: value for name, value in body.items() if name != "waybill_no"},
            source_id,
        )
        unit.dispatches.change(outgoing_id, idempotency_key=_GIVEN.key, attempts=1)
        row = unit.dispatches.find(outgoing_id)
        if row is not None:
            platform_dispatch.accept(context, unit, replace(row, attempts=1), receipt)
        return outgoing_id

    stand_in("handing-on.with-numbers", through)
    stand_in("handing-on.numbers", taking)
    stand_in("forwarding.queue", queueing)


def _known(asked: Call) -> bool:
    """Whether the key was used already; then it is answered, or refused, without the courier."""
    with asked.context.storage.read() as unit:
        return (
            unit.idempotency.find_key(
                KeyedCall(asked.caller.party, asked.operation.operation_id, asked.key, "")
            )
            is not None
        )


def _sent(asked: Call, courier: CourierRow) -> tuple[dict[str, Json], str]:
    key = hashlib.sha256(
        "\n".join((asked.caller.party, asked.key, hashlib.sha256(asked.raw).hexdigest())).encode()
    ).hexdigest()
    answer = call(
        asked.context,
        courier,
        CourierCall(
            "createConsignment", "POST", "/consignments", json_text(asked.body).encode(), key
        ),
    )
    receipt = healthy("dispatch.receipt")(asked.context, answer)
    if receipt is None:
        raise Problem(
            "interruption",
            "The courier gives no receipt just now; try again.",
            wait_s=1,
        )
    return receipt, key

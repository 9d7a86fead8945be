"""The integrator's operations: both faces below one base URL, where what a platform gives goes on
to a courier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jidi_reference.domain.problems import faults_by_item
from jidi_reference.service.context import Published
from jidi_reference.service.integrator import forwarding as integrator_forwarding
from jidi_reference.service.integrator import numbers as integrator_numbers
from jidi_reference.service.integrator.numbers import Taker
from jidi_reference.service.ports.unit import Unit
from jidi_reference.web.answers import Result
from jidi_reference.web.operation import Call, Operation
from jidi_reference.web.operations import courier, platform, privacy


def _create_consignment(call: Call) -> Result:
    made = _with_numbers(
        call,
        1,
        lambda unit, taker: integrator_forwarding.create(
            call.context, unit, taker, call.body, call.raw
        ),
    )
    integrator_forwarding.await_courier(call.context, _accepted(made))
    return made


def _create_batch(call: Call) -> Result:
    faults = faults_by_item(call.faults)
    items = call.body["consignments"]
    context = call.context
    made = _with_numbers(
        call,
        len(items),
        lambda unit, taker: integrator_forwarding.create_batch(context, unit, taker, items, faults),
    )
    integrator_forwarding.await_courier(call.context, _accepted(made))
    return made


def _amend_consignment(call: Call) -> Result:
    return integrator_forwarding.amend(
        call.context, call.caller, call.path["consignment_id"], call.body
    )


def _cancel_consignment(call: Call) -> Result:
    return integrator_forwarding.cancel(
        call.context, call.caller, call.path["consignment_id"], call.body
    )


def _allocate(call: Call) -> Result:
    return _with_numbers(
        call,
        int(call.body["count"]),
        lambda unit, taker: integrator_numbers.allocate(call.context, unit, taker, call.body),
    )


def _with_numbers(call: Call, count: int, work: Callable[[Unit, Taker], Published]) -> Published:
    """The result of ``work``, once for the key, which takes up to ``count`` numbers of the courier
    of the caller's account.
    """
    courier_row = integrator_numbers.courier_of(call.context, call.caller)
    taker = Taker(call.caller, courier_row)
    return integrator_numbers.provided(
        call.context,
        courier_row,
        count,
        lambda: call.once(lambda unit: work(unit, taker)),
    )


def _accepted(made: Published) -> list[str]:
    """The consignment ids in what was made."""
    items = made.get("items", [{"receipt": made}])
    return [item["receipt"]["consignment_id"] for item in items if "receipt" in item]


_FORWARDED: dict[str, Callable[[Call], Result]] = {
    "createConsignment": _create_consignment,
    "createConsignmentBatch": _create_batch,
    "amendConsignment": _amend_consignment,
    "cancelConsignment": _cancel_consignment,
    "allocateWaybillNumbers": _allocate,
}


def _forwarding(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    return tuple(
        replace(operation, handle=_FORWARDED.get(operation.operation_id, operation.handle))
        for operation in operations
    )


OPERATIONS = (*_forwarding(courier.OPERATIONS), *platform.OPERATIONS)
PRIVACY = _forwarding(privacy.OPERATIONS)

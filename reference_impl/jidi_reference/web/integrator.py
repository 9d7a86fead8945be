"""The integrator's operations: both faces below one base URL, where what a platform gives goes on to a courier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jidi_reference.domain.problems import Fault
from jidi_reference.service import integrator_forwarding, integrator_numbers
from jidi_reference.service.context import Reply
from jidi_reference.service.integrator_forwarding import Taker
from jidi_reference.web import courier, platform, privacy
from jidi_reference.web.operation import Call, Operation


def _create_consignment(call: Call) -> Reply:
    taker = _taker(call, 1)
    reply = call.once(lambda connection: integrator_forwarding.create(call.context, connection, taker, call.body, call.raw))
    integrator_forwarding.await_courier(call.context, _accepted(reply))
    return reply


def _create_batch(call: Call) -> Reply:
    faults: dict[int, list[Fault]] = {}
    for fault in call.faults:
        faults.setdefault(int((fault.pointer or "").split("/")[2]), []).append(fault)
    items = call.body["consignments"]
    taker = _taker(call, len(items))
    reply = call.once(lambda connection: integrator_forwarding.create_batch(call.context, connection, taker, items, faults))
    integrator_forwarding.await_courier(call.context, _accepted(reply))
    return reply


def _amend_consignment(call: Call) -> Reply:
    return integrator_forwarding.amend(call.context, call.caller, call.path["consignment_id"], call.body)


def _cancel_consignment(call: Call) -> Reply:
    return integrator_forwarding.cancel(call.context, call.caller, call.path["consignment_id"], call.body)


def _allocate(call: Call) -> Reply:
    taker = _taker(call, int(call.body["count"]))
    return call.once(lambda connection: integrator_numbers.allocate(call.context, connection, call.caller, taker.courier, call.body))


def _taker(call: Call, count: int) -> Taker:
    """The caller and the courier of its account, once the pool holds enough numbers if the courier gives them."""
    row = integrator_numbers.courier_of(call.context, call.caller)
    integrator_numbers.provide(call.context, row, count)
    return Taker(call.caller, row)


def _accepted(reply: Reply) -> list[str]:
    """The consignment ids in a fresh reply; a repeated one is text, and its first time waited already."""
    if not isinstance(reply.body, dict):
        return []
    items = reply.body.get("items", [{"receipt": reply.body}])
    return [item["receipt"]["consignment_id"] for item in items if "receipt" in item]


_FORWARDED: dict[str, Callable[[Call], Reply]] = {
    "createConsignment": _create_consignment,
    "createConsignmentBatch": _create_batch,
    "amendConsignment": _amend_consignment,
    "cancelConsignment": _cancel_consignment,
    "allocateWaybillNumbers": _allocate,
}


def _forwarding(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    return tuple(replace(operation, handle=_FORWARDED.get(operation.operation_id, operation.handle)) for operation in operations)


OPERATIONS = (*_forwarding(courier.OPERATIONS), *platform.OPERATIONS)
PRIVACY = _forwarding(privacy.OPERATIONS)

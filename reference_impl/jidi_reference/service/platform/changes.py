"""Amendment and cancellation of what was sent, passed on to the courier before they are answered
(DS-01.8).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Context, json_text
from jidi_reference.service.platform.calls import CourierCall, call, document, is_passing
from jidi_reference.service.platform.dispatch import turn
from jidi_reference.service.platform.sending import OutboundAnswer
from jidi_reference.service.ports.dispatches import ACCEPTED, CANCELLED, PENDING, DispatchRow
from jidi_reference.service.ports.unit import Unit

_DELIVERY = {"Processing-Purpose": "DELIVERY"}


def amend(context: Context, outgoing_id: str, amendment: Mapping[str, Any]) -> None:
    """Amend at the courier, or the body that still waits if nothing was sent.

    Raises:
        Problem: ``state-conflict``, ``validation-failed``; ``interruption`` while the courier
            cannot be reached.
    """
    with _held(context, outgoing_id) as dispatch:
        with context.storage.read() as unit:
            _merged(context, unit, outgoing_id, amendment)
        if dispatch.state == ACCEPTED:
            _check(_change(context, dispatch, "PATCH", "", amendment))
        with context.storage.write() as unit:
            now = context.clock.now()
            for consignment_id, body in _merged(context, unit, outgoing_id, amendment).items():
                unit.consignments.change_consignment(consignment_id, body=body, updated_at=now)


def cancel(context: Context, outgoing_id: str, cancellation: Mapping[str, Any]) -> None:
    """Cancel at the courier; what was not sent yet never will be.

    Raises:
        Problem: ``state-conflict``; ``interruption`` while the courier cannot be reached.
    """
    with _held(context, outgoing_id) as dispatch:
        if dispatch.state == ACCEPTED:
            answer = _change(context, dispatch, "POST", "/cancellation", cancellation)
            if answer.status != 409 or not _is_cancelled(context, dispatch):
                _check(answer)
        with context.storage.write() as unit:
            now = context.clock.now()
            unit.dispatches.change(outgoing_id, state=CANCELLED)
            for consignment_id in (outgoing_id, *unit.dispatches.twins_of(outgoing_id)):
                unit.consignments.change_consignment(
                    consignment_id, state="CANCELLED", updated_at=now
                )


@contextmanager
def _held(context: Context, outgoing_id: str) -> Iterator[DispatchRow]:
    """The dispatch, during its turn; refused while it is not known whether the courier has the
    consignment.
    """
    with context.storage.read() as unit:
        known = unit.dispatches.find(outgoing_id)
    if known is None:
        raise Problem.unknown()
    with context.turns.hold(turn(outgoing_id, known.courier_code)):
        with context.storage.read() as unit:
            dispatch = unit.dispatches.find(outgoing_id)
        if dispatch is not None and dispatch.state == PENDING and dispatch.attempts:
            raise _unreachable()
        if dispatch is None or dispatch.state not in (PENDING, ACCEPTED):
            raise Problem.conflict("The consignment was refused or cancelled.")
        yield dispatch


def _change(
    context: Context, dispatch: DispatchRow, method: str, below: str, body: Mapping[str, Any]
) -> OutboundAnswer:
    operation = "cancelConsignment" if below else "amendConsignment"
    wish = CourierCall(
        operation,
        method,
        f"/consignments/{dispatch.consignment_id}{below}",
        json.dumps(body).encode(),
    )
    with context.storage.read() as unit:
        courier = unit.couriers.find(dispatch.courier_code)
    return OutboundAnswer(0) if courier is None else call(context, courier, wish)


def _is_cancelled(context: Context, dispatch: DispatchRow) -> bool:
    """Whether the courier cancelled it at an earlier try whose answer was lost."""
    with context.storage.read() as unit:
        courier = unit.couriers.find(dispatch.courier_code)
    if courier is None:
        return False
    wish = CourierCall(
        "getConsignment", "GET", f"/consignments/{dispatch.consignment_id}", headers=_DELIVERY
    )
    return document(call(context, courier, wish)).get("state") == "CANCELLED"


def _check(answer: OutboundAnswer) -> None:
    if 200 <= answer.status < 300:
        return
    if is_passing(answer):
        raise _unreachable()
    raise Problem.conflict("The courier refused the change; the parcel may be on its way already.")


def _merged(
    context: Context, unit: Unit, outgoing_id: str, amendment: Mapping[str, Any]
) -> dict[str, str]:
    """The amended bodies, on both faces, by consignment id."""
    bodies: dict[str, str] = {}
    for consignment_id in (outgoing_id, *unit.dispatches.twins_of(outgoing_id)):
        row = unit.consignments.find_consignment(None, consignment_id)
        if row is None or row.erased:
            raise Problem.conflict(
                "Data of this consignment was erased; it can no longer be amended."
            )
        merged = json.loads(row.body) | dict(amendment)
        faults = context.contract.faults("consignment", merged)
        if faults:
            raise Problem.invalid(faults)
        bodies[consignment_id] = json_text(merged)
    return bodies


def _unreachable() -> Problem:
    return Problem("interruption", "The courier cannot be reached; try again.", wait_s=1)

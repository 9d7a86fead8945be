"""Orders of a platform: placed, amended, cancelled (sandbox control; in production the shop does
this).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Context, json_text
from jidi_reference.service.platform import changes as platform_changes
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.service.ports.dispatches import PENDING, DispatchRow
from jidi_reference.service.ports.unit import Unit


def place(context: Context, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Store an order for the courier that was chosen; it is sent by itself, and found by that
    courier from now on.

    Raises:
        Problem: ``state-conflict`` when the courier is not connected; ``validation-failed`` for a
            recipient whom it cannot reach.
    """
    order = wish["order"]
    with context.storage.write() as unit:
        courier = unit.couriers.find(wish["courier_code"])
        if courier is None:
            raise Problem.conflict("This courier is not connected.")
        _check_recipient(courier, order)
        queue(context, unit, courier, order)
    context.wake()
    return {"order_no": order["order_no"]}


def amend(context: Context, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Amend the order placed last under this number.

    Raises:
        Problem: ``not-found``; ``state-conflict`` when the courier refuses; ``interruption`` when
            it cannot be reached.
    """
    platform_changes.amend(context, _outgoing_id(context, wish["order_no"]), wish["amendment"])
    return {}


def cancel(context: Context, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Cancel the order placed last under this number.

    Raises:
        Problem: as for ``amend``.
    """
    platform_changes.cancel(
        context, _outgoing_id(context, wish["order_no"]), {"reason_code": wish["reason_code"]}
    )
    return {}


def queue(
    context: Context,
    unit: Unit,
    courier: CourierRow,
    body: Mapping[str, Any],
    source_id: str | None = None,
) -> str:
    """Put a consignment into the outbox; its outgoing id."""
    now = context.clock.now()
    outgoing_id = new_id("out")
    row = ConsignmentRow(
        consignment_id=outgoing_id,
        position=unit.take_positions("feed"),
        owner=courier.party,
        waybill_no="",
        order_no=body["order_no"],
        state=context.lifecycle.initial_state,
        last_sequence=0,
        body=json_text(body),
        created_at=now,
        updated_at=now,
        outgoing=True,
    )
    unit.consignments.add_consignment(row)
    unit.dispatches.add(
        DispatchRow(outgoing_id, courier.courier_code, new_id("key"), PENDING, 0, 0.0, source_id),
    )
    return outgoing_id


def _check_recipient(courier: CourierRow, order: Mapping[str, Any]) -> None:
    if "recipient_token" in order["recipient"] and not courier.takes_tokens:
        raise Problem.invalid(
            [
                Fault(
                    "recipient-token",
                    "this courier takes recipients in clear only",
                    "/parameters/order/recipient",
                )
            ]
        )


def _outgoing_id(context: Context, order_no: str) -> str:
    with context.storage.read() as unit:
        row = unit.consignments.latest_of_order(order_no)
    if row is None:
        raise Problem.unknown()
    return row.consignment_id

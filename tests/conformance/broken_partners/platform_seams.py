"""Where faults of platforms are put in: orders as they are stored, calls on their way out, pushes
on their way in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Inside, Json, Wrap

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest
from jidi_reference.service.ports.unit import Unit
from jidi_reference.storage.tables import courier_tables

EAST: Final = "KITEAST"
WEST: Final = "KITWEST"

_READS: Final = {
    "getConsignment": "getOutgoingConsignment",
    "listConsignments": "listOutgoingConsignments",
    "listEvents": "listReceivedEvents",
}
_NOT_OF_PLATFORMS: Final = frozenset(
    {"consignment", "feed", "label", "numbers", "push", "token", "tracking"}
)
"""Areas of scenarios that are for others only."""

Send = Callable[[OutboundRequest], OutboundAnswer]
PLACING: Final = "createConsignment"


def calls(operation: str, change: Callable[[OutboundRequest, Send], OutboundAnswer]) -> Wrap:
    """Puts ``change`` between the platform and couriers for one operation; it may send, change,
    repeat or swallow.
    """

    def make(healthy: Send) -> Send:
        def send(request: OutboundRequest) -> OutboundAnswer:
            return change(request, healthy) if request.operation == operation else healthy(request)

        return send

    return Inside("outgoing.send", make)


def with_header(request: OutboundRequest, name: str, value: str) -> OutboundRequest:
    """The request with one header replaced."""
    return replace(
        request,
        headers={
            **{key: old for key, old in request.headers.items() if key.lower() != name.lower()},
            name: value,
        },
    )


def with_json(request: OutboundRequest, value: Json) -> OutboundRequest:
    """The request with another body."""
    return replace(request, body=json.dumps(value, ensure_ascii=False).encode())


def stored_orders(change: Callable[[dict[str, Any], str], dict[str, Any]]) -> Wrap:
    """Change orders as they are stored, so that what is sent and what is shown are alike;
    ``change`` sees a copy and the courier's code.
    """

    def make(healthy: Callable[..., str]) -> Callable[..., str]:
        def queue(
            context: Any, unit: Any, courier: Any, body: Mapping[str, Any], *rest: Any
        ) -> str:
            return healthy(
                context,
                unit,
                courier,
                change(json.loads(json.dumps(body)), courier.courier_code),
                *rest,
            )

        return queue

    return Inside("order.queue", make)


def taken(change: Callable[[Any, Any, Any, Callable[..., Any]], Any]) -> Wrap:
    """Puts ``change`` (context, courier, request, healthy) around the taking of pushes whose
    signature is right.
    """

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, courier, request: change(context, courier, request, healthy)

    return Inside("receiving.take", make)


def held_for_courier(unit: Unit, waybill_no: str) -> Any:
    """Owner, consignment_id and last_sequence of what was sent under a waybill number, to whichever
    courier; ``None`` if nothing was.
    """
    table = courier_tables.consignments.c
    asked = select(table.owner, table.consignment_id, table.last_sequence).where(
        table.waybill_no == waybill_no, table.outgoing.is_(True)
    )
    return unit.connection.execute(asked).one_or_none()


def of_platform(fault: Fault, name: str, *caught_by: str, about: str = "") -> Fault:
    """A courier's fault in a platform, where it is caught by ``caught_by`` (as at the courier, if
    empty).
    """
    areas = tuple(area for area in fault.areas if area not in _NOT_OF_PLATFORMS)
    return replace(
        fault,
        name=name,
        role="platform",
        caught_by=caught_by or fault.caught_by,
        about=about or fault.about,
        areas=areas,
        wrap=_there(fault.wrap),
    )


def _there(wrap: Wrap) -> Wrap:
    """The wrap around the operations by which a platform shows the same."""
    if not isinstance(wrap, Around):
        return wrap
    return replace(wrap, operations=tuple(_READS.get(name, name) for name in wrap.operations))

"""Couriers that break DS-08.3 late: for what is over, or in company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.isolation import for_everybody, unowned_query
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi_reference.service.context import Published
from jidi_reference.storage.tables import courier_tables

_ISOLATED: Final = "isolation-when-over"


def _state(context: Any, consignment_id: str) -> str:
    with context.storage.read() as unit:
        table = courier_tables.consignments
        found = unit.connection.execute(
            select(table.c.state).where(table.c.consignment_id == consignment_id)
        ).scalar_one_or_none()
    return str(found)


def _for_everybody_in(state: str) -> Wrap:
    """Reading asks whose consignment it is unless it is in this state."""
    lax = for_everybody("show")

    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        open_to_all = lax.make(healthy)

        def serve(context: Any, caller: Any, consignment_id: str, *rest: Any) -> Published:
            chosen = open_to_all if _state(context, consignment_id) == state else healthy
            shown: Published = chosen(context, caller, consignment_id, *rest)
            return shown

        return serve

    return Inside("consignment.show", make)


def _owned_alone(most: int) -> Callable[[Any], Any]:
    """A query asks whose shipments they are as long as it is for few of them."""

    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        lax = unowned_query(healthy)

        def query(context: Any, caller: Any, waybill_nos: Any) -> Published:
            chosen = healthy if len(waybill_nos) <= most else lax
            return chosen(context, caller, waybill_nos)

        return query

    return make


FAULTS: Final = (
    Fault(
        "cancelled-consignment-open-to-all",
        "DS-08.3",
        "foreign-read",
        "Any partner reads a consignment that its owner cancelled.",
        (f"{_ISOLATED}/read-dropped/refused#status",),
        _for_everybody_in("CANCELLED"),
    ),
    Fault(
        "delivered-consignment-open-to-all",
        "DS-08.3",
        "foreign-read",
        "Any partner reads a consignment that was delivered.",
        (f"{_ISOLATED}/read-delivered/refused#status",),
        _for_everybody_in("DELIVERED"),
    ),
    Fault(
        "long-query-shows-foreign-shipments",
        "DS-08.3",
        "foreign-in-batch",
        "A query for three shipments or more does not ask whose they are.",
        (
            f"{_ISOLATED}/query-mixed/foreign-like-unknown#equals",
            f"{_ISOLATED}/query-mixed-last/foreign-like-unknown#equals",
        ),
        Inside("tracking.query", _owned_alone(2)),
    ),
)
"""Faults of DS-08.3 that show only in some states, or among the caller's own."""

"""Statements on shipment events: the feed that is also the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from jidi_reference.service.ports.events import EventFilter, EventRow, Events
from jidi_reference.storage.tables.courier_tables import consignments, counters, events

_ADD = insert(events)
_LAST = select(counters.c.value).where(counters.c.name == "feed")


def _wanted(query: Select[Any], owners: Sequence[str], wanted: EventFilter) -> Select[Any]:
    query = query.where(events.c.owner.in_(owners))
    if wanted.waybill_nos is not None:
        query = query.where(events.c.waybill_no.in_(wanted.waybill_nos))
    if wanted.event_codes is not None:
        query = query.where(events.c.event_code.in_(wanted.event_codes))
    if wanted.recorded_from is not None:
        query = query.where(events.c.recorded_at >= wanted.recorded_from)
    return query


class SqlEvents(Events):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_event(self, row: EventRow) -> None:
        self.connection.execute(_ADD, vars(row))

    def feed(
        self, owner: str | Sequence[str], wanted: EventFilter, after: int, count: int
    ) -> list[EventRow]:
        query = _wanted(select(events), [owner] if isinstance(owner, str) else owner, wanted).where(
            events.c.position > after
        )
        return [
            EventRow(*row)
            for row in self.connection.execute(query.order_by(events.c.position).limit(count))
        ]

    def of_shipment(
        self, waybill_no: str, after: int = 0, count: int | None = None
    ) -> list[EventRow]:
        query = (
            select(events)
            .where(events.c.waybill_no == waybill_no, events.c.sequence > after)
            .order_by(events.c.sequence)
        )
        return [
            EventRow(*row)
            for row in self.connection.execute(query if count is None else query.limit(count))
        ]

    def latest_of(self, waybill_nos: Sequence[str]) -> dict[str, EventRow]:
        same = (events.c.waybill_no == consignments.c.waybill_no) & (
            events.c.owner == consignments.c.owner
        )
        newest = same & (events.c.sequence == consignments.c.last_sequence)
        query = (
            select(events)
            .join(consignments, newest)
            .where(consignments.c.waybill_no.in_(waybill_nos))
        )
        return {row.waybill_no: EventRow(*row) for row in self.connection.execute(query)}

    def last_position(self) -> int:
        return int(self.connection.execute(_LAST).scalar_one())

    def newest_of(self, owner: str) -> EventRow | None:
        row = self.connection.execute(
            select(events)
            .where(events.c.owner == owner)
            .order_by(events.c.position.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else EventRow(*row)

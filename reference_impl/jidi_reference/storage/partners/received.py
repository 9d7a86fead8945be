"""Statements on events received from couriers, as accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from jidi_reference.service.ports.events import EventFilter, EventRow, ReceivedEvents
from jidi_reference.storage.tables.network_tables import received_events

_COLUMNS = [
    received_events.c[name]
    for name in (
        "position",
        "event_id",
        "owner",
        "waybill_no",
        "sequence",
        "event_code",
        "recorded_at",
        "body",
    )
]


class SqlReceivedEvents(ReceivedEvents):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, row: EventRow, release_at: float | None) -> None:
        self.connection.execute(insert(received_events).values(**vars(row), release_at=release_at))

    def find(self, owner: str, event_id: str) -> dict[str, Any] | None:
        query = select(received_events.c.body).where(
            received_events.c.owner == owner, received_events.c.event_id == event_id
        )
        body = self.connection.execute(query).scalar_one_or_none()
        return None if body is None else dict(json.loads(body))

    def feed(
        self, owners: Sequence[str], wanted: EventFilter, after: int, count: int
    ) -> list[EventRow]:
        table = received_events.c
        query = select(*_COLUMNS).where(table.owner.in_(owners), table.position > after)
        if wanted.waybill_nos is not None:
            query = query.where(table.waybill_no.in_(wanted.waybill_nos))
        if wanted.event_codes is not None:
            query = query.where(table.event_code.in_(wanted.event_codes))
        if wanted.recorded_from is not None:
            query = query.where(table.recorded_at >= wanted.recorded_from)
        return [
            EventRow(*row)
            for row in self.connection.execute(query.order_by(table.position).limit(count))
        ]

    def newest_of(self, owner: str) -> EventRow | None:
        query = (
            select(*_COLUMNS)
            .where(received_events.c.owner == owner)
            .order_by(received_events.c.position.desc())
            .limit(1)
        )
        row = self.connection.execute(query).one_or_none()
        return None if row is None else EventRow(*row)

    def held(self, owner: str, waybill_no: str) -> list[tuple[EventRow, float]]:
        table = received_events.c
        query = select(*_COLUMNS, table.release_at).where(
            table.owner == owner, table.waybill_no == waybill_no, table.release_at.is_not(None)
        )
        return [
            (EventRow(*row[:8]), float(row[8]))
            for row in self.connection.execute(query.order_by(table.sequence, table.position))
        ]

    def release(self, positions: Sequence[int]) -> None:
        self.connection.execute(
            update(received_events)
            .where(received_events.c.position.in_(positions))
            .values(release_at=None)
        )

    def waiting(self) -> list[tuple[str, str, float]]:
        table = received_events.c
        query = (
            select(table.owner, table.waybill_no, table.release_at)
            .where(table.release_at.is_not(None))
            .order_by(table.release_at)
        )
        return [(row[0], row[1], float(row[2])) for row in self.connection.execute(query)]

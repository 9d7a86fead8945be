"""Statements on the outbox: which consignment goes to which courier, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from jidi_reference.service.ports.dispatches import (
    PENDING,
    Dispatches,
    DispatchRow,
)
from jidi_reference.storage.tables.network_tables import dispatches


class SqlDispatches(Dispatches):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, row: DispatchRow) -> None:
        self.connection.execute(insert(dispatches).values(**vars(row)))

    def find(self, outgoing_id: str, *, lock: bool = False) -> DispatchRow | None:
        query = select(dispatches).where(dispatches.c.outgoing_id == outgoing_id)
        row = self.connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else DispatchRow(*row)

    def find_by_source(self, source_id: str) -> DispatchRow | None:
        row = self.connection.execute(
            select(dispatches).where(dispatches.c.source_id == source_id)
        ).one_or_none()
        return None if row is None else DispatchRow(*row)

    def many(self, outgoing_ids: Sequence[str]) -> dict[str, DispatchRow]:
        query = select(dispatches).where(dispatches.c.outgoing_id.in_(outgoing_ids))
        return {row.outgoing_id: DispatchRow(*row) for row in self.connection.execute(query)}

    def change(self, outgoing_id: str, **values: Any) -> None:
        self.connection.execute(
            update(dispatches).where(dispatches.c.outgoing_id == outgoing_id).values(**values)
        )

    def make_due(self, courier_code: str) -> None:
        waiting = (dispatches.c.courier_code == courier_code) & (dispatches.c.state == PENDING)
        self.connection.execute(update(dispatches).where(waiting).values(next_attempt_at=0.0))

    def waiting(self) -> list[tuple[str, str, float]]:
        columns = (
            dispatches.c.outgoing_id,
            dispatches.c.courier_code,
            dispatches.c.next_attempt_at,
        )
        query = (
            select(*columns)
            .where(dispatches.c.state == PENDING)
            .order_by(dispatches.c.next_attempt_at)
        )
        return [(row[0], row[1], float(row[2])) for row in self.connection.execute(query)]

    def in_doubt(self, courier_code: str) -> bool:
        doubtful = (
            (dispatches.c.courier_code == courier_code)
            & (dispatches.c.state == PENDING)
            & (dispatches.c.attempts > 0)
        )
        return (
            self.connection.execute(
                select(dispatches.c.outgoing_id).where(doubtful).limit(1)
            ).first()
            is not None
        )

    def untried(self, source_ids: Sequence[str]) -> int:
        fresh = (dispatches.c.state == PENDING) & (dispatches.c.next_attempt_at == 0.0)
        return int(
            self.connection.execute(
                select(func.count())
                .select_from(dispatches)
                .where(dispatches.c.source_id.in_(source_ids), fresh)
            ).scalar_one()
        )

    def twins_of(self, consignment_id: str) -> list[str]:
        columns = (dispatches.c.outgoing_id, dispatches.c.source_id)
        query = select(*columns).where(
            or_(
                dispatches.c.outgoing_id == consignment_id, dispatches.c.source_id == consignment_id
            )
        )
        return [
            name
            for row in self.connection.execute(query)
            for name in row
            if name is not None and name != consignment_id
        ]

"""Statements on waybills whose events are to be fetched from their courier."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.service.ports.couriers import Backfill, Backfills
from jidi_reference.storage.tables.network_tables import backfills


def _same(courier_code: str, waybill_no: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return backfills.c.courier_code == courier_code, backfills.c.waybill_no == waybill_no


class SqlBackfills(Backfills):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def want(self, wish: Backfill) -> None:
        upsert = (
            postgresql_insert if self.connection.dialect.name == "postgresql" else sqlite_insert
        )
        self.connection.execute(upsert(backfills).values(**vars(wish)).on_conflict_do_nothing())

    def make_due(self, courier_code: str, waybill_no: str, now: float) -> bool:
        return (
            self.connection.execute(
                update(backfills).where(*_same(courier_code, waybill_no)).values(due_at=now)
            ).rowcount
            > 0
        )

    def postpone(self, wish: Backfill, due_at: float) -> None:
        values = {"due_at": due_at, "attempts": wish.attempts + 1}
        self.connection.execute(
            update(backfills).where(*_same(wish.courier_code, wish.waybill_no)).values(**values)
        )

    def done(self, courier_code: str, waybill_no: str) -> None:
        self.connection.execute(delete(backfills).where(*_same(courier_code, waybill_no)))

    def find(self, courier_code: str, waybill_no: str) -> Backfill | None:
        row = self.connection.execute(
            select(backfills).where(*_same(courier_code, waybill_no))
        ).one_or_none()
        return None if row is None else Backfill(*row)

    def waiting(self) -> list[Backfill]:
        query = (
            select(backfills).where(backfills.c.due_at.is_not(None)).order_by(backfills.c.due_at)
        )
        return [Backfill(*row) for row in self.connection.execute(query)]

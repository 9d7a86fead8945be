"""Statements on numbers that couriers allocated to an integrator and that it has not given out
yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.service.ports.numbers import NumberPool
from jidi_reference.storage.tables.network_tables import number_pool


class SqlNumberPool(NumberPool):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, courier_code: str, allocation_id: str, waybill_nos: Sequence[str]) -> None:
        upsert = (
            postgresql_insert if self.connection.dialect.name == "postgresql" else sqlite_insert
        )
        rows = [
            {"waybill_no": number, "courier_code": courier_code, "allocation_id": allocation_id}
            for number in waybill_nos
        ]
        if rows:
            self.connection.execute(upsert(number_pool).on_conflict_do_nothing(), rows)

    def take(self, courier_code: str, count: int) -> list[str]:
        free = (
            select(number_pool.c.waybill_no)
            .where(number_pool.c.courier_code == courier_code)
            .order_by(number_pool.c.waybill_no)
        )
        numbers = list(
            self.connection.execute(free.limit(count).with_for_update(skip_locked=True)).scalars()
        )
        self.connection.execute(delete(number_pool).where(number_pool.c.waybill_no.in_(numbers)))
        return numbers

    def count_of(self, courier_code: str) -> int:
        query = (
            select(func.count())
            .select_from(number_pool)
            .where(number_pool.c.courier_code == courier_code)
        )
        return int(self.connection.execute(query).scalar_one())

    def forget(self, courier_code: str) -> None:
        self.connection.execute(
            delete(number_pool).where(number_pool.c.courier_code == courier_code)
        )

"""Statements on numbers that couriers allocated to an integrator and that it has not given out
yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.storage.network_tables import number_pool


def add(
    connection: Connection, courier_code: str, allocation_id: str, waybill_nos: Sequence[str]
) -> None:
    """Keep numbers; one that is in the pool already is not kept twice."""
    upsert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    rows = [
        {"waybill_no": number, "courier_code": courier_code, "allocation_id": allocation_id}
        for number in waybill_nos
    ]
    if rows:
        connection.execute(upsert(number_pool).on_conflict_do_nothing(), rows)


def take(connection: Connection, courier_code: str, count: int) -> list[str]:
    """Up to ``count`` numbers, which are in the pool no longer; rivals skip each other's instead of
    waiting.
    """
    free = (
        select(number_pool.c.waybill_no)
        .where(number_pool.c.courier_code == courier_code)
        .order_by(number_pool.c.waybill_no)
    )
    numbers = list(
        connection.execute(free.limit(count).with_for_update(skip_locked=True)).scalars()
    )
    connection.execute(delete(number_pool).where(number_pool.c.waybill_no.in_(numbers)))
    return numbers


def count_of(connection: Connection, courier_code: str) -> int:
    """How many there are."""
    query = (
        select(func.count())
        .select_from(number_pool)
        .where(number_pool.c.courier_code == courier_code)
    )
    return int(connection.execute(query).scalar_one())


def forget(connection: Connection, courier_code: str) -> None:
    """Throw away the numbers of a connection that was replaced: they were allocated to another
    client.
    """
    connection.execute(delete(number_pool).where(number_pool.c.courier_code == courier_code))

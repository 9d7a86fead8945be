"""Statements on waybills whose events are to be fetched from their courier."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.storage.network_tables import backfills


@dataclass(frozen=True)
class Backfill:
    """A waybill to fetch; ``due_at`` None: only once its number comes in a receipt."""

    courier_code: str
    waybill_no: str
    due_at: float | None
    attempts: int = 0


def want(connection: Connection, wish: Backfill) -> None:
    """Note a waybill, unless it is noted already."""
    upsert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    connection.execute(upsert(backfills).values(**vars(wish)).on_conflict_do_nothing())


def make_due(connection: Connection, courier_code: str, waybill_no: str, now: float) -> bool:
    """Whether the waybill was noted; it is due from now on."""
    return (
        connection.execute(
            update(backfills).where(*_same(courier_code, waybill_no)).values(due_at=now)
        ).rowcount
        > 0
    )


def postpone(connection: Connection, wish: Backfill, due_at: float) -> None:
    """An attempt failed; try later."""
    values = {"due_at": due_at, "attempts": wish.attempts + 1}
    connection.execute(
        update(backfills).where(*_same(wish.courier_code, wish.waybill_no)).values(**values)
    )


def done(connection: Connection, courier_code: str, waybill_no: str) -> None:
    """The waybill was fetched."""
    connection.execute(delete(backfills).where(*_same(courier_code, waybill_no)))


def find(connection: Connection, courier_code: str, waybill_no: str) -> Backfill | None:
    """What is noted of a waybill."""
    row = connection.execute(
        select(backfills).where(*_same(courier_code, waybill_no))
    ).one_or_none()
    return None if row is None else Backfill(*row)


def waiting(connection: Connection) -> list[Backfill]:
    """All that are due some time, by that time."""
    query = select(backfills).where(backfills.c.due_at.is_not(None)).order_by(backfills.c.due_at)
    return [Backfill(*row) for row in connection.execute(query)]


def _same(courier_code: str, waybill_no: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return backfills.c.courier_code == courier_code, backfills.c.waybill_no == waybill_no

"""Statements on the outbox: which consignment goes to which courier, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from jidi_reference.storage.network_tables import dispatches

PENDING, ACCEPTED, REFUSED, CANCELLED = "PENDING", "ACCEPTED", "REFUSED", "CANCELLED"


@dataclass(frozen=True)
class DispatchRow:
    """One consignment on its way; its body is that of the outgoing consignment, which stays as it
    is once an attempt was made.

    ``attempts`` counts those begun; ``source_id``: the consignment that a platform gave
    (integrators only); ``consignment_id``: the
    courier's, once it accepted.
    """

    outgoing_id: str
    courier_code: str
    idempotency_key: str
    state: str
    attempts: int
    next_attempt_at: float
    source_id: str | None = None
    consignment_id: str | None = None


def add(connection: Connection, row: DispatchRow) -> None:
    """Queue a consignment."""
    connection.execute(insert(dispatches).values(**vars(row)))


def find(connection: Connection, outgoing_id: str, *, lock: bool = False) -> DispatchRow | None:
    """The dispatch of an outgoing consignment. ``lock``: hold it until commit."""
    query = select(dispatches).where(dispatches.c.outgoing_id == outgoing_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else DispatchRow(*row)


def find_by_source(connection: Connection, source_id: str) -> DispatchRow | None:
    """The dispatch of what a platform gave."""
    row = connection.execute(
        select(dispatches).where(dispatches.c.source_id == source_id)
    ).one_or_none()
    return None if row is None else DispatchRow(*row)


def many(connection: Connection, outgoing_ids: Sequence[str]) -> dict[str, DispatchRow]:
    """The dispatches of these outgoing consignments."""
    query = select(dispatches).where(dispatches.c.outgoing_id.in_(outgoing_ids))
    return {row.outgoing_id: DispatchRow(*row) for row in connection.execute(query)}


def change(connection: Connection, outgoing_id: str, **values: Any) -> None:
    """Overwrite some columns."""
    connection.execute(
        update(dispatches).where(dispatches.c.outgoing_id == outgoing_id).values(**values)
    )


def make_due(connection: Connection, courier_code: str) -> None:
    """Whatever waits for a courier may go at once (it has a new address)."""
    waiting = (dispatches.c.courier_code == courier_code) & (dispatches.c.state == PENDING)
    connection.execute(update(dispatches).where(waiting).values(next_attempt_at=0.0))


def waiting(connection: Connection) -> list[tuple[str, str, float]]:
    """(outgoing id, courier, Unix time from which it may be sent) of all that waits, by that
    time.
    """
    columns = (dispatches.c.outgoing_id, dispatches.c.courier_code, dispatches.c.next_attempt_at)
    query = (
        select(*columns).where(dispatches.c.state == PENDING).order_by(dispatches.c.next_attempt_at)
    )
    return [(row[0], row[1], float(row[2])) for row in connection.execute(query)]


def in_doubt(connection: Connection, courier_code: str) -> bool:
    """Whether something was sent to the courier of which it is not known yet what became of it."""
    doubtful = (
        (dispatches.c.courier_code == courier_code)
        & (dispatches.c.state == PENDING)
        & (dispatches.c.attempts > 0)
    )
    return (
        connection.execute(select(dispatches.c.outgoing_id).where(doubtful).limit(1)).first()
        is not None
    )


def untried(connection: Connection, source_ids: Sequence[str]) -> int:
    """How many of what platforms gave were not answered by a courier yet in a first attempt."""
    fresh = (dispatches.c.state == PENDING) & (dispatches.c.next_attempt_at == 0.0)
    return int(
        connection.execute(
            select(func.count())
            .select_from(dispatches)
            .where(dispatches.c.source_id.in_(source_ids), fresh)
        ).scalar_one()
    )


def twins_of(connection: Connection, consignment_id: str) -> list[str]:
    """The same consignment on an integrator's other face."""
    columns = (dispatches.c.outgoing_id, dispatches.c.source_id)
    query = select(*columns).where(
        or_(dispatches.c.outgoing_id == consignment_id, dispatches.c.source_id == consignment_id)
    )
    return [
        name
        for row in connection.execute(query)
        for name in row
        if name is not None and name != consignment_id
    ]

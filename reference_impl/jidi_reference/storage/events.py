"""Statements on shipment events: the feed that is also the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from jidi_reference.storage.tables import consignments, counters, events


@dataclass(frozen=True)
class EventRow:
    """One event; ``body`` is the very JSON text that every reader gets, by push and by pull
    (DS-02.6).
    """

    position: int
    event_id: str
    owner: str
    waybill_no: str
    sequence: int
    event_code: str
    recorded_at: float
    body: str


@dataclass(frozen=True)
class EventFilter:
    """Which of an owner's events are wanted; None means any."""

    waybill_nos: Sequence[str] | None = None
    event_codes: Sequence[str] | None = None
    recorded_from: float | None = None


_ADD = insert(events)


def add_event(connection: Connection, row: EventRow) -> None:
    """Append an event at a position taken in the same transaction."""
    connection.execute(_ADD, vars(row))


def feed(
    connection: Connection, owner: str | Sequence[str], wanted: EventFilter, after: int, count: int
) -> list[EventRow]:
    """Up to ``count`` events of the owner, or of several owners, behind a position, in the order
    recorded.
    """
    query = _wanted(select(events), [owner] if isinstance(owner, str) else owner, wanted).where(
        events.c.position > after
    )
    return [
        EventRow(*row) for row in connection.execute(query.order_by(events.c.position).limit(count))
    ]


def of_shipment(
    connection: Connection, waybill_no: str, after: int = 0, count: int | None = None
) -> list[EventRow]:
    """A waybill's events behind a sequence number."""
    query = (
        select(events)
        .where(events.c.waybill_no == waybill_no, events.c.sequence > after)
        .order_by(events.c.sequence)
    )
    return [
        EventRow(*row) for row in connection.execute(query if count is None else query.limit(count))
    ]


def latest_of(connection: Connection, waybill_nos: Sequence[str]) -> dict[str, EventRow]:
    """The latest event of each waybill."""
    same = (events.c.waybill_no == consignments.c.waybill_no) & (
        events.c.owner == consignments.c.owner
    )
    newest = same & (events.c.sequence == consignments.c.last_sequence)
    query = (
        select(events).join(consignments, newest).where(consignments.c.waybill_no.in_(waybill_nos))
    )
    return {row.waybill_no: EventRow(*row) for row in connection.execute(query)}


def last_position(connection: Connection) -> int:
    """The newest committed position of the whole feed."""
    return int(
        connection.execute(select(counters.c.value).where(counters.c.name == "feed")).scalar_one()
    )


def newest_of(connection: Connection, owner: str) -> EventRow | None:
    """An owner's newest event."""
    row = connection.execute(
        select(events).where(events.c.owner == owner).order_by(events.c.position.desc()).limit(1)
    ).one_or_none()
    return None if row is None else EventRow(*row)


def _wanted(query: Select[Any], owners: Sequence[str], wanted: EventFilter) -> Select[Any]:
    query = query.where(events.c.owner.in_(owners))
    if wanted.waybill_nos is not None:
        query = query.where(events.c.waybill_no.in_(wanted.waybill_nos))
    if wanted.event_codes is not None:
        query = query.where(events.c.event_code.in_(wanted.event_codes))
    if wanted.recorded_from is not None:
        query = query.where(events.c.recorded_at >= wanted.recorded_from)
    return query

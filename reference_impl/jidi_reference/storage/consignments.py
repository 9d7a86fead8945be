"""Statements on consignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from jidi_reference.storage.tables import consignments


@dataclass(frozen=True)
class ConsignmentRow:
    """One consignment; ``body`` is its JSON text as last accepted, times are Unix seconds."""

    consignment_id: str
    position: int
    owner: str
    waybill_no: str
    order_no: str
    state: str
    last_sequence: int
    body: str
    created_at: float
    updated_at: float


_ADD = insert(consignments)


def add_consignment(connection: Connection, row: ConsignmentRow) -> None:
    """Store a new consignment."""
    connection.execute(_ADD, vars(row))


def change_consignment(connection: Connection, consignment_id: str, **values: Any) -> None:
    """Overwrite some columns of a consignment whose row is locked."""
    connection.execute(update(consignments).where(consignments.c.consignment_id == consignment_id).values(**values))


def find_consignment(connection: Connection, owner: str, consignment_id: str, *, lock: bool = False) -> ConsignmentRow | None:
    """The owner's consignment; another's is not found (DS-08.3). ``lock``: hold the row until commit."""
    query = select(consignments).where(consignments.c.consignment_id == consignment_id, consignments.c.owner == owner)
    return _one(connection.execute(query.with_for_update() if lock else query).one_or_none())


def find_shipment(connection: Connection, owner: str | None, waybill_no: str, *, lock: bool = False) -> ConsignmentRow | None:
    """The consignment under a waybill number, of one owner, or of any for None (sandbox control only)."""
    query = select(consignments).where(consignments.c.waybill_no == waybill_no)
    if owner is not None:
        query = query.where(consignments.c.owner == owner)
    return _one(connection.execute(query.with_for_update() if lock else query).one_or_none())


def find_shipments(connection: Connection, owner: str, waybill_nos: Sequence[str]) -> dict[str, ConsignmentRow]:
    """The owner's consignments among these waybill numbers."""
    query = select(consignments).where(consignments.c.owner == owner, consignments.c.waybill_no.in_(waybill_nos))
    return {row.waybill_no: row for row in _all(connection, query)}


def list_consignments(connection: Connection, owner: str, after: int, count: int, order_no: str | None) -> list[ConsignmentRow]:
    """Up to ``count`` consignments of the owner behind a position, oldest first."""
    query = select(consignments).where(consignments.c.owner == owner, consignments.c.position > after)
    if order_no is not None:
        query = query.where(consignments.c.order_no == order_no)
    return _all(connection, query.order_by(consignments.c.position).limit(count))


def newest_of(connection: Connection, owner: str) -> ConsignmentRow | None:
    """An owner's newest consignment."""
    query = select(consignments).where(consignments.c.owner == owner).order_by(consignments.c.position.desc()).limit(1)
    return _one(connection.execute(query).one_or_none())


def _one(row: Sequence[Any] | None) -> ConsignmentRow | None:
    return None if row is None else ConsignmentRow(*row)


def _all(connection: Connection, query: Select[Any]) -> list[ConsignmentRow]:
    return [ConsignmentRow(*row) for row in connection.execute(query)]

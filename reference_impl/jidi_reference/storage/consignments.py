"""Statements on consignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from jidi_reference.storage.tables import consignments


@dataclass(frozen=True)
class ConsignmentRow:
    """One consignment; ``body`` is its JSON text as last accepted, times are Unix seconds.

    ``waybill_no`` is empty until a courier gave one. ``erased``: space-separated party roles whose
    data is gone from ``body``.
    ``outgoing``: it belongs to the courier that it is sent to (at platforms and integrators), not
    to the platform that gave it.
    """

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
    erased: str = ""
    outgoing: bool = False


_ADD = insert(consignments)
_NAMES = tuple(column.name for column in consignments.columns)


def add_consignment(connection: Connection, row: ConsignmentRow) -> None:
    """Store a new consignment."""
    connection.execute(_ADD, {**vars(row), "waybill_no": row.waybill_no or None})


def change_consignment(connection: Connection, consignment_id: str, **values: Any) -> None:
    """Overwrite some columns of a consignment whose row is locked."""
    connection.execute(
        update(consignments).where(consignments.c.consignment_id == consignment_id).values(**values)
    )


def find_consignment(
    connection: Connection, owner: str | None, consignment_id: str, *, lock: bool = False
) -> ConsignmentRow | None:
    """The owner's consignment (anyone's for None: the caller judges); another's is not found
    (DS-08.3). ``lock``: hold the row until commit.
    """
    query = select(consignments).where(consignments.c.consignment_id == consignment_id)
    if owner is not None:
        query = query.where(consignments.c.owner == owner)
    return _one(connection.execute(query.with_for_update() if lock else query).one_or_none())


def find_shipment(
    connection: Connection, owner: str | None, waybill_no: str, *, lock: bool = False
) -> ConsignmentRow | None:
    """The consignment under a waybill number, of one owner, or of any for None (sandbox control
    only).
    """
    query = select(consignments).where(consignments.c.waybill_no == waybill_no)
    if owner is not None:
        query = query.where(consignments.c.owner == owner)
    return _one(connection.execute(query.with_for_update() if lock else query).one_or_none())


def find_shipments(
    connection: Connection,
    owners: Sequence[str],
    waybill_nos: Sequence[str],
    *,
    lock: bool = False,
    given_only: bool = False,
) -> dict[str, ConsignmentRow]:
    """The owners' consignments among these waybill numbers; ``given_only``: without outgoing ones.

    ``lock``: hold the rows until commit, in an order that all keep.
    """
    query = select(consignments).where(
        consignments.c.owner.in_(owners), consignments.c.waybill_no.in_(waybill_nos)
    )
    query = (query.where(consignments.c.outgoing.is_(False)) if given_only else query).order_by(
        consignments.c.consignment_id
    )
    return {
        row.waybill_no: row for row in _all(connection, query.with_for_update() if lock else query)
    }


@dataclass(frozen=True)
class ConsignmentFilter:
    """Which consignments are wanted: of these owners and this side, and, unless None, of this order
    or waybill.
    """

    owners: Sequence[str]
    order_no: str | None = None
    waybill_no: str | None = None
    outgoing: bool = False


def list_consignments(
    connection: Connection, wanted: ConsignmentFilter, after: int, count: int
) -> list[ConsignmentRow]:
    """Up to ``count`` wanted consignments behind a position, oldest first."""
    query = select(consignments).where(
        consignments.c.owner.in_(wanted.owners), consignments.c.position > after
    )
    query = query.where(consignments.c.outgoing.is_(wanted.outgoing))
    if wanted.order_no is not None:
        query = query.where(consignments.c.order_no == wanted.order_no)
    if wanted.waybill_no is not None:
        query = query.where(consignments.c.waybill_no == wanted.waybill_no)
    return _all(connection, query.order_by(consignments.c.position).limit(count))


def latest_of_order(
    connection: Connection, order_no: str, *, lock: bool = False
) -> ConsignmentRow | None:
    """The consignment that was placed last under an order number (sandbox control only)."""
    query = (
        select(consignments)
        .where(consignments.c.order_no == order_no)
        .order_by(consignments.c.position.desc())
        .limit(1)
    )
    return _one(connection.execute(query.with_for_update() if lock else query).one_or_none())


def newest_of(connection: Connection, owner: str) -> ConsignmentRow | None:
    """An owner's newest consignment."""
    query = (
        select(consignments)
        .where(consignments.c.owner == owner)
        .order_by(consignments.c.position.desc())
        .limit(1)
    )
    return _one(connection.execute(query).one_or_none())


def _one(row: Sequence[Any] | None) -> ConsignmentRow | None:
    return None if row is None else _read(row)


def _all(connection: Connection, query: Select[Any]) -> list[ConsignmentRow]:
    return [_read(row) for row in connection.execute(query)]


def _read(row: Sequence[Any]) -> ConsignmentRow:
    values = dict(zip(_NAMES, row, strict=True))
    return ConsignmentRow(
        **{**values, "waybill_no": values["waybill_no"] or "", "outgoing": bool(values["outgoing"])}
    )

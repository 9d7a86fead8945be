"""Statements on consignments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from jidi_reference.service.ports.consignments import (
    ConsignmentFilter,
    ConsignmentRow,
    Consignments,
)
from jidi_reference.storage.tables.courier_tables import consignments

_ADD = insert(consignments)
_CHANGE = update(consignments).where(consignments.c.consignment_id == bindparam("sought"))
_NAMES = tuple(column.name for column in consignments.columns)


@cache
def _query(name: str, *, owned: bool, lock: bool) -> Select[Any]:
    """Building a statement takes thrice as long as running it, so each form is built once."""
    query = select(consignments).where(consignments.c[name] == bindparam("sought"))
    if owned:
        query = query.where(consignments.c.owner == bindparam("of"))
    return query.with_for_update() if lock else query


def _one(row: Sequence[Any] | None) -> ConsignmentRow | None:
    return None if row is None else _read(row)


def _all(connection: Connection, query: Select[Any]) -> list[ConsignmentRow]:
    return [_read(row) for row in connection.execute(query)]


def _read(row: Sequence[Any]) -> ConsignmentRow:
    values = dict(zip(_NAMES, row, strict=True))
    return ConsignmentRow(
        **{**values, "waybill_no": values["waybill_no"] or "", "outgoing": bool(values["outgoing"])}
    )


class SqlConsignments(Consignments):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_consignment(self, row: ConsignmentRow) -> None:
        self.connection.execute(_ADD, {**vars(row), "waybill_no": row.waybill_no or None})

    def change_consignment(self, consignment_id: str, **values: Any) -> None:
        self.connection.execute(_CHANGE, {"sought": consignment_id, **values})

    def find_consignment(
        self, owner: str | None, consignment_id: str, *, lock: bool = False
    ) -> ConsignmentRow | None:
        return self._find("consignment_id", consignment_id, owner, lock)

    def find_shipment(
        self, owner: str | None, waybill_no: str, *, lock: bool = False
    ) -> ConsignmentRow | None:
        return self._find("waybill_no", waybill_no, owner, lock)

    def _find(self, name: str, sought: str, owner: str | None, lock: bool) -> ConsignmentRow | None:
        query = _query(name, owned=owner is not None, lock=lock)
        values = {"sought": sought} if owner is None else {"sought": sought, "of": owner}
        return _one(self.connection.execute(query, values).one_or_none())

    def find_shipments(
        self,
        owners: Sequence[str],
        waybill_nos: Sequence[str],
        *,
        lock: bool = False,
        given_only: bool = False,
    ) -> dict[str, ConsignmentRow]:
        query = select(consignments).where(
            consignments.c.owner.in_(owners), consignments.c.waybill_no.in_(waybill_nos)
        )
        query = (query.where(consignments.c.outgoing.is_(False)) if given_only else query).order_by(
            consignments.c.consignment_id
        )
        return {
            row.waybill_no: row
            for row in _all(self.connection, query.with_for_update() if lock else query)
        }

    def list_consignments(
        self, wanted: ConsignmentFilter, after: int, count: int
    ) -> list[ConsignmentRow]:
        query = select(consignments).where(
            consignments.c.owner.in_(wanted.owners), consignments.c.position > after
        )
        query = query.where(consignments.c.outgoing.is_(wanted.outgoing))
        if wanted.order_no is not None:
            query = query.where(consignments.c.order_no == wanted.order_no)
        if wanted.waybill_no is not None:
            query = query.where(consignments.c.waybill_no == wanted.waybill_no)
        return _all(self.connection, query.order_by(consignments.c.position).limit(count))

    def latest_of_order(self, order_no: str, *, lock: bool = False) -> ConsignmentRow | None:
        query = (
            select(consignments)
            .where(consignments.c.order_no == order_no)
            .order_by(consignments.c.position.desc())
            .limit(1)
        )
        return _one(
            self.connection.execute(query.with_for_update() if lock else query).one_or_none()
        )

    def newest_of(self, owner: str) -> ConsignmentRow | None:
        query = (
            select(consignments)
            .where(consignments.c.owner == owner)
            .order_by(consignments.c.position.desc())
            .limit(1)
        )
        return _one(self.connection.execute(query).one_or_none())

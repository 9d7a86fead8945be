"""Statements on the couriers that a platform or integrator is connected to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from jidi_reference.service.ports.couriers import CourierRow, Couriers
from jidi_reference.storage.tables.network_tables import couriers


class SqlCouriers(Couriers):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def save(self, row: CourierRow) -> None:
        self.connection.execute(delete(couriers).where(couriers.c.courier_code == row.courier_code))
        self.connection.execute(insert(couriers).values(**vars(row)))

    def change(self, courier_code: str, **values: Any) -> None:
        self.connection.execute(
            update(couriers).where(couriers.c.courier_code == courier_code).values(**values)
        )

    def find(self, courier_code: str) -> CourierRow | None:
        row = self.connection.execute(
            select(couriers).where(couriers.c.courier_code == courier_code)
        ).one_or_none()
        return None if row is None else CourierRow(*row)

    def all_of(self) -> list[CourierRow]:
        return [
            CourierRow(*row)
            for row in self.connection.execute(
                select(couriers).order_by(couriers.c.connected_at, couriers.c.courier_code)
            )
        ]

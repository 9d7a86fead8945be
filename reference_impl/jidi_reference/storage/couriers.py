"""Statements on the couriers that a platform or integrator is connected to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from jidi_reference.storage.network_tables import couriers


@dataclass(frozen=True)
class CourierRow:
    """One connection. ``party``: whose objects here are the courier's; ``our_client``: its client
    id here; ``client_id``: ours there.

    ``secret`` signs its pushes; ``next_secret`` was sent and is not confirmed yet, ``old_secret``
    is good until ``old_secret_until``.
    ``takes_tokens``: whether it takes recipients by token.
    """

    courier_code: str
    party: str
    our_client: str
    base_url: str
    token_endpoint: str
    client_id: str
    client_secret: str
    subscription_id: str
    secret: str
    next_secret: str | None
    old_secret: str | None
    old_secret_until: float | None
    takes_tokens: bool
    connected_at: float

    def secrets_at(self, now: float) -> list[str]:
        """Every secret that is good at a time."""
        overlapping = self.old_secret is not None and now < (self.old_secret_until or 0)
        return [
            secret
            for secret in (self.secret, self.next_secret, self.old_secret if overlapping else None)
            if secret
        ]


def save(connection: Connection, row: CourierRow) -> None:
    """Store a connection in place of any that the courier had."""
    connection.execute(delete(couriers).where(couriers.c.courier_code == row.courier_code))
    connection.execute(insert(couriers).values(**vars(row)))


def change(connection: Connection, courier_code: str, **values: Any) -> None:
    """Overwrite some columns."""
    connection.execute(
        update(couriers).where(couriers.c.courier_code == courier_code).values(**values)
    )


def find(connection: Connection, courier_code: str) -> CourierRow | None:
    """The connection to a courier."""
    row = connection.execute(
        select(couriers).where(couriers.c.courier_code == courier_code)
    ).one_or_none()
    return None if row is None else CourierRow(*row)


def all_of(connection: Connection) -> list[CourierRow]:
    """Every connection, the oldest first."""
    return [
        CourierRow(*row)
        for row in connection.execute(
            select(couriers).order_by(couriers.c.connected_at, couriers.c.courier_code)
        )
    ]

"""Statements on subscriptions and the messages on their way to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, select, update

from jidi_reference.service.ports.subscriptions import (
    ACTIVE,
    WAITING,
    Delivery,
    SubscriptionRow,
    Subscriptions,
)
from jidi_reference.storage.tables.courier_tables import deliveries, events, subscriptions


def _due() -> Select[Any]:
    heads = select(
        deliveries.c.subscription_id, func.min(deliveries.c.delivery_no).label("delivery_no")
    )
    first = (
        heads.where(deliveries.c.status == WAITING)
        .group_by(deliveries.c.subscription_id)
        .subquery()
    )
    waiting = (
        select(first.c.subscription_id, deliveries.c.next_attempt_at)
        .join(deliveries, deliveries.c.delivery_no == first.c.delivery_no)
        .subquery()
    )
    fresh = exists().where(
        events.c.owner == subscriptions.c.owner,
        events.c.position > subscriptions.c.pushed_position,
        events.c.position <= bindparam("head"),
    )
    return (
        select(subscriptions.c.subscription_id, func.coalesce(waiting.c.next_attempt_at, 0.0))
        .join(waiting, waiting.c.subscription_id == subscriptions.c.subscription_id, isouter=True)
        .where(subscriptions.c.status == ACTIVE)
        .where((waiting.c.subscription_id.is_not(None)) | fresh)
    )


_DUE = _due()
_CHANGE = update(subscriptions).where(subscriptions.c.subscription_id == bindparam("sought"))
_CHANGE_DELIVERY = update(deliveries).where(deliveries.c.delivery_no == bindparam("sought"))


class SqlSubscriptions(Subscriptions):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_subscription(self, row: SubscriptionRow) -> None:
        self.connection.execute(insert(subscriptions).values(**vars(row)))

    def find_subscription(
        self, owner: str | None, subscription_id: str, *, lock: bool = False
    ) -> SubscriptionRow | None:
        query = select(subscriptions).where(subscriptions.c.subscription_id == subscription_id)
        if owner is not None:
            query = query.where(subscriptions.c.owner == owner)
        row = self.connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else SubscriptionRow(*row)

    def list_subscriptions(self, owner: str, after: int, count: int) -> list[SubscriptionRow]:
        query = select(subscriptions).where(
            subscriptions.c.owner == owner, subscriptions.c.position > after
        )
        return [
            SubscriptionRow(*row)
            for row in self.connection.execute(
                query.order_by(subscriptions.c.position).limit(count)
            )
        ]

    def change_subscription(self, subscription_id: str, **values: Any) -> None:
        self.connection.execute(_CHANGE, {"sought": subscription_id, **values})

    def remove_subscription(self, subscription_id: str) -> None:
        self.connection.execute(
            delete(deliveries).where(deliveries.c.subscription_id == subscription_id)
        )
        self.connection.execute(
            delete(subscriptions).where(subscriptions.c.subscription_id == subscription_id)
        )

    def add_delivery(self, subscription_id: str, message_id: str, body: bytes) -> None:
        values = {"subscription_id": subscription_id, "message_id": message_id, "body": body}
        self.connection.execute(
            insert(deliveries).values(**values, attempts=0, next_attempt_at=0.0, status=WAITING)
        )

    def first_delivery(self, subscription_id: str) -> Delivery | None:
        query = select(deliveries).where(
            deliveries.c.subscription_id == subscription_id, deliveries.c.status == WAITING
        )
        row = self.connection.execute(
            query.order_by(deliveries.c.delivery_no).limit(1)
        ).one_or_none()
        return None if row is None else Delivery(*row[:6])

    def change_delivery(self, delivery_no: int, **values: Any) -> None:
        self.connection.execute(_CHANGE_DELIVERY, {"sought": delivery_no, **values})

    def due_subscriptions(self, head: int) -> list[tuple[str, float]]:
        found = self.connection.execute(_DUE, {"head": head})
        return [(row[0], float(row[1])) for row in found]

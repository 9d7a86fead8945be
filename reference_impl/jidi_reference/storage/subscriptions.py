"""Statements on subscriptions and the messages on their way to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from jidi_reference.storage.tables import deliveries, events, subscriptions

ACTIVE, STOPPED = "active", "stopped"
WAITING, ACKNOWLEDGED, GIVEN_UP = "waiting", "acknowledged", "given-up"


@dataclass(frozen=True)
class SubscriptionRow:
    """One subscription; ``pushed_position`` is how far along the feed its messages have been
    made.
    """

    subscription_id: str
    position: int
    owner: str
    callback_url: str
    secret: str
    old_secret: str | None
    old_secret_until: float | None
    event_codes: str | None
    status: str
    created_at: float
    pushed_position: int

    @property
    def wanted_codes(self) -> list[str] | None:
        """The event codes asked for; None means all."""
        return None if self.event_codes is None else list(json.loads(self.event_codes))

    def secrets_at(self, now: float) -> list[str]:
        """The secrets that sign at a time: the new one first, the old one while they overlap."""
        overlapping = self.old_secret is not None and now < (self.old_secret_until or 0)
        return [self.secret, self.old_secret] if overlapping and self.old_secret else [self.secret]


@dataclass(frozen=True)
class Delivery:
    """A message whose id and bytes no longer change, and how often it was sent."""

    delivery_no: int
    subscription_id: str
    message_id: str
    body: bytes
    attempts: int
    next_attempt_at: float


def add_subscription(connection: Connection, row: SubscriptionRow) -> None:
    """Store a new subscription."""
    connection.execute(insert(subscriptions).values(**vars(row)))


def find_subscription(
    connection: Connection, owner: str | None, subscription_id: str, *, lock: bool = False
) -> SubscriptionRow | None:
    """The owner's subscription (anyone's for None, which only the delivery worker may ask)."""
    query = select(subscriptions).where(subscriptions.c.subscription_id == subscription_id)
    if owner is not None:
        query = query.where(subscriptions.c.owner == owner)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else SubscriptionRow(*row)


def list_subscriptions(
    connection: Connection, owner: str, after: int, count: int
) -> list[SubscriptionRow]:
    """Up to ``count`` of an owner's subscriptions behind a position, oldest first."""
    query = select(subscriptions).where(
        subscriptions.c.owner == owner, subscriptions.c.position > after
    )
    return [
        SubscriptionRow(*row)
        for row in connection.execute(query.order_by(subscriptions.c.position).limit(count))
    ]


def change_subscription(connection: Connection, subscription_id: str, **values: Any) -> None:
    """Overwrite some columns."""
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.subscription_id == subscription_id)
        .values(**values)
    )


def remove_subscription(connection: Connection, subscription_id: str) -> None:
    """Delete a subscription and what was on its way to it."""
    connection.execute(delete(deliveries).where(deliveries.c.subscription_id == subscription_id))
    connection.execute(
        delete(subscriptions).where(subscriptions.c.subscription_id == subscription_id)
    )


def add_delivery(
    connection: Connection, subscription_id: str, message_id: str, body: bytes
) -> None:
    """Queue a message behind those already waiting for the subscription."""
    values = {"subscription_id": subscription_id, "message_id": message_id, "body": body}
    connection.execute(
        insert(deliveries).values(**values, attempts=0, next_attempt_at=0.0, status=WAITING)
    )


def first_delivery(connection: Connection, subscription_id: str) -> Delivery | None:
    """The oldest message still waiting for the subscription."""
    query = select(deliveries).where(
        deliveries.c.subscription_id == subscription_id, deliveries.c.status == WAITING
    )
    row = connection.execute(query.order_by(deliveries.c.delivery_no).limit(1)).one_or_none()
    return None if row is None else Delivery(*row[:6])


def change_delivery(connection: Connection, delivery_no: int, **values: Any) -> None:
    """Note what became of an attempt."""
    connection.execute(
        update(deliveries).where(deliveries.c.delivery_no == delivery_no).values(**values)
    )


def due_subscriptions(connection: Connection, head: int) -> list[tuple[str, float]]:
    """Active subscriptions with something to send, each with the Unix time from which it may be
    sent (0: at once).

    ``head`` is the last position of the feed that counts. Events of others make nothing due: with
    many subscribers each event would otherwise
    cost a transaction for every one of them.
    """
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
        events.c.position <= head,
    )
    query = (
        select(subscriptions.c.subscription_id, func.coalesce(waiting.c.next_attempt_at, 0.0))
        .join(waiting, waiting.c.subscription_id == subscriptions.c.subscription_id, isouter=True)
        .where(subscriptions.c.status == ACTIVE)
        .where((waiting.c.subscription_id.is_not(None)) | fresh)
    )
    return [(row[0], float(row[1])) for row in connection.execute(query)]

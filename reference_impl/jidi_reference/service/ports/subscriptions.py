"""Who is told of events, and how far each is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

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


class Subscriptions(Protocol):
    """Subscriptions and the messages on their way to them."""

    def add_subscription(self, row: SubscriptionRow) -> None:
        """Store a new subscription."""

    def find_subscription(
        self, owner: str | None, subscription_id: str, *, lock: bool = False
    ) -> SubscriptionRow | None:
        """The owner's subscription (anyone's for None, which only the delivery worker may ask)."""

    def list_subscriptions(self, owner: str, after: int, count: int) -> list[SubscriptionRow]:
        """Up to ``count`` of an owner's subscriptions behind a position, oldest first."""

    def change_subscription(self, subscription_id: str, **values: Any) -> None:
        """Overwrite some columns."""

    def remove_subscription(self, subscription_id: str) -> None:
        """Delete a subscription and what was on its way to it."""

    def add_delivery(self, subscription_id: str, message_id: str, body: bytes) -> None:
        """Queue a message behind those already waiting for the subscription."""

    def first_delivery(self, subscription_id: str) -> Delivery | None:
        """The oldest message still waiting for the subscription."""

    def change_delivery(self, delivery_no: int, **values: Any) -> None:
        """Note what became of an attempt."""

    def due_subscriptions(self, head: int) -> list[tuple[str, float]]:
        """Active subscriptions with something to send, each with the Unix time from which it may be
        sent (0: at once).

        ``head`` is the last position of the feed that counts. Events of others make nothing due:
        with many subscribers each event would otherwise cost a transaction for every one of them.
        """

"""Where a played courier pushes to, and the secrets with which it signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jidi.counterparty.serving.identifiers import identifier
from jidi.counterparty.serving.lifecycle import shown


@dataclass
class Subscription:
    """One subscription of the candidate; ``previous`` is the secret before the last rotation, also
    used until ``overlap_ends``.
    """

    subscription_id: str
    callback_url: str
    secret: str
    created_at: str
    event_codes: tuple[str, ...] = ()
    status: str = "active"
    previous: str = ""
    overlap_ends: datetime | None = None

    def document(self) -> dict[str, Any]:
        """The subscription, without its secret."""
        made: dict[str, Any] = {
            "subscription_id": self.subscription_id,
            "callback_url": self.callback_url,
        }
        if self.event_codes:
            made["event_codes"] = list(self.event_codes)
        return {**made, "status": self.status, "created_at": self.created_at}

    def secrets_at(self, now: datetime) -> list[str]:
        """The secrets with which a push is signed at ``now``."""
        overlapping = self.previous and self.overlap_ends is not None and now < self.overlap_ends
        return [self.secret, self.previous] if overlapping else [self.secret]


class Subscriptions:
    """All subscriptions of one courier's partner; the last active one is pushed to."""

    def __init__(self) -> None:
        self.by_id: dict[str, Subscription] = {}

    @property
    def current(self) -> Subscription | None:
        """The subscription that is pushed to, or ``None`` while there is none."""
        return next((one for one in reversed(self.by_id.values()) if one.status == "active"), None)

    def create(self, request: Mapping[str, Any], now: datetime) -> Subscription:
        """A new subscription to ``callback_url``, which the caller has looked at."""
        codes = request.get("event_codes")
        listed = (
            tuple(code for code in codes if isinstance(code, str))
            if isinstance(codes, list)
            else ()
        )
        made = Subscription(
            identifier("sub"),
            str(request.get("callback_url", "")),
            str(request.get("secret", "")),
            shown(now),
            listed,
        )
        self.by_id[made.subscription_id] = made
        return made

    def rotate(self, subscription: Subscription, request: Mapping[str, Any], now: datetime) -> None:
        """Take a new secret; the old one goes on for ``overlap_s`` seconds."""
        overlap = request.get("overlap_s", 0)
        seconds = (
            float(overlap)
            if isinstance(overlap, int | float)
            and not isinstance(overlap, bool)
            and 0 <= overlap <= 604_800
            else 0.0
        )
        subscription.previous, subscription.secret = (
            subscription.secret,
            str(request.get("secret", "")),
        )
        subscription.overlap_ends = now + timedelta(seconds=seconds)

"""Couriers that are connected, and what is to be fetched from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Backfill:
    """A waybill to fetch; ``due_at`` None: only once its number comes in a receipt."""

    courier_code: str
    waybill_no: str
    due_at: float | None
    attempts: int = 0


@dataclass(frozen=True)
class CourierRow:
    """One connection. ``party``: whose objects here are the courier's; ``our_client``: its client
    id here; ``client_id``: ours there.

    ``secret`` signs its pushes; ``next_secret`` was sent and is not confirmed yet, ``old_secret``
    is good until ``old_secret_until``. ``takes_tokens``: whether it takes recipients by token.
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


class Backfills(Protocol):
    """Waybills whose events are to be fetched from their courier."""

    def want(self, wish: Backfill) -> None:
        """Note a waybill, unless it is noted already."""

    def make_due(self, courier_code: str, waybill_no: str, now: float) -> bool:
        """Whether the waybill was noted; it is due from now on."""

    def postpone(self, wish: Backfill, due_at: float) -> None:
        """An attempt failed; try later."""

    def done(self, courier_code: str, waybill_no: str) -> None:
        """The waybill was fetched."""

    def find(self, courier_code: str, waybill_no: str) -> Backfill | None:
        """What is noted of a waybill."""

    def waiting(self) -> list[Backfill]:
        """All that are due some time, by that time."""


class Couriers(Protocol):
    """The couriers that a platform or integrator is connected to."""

    def save(self, row: CourierRow) -> None:
        """Store a connection in place of any that the courier had."""

    def change(self, courier_code: str, **values: Any) -> None:
        """Overwrite some columns."""

    def find(self, courier_code: str) -> CourierRow | None:
        """The connection to a courier."""

    def all_of(self) -> list[CourierRow]:
        """Every connection, the oldest first."""

"""Events, recorded here or received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class EventRow:
    """One event; ``body`` is the very JSON text that every reader gets, by push and by pull
    (DS-02.6).
    """

    position: int
    event_id: str
    owner: str
    waybill_no: str
    sequence: int
    event_code: str
    recorded_at: float
    body: str


@dataclass(frozen=True)
class EventFilter:
    """Which of an owner's events are wanted; None means any."""

    waybill_nos: Sequence[str] | None = None
    event_codes: Sequence[str] | None = None
    recorded_from: float | None = None


class Events(Protocol):
    """Shipment events: the feed that is also the outbox."""

    def add_event(self, row: EventRow) -> None:
        """Append an event at a position taken in the same transaction."""

    def feed(
        self, owner: str | Sequence[str], wanted: EventFilter, after: int, count: int
    ) -> list[EventRow]:
        """Up to ``count`` events of the owner, or of several owners, behind a position, in the
        order recorded.
        """

    def of_shipment(
        self, waybill_no: str, after: int = 0, count: int | None = None
    ) -> list[EventRow]:
        """A waybill's events behind a sequence number."""

    def latest_of(self, waybill_nos: Sequence[str]) -> dict[str, EventRow]:
        """The latest event of each waybill."""

    def last_position(self) -> int:
        """The newest committed position of the whole feed."""

    def newest_of(self, owner: str) -> EventRow | None:
        """An owner's newest event."""


class ReceivedEvents(Protocol):
    """Events received from couriers, as accepted."""

    def add(self, row: EventRow, release_at: float | None) -> None:
        """Append an event at a position taken in the same transaction; ``release_at``: it waits to
        be passed on, at the latest from then.
        """

    def find(self, owner: str, event_id: str) -> dict[str, Any] | None:
        """A courier's event as it was accepted."""

    def feed(
        self, owners: Sequence[str], wanted: EventFilter, after: int, count: int
    ) -> list[EventRow]:
        """Up to ``count`` events of these couriers behind a position, in the order accepted."""

    def newest_of(self, owner: str) -> EventRow | None:
        """A courier's newest event."""

    def held(self, owner: str, waybill_no: str) -> list[tuple[EventRow, float]]:
        """What of a waybill waits to be passed on, by sequence, each with the time from which it
        waits no longer.
        """

    def release(self, positions: Sequence[int]) -> None:
        """These events were passed on."""

    def waiting(self) -> list[tuple[str, str, float]]:
        """(owner, waybill, Unix time) of all that waits to be passed on."""

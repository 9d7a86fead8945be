"""What goes to couriers, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PENDING, ACCEPTED, REFUSED, CANCELLED = "PENDING", "ACCEPTED", "REFUSED", "CANCELLED"


@dataclass(frozen=True)
class DispatchRow:
    """One consignment on its way; its body is that of the outgoing consignment, which stays as it
    is once an attempt was made.

    ``attempts`` counts those begun; ``source_id``: the consignment that a platform gave
    (integrators only); ``consignment_id``: the courier's, once it accepted.
    """

    outgoing_id: str
    courier_code: str
    idempotency_key: str
    state: str
    attempts: int
    next_attempt_at: float
    source_id: str | None = None
    consignment_id: str | None = None


class Dispatches(Protocol):
    """The outbox: which consignment goes to which courier, and how far it is."""

    def add(self, row: DispatchRow) -> None:
        """Queue a consignment."""

    def find(self, outgoing_id: str, *, lock: bool = False) -> DispatchRow | None:
        """The dispatch of an outgoing consignment. ``lock``: hold it until commit."""

    def find_by_source(self, source_id: str) -> DispatchRow | None:
        """The dispatch of what a platform gave."""

    def many(self, outgoing_ids: Sequence[str]) -> dict[str, DispatchRow]:
        """The dispatches of these outgoing consignments."""

    def change(self, outgoing_id: str, **values: Any) -> None:
        """Overwrite some columns."""

    def make_due(self, courier_code: str) -> None:
        """Whatever waits for a courier may go at once (it has a new address)."""

    def waiting(self) -> list[tuple[str, str, float]]:
        """(outgoing id, courier, Unix time from which it may be sent) of all that waits, by that
        time.
        """

    def in_doubt(self, courier_code: str) -> bool:
        """Whether something was sent to the courier of which it is not known yet what
        became of it.
        """

    def untried(self, source_ids: Sequence[str]) -> int:
        """How many of what platforms gave were not answered by a courier yet in a first attempt."""

    def twins_of(self, consignment_id: str) -> list[str]:
        """The same consignment on an integrator's other face."""

"""Waybill numbers that nobody has used yet, or somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ALLOCATED, USED, VOIDED, RETURNED = "ALLOCATED", "USED", "VOIDED", "RETURNED"


@dataclass(frozen=True)
class NumberRow:
    """One number and what became of it; times are Unix seconds."""

    waybill_no: str
    allocation_id: str
    owner: str
    state: str
    allocated_at: float
    changed_at: float
    consignment_id: str | None


@dataclass(frozen=True)
class Grant:
    """To whom and when numbers are given."""

    allocation_id: str
    owner: str
    now: float


class NumberPool(Protocol):
    """Numbers that couriers allocated to an integrator and that it has not given out yet."""

    def add(self, courier_code: str, allocation_id: str, waybill_nos: Sequence[str]) -> None:
        """Keep numbers; one that is in the pool already is not kept twice."""

    def take(self, courier_code: str, count: int) -> list[str]:
        """Up to ``count`` numbers, which are in the pool no longer; rivals skip each other's
        instead of waiting.
        """

    def count_of(self, courier_code: str) -> int:
        """How many there are."""

    def forget(self, courier_code: str) -> None:
        """Throw away the numbers of a connection that was replaced: they were allocated to another
        client.
        """


class WaybillNumbers(Protocol):
    """Waybill numbers as a resource (PI-13.1)."""

    def give_again(self, grant: Grant, count: int, closed_before: float) -> list[str]:
        """Give out up to ``count`` numbers that were closed unused before a time; rivals skip each
        other's numbers instead of waiting.
        """

    def give_new(self, grant: Grant, numbers: Sequence[str]) -> None:
        """Give out numbers that never were given out."""

    def find(self, waybill_no: str, owner: str | None, *, lock: bool = False) -> NumberRow | None:
        """A number, of one holder or of any for None. ``lock``: hold it until commit."""

    def close(
        self,
        waybill_no: str,
        state: str,
        now: float,
        consignment_id: str | None = None,
    ) -> None:
        """Move a locked number to a state; ``consignment_id``: what uses it now."""

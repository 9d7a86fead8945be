"""Consignments as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class ConsignmentRow:
    """One consignment; ``body`` is its JSON text as last accepted, times are Unix seconds.

    ``waybill_no`` is empty until a courier gave one. ``erased``: space-separated party roles whose
    data is gone from ``body``. ``outgoing``: it belongs to the courier that it is sent to (at
    platforms and integrators), not to the platform that gave it.
    """

    consignment_id: str
    position: int
    owner: str
    waybill_no: str
    order_no: str
    state: str
    last_sequence: int
    body: str
    created_at: float
    updated_at: float
    erased: str = ""
    outgoing: bool = False


@dataclass(frozen=True)
class ConsignmentFilter:
    """Which consignments are wanted: of these owners and this side, and, unless None, of this order
    or waybill.
    """

    owners: Sequence[str]
    order_no: str | None = None
    waybill_no: str | None = None
    outgoing: bool = False


class Consignments(Protocol):
    """Consignments."""

    def add_consignment(self, row: ConsignmentRow) -> None:
        """Store a new consignment."""

    def change_consignment(self, consignment_id: str, **values: Any) -> None:
        """Overwrite some columns of a consignment whose row is locked."""

    def find_consignment(
        self, owner: str | None, consignment_id: str, *, lock: bool = False
    ) -> ConsignmentRow | None:
        """The owner's consignment (anyone's for None: the caller judges); another's is not found
        (DS-08.3). ``lock``: hold the row until commit.
        """

    def find_shipment(
        self, owner: str | None, waybill_no: str, *, lock: bool = False
    ) -> ConsignmentRow | None:
        """The consignment under a waybill number, of one owner, or of any for None (sandbox control
        only).
        """

    def find_shipments(
        self,
        owners: Sequence[str],
        waybill_nos: Sequence[str],
        *,
        lock: bool = False,
        given_only: bool = False,
    ) -> dict[str, ConsignmentRow]:
        """The owners' consignments among these waybill numbers; ``given_only``: without outgoing
        ones.

        ``lock``: hold the rows until commit, in an order that all keep.
        """

    def list_consignments(
        self, wanted: ConsignmentFilter, after: int, count: int
    ) -> list[ConsignmentRow]:
        """Up to ``count`` wanted consignments behind a position, oldest first."""

    def latest_of_order(self, order_no: str, *, lock: bool = False) -> ConsignmentRow | None:
        """The consignment that was placed last under an order number (sandbox control only)."""

    def newest_of(self, owner: str) -> ConsignmentRow | None:
        """An owner's newest consignment."""

"""Consignments, events and waybill numbers of one played courier. Whoever calls holds the courier's
lock.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jidi.counterparty.serving.identifiers import identifier
from jidi.counterparty.serving.lifecycle import (
    CORRECTION,
    FIRST,
    Lifecycle,
    RefusedScanError,
    shown,
)

_AMENDED: Final = ("recipient", "sender", "contents", "remark")
_WAYBILL_LENGTH: Final = range(6, 33)


@dataclass
class Parcel:
    """One consignment as it came, and what happened to it."""

    consignment_id: str
    waybill_no: str
    consignment: dict[str, Any]
    state: str
    created_at: str
    updated_at: str
    digest: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def about(self) -> dict[str, str]:
        """What a request that concerns this parcel is about."""
        return {
            "order_no": str(self.consignment.get("order_no", "")),
            "waybill_no": self.waybill_no,
            "consignment_id": self.consignment_id,
        }

    def receipt(self) -> dict[str, Any]:
        """The receipt, as it was given first."""
        made = {
            "consignment_id": self.consignment_id,
            "waybill_no": self.waybill_no,
            "state": "CREATED",
        }
        return {**made, "payload_digest": self.digest, "received_at": self.created_at}

    def record(self) -> dict[str, Any]:
        """The consignment-record."""
        made = {
            "consignment_id": self.consignment_id,
            "waybill_no": self.waybill_no,
            "state": self.state,
        }
        return {
            **made,
            "consignment": self.consignment,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }

    def shipment(self) -> dict[str, Any]:
        """The shipment, as far as the consignment allows."""
        latest = self.events[-1]
        made = {
            "waybill_no": self.waybill_no,
            "consignment_id": self.consignment_id,
            "order_no": self.consignment.get("order_no"),
        }
        made |= {
            "service_product": self.consignment.get("service_product"),
            "state": self.state,
            "direction": latest["direction"],
        }
        return {
            **made,
            "event_count": len(self.events),
            "latest_event": latest,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@dataclass
class Number:
    """One waybill number that was given out."""

    waybill_no: str
    allocation_id: str
    allocated_at: str
    changed_at: str
    state: str = "ALLOCATED"
    consignment_id: str = ""
    reusable_after: str = ""

    def document(self) -> dict[str, Any]:
        """The waybill-number."""
        made = {
            "waybill_no": self.waybill_no,
            "allocation_id": self.allocation_id,
            "state": self.state,
        }
        made |= {"allocated_at": self.allocated_at, "changed_at": self.changed_at}
        extra = {"consignment_id": self.consignment_id, "reusable_after": self.reusable_after}
        return made | {name: value for name, value in extra.items() if value}


class NumberUsedError(Exception):
    """A consignment names a waybill number that another one has."""


class Parcels:
    """Everything that one courier holds for its partner."""

    def __init__(self, lifecycle: Lifecycle, prefix: str) -> None:
        self._lifecycle = lifecycle
        self._prefix = prefix
        self.by_id: dict[str, Parcel] = {}
        self.by_waybill: dict[str, Parcel] = {}
        self.feed: list[dict[str, Any]] = []
        self.numbers: dict[str, Number] = {}

    def take(self, consignment: dict[str, Any], raw: bytes, now: datetime) -> Parcel:
        """Take a consignment, however faulty; its first event is ORDER_CREATED.

        Raises:
            NumberUsedError: the waybill number that it names belongs to another consignment.
        """
        waybill_no, moment = self._waybill_no(consignment), shown(now)
        digest = f"sha-256:{hashlib.sha256(raw).hexdigest()}"
        parcel = Parcel(
            identifier("con"),
            waybill_no,
            consignment,
            "CREATED",
            moment,
            moment,
            digest,
        )
        self.by_id[parcel.consignment_id] = self.by_waybill[waybill_no] = parcel
        if waybill_no in self.numbers:
            number = self.numbers[waybill_no]
            number.state, number.consignment_id, number.changed_at = (
                "USED",
                parcel.consignment_id,
                moment,
            )
        self.append(parcel, {"event_code": FIRST}, now)
        return parcel

    def amend(self, parcel: Parcel, amendment: Mapping[str, Any], now: datetime) -> None:
        """Replace whole members of the consignment."""
        parcel.consignment = parcel.consignment | {
            name: amendment[name] for name in _AMENDED if name in amendment
        }
        parcel.updated_at = shown(now)

    def append(self, parcel: Parcel, wish: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Record the next event of ``parcel``.

        Raises:
            RefusedScanError: it may not follow, or it would not be what ``wish`` says.
        """
        code = str(wish["event_code"])
        members = self._lifecycle.members(_with_identity(wish, parcel, now), parcel.events, now)
        state = (
            self._lifecycle.state_after(code, members, parcel.events, parcel.state)
            if parcel.events or code == CORRECTION
            else parcel.state
        )
        if wish.get("state", state) != state:
            raise RefusedScanError(
                "state-conflict", f"the parcel would be {state}, not {wish['state']}"
            )
        event: dict[str, Any] = {
            "event_id": identifier("evt"),
            "waybill_no": parcel.waybill_no,
            "sequence": len(parcel.events) + 1,
            "event_code": code,
        }
        event |= {**members, "state": state, "recorded_at": shown(now)}
        parcel.events.append(event)
        self.feed.append(event)
        parcel.state, parcel.updated_at = state, shown(now)
        return event

    def allocate(self, count: int, now: datetime) -> list[Number]:
        """Give out ``count`` fresh waybill numbers under one allocation."""
        allocation, moment = identifier("alc"), shown(now)
        made = [Number(self._fresh(), allocation, moment, moment) for _ in range(count)]
        self.numbers |= {number.waybill_no: number for number in made}
        return made

    def events_of(self, waybill_nos: Sequence[str] | None) -> list[dict[str, Any]]:
        """Events of these waybills, or of all, in the order recorded."""
        return [
            event
            for event in self.feed
            if waybill_nos is None or event["waybill_no"] in waybill_nos
        ]

    def _waybill_no(self, consignment: Mapping[str, Any]) -> str:
        wanted = consignment.get("waybill_no")
        if (
            not isinstance(wanted, str)
            or len(wanted) not in _WAYBILL_LENGTH
            or not (wanted.isascii() and wanted.isalnum())
        ):
            return self._fresh()
        if wanted in self.by_waybill:
            raise NumberUsedError
        return wanted

    def _fresh(self) -> str:
        while True:
            made = f"{self._prefix}{secrets.randbelow(10**13):013d}"
            if made not in self.by_waybill and made not in self.numbers:
                return made


def _with_identity(wish: Mapping[str, Any], parcel: Parcel, now: datetime) -> Mapping[str, Any]:
    """Acceptance says how the identity was checked of which the consignment said PENDING."""
    told = parcel.consignment.get("real_name")
    pending = isinstance(told, Mapping) and told.get("status") == "PENDING"
    accepted = wish["event_code"] == "ACCEPTED" and wish.get("classifier", "ACT") == "ACT"
    if not (pending and accepted):
        return wish
    moment = wish.get("occurred_at", shown(now))
    checked = {"status": "VERIFIED", "method": "DOCUMENT_IN_PERSON", "verified_at": moment}
    return {"real_name": checked, **wish}

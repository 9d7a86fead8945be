"""Parcels, their events, and pushes of them: the courier behind the interface, all in memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from tests.conformance.foreign.contract import Contract, RefusalError

ATTEMPTS, FIRST_GAP_S, TIMEOUT_S = 8, 0.2, 2.0


@dataclass
class Parcel:
    """One consignment with everything that came of it."""

    owner: str
    consignment_id: str
    waybill_no: str
    consignment: dict[str, Any]
    created_at: str
    updated_at: str
    state: str = "CREATED"
    direction: str = "FORWARD"
    events: list[dict[str, Any]] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """The consignment as it reads back."""
        return {
            name: getattr(self, name)
            for name in (
                "consignment_id",
                "waybill_no",
                "state",
                "consignment",
                "created_at",
                "updated_at",
            )
        }

    def shipment(self) -> dict[str, Any]:
        """The shipment."""
        names = ("waybill_no", "consignment_id", "state", "direction", "created_at", "updated_at")
        plain = {name: getattr(self, name) for name in names}
        return {
            **plain,
            "order_no": self.consignment["order_no"],
            "event_count": len(self.events),
            "latest_event": self.events[-1],
        }


class Subscriber:
    """One subscription and the thread that pushes to it, one event at a time and in order."""

    def __init__(self, owner: str, wish: Mapping[str, Any], created_at: str, source: str) -> None:
        self.owner, self.id, self.status, self._source = (
            owner,
            f"sub_{secrets.token_hex(8)}",
            "active",
            source,
        )
        self._wish, self._created_at = dict(wish), created_at
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def shown(self) -> dict[str, Any]:
        """The subscription, without its secret."""
        kept = {
            name: self._wish[name] for name in ("callback_url", "event_codes") if name in self._wish
        }
        return {
            "subscription_id": self.id,
            **kept,
            "status": self.status,
            "created_at": self._created_at,
        }

    def offer(self, event: dict[str, Any]) -> None:
        """Push ``event`` if it is wanted."""
        if event["event_code"] in self._wish.get("event_codes", (event["event_code"],)):
            self._waiting.put(event)

    def _work(self) -> None:
        while True:
            event = self._waiting.get()
            envelope = {
                "id": f"msg_{secrets.token_hex(8)}",
                "type": "shipment.events",
                "time": event["recorded_at"],
                "source": self._source,
            }
            body = json.dumps(
                {**envelope, "spec_version": "1.0", "data": {"events": [event]}}, ensure_ascii=False
            ).encode()
            for attempt in range(ATTEMPTS):
                if self.status != "active" or self._accepted(envelope["id"], body):
                    break
                time.sleep(FIRST_GAP_S * 2**attempt)

    def _accepted(self, name: str, body: bytes) -> bool:
        stamp = str(int(time.time()))
        key = base64.b64decode(self._wish["secret"].removeprefix("whsec_"))
        signature = base64.b64encode(
            hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        ).decode()
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature}",
        }
        try:
            answer = requests.post(
                self._wish["callback_url"],
                data=body,
                headers=headers,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException:
            return False
        if answer.status_code == 410:
            self.status = "stopped"
        return answer.status_code == 410 or 200 <= answer.status_code < 300


class Depot:
    """All parcels; every method is called under its lock."""

    def __init__(self, contract: Contract, source: str) -> None:
        self.contract, self.source, self.lock = contract, source, threading.RLock()
        self.parcels: dict[str, Parcel] = {}
        self.by_waybill: dict[str, Parcel] = {}
        self.feed: list[tuple[str, dict[str, Any]]] = []
        self.subscribers: dict[str, Subscriber] = {}
        self.ahead = timedelta()

    def now(self) -> str:
        """The time of the sandbox."""
        return (datetime.now(UTC) + self.ahead).isoformat(timespec="microseconds")

    def accept(self, owner: str, consignment: dict[str, Any]) -> Parcel:
        """Take a consignment in."""
        now = self.now()
        parcel = Parcel(
            owner,
            f"c_{secrets.token_hex(10)}",
            f"FK{secrets.randbelow(10**14):014d}",
            consignment,
            now,
            now,
        )
        self.parcels[parcel.consignment_id] = self.by_waybill[parcel.waybill_no] = parcel
        self.record(parcel, {"event_code": "ORDER_CREATED"})
        return parcel

    @staticmethod
    def _unmoved(parcel: Parcel, given: Mapping[str, Any]) -> str:
        """The state after an estimate, or after a correction that voids; empty for other events."""
        if given.get("classifier") == "EST":
            return parcel.state
        corrects = given.get("corrects", {})
        if not corrects.get("voids"):
            return ""
        voided = {corrects["event_id"]} | {
            one["corrects"]["event_id"]
            for one in parcel.events
            if one.get("corrects", {}).get("voids")
        }
        return next(
            str(one["state"])
            for one in reversed(parcel.events)
            if one["classifier"] == "ACT"
            and one["event_code"] != "CORRECTION"
            and one["event_id"] not in voided
        )

    def record(self, parcel: Parcel, given: Mapping[str, Any]) -> dict[str, Any]:
        """Record one event.

        Raises:
            RefusalError: the parcel cannot go on like this, or the event is incomplete.
        """
        code, now = str(given["event_code"]), max(self.now(), parcel.updated_at)
        direction = str(
            given.get("direction", "REVERSE" if code.startswith("RETURN") else parcel.direction)
        )
        listed = self.contract.events[code]
        state = str(
            self._unmoved(parcel, given)
            or given.get("state")
            or listed["state_when_reverse" if direction == "REVERSE" else "state"]
            or parcel.state
        )
        if (
            parcel.events
            and code != "CORRECTION"
            and given.get("classifier") != "EST"
            and (
                parcel.state in self.contract.terminal
                or (parcel.state, state) not in self.contract.moves
            )
        ):
            raise RefusalError(409, "state-conflict")
        own = {
            "event_id": f"e_{secrets.token_hex(10)}",
            "sequence": len(parcel.events) + 1,
            "direction": direction,
            "state": state,
            "recorded_at": now,
        }
        event = {
            "classifier": "ACT",
            "occurred_at": now,
            **given,
            **own,
            "waybill_no": parcel.waybill_no,
        }
        faults = self.contract.faults("shipment-event", event)
        if faults:
            raise RefusalError(
                422,
                "validation-failed",
                [{**fault, "pointer": f"/parameters{fault['pointer']}"} for fault in faults],
            )
        parcel.events.append(event)
        parcel.state, parcel.direction, parcel.updated_at = state, direction, now
        self.feed.append((parcel.owner, event))
        for subscriber in self.subscribers.values():
            if subscriber.owner == parcel.owner:
                subscriber.offer(event)
        return event

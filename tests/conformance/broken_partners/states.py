"""Couriers that break DS-02.7: courses that the table does not allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Event,
    Inside,
    Json,
    Wrap,
    documents,
    stored_events,
)

from jidi_reference.domain.problems import Problem

_LEAP_S: Final = 10.0
_TERMINAL: Final = ("DELIVERED", "RETURNED", "CANCELLED", "DESTROYED", "LOST")


def _allowing(also: Callable[[str, str], bool]) -> Wrap:
    """A courier whose table has further moves; ``also`` sees the state and the code of the
    event.
    """

    def make(healthy: Any) -> Any:
        class Lenient(healthy):  # type: ignore[misc]  # the class is handed in
            def state_after(self, state: str, event_code: str, direction: str) -> str:
                try:
                    return str(super().state_after(state, event_code, direction))
                except Problem:
                    if also(state, event_code):
                        entry = self._codes[event_code]
                        return str(
                            entry["state_when_reverse"]
                            if direction == "REVERSE"
                            else entry["state"]
                        )
                    raise

        return Lenient

    return Inside("bootstrap.lifecycle", make)


def _leapt(document: Json) -> Json:
    latest = document.get("latest_event", {})
    if document.get("state") != "DELIVERED" or latest.get("event_code") != "DELIVERED":
        return document
    age = datetime.now(UTC) - datetime.fromisoformat(latest["recorded_at"])
    return {**document, "state": "IN_TRANSIT"} if age > timedelta(seconds=_LEAP_S) else document


def _earlier(event: Event) -> Event:
    if event["event_code"] != "DELIVERY_OFFICE_ARRIVED":
        return event
    moment = (datetime.fromisoformat(event["recorded_at"]) - timedelta(minutes=10)).isoformat(
        timespec="milliseconds"
    )
    return {**event, "recorded_at": moment, "occurred_at": moment}


FAULTS: Final = (
    Fault(
        "scan-after-delivered",
        "DS-02.7",
        "event-after-delivered",
        "A late scan of a hub is taken after delivery.",
        (
            "after-terminal/pull/legal-course#after-terminal",
            "after-terminal/shipment/still-delivered#equals",
        ),
        _allowing(lambda state, code: state == "DELIVERED" and code == "HUB_ARRIVED"),
    ),
    Fault(
        "returned-after-delivered",
        "DS-02.7",
        "event-after-delivered",
        "A delivered parcel is said to be returned.",
        ("after-terminal/pull/legal-course#after-terminal",),
        _allowing(lambda state, code: state == "DELIVERED" and code == "RETURNED"),
    ),
    Fault(
        "leap-from-delivered-after-10-s",
        "DS-02.7",
        "event-after-delivered",
        "Ten seconds after delivery the shipment reads as in transit again.",
        ("after-terminal/shipment-later/still-delivered-later#equals",),
        documents(("getShipment",), _leapt),
    ),
    Fault(
        "returned-without-returning",
        "DS-02.7",
        "returned-without-returning",
        "A refused parcel is returned without ever having been on its way back.",
        ("return-unannounced/pull/legal-course#illegal-move",),
        _allowing(lambda state, code: state not in _TERMINAL and code == "RETURNED"),
    ),
    Fault(
        "recorded-time-runs-backwards",
        "DS-02.7",
        "time-backwards",
        "The arrival at the delivery office is recorded ten minutes before what came ahead of it.",
        ("trajectory-delivered/pull/legal-course#time-backwards",),
        stored_events(_earlier),
        also={"DS-02.2": "what is shown is not what the driver was told"},
    ),
)
"""Faults of DS-02.7."""

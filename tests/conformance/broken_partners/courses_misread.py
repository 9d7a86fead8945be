"""Platforms that misread estimates and corrections of couriers (DS-02.8), and integrators that pass
seldom members of events on without their details (DS-01.6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import integrator_fault, passed_up
from tests.conformance.broken_partners.wrapping import Event, Inside, Wrap

_TAKEN: Final = "push-taken"
_CARRIED: Final = "events-passed-on"


def _after_storing(change: Callable[[Any, Event], dict[str, Any]]) -> Wrap:
    """Changes the consignment once an event of it was stored."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def store(context: Any, unit: Any, courier: Any, row: Any, event: Event) -> None:
            healthy(context, unit, courier, row, event)
            changes = change(row, event)
            if changes:
                unit.consignments.change_consignment(row.consignment_id, **changes)

        return store

    return Inside("received.store", make)


def _outranking(row: Any, event: Event) -> dict[str, Any]:
    estimate = event["classifier"] == "EST" and event["sequence"] > row.last_sequence > 0
    return {"last_sequence": event["sequence"]} if estimate else {}


def _uncorrected(row: Any, event: Event) -> dict[str, Any]:
    return {"state": row.state} if event["event_code"] == "CORRECTION" else {}


def _without(member: str, detail: str) -> Callable[[Event], Event]:
    def change(event: Event) -> Event:
        held = event.get(member)
        if held is None:
            return event
        return {**event, member: {name: one for name, one in held.items() if name != detail}}

    return change


def _passed_on(name: str, about: str, change: Callable[[Event], Event]) -> Fault:
    caught = (f"{_CARRIED}/pull/pulled-as-it-came#same-as",)
    return integrator_fault(name, "DS-01.6/content-rewritten", about, caught, passed_up(change))


FAULTS: Final = (
    Fault(
        "platform-estimates-outrank-what-happened",
        "DS-02.8",
        "results-not-as-published",
        "After an estimate of a higher number nothing of a lower one moves the state.",
        (f"{_TAKEN}/state-next/what-happened-moves#equals",),
        _after_storing(_outranking),
        role="platform",
    ),
    Fault(
        "platform-corrections-move-nothing",
        "DS-02.8",
        "results-not-as-published",
        "A correction is taken, and the state stays what it was.",
        (f"{_TAKEN}/state-back/correction-moves-back#equals",),
        _after_storing(_uncorrected),
        role="platform",
    ),
    _passed_on(
        "divisions-of-facilities-dropped",
        "Facilities go on without the code of their district.",
        _without("facility", "division_code"),
    ),
    _passed_on(
        "references-of-agreements-dropped",
        "How a user agreed goes on without where it is recorded.",
        _without("user_consent", "reference"),
    ),
)
"""Every fault of this module."""

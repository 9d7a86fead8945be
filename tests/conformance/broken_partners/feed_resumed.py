"""Couriers that break DS-02.4 where reading goes on: cursors that lead past the next event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi_reference.service.context import PageRequest, Published
from jidi_reference.service.ports.events import EventFilter

_NEXT: Final = "feed-resume-next"


def _past(context: Any, request: PageRequest, told: Published) -> Published:
    """The page with a cursor to go on from that leads past the next event of anybody."""
    if told["next_cursor"] is not None:
        return told
    with context.storage.read() as unit:
        last = unit.events.last_position()
    return {**told, "resume_cursor": context.cursors.make(request.scope, last + 1)}


def _skipping(when: Callable[[EventFilter], bool]) -> Wrap:
    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        def list_feed(
            context: Any, caller: Any, request: PageRequest, wanted: EventFilter
        ) -> Published:
            told = healthy(context, caller, request, wanted)
            return _past(context, request, told) if when(wanted) else told

        return list_feed

    return Inside("tracking.feed", make)


def _trail_past(healthy: Callable[..., Published]) -> Callable[..., Published]:
    """The trail of a waybill goes on behind its next event."""

    def list_trail(context: Any, caller: Any, waybill_no: str, request: PageRequest) -> Published:
        told = healthy(context, caller, waybill_no, request)
        if told["next_cursor"] is not None or not told["items"]:
            return told
        after = told["items"][-1]["sequence"] + 1
        return {**told, "resume_cursor": context.cursors.make(request.scope, after)}

    return list_trail


FAULTS: Final = (
    Fault(
        "resumed-behind-next-of-waybill",
        "DS-02.4",
        "page-skip",
        "Under a filter by waybill the cursor to go on from leads past the next event.",
        (f"{_NEXT}/on-by-waybill/next-of-waybill#never",),
        _skipping(lambda wanted: bool(wanted.waybill_nos)),
    ),
    Fault(
        "resumed-behind-next-of-code",
        "DS-02.4",
        "page-skip",
        "Under a filter by event code the cursor to go on from leads past the next event.",
        (f"{_NEXT}/on-by-code/next-of-code#never",),
        _skipping(lambda wanted: bool(wanted.event_codes)),
    ),
    Fault(
        "resumed-behind-next-of-trail",
        "DS-02.4",
        "page-skip",
        "The trail of a waybill goes on behind its next event.",
        (f"{_NEXT}/on-trail/next-of-trail#never",),
        Inside("tracking.trail", _trail_past),
    ),
)
"""Faults of going on and of filters."""

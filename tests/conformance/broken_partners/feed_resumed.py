"""Couriers that break DS-02.4 and DS-01.2 where reading goes on: cursors that lead past the next
item or belong to no filter, and filters that match more than they name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Inside, Told, Wrap

from jidi_reference.domain.cursors import CursorScope
from jidi_reference.service.context import PageRequest, Published
from jidi_reference.service.ports.events import EventFilter

_NEXT: Final = "feed-resume-next"
_FEED: Final = ("listEvents",)
_LIST: Final = ("listConsignments",)


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


def _of_any_filter(*names: str) -> Wrap:
    """Cursors are bound to the caller alone: these filters are no part of their scope."""

    def bare(scope: CursorScope) -> CursorScope:
        kept = {name: value for name, value in scope.filters.items() if name not in names}
        return replace(scope, filters=kept)

    def make(healthy: Any) -> Any:
        class Loose(healthy):  # type: ignore[misc]
            def make(self, scope: CursorScope, position: int) -> str:
                return str(super().make(bare(scope), position))

            def open(self, scope: CursorScope, cursor: str | None) -> int:
                return int(super().open(bare(scope), cursor))

        return Loose

    return Inside("bootstrap.cursors", make)


async def _by_beginning(asked: Asked, forward: Forward) -> Told:
    """A list that is asked for by order number holds all that begin like it."""
    query = dict(parse_qsl(asked.query))
    wanted = query.pop("order_no", "")
    answer = await forward(asked)
    if not wanted or "cursor" in query or answer.status != 200 or answer.json["items"]:
        return answer
    query["limit"] = "500"
    every = await forward(replace(asked, query=urlencode(query)))
    found = [
        one
        for one in every.json.get("items", [])
        if re.match(re.escape(wanted), str(one.get("consignment", {}).get("order_no", "")))
    ]
    return answer.with_json({**answer.json, "items": found})


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
    Fault(
        "feed-cursor-of-any-filter",
        "DS-02.4",
        "filter-ignored",
        "A cursor of the feed that was made under one filter goes on under another.",
        ("feed-resume/rebound/filter-kept#count",),
        _of_any_filter("waybill_no", "event_code"),
    ),
    Fault(
        "list-cursor-of-any-filter",
        "DS-01.2",
        "value-altered",
        "A cursor of the consignments of one order goes on with those of another.",
        ("consignment-accepted/rebound/filter-kept#count",),
        _of_any_filter("order_no"),
    ),
    Fault(
        "orders-by-their-beginning",
        "DS-01.2",
        "value-altered",
        "A list that is asked for by order number holds every order that begins like it.",
        ("consignment-accepted/list-beginning/no-prefix#count",),
        Around(_LIST, _by_beginning),
    ),
)
"""Faults of going on and of filters."""

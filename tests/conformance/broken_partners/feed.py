"""Couriers that break DS-02.4: pages, cursors and filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Inside,
    Told,
    Wrap,
    answers,
    requests_of,
)

from jidi_reference.service.context import PageRequest, Published
from jidi_reference.service.ports.events import EventFilter

_FEED: Final = ("listEvents",)
_LISTS: Final = ("listEvents", "listShipmentEvents")


def _trail(change: Callable[[Any, str, PageRequest], PageRequest]) -> Wrap:
    """Changes which page of a waybill's events is given; ``change`` gets context, waybill and the
    page asked for.
    """

    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        return lambda context, caller, waybill_no, request: healthy(
            context, caller, waybill_no, change(context, waybill_no, request)
        )

    return Inside("tracking.trail", make)


def _feed(change: Callable[[PageRequest, EventFilter], tuple[PageRequest, EventFilter]]) -> Wrap:
    """Changes which page of the feed is given."""

    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        return lambda context, caller, request, wanted: healthy(
            context, caller, *change(request, wanted)
        )

    return Inside("tracking.feed", make)


def _moved(by: int) -> Callable[[Any, str, PageRequest], PageRequest]:
    """Every page but the first begins ``by`` places later."""
    return lambda _context, _waybill_no, request: (
        replace(request, after=request.after + by) if request.after else request
    )


def _moved_by_arrivals(by: int) -> Callable[[Any, str, PageRequest], PageRequest]:
    """A page begins ``by`` places later when events arrived since the page before."""
    known: dict[str, int] = {}

    def change(context: Any, waybill_no: str, request: PageRequest) -> PageRequest:
        with context.storage.read() as unit:
            last = max((row.sequence for row in unit.events.of_shipment(waybill_no)), default=0)
        grown = last > known.get(waybill_no, last)
        known[waybill_no] = last
        return replace(request, after=request.after + by) if request.after and grown else request

    return change


def _unfiltered(wanted: EventFilter) -> bool:
    return wanted.waybill_nos is None and wanted.event_codes is None


def _overlapping_feed(request: PageRequest, wanted: EventFilter) -> tuple[PageRequest, EventFilter]:
    return (
        replace(request, after=request.after - 1)
        if request.after and _unfiltered(wanted)
        else request
    ), wanted


def _one_too_many(healthy: Callable[..., Published]) -> Callable[..., Published]:
    def list_trail(context: Any, caller: Any, waybill_no: str, request: PageRequest) -> Published:
        right, long = (
            healthy(context, caller, waybill_no, replace(request, limit=limit))
            for limit in (request.limit, request.limit + 1)
        )
        return {**right, "items": long["items"]}

    return list_trail


def _skipping_feed(healthy: Callable[..., Published]) -> Callable[..., Published]:
    """Under a filter the next page begins one item too late."""

    def list_feed(
        context: Any, caller: Any, request: PageRequest, wanted: EventFilter
    ) -> Published:
        if not request.after or wanted.waybill_nos is None:
            return healthy(context, caller, request, wanted)
        shown = healthy(context, caller, replace(request, limit=request.limit + 1), wanted)
        return {**shown, "items": shown["items"][1:]}

    return list_feed


def _good_once() -> Handler:
    used: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        cursor = re.search(r"cursor=([^&]+)", asked.query)
        if cursor is None or cursor[1] not in used:
            used.update(cursor.groups() if cursor else ())
            return await forward(asked)
        return await forward(replace(asked, query=asked.query.replace(cursor[1], "c3BlbnQ")))

    return handler


def _drifting(healthy: Callable[..., Published]) -> Callable[..., Published]:
    """A page of one that is asked for again begins one item later."""
    seen: set[tuple[bytes, int]] = set()

    def list_feed(
        context: Any, caller: Any, request: PageRequest, wanted: EventFilter
    ) -> Published:
        key = (request.scope.encoded(), request.after)
        if request.limit != 1 or not request.after or key not in seen:
            seen.add(key)
            return healthy(context, caller, request, wanted)
        shown = healthy(context, caller, replace(request, limit=2), wanted)
        return {**shown, "items": shown["items"][1:]}

    return list_feed


async def _resuming_too_early(asked: Asked, forward: Forward) -> Told:
    """At the end of a list the cursor to resume from is that of the page just read."""
    answer = await forward(asked)
    if answer.status != 200 or answer.json["next_cursor"] is not None or not answer.json["items"]:
        return answer
    own = re.search(r"cursor=([^&]+)", asked.query)
    first = (
        await forward(replace(asked, query=re.sub(r"limit=\d+", "limit=1", asked.query)))
        if own is None
        else answer
    )
    cursor = first.json["resume_cursor"] if own is None else own[1].replace("%3D", "=")
    return answer.with_json({**answer.json, "resume_cursor": cursor})


def _newest_filtered_first(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or "waybill_no=" not in asked.query:
        return answer
    return answer.with_json({**answer.json, "items": answer.json["items"][::-1]})


def _newest_first(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or "waybill_no=" in asked.query or "event_code=" in asked.query:
        return answer
    return answer.with_json({**answer.json, "items": answer.json["items"][::-1]})


def _any_waybill(request: PageRequest, wanted: EventFilter) -> tuple[PageRequest, EventFilter]:
    return request, replace(wanted, waybill_nos=None)


def _any_code(request: PageRequest, wanted: EventFilter) -> tuple[PageRequest, EventFilter]:
    return request, replace(wanted, event_codes=None)


def _filter_of_first_page(
    request: PageRequest, wanted: EventFilter
) -> tuple[PageRequest, EventFilter]:
    return request, EventFilter() if request.after else wanted


def _without_parameter(name: str) -> Wrap:
    return requests_of(
        _FEED, lambda asked: replace(asked, query=re.sub(rf"(?:^|&){name}=[^&]*", "", asked.query))
    )


FAULTS: Final = (
    Fault(
        "page-begins-with-last-item",
        "DS-02.4",
        "page-overlap",
        "Off by one: each page begins with the last item of the page before.",
        ("paging-by-waybill/paged/once-each#repeated",),
        _trail(_moved(-1)),
    ),
    Fault(
        "page-repeats-when-event-arrives",
        "DS-02.4",
        "page-overlap",
        "A page repeats an item only when an event arrived since the page before.",
        ("paging-by-waybill/paged/once-each#repeated",),
        _trail(_moved_by_arrivals(-1)),
    ),
    Fault(
        "whole-feed-overlaps",
        "DS-02.4",
        "page-overlap",
        "Only without a filter the pages of the feed overlap.",
        ("feed-whole/whole/order-and-once#repeated",),
        _feed(_overlapping_feed),
    ),
    Fault(
        "page-one-too-long",
        "DS-02.4",
        "page-overlap",
        "Off by one: a page holds one item more than asked for, which the next page holds again.",
        (
            "paging-by-waybill/paged/page-size-kept#count",
            "paging-by-waybill/paged/once-each#repeated",
        ),
        Inside("tracking.trail", _one_too_many),
    ),
    Fault(
        "page-skips-item",
        "DS-02.4",
        "page-skip",
        "Off by one: an item falls between two pages.",
        ("paging-by-waybill/paged/once-each#lost",),
        _trail(_moved(1)),
    ),
    Fault(
        "page-skips-when-event-arrives",
        "DS-02.4",
        "page-skip",
        "An item falls between two pages only when an event arrived since the page before.",
        ("paging-by-waybill/paged/once-each#lost",),
        _trail(_moved_by_arrivals(1)),
    ),
    Fault(
        "filtered-feed-skips-item",
        "DS-02.4",
        "page-skip",
        "Only under a filter an item falls between two pages of the feed.",
        ("paging-by-waybill/feed/feed-once-each#lost",),
        Inside("tracking.feed", _skipping_feed),
    ),
    Fault(
        "cursor-good-once",
        "DS-02.4",
        "unstable-cursor",
        "A cursor is refused when it is used again.",
        ("feed-resume/second-page-again/cursor-still-valid#status",),
        Around(_FEED, _good_once()),
    ),
    Fault(
        "cursor-drifts",
        "DS-02.4",
        "unstable-cursor",
        "A cursor that is used again gives the page behind it.",
        ("feed-resume/second-page-again/cursor-stable#same-as",),
        Inside("tracking.feed", _drifting),
    ),
    Fault(
        "resume-cursor-too-early",
        "DS-02.4",
        "unstable-cursor",
        "The cursor to resume from at the end gives items again that were read.",
        ("feed-resume/resumed/only-the-new#equals",),
        Around(_FEED, _resuming_too_early),
    ),
    Fault(
        "filtered-feed-newest-first",
        "DS-02.4",
        "unstable-cursor",
        "Only under a filter a page holds the newest event first.",
        ("feed-resume/resumed/only-the-new#equals",),
        answers(_FEED, _newest_filtered_first),
    ),
    Fault(
        "feed-newest-first",
        "DS-02.4",
        "unstable-cursor",
        "Only without a filter a page holds the newest event first.",
        ("feed-whole/whole/order-and-once#out-of-order",),
        answers(_FEED, _newest_first),
    ),
    Fault(
        "waybill-filter-ignored",
        "DS-02.4",
        "filter-ignored",
        "The filter by waybill has no effect.",
        ("paging-by-waybill/feed/filtered#distinct",),
        _feed(_any_waybill),
    ),
    Fault(
        "code-filter-ignored",
        "DS-02.4",
        "filter-ignored",
        "The filter by event code has no effect.",
        (
            "paging-by-waybill/by-code/filtered-by-code#equals",
            "feed-whole/departed/code-filter-kept#distinct",
        ),
        _feed(_any_code),
    ),
    Fault(
        "filter-lost-on-second-page",
        "DS-02.4",
        "filter-ignored",
        "The filter works on the first page only.",
        ("paging-by-waybill/feed/filtered#distinct",),
        _feed(_filter_of_first_page),
    ),
    Fault(
        "unknown-parameter-taken",
        "DS-02.4",
        "filter-ignored",
        "A parameter that does not exist is taken without a word.",
        ("feed-refusals[parameter-unknown]/feed/refused#status",),
        _without_parameter("colour"),
    ),
    Fault(
        "limit-above-maximum-taken",
        "DS-02.4",
        "filter-ignored",
        "Off by one: a limit one above the declared maximum is taken and cut in silence.",
        ("feed-refusals[limit-too-large]/feed/refused#status",),
        requests_of(
            _FEED, lambda asked: replace(asked, query=asked.query.replace("limit=501", "limit=500"))
        ),
    ),
)
"""Faults of DS-02.4."""

"""Rules over the events of a whole recording: ids, sequences, times and states of each waybill,
over all pages and pushes (DS-02).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs

from jidi.judge.seen import course_faults, delivered_unaccepted, missing_groups
from jidi.language.compared import ABSENT, json_equal
from jidi.language.views import ExchangeView, push_events
from jidi.model.urls import url_parts
from jidi.passive.rules.observations import Observation, RecordedContext, Site, both, observed
from jidi.passive.rules.passing import incoming_events
from jidi.wording import sentence

_FEEDS: Final = frozenset({"listShipmentEvents", "listEvents"})
_PAGED: Final[Mapping[str, tuple[str, str]]] = {
    "listShipmentEvents": ("event_id", "DS-02.4"),
    "listEvents": ("event_id", "DS-02.4"),
    "listConsignments": ("consignment_id", "DS-02.4"),
    "listReceivedEvents": ("event_id", "DS-02.8"),
    "listOutgoingConsignments": ("outgoing_id", "DS-01.1"),
}
"""What tells the items of a list apart, and the requirement that each comes once."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One event as one message told it."""

    event: Mapping[str, Any]
    exchange: str
    pushed: bool


def event_observations(
    views: Sequence[ExchangeView], context: RecordedContext
) -> Iterator[Observation]:
    """Everything that the events of the recording show together.

    An integrator tells what its couriers told it: a course that came in like this is theirs, and
    what may have come in like this is a warning at most.
    """
    relayed = context.judging.target["role"] == "integrator"
    seen = list(_events(views))
    contents = Site("event-content", "DS-02.2")
    yield from observed(contents, lambda: _contents(seen, relayed=relayed))
    courses = Site("transitions", "DS-02.7")
    yield from observed(courses, lambda: _all_courses(seen, views, context, relayed=relayed))
    for view in views:
        if view.record.operation == "listShipmentEvents":
            page = Site("event-sequence", "DS-02.2", view.record.id)
            for one in observed(page, lambda: _page_sequence(view)):  # noqa: B023 - called at once
                yield replace(one, soft=relayed)
    yield from observed(Site("pages", "DS-02.4"), lambda: _borders(views))


def _all_courses(
    seen: Sequence[_Seen],
    views: Sequence[ExchangeView],
    context: RecordedContext,
    *,
    relayed: bool,
) -> Iterator[Observation]:
    came = incoming_events(views).keys()
    for course in _courses(seen).values():
        theirs = any(
            (str(one.event.get("event_id")), str(one.event.get("waybill_no"))) in came
            for one in course
        )
        site = Site("transitions", "DS-02.7", course[-1].exchange)
        found = observed(site, lambda: _course(course, context))  # noqa: B023 - called at once
        yield from (
            replace(one, soft=one.soft or relayed) for one in found if not (one.fault and theirs)
        )


def _body(view: ExchangeView) -> Any:
    message = view.request if view.record.direction == "received" else view.response
    return ABSENT if message is None else message.json


def _events(views: Sequence[ExchangeView]) -> Iterator[_Seen]:
    for view in views:
        body = _body(view)
        if view.record.direction == "received" and not view.record.operation:
            yield from (
                _Seen(event, view.record.id, True)
                for event in push_events(body)
                if isinstance(event, Mapping)
            )
        elif view.record.operation in _FEEDS and view.status == 200:
            yield from (_Seen(event, view.record.id, False) for event in _items(body))


def _items(body: Any) -> list[Mapping[str, Any]]:
    items = body.get("items") if isinstance(body, Mapping) else None
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _contents(seen: Sequence[_Seen], *, relayed: bool) -> Iterator[Observation]:
    """One id, one content: within a channel that is DS-02.2, between push and pull DS-02.6; one
    place in the sequence, one id.

    Two couriers of an integrator may use the same id.
    """
    first: dict[tuple[str, str, bool], _Seen] = {}
    places: dict[tuple[str, int], _Seen] = {}
    for one in seen:
        name, number = str(one.event.get("event_id")), one.event.get("sequence")
        scope = str(one.event.get("waybill_no")) if relayed else ""
        known, other = (
            first.setdefault((name, scope, one.pushed), one),
            first.get((name, scope, not one.pushed)),
        )
        if known is not one:
            fault = "" if json_equal(known.event, one.event) else "content-differs"
            yield Observation(
                "event-content", "DS-02.2", one.exchange, fault, both(f"event_id {name}")
            )
        if other is not None:
            fault = "" if json_equal(other.event, one.event) else "fields-differ"
            yield Observation(
                "push-and-pull", "DS-02.6", one.exchange, fault, both(f"event_id {name}")
            )
        if isinstance(number, int):
            place = places.setdefault((str(one.event.get("waybill_no")), number), one)
            fault = "" if place.event.get("event_id") == name else "sequence-used-twice"
            yield Observation(
                "event-sequence",
                "DS-02.2",
                one.exchange,
                fault,
                both(f"sequence {number} of {one.event.get('waybill_no')}"),
                soft=relayed,
            )


def _courses(seen: Sequence[_Seen]) -> dict[str, list[_Seen]]:
    """By waybill the events from the first one on, without a gap; what lies beyond a gap that the
    recording leaves is not judged.
    """
    by_waybill: dict[str, dict[int, _Seen]] = {}
    for one in seen:
        number = one.event.get("sequence")
        if isinstance(number, int) and isinstance(one.event.get("waybill_no"), str):
            by_waybill.setdefault(one.event["waybill_no"], {}).setdefault(number, one)
    courses = {}
    for waybill, events in by_waybill.items():
        number = 1
        while number in events:
            number += 1
        courses[waybill] = [events[place] for place in range(1, number)]
    return {waybill: course for waybill, course in courses.items() if course}


def _course(course: Sequence[_Seen], context: RecordedContext) -> Iterator[Observation]:
    events, table = [one.event for one in course], context.judging.table
    faults = course_faults(events, table)
    for fault in faults:
        yield Observation(
            "transitions",
            "DS-02.7",
            course[fault.index].exchange,
            fault.slug,
            fault.text,
            soft=fault.severity == "warning",
        )
    if not faults:
        yield Observation("transitions", "DS-02.7", course[-1].exchange)
    if events[-1].get("state") != "DELIVERED":
        return
    missing = missing_groups(events, table)
    slug = (
        "delivery-before-acceptance"
        if delivered_unaccepted(events, table)
        else f"missing-{min(missing)}"
        if missing
        else ""
    )
    told = sentence(
        "passive/missing",
        missing=", ".join(sorted(missing)) or "none",
        missing_zh="、".join(sorted(missing)) or "无",
    )
    # A parcel that never leaves its office shows neither sorting nor transport; whether it should
    # have, a recording does not tell.
    soft = not slug.startswith("delivery") and "acceptance" not in missing
    yield Observation("node-groups", "DS-02.1", course[-1].exchange, slug, told, soft=soft)


def _page_sequence(view: ExchangeView) -> Iterator[Observation]:
    """The events of one waybill count on by one, from 1 on the first page (DS-02.2)."""
    if view.status != 200:
        return
    events = _items(_body(view))
    numbers = [event["sequence"] for event in events if isinstance(event.get("sequence"), int)]
    if not numbers or len(numbers) != len(events):
        return
    query = parse_qs(url_parts(view.record.request.url).query)
    begin = numbers[0] if "cursor" in query else 1
    fault = "" if numbers == list(range(begin, begin + len(numbers))) else "sequence-gap"
    yield Observation(
        "event-sequence", "DS-02.2", view.record.id, fault, both(f"sequence {numbers[:20]}")
    )


def _borders(views: Sequence[ExchangeView]) -> Iterator[Observation]:
    """A page that was asked for by the cursor of another repeats none of its items."""
    before: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for view in views:
        if view.record.operation not in _PAGED or view.status != 200:
            continue
        key, requirement = _PAGED[view.record.operation]
        body, url = _body(view), url_parts(view.record.request.url)
        ids = [(str(item.get(key)), str(item.get("waybill_no"))) for item in _items(body)]
        cursor = (parse_qs(url.query).get("cursor") or [""])[0]
        earlier = before.get((url.path, cursor), set()) if cursor else set()
        fault = "repeated" if len(set(ids)) != len(ids) or not earlier.isdisjoint(ids) else ""
        yield Observation("pages", requirement, view.record.id, fault, both(f"{len(ids)} items"))
        for following in _cursors(body):
            before[url.path, following] = earlier | set(ids)


def _cursors(body: Any) -> list[str]:
    """Marks of the places at which a page ends."""
    told = body if isinstance(body, Mapping) else {}
    given = (told.get(name) for name in ("next_cursor", "resume_cursor"))
    return [one for one in given if isinstance(one, str)]

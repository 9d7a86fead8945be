"""Platforms and integrators whose lists for couriers are right on their first page, or for one
filter alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Json, Told, Wrap

from jidi.model.roles import Role

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")
_EVENTS: Final = ("listReceivedEvents",)
_OUTGOING: Final = ("listOutgoingConsignments",)
_RECEIVED_WALK: Final = "received-events-walked"
_OUTGOING_WALK: Final = "outgoing-walked"


Page = Callable[[Json, str], Json]
"""A page and the cursor by which it was asked for (empty: the first) to the page that is told."""


def _told(operations: tuple[str, ...], change: Page) -> Wrap:
    """Lists whose pages are others than they should be."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status != 200:
            return answer
        cursor = dict(parse_qsl(asked.query)).get("cursor", "")
        return answer.with_json(change(answer.json, cursor))

    return Around(operations, handler)


def _later(operations: tuple[str, ...], change: Callable[[list[Json]], list[Json]]) -> Wrap:
    """Pages after the first hold other items than they should."""
    return _told(
        operations,
        lambda page, cursor: {**page, "items": change(page["items"])} if cursor else page,
    )


def _repeating(operations: tuple[str, ...]) -> Wrap:
    """A page begins with the last item of the page before."""
    last: dict[str, Json] = {}

    def change(page: Json, cursor: str) -> Json:
        if page["items"] and page.get("next_cursor"):
            last[page["next_cursor"]] = page["items"][-1]
        if cursor not in last:
            return page
        return {**page, "items": [last[cursor], *page["items"]][: len(page["items"]) or 1]}

    return _told(operations, change)


def _same_moment_skipped(operations: tuple[str, ...], member: str) -> Wrap:
    """A page goes on behind the moment of the last item, so that its twins are never seen."""
    last: dict[str, str] = {}

    def change(page: Json, cursor: str) -> Json:
        if page["items"] and page.get("next_cursor"):
            last[page["next_cursor"]] = page["items"][-1][member]
        kept = [item for item in page["items"] if item[member] != last.get(cursor)]
        return {**page, "items": kept}

    return _told(operations, change)


def _last_page_empty(operations: tuple[str, ...]) -> Wrap:
    return _told(
        operations,
        lambda page, cursor: {**page, "items": []} if cursor and not page["next_cursor"] else page,
    )


def _deaf(operations: tuple[str, ...], ignored: str, beside: str) -> Wrap:
    """One filter is not looked at where another stands beside it."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        given = parse_qsl(asked.query)
        names = {name for name, _ in given}
        if {ignored, beside} <= names and "cursor" not in names:
            kept = [(name, value) for name, value in given if name != ignored]
            asked = _with_query(asked, urlencode(kept))
        return await forward(asked)

    return Around(operations, handler)


def _with_query(asked: Asked, query: str) -> Asked:
    return Asked(
        asked.operation,
        asked.method,
        asked.path,
        query,
        asked.headers,
        asked.body,
        asked.values,
        asked.party,
    )


def _ends_early(operations: tuple[str, ...], most: int) -> Wrap:
    """A list ends after its first pages."""
    depth: dict[str, int] = {}

    def change(page: Json, cursor: str) -> Json:
        pages = depth.get(cursor, 0) + 1
        if page.get("next_cursor"):
            depth[page["next_cursor"]] = pages
        return {**page, "next_cursor": None} if pages >= most else page

    return _told(operations, change)


_HOW: Final[tuple[tuple[str, str, str, str, Wrap], ...]] = (
    (
        "received-later-page-loses-an-event",
        "Pages after the first lack their first event.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _later(_EVENTS, lambda items: items[1:]),
    ),
    (
        "received-later-page-backwards",
        "Pages after the first are the wrong way round.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _later(_EVENTS, lambda items: items[::-1]),
    ),
    (
        "received-later-page-repeats",
        "Pages after the first begin with an event that stood on the page before.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _repeating(_EVENTS),
    ),
    (
        "received-same-moment-skipped",
        "Of events of the same moment only those on one page are ever shown.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _same_moment_skipped(_EVENTS, "recorded_at"),
    ),
    (
        "received-last-page-empty",
        "The last page shows nothing.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _last_page_empty(_EVENTS),
    ),
    (
        "received-list-ends-early",
        "A list ends after its second page.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/walk/each-once-in-order",
        _ends_early(_EVENTS, 2),
    ),
    (
        "received-code-ignored-beside-waybill",
        "The code that stands beside a waybill is not looked at.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/both/both-filters",
        _deaf(_EVENTS, "event_code", "waybill_no"),
    ),
    (
        "received-waybill-ignored-beside-code",
        "The waybill that stands beside a code is not looked at.",
        "DS-02.8",
        f"{_RECEIVED_WALK}/both/both-filters",
        _deaf(_EVENTS, "waybill_no", "event_code"),
    ),
    (
        "outgoing-later-page-loses-one",
        "Pages after the first lack their first consignment.",
        "DS-01.1",
        f"{_OUTGOING_WALK}/walk/all-there-once",
        _later(_OUTGOING, lambda items: items[1:]),
    ),
    (
        "outgoing-later-page-repeats",
        "Pages after the first begin with what stood on the page before.",
        "DS-01.1",
        f"{_OUTGOING_WALK}/walk/all-there-once",
        _repeating(_OUTGOING),
    ),
    (
        "outgoing-list-ends-early",
        "A list ends after its second page.",
        "DS-01.1",
        f"{_OUTGOING_WALK}/walk/all-there-once",
        _ends_early(_OUTGOING, 2),
    ),
)
_IN_INTEGRATORS: Final = frozenset(
    {
        "received-later-page-loses-an-event",
        "received-same-moment-skipped",
        "received-code-ignored-beside-waybill",
        "outgoing-later-page-repeats",
    }
)
"""Those that are tried in integrators, too: their lists are made alike."""
_CASES: Final = {"DS-02.8": "bad-item-loses-batch", "DS-01.1": "field-missing"}


def _named(role: Role, check: str) -> str:
    return f"integrator-{check}" if role == "integrator" else check


FAULTS: Final[tuple[Any, ...]] = tuple(
    Fault(PREFIX[role] + name, row, _CASES[row], about, (_named(role, check),), wrap, role=role)
    for name, about, row, check, wrap in _HOW
    for role in _ROLES
    if role == "platform" or name in _IN_INTEGRATORS
)
"""Every fault of this module."""

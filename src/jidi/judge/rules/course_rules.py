"""Named judgements of what a shipment shows of the scans that were made of it (DS-02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import listed, mappings, yardstick
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import ABSENT, show
from jidi.language.differing import differences
from jidi.language.views import StepView
from jidi.model.text import Text
from jidi.model.verdict import Outcome
from jidi.wording import sentence


def recorded_as_scanned(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """``events`` show each of ``scans`` (ids) once, in their order, with its code (``codes``), and
    nothing else after the first (DS-02.1).

    What a courier records by itself before anybody scans the parcel (ORDER_CREATED, PICKUP_PENDING,
    several such, or nothing at all) is its own affair.
    """
    expected = sentence("judge/the-events-of-the-scans-each-once")
    events = mappings(given["events"])
    scans, codes = yardstick(given, "scans"), yardstick(given, "codes")
    ids = [event.get("event_id") for event in events]
    lost = [code for one, code in zip(scans, codes, strict=False) if one not in ids]
    if lost:
        return ruling("scan-lost", expected, f"not shown: {', '.join(map(str, lost))}")
    shown = events[ids.index(scans[0]) :] if scans else []
    seen = [event.get("event_code") for event in shown]
    fault = "" if [event.get("event_id") for event in shown] == scans else "other-events"
    told = ", ".join(map(str, seen))
    return _unlike_codes(
        ruling(fault or ("" if seen == codes else "other-codes"), expected, told), codes, seen
    )


def _unlike_codes(found: Ruling, codes: list[Any], seen: list[Any]) -> Ruling:
    """The ruling with the codes that lack, or are others, by their places."""
    unlike = differences(codes, seen)
    if found.outcome is not Outcome.FAIL or not unlike:
        return found
    first = unlike[0]
    told = f"{first.expected or show(ABSENT)} / {first.actual or show(ABSENT)}; {found.actual.en}"
    return replace(found, actual=Text(told, told), differences=unlike, place="/items/-/event_code")


def events_counted(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """``count`` is the number of ``events``, and ``latest`` the last of them (DS-02.6)."""
    events = listed(given["events"])
    expected = sentence("judge/events-and-the-last-of-them-as", events=len(events))
    last = events[-1].get("event_id") if events and isinstance(events[-1], Mapping) else None
    actual = f"{given['count']}, latest {given['latest']}"
    counted = given["count"] == len(events) and not isinstance(given["count"], bool)
    fault = "" if counted else "event-count"
    return ruling(fault or ("" if given["latest"] == last else "latest-event"), expected, actual)


COURSE_RULES: Final[
    Mapping[str, Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]]
] = {
    "events-counted": events_counted,
    "recorded-as-scanned": recorded_as_scanned,
}
"""Named judgements of courses, by the name that scenarios use."""

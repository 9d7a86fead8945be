"""Legal courses of a shipment, read from the code lists (DS-02.1, DS-02.2, DS-02.7; facts 2.5 and
2.6).

- A step between two states is legal, unusual (it warns) or not in the table (it fails) (DS-02.7).
- After a terminal state only a correction comes; a parcel that was lost may be found (DS-02.7).
- Times do not run backwards by more than the declared skew of the clocks (DS-02.2, DS-02.7).
- A finished shipment shows the four node groups of the guidance (DS-02.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jidi.judge.context import TransitionTable
from jidi.model.text import Text
from jidi.wording import sentence


@dataclass(frozen=True, slots=True)
class CourseFault:
    """One thing wrong with a course of events; ``slug`` is stable, ``index`` the place of the event
    in the order given.
    """

    slug: str
    index: int
    severity: Literal["error", "warning"]
    text: Text


_FIRST_YEAR, _LAST_YEAR = 1, 9999
"""Years in which a time may fall out of every calendar once it is told in another zone."""


def instant(text: Any) -> datetime | None:
    """An RFC 3339 time with offset, or ``None`` when ``text`` is something else, or lies in the
    first or last year that can be written.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        return None
    return moment


def course_faults(events: Sequence[Mapping[str, Any]], table: TransitionTable) -> list[CourseFault]:
    """Faults of the events of one waybill in the order of their sequence (DS-02.7)."""
    faults: list[CourseFault] = []
    voided = _voided(events)
    state: str | None = None
    for index, event in enumerate(events):
        if event.get("event_code") == "CORRECTION":
            state = str(event.get("state"))
            continue
        if str(event.get("event_id")) in voided:
            continue
        after = str(event.get("state"))
        faults.extend(_move(state, after, index, table))
        state = after
    faults.extend(_times(events))
    return faults


def _voided(events: Sequence[Mapping[str, Any]]) -> set[str]:
    """Ids as texts: a candidate may send anything in their place."""
    marks = (event.get("corrects") for event in events)
    return {
        str(mark.get("event_id"))
        for mark in marks
        if isinstance(mark, Mapping) and mark.get("voids")
    }


def _move(state: str | None, after: str, index: int, table: TransitionTable) -> list[CourseFault]:
    if state is None:
        if after in table.initial:
            return []
        return [
            CourseFault(
                "bad-beginning",
                index,
                "error",
                sentence("judge/the-course-begins-with", after=after),
            )
        ]
    if (state, after) in table.legal:
        return []
    if (state, after) in table.unusual:
        return [
            CourseFault(
                "unusual-move",
                index,
                "warning",
                sentence("judge/unusual-move-from-to", state=state, after=after),
            )
        ]
    if state in table.terminal:
        return [
            CourseFault(
                "after-terminal",
                index,
                "error",
                sentence("judge/after-the-terminal-state", after=after, state=state),
            )
        ]
    return [
        CourseFault(
            "illegal-move",
            index,
            "error",
            sentence("judge/may-not-be-followed-by", state=state, after=after),
        )
    ]


def _times(events: Sequence[Mapping[str, Any]]) -> list[CourseFault]:
    faults = []
    for index, event in enumerate(events):
        occurred, recorded = instant(event.get("occurred_at")), instant(event.get("recorded_at"))
        if occurred and recorded and occurred > recorded and event.get("classifier") != "EST":
            text = sentence(
                "judge/occurred-at-is-later-than-recorded-at",
                occurred_at=event["occurred_at"],
                recorded_at=event["recorded_at"],
            )
            faults.append(CourseFault("occurred-after-recorded", index, "error", text))
    recorded_times = [instant(event.get("recorded_at")) for event in events]
    for index in range(1, len(events)):
        before, now = recorded_times[index - 1], recorded_times[index]
        if before and now and now < before:
            text = sentence("judge/recorded-at-runs-backwards-along-the-sequence")
            faults.append(CourseFault("time-backwards", index, "error", text))
    return faults


def missing_groups(events: Sequence[Mapping[str, Any]], table: TransitionTable) -> set[str]:
    """Node groups of the guidance that a finished forward shipment does not show (DS-02.1)."""
    wanted = {"acceptance", "sorting", "transport", "delivery"}
    return wanted.difference(
        *(table.node_groups.get(str(event.get("event_code")), frozenset()) for event in events)
    )


def delivered_unaccepted(events: Sequence[Mapping[str, Any]], table: TransitionTable) -> bool:
    """Whether, along the sequence, a delivery event comes before the first acceptance there is
    (DS-02.1).
    """
    course = sorted(
        events, key=lambda event: event["sequence"] if isinstance(event.get("sequence"), int) else 0
    )
    groups = [table.node_groups.get(str(event.get("event_code")), frozenset()) for event in course]
    first = {
        name: next((index for index, found in enumerate(groups) if name in found), len(groups))
        for name in ("acceptance", "delivery")
    }
    return first["delivery"] < first["acceptance"] < len(groups)

"""Sweeps over times: what a candidate says that it did now, it did within the run (DS-01.2 and
others).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.signatures import STAMP, Window, ahead_of, is_timestamp
from jidi.judge.rules.transitions import instant
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    each,
    objects,
    place_of,
    succeeded,
)
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.language.json_texts import figure
from jidi.language.views import ExchangeView
from jidi.model.journal import DriveRecord, ExchangeRecord, JournalRecord, NoteRecord
from jidi.model.verdict import Difference

_LEAST_SKEW_S: Final = 5.0
"""What two clocks may differ by, whatever is declared; a time may be told to the second."""
_LATEST_S: Final = 5.0
"""What may lie between the stamp of a push and its arrival, where clocks are declared to be one."""
_ID: Final = "webhook-id"
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
_MOST_AHEAD_S: Final = 315_360_000.0


def dated_within_run(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each of ``members`` in answers of ``operations`` is a time between the beginning of the run
    and the end of that answer, give or take the declared skew of clocks; where the sandbox's clock
    was moved on, by that clock. Of a clock of which nothing is known only the beginning is held:
    nobody moves it back.
    """
    begun = min(
        (moment for view in run.sent if (moment := instant(view.record.started_at))), default=None
    )
    skew = timedelta(seconds=max(_LEAST_SKEW_S, _declared_skew(context)))
    aheads = _aheads(run)
    told = frozenset(given["members"])

    def fault(view: ExchangeView) -> str | Breach:
        asked = instant(view.record.started_at)
        if begun is None or asked is None:
            return ""
        ended = asked + timedelta(seconds=max(0.0, view.elapsed))
        known = aheads.get(view.record.id)
        offsets = [timedelta(seconds=off) for off in known] if known else []
        for pointer, moment in _times(view, told):
            windows = [(begun + off, ended + off) for off in offsets] or [(begun, _NEVER)]
            if not any(first - skew <= moment <= last + skew for first, last in windows):
                told_at, asked_at = moment.isoformat(), asked.isoformat()
                what = f"{place_of(view)} at {asked_at}: {pointer} is {told_at}"
                unlike = Difference(pointer, "changed", asked_at, told_at)
                return Breach(what, (view.record.id,), (unlike,))
        return ""

    dated = [view for view in run.of(given["operations"]) if any(_times(view, told))]
    return each(dated, fault)


def pushes_dated(_given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each push tells, as ``webhook-timestamp``, the time of its attempt: close to its arrival, by
    real time or by that of a sandbox that was moved on, and not that of an earlier attempt that
    failed a while before (DS-02.5).
    """
    skew = max(_LATEST_S, _declared_skew(context))
    aheads = _aheads(run)
    before: dict[tuple[str, str], tuple[str, ExchangeView]] = {}
    looked, breaches = 0, []
    for view in run.pushes:
        headers = view.request.attribute("headers")
        told, arrived = headers.get(STAMP, ""), instant(view.record.started_at)
        if not is_timestamp(told) or arrived is None:
            continue  # which whoever looks at its signature says
        looked += 1
        known = (*ahead_of(view.record.facts), *aheads.get(view.record.id, ()))
        window = Window(arrived.timestamp(), skew, known)
        first = before.setdefault((view.record.receiver, headers.get(_ID, "")), (told, view))
        again = view.record.started - first[1].record.finished
        if not window.holds(int(told)):
            what = f"push at {arrived.isoformat()} tells {told}"
            breaches.append(Breach(what, (view.record.id,)))
        elif told == first[0] and again >= _LATEST_S:
            what = f"attempt {again:.0f} s after another tells the same {told}"
            breaches.append(Breach(what, (first[1].record.id, view.record.id)))
    return Outlook(looked, tuple(breaches))


def _times(view: ExchangeView, members: frozenset[str]) -> Iterator[tuple[str, datetime]]:
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        for name in members & one.keys():
            moment = instant(one[name])
            if moment is not None:
                yield f"{pointer}/{name}", moment


def _declared_skew(context: JudgingContext) -> float:
    declared = figure(point(context.discovery, "/limits/clock_skew_s"))
    return context.skew_s if declared is None else min(declared, context.skew_s)


def _aheads(run: RunView) -> dict[str, tuple[float, ...]]:
    """By how many seconds the candidate's clock may have been ahead in each exchange: as was known
    until then, or became known next, since a clock may move before anybody says so; nothing where
    nobody said anything of it.
    """
    if not any(_absolute(record) for record in run.records):
        return {}
    known: list[float] = [0.0]
    waiting: list[str] = []
    found: dict[str, tuple[float, ...]] = {}
    for record in run.records:
        if isinstance(record, ExchangeRecord):
            found[record.id] = tuple(known)
            waiting.append(record.id)
        elif aheads := _told_ahead(record, known[-1]):
            known += aheads
            found |= {name: tuple(known) for name in waiting}
            waiting = []
    return found


def _absolute(record: JournalRecord) -> tuple[float, ...]:
    """How far the clock is ahead, where the record says so; a clock of which is only known that it
    was moved may have been ahead before.
    """
    if isinstance(record, NoteRecord):
        return _sensible(record.ahead_s)
    if not isinstance(record, DriveRecord) or not record.action.endswith("-clock"):
        return ()
    return _sensible((record.result or {}).get("ahead_s"))


def _told_ahead(record: JournalRecord, before: float) -> tuple[float, ...]:
    """What a record says of how far the clock was ahead, and is; ``before``: as was known."""
    if not isinstance(record, DriveRecord) or record.action != "advance-clock":
        return _absolute(record)
    told = _absolute(record)
    moved = _sensible((record.parameters or {}).get("seconds"))
    if not moved:
        return told
    return (told[0] - moved[0], told[0]) if told else (before + moved[0],)


def _sensible(value: Any) -> tuple[float, ...]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (float(value),) if number and abs(value) <= _MOST_AHEAD_S else ()


DATED_RULES: Final[Mapping[str, Rule]] = {
    "dated-within-run": dated_within_run,
    "pushes-dated": pushes_dated,
}
"""Rules on times, by their words."""

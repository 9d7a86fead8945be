"""Sweeps for what is kept: what was accepted is read back as it was sent (DS-01.2, DS-01.8), and an
event is shown as its courier told it, on every face (DS-01.6, DS-02.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import mappings
from jidi.judge.sweeping.sightings import (
    GENERATED,
    Breach,
    Outlook,
    Rule,
    RunView,
    alike,
    by_persons,
    is_whole,
    life_of,
    objects,
    query,
    receipts,
    shown_since,
    span,
    succeeded,
    unlike_at,
    withheld,
)
from jidi.language.compared import ABSENT, json_equal, show
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, push_events
from jidi.model.urls import url_parts
from jidi.registry.pointers import encode_step

CONSIGNMENT: Final = "consignment"
"""The schema of what is handed over."""
_READS: Final = ("getConsignment", "listConsignments", "amendConsignment", "cancelConsignment")


@dataclass(frozen=True)
class Change:
    """A member that was sent anew: from when it may show (its request was sent), from when it must
    (``None``: it was not seen to be taken).
    """

    value: Any
    begun: datetime
    done: datetime | None


@dataclass
class Kept:
    """What was sent for one consignment: the document, the exchange, and later changes."""

    sent: Mapping[str, Any]
    exchange: str
    waybill_no: str
    spoilt: bool = False
    changes: dict[str, list[Change]] = field(default_factory=dict)

    def allowed(self, member: str, since: datetime, until: datetime) -> list[Any]:
        """Every value that the member may have in an answer of that time."""
        changes = self.changes.get(member, [])
        values = [] if _outdated(changes, since, None) else [self.sent.get(member, ABSENT)]
        return values + [
            one.value
            for one in changes
            if one.begun <= until and not _outdated(changes, since, one)
        ]


def _outdated(changes: Iterable[Change], since: datetime, one: Change | None) -> bool:
    """Whether a later change had taken the place of ``one`` (``None``: of what was sent at
    first).
    """
    return any(
        later.done is not None
        and later.done <= since
        and (one is None or (one.done is not None and one.done <= later.begun))
        for later in changes
        if later is not one
    )


def consignment_kept(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each consignment that was taken is told, wherever it is told whole, with every value that was
    sent: as a JSON value and to the letter. ``amended`` says which are looked at: those that
    somebody asked to amend (DS-01.8), where what was changed shows and all else is as it was sent,
    or the others (DS-01.2).

    Only what is valid is held against the answers. Where several bodies were taken under one id,
    an invalid amendment was taken, the person asked for a change, or generated requests were sent
    between both, which may amend whatever lists show, nothing is said.
    """
    kept = {
        identity: own
        for identity, own in taken(run, context).items()
        if own.waybill_no not in by_persons(run)
    }
    touched = _amended(run, kept, context)
    kept = {
        identity: own
        for identity, own in kept.items()
        if (identity in touched) == given["amended"] and not own.spoilt
    }
    looked, breaches = 0, []
    for view in run.of(_READS):
        for pointer, record in _records(view):
            own = kept.get(record["consignment_id"])
            if own is None or run.apart(own.exchange, view.record.id):
                continue
            looked += 1
            breaches += [
                Breach(
                    f"{own.exchange} and {view.record.id} differ at "
                    f"{pointer}/consignment/{member}: {show(sent)[:120]} / {show(told)[:120]}",
                    (own.exchange, view.record.id),
                    unlike_at(f"{pointer}/consignment/{encode_step(member)}", sent, told),
                )
                for member, sent, told in _changed(own, record["consignment"], view)
            ]
    return Outlook(looked, tuple(breaches))


def _records(view: ExchangeView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The records of whole consignments in an answer of success."""
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        if isinstance(one.get("consignment_id"), str) and isinstance(
            one.get("consignment"), Mapping
        ):
            yield pointer, one


def _changed(
    own: Kept, told: Mapping[str, Any], view: ExchangeView
) -> Iterator[tuple[str, Any, Any]]:
    """Members that are told with another value than any they may have; a number that the courier
    gave may stand beside them.
    """
    since, until = span(view)
    for member in {**own.sent, **told}:
        values = own.allowed(member, since, until)
        shown = told.get(member, ABSENT)
        if member == "waybill_no":
            continue  # told beside it, which another sweep looks at
        unknown = any(withheld(value) for value in values)
        if not unknown and not any(json_equal(value, shown) for value in values):
            yield member, values[0], shown


def taken(run: RunView, context: JudgingContext) -> dict[str, Kept]:
    """Every consignment that was taken, by its id."""
    found: dict[str, Kept] = {}
    twice: set[str] = set()
    for view in run.of(["createConsignment", "createConsignmentBatch"]):
        if view.record.scenario == GENERATED or not succeeded(view):
            continue
        for identity, waybill, sent in receipts(view):
            known = found.setdefault(identity, Kept(sent, view.record.id, waybill))
            if not json_equal(known.sent, sent):
                twice.add(identity)
    return {
        identity: one
        for identity, one in found.items()
        if identity not in twice and not context.book.validate(CONSIGNMENT, one.sent, request=True)
    }


def _amended(run: RunView, kept: Mapping[str, Kept], context: JudgingContext) -> frozenset[str]:
    """Note every amendment that was asked for, and give the ids; a refusal of class 4xx changes
    nothing, and of what was not answered nobody knows.
    """
    touched = set()
    for view in run.sent:
        own = kept.get(last_segment(view))
        if view.record.operation != "amendConsignment" or own is None:
            continue
        touched.add(last_segment(view))
        refused = view.status is not None and 400 <= view.status < 500
        if not refused:
            _note(own, view, context)
    return frozenset(touched)


def _note(own: Kept, view: ExchangeView, context: JudgingContext) -> None:
    body = view.request.json
    if not isinstance(body, Mapping) or context.book.validate("amendment", body, request=True):
        own.spoilt = True
        return
    begun, done = span(view)
    for member, value in body.items():
        change = Change(value, begun, done if succeeded(view) else None)
        own.changes.setdefault(member, []).append(change)


def last_segment(view: ExchangeView) -> str:
    """The id at the end of an address."""
    return url_parts(view.record.request.url).path.rstrip("/").rpartition("/")[2]


KEEPING_RULES: Final[Mapping[str, Rule]] = {"consignment-kept": consignment_kept}
"""The rule on what is kept, by its word."""


_PUSH: Final = "receiveShipmentEvents"
_PULLS: Final = frozenset({"listEvents", "listShipmentEvents"})
_MAY_GO: Final = frozenset({"description"})
"""Free words, which an erasure takes away."""


@dataclass(frozen=True)
class _Accepted:
    """An event that the candidate accepted of a courier, and when it had answered."""

    event: Mapping[str, Any]
    courier: tuple[str, str]
    exchange: str
    since: datetime


def event_as_it_came(given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """Each event that is shown, on whatever channel and to whomever, is the one that the courier
    told: every member, with its value, and no other. Of several contents under one id each may be
    the one; free words may go, since erasure takes them away.
    """
    told = _told(run)
    looked, breaches = 0, []
    for exchange, pointer, event in _shown(run, given["req"]):
        known = told.get((str(event.get("event_id")), str(event.get("waybill_no"))), [])
        if known and event.get("event_code") is not None:
            looked += 1
            unlike = [_unlike(one, event) for one in known]
            if all(unlike):
                breaches.append(Breach(f"{exchange} at {pointer}/{unlike[0]}", (exchange,)))
    return Outlook(looked, tuple(breaches))


def _told(run: RunView) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """Every event that couriers told, by its id and waybill: pushed, or given to who asked."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for event in _events(run):
        place = (str(event.get("event_id")), str(event.get("waybill_no")))
        found.setdefault(place, []).append(event)
    return found


def _events(run: RunView) -> Iterator[Mapping[str, Any]]:
    for view in run.sent:
        if view.record.operation == _PUSH:
            yield from mappings(push_events(view.request.json))
    for view in run.arrivals:
        if view.record.operation in _PULLS and view.response is not None:
            yield from mappings(point(view.response.json, "/items"))
    for record in run.drives:
        event = (record.result or {}).get("event")
        if record.action == "record-scan" and isinstance(event, Mapping):
            yield event


def _shown(run: RunView, row: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every object that may be an event, in answers and in pushes of the candidate, where no other
    row has told of it.
    """
    bodies = [(one, one.response.json) for one in run.answers if succeeded(one) and one.response]
    bodies += [(one, one.request.json) for one in run.pushes]
    for view, body in bodies:
        if body is not ABSENT and not run.told_by_another(view, row):
            for pointer, value in objects(body):
                yield view.record.id, pointer, value


def _unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """The first member in which two tellings differ with both values, or nothing."""
    for name in {**one, **other}:
        left, right = one.get(name, ABSENT), other.get(name, ABSENT)
        gone = name in _MAY_GO and right is ABSENT
        if not gone and not alike(left, right):
            return f"{name}: came / shown: {show(left)[:80]} / {show(right)[:80]}"
    return ""


def accepted_event_listed(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """Each event that was accepted stands in every list of the operation that holds the whole of
    what was asked for, is the courier's own or that of the waybill, and was asked for once the
    declared time had gone by.
    """
    accepted = list(_accepted(run))
    looked, breaches = 0, []
    for view in run.of([given["operation"]]):
        there = _whole_list(view)
        if there is None or run.told_by_another(view, given["req"]):
            continue
        ready = shown_since(view, context)
        for own in accepted:
            if own.since > ready or not _asked_for(own, view):
                continue
            looked += 1
            if str(own.event.get("event_id")) not in there:
                what = f"{own.event.get('event_id')} of {own.exchange} is not in {view.record.id}"
                breaches.append(Breach(what, (own.exchange, view.record.id)))
    return Outlook(looked, tuple(breaches))


def _accepted(run: RunView) -> Iterator[_Accepted]:
    for view in run.sent:
        told = view.response.json if view.response is not None else ABSENT
        if view.record.operation != _PUSH or not succeeded(view) or not isinstance(told, Mapping):
            continue
        refused = {str(one.get("event_id")) for one in mappings(told.get("rejected"))}
        if told.get("result") not in ("accepted", "partial"):
            continue
        for event in mappings(push_events(view.request.json)):
            if str(event.get("event_id")) not in refused:
                yield _Accepted(event, _who(view), view.record.id, span(view)[1])


def _who(view: ExchangeView) -> tuple[str, str]:
    """The courier of an exchange: one of the run, or one of its scenario."""
    return life_of(view), view.record.party


def _whole_list(view: ExchangeView) -> frozenset[str] | None:
    """The ids on a page that begins with the beginning and ends with the end."""
    body = view.response.json if view.response is not None else ABSENT
    if not succeeded(view) or not isinstance(body, Mapping) or not is_whole(view):
        return None
    return frozenset(str(one.get("event_id")) for one in mappings(body.get("items")))


def _asked_for(own: _Accepted, view: ExchangeView) -> bool:
    """Whether the event belongs to what was asked for, and to whoever asked."""
    asked, event = query(view), own.event
    wanted = all(asked.get(name, event.get(name)) == event.get(name) for name in _FILTERS)
    if view.record.operation == "listShipmentEvents":
        path = url_parts(view.record.request.url).path
        return wanted and path.endswith(f"/shipments/{event.get('waybill_no')}/events")
    return wanted and not view.record.credential and _who(view) == own.courier


_FILTERS: Final = ("waybill_no", "event_code")

TELLING_RULES: Final[Mapping[str, Rule]] = {
    "accepted-event-listed": accepted_event_listed,
    "event-as-it-came": event_as_it_came,
}
"""Rules on what couriers told, by their words."""

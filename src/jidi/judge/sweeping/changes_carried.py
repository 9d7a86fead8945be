"""Sweeps for changes that are carried on: an amendment or cancellation reaches the courier with
each of its members and nothing else, before it counts as done, and both sides show it (DS-01.1,
DS-01.6, DS-01.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.sweeping.kept_whole import Change, Kept
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    alike,
    objects,
    span,
    succeeded,
)
from jidi.judge.sweeping.wishes import CHANGES, Held, Ledger, Wish, ledger
from jidi.language.compared import ABSENT, show
from jidi.language.views import ExchangeView

_CANCEL: Final = "cancelConsignment"
_CANCELLED: Final = "CANCELLED"


def change_as_asked(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each amendment and cancellation that arrives at a played courier has, member by member, what
    was asked for; a member that was not may stand there as the order has it.

    Looked at are consignments of which something was asked under that operation; a change that
    generated requests may have asked for is left alone.
    """
    known = ledger(run)
    looked, breaches = 0, []
    for place, views in known.changes.items():
        own = known.held[place]
        for view in views:
            body = view.request.json
            meant = _meant(known, own, view, run, context)
            told = run.told_by_another(view, given["req"])
            if told or not meant or not isinstance(body, Mapping):
                continue
            looked += 1
            breaches += [
                Breach(f"{view.record.id}{one}", _exchanges(meant, view))
                for one in _altered(body, meant, own)
            ]
    return Outlook(looked, tuple(breaches))


def _meant(
    known: Ledger, own: Held, view: ExchangeView, run: RunView, context: JudgingContext
) -> list[Wish]:
    """What may have made the candidate send this change; nothing where another may have."""
    wishes = [one for one in known.wishes.get(own.order_no, ()) if _like(one, view)]
    if any(not _valid(one, context) for one in wishes):
        return []
    return [one for one in wishes if not (one.exchange and run.apart(one.exchange, view.record.id))]


def _like(wish: Wish, view: ExchangeView) -> bool:
    return wish.operation == view.record.operation and wish.begun <= span(view)[0]


def _valid(wish: Wish, context: JudgingContext) -> bool:
    return not context.book.validate(CHANGES[wish.operation], wish.body, request=True)


def _altered(body: Mapping[str, Any], meant: Iterable[Wish], own: Held) -> Iterator[str]:
    """Members that nobody asked for like this."""
    for member, value in body.items():
        may = [one.body[member] for one in meant if member in one.body]
        may += [own.body[member]] if member in own.body else []
        if not any(alike(one, value) for one in may):
            asked = show(may[0])[:120] if may else show(ABSENT)
            yield f" at /{member}: asked / arrived: {asked} / {show(value)[:120]}"


def _exchanges(meant: Iterable[Wish], view: ExchangeView) -> tuple[str, ...]:
    return (*(one.exchange for one in meant if one.exchange), view.record.id)


def change_at_courier(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each change that was answered as done, of a consignment that the courier had, reached the
    courier with each of its members, and the courier did not refuse it; through an integrator
    before it was answered.

    An answer of the courier's that never came back refuses nothing. A parcel that the courier
    itself cancelled is left alone.
    """
    known = ledger(run)
    looked, breaches = 0, []
    for place, own in _theirs(run, known):
        wishes = known.wishes.get(own.order_no, ())
        for wish in wishes:
            if _over(wish, wishes):
                continue
            if _settled(wish, own, context) and not run.told_there(_asked_at(wish), given["req"]):
                looked += 1
                lost = _lost(wish, own, known.changes.get(place, ()))
                name = wish.exchange or own.order_no
                breaches += [Breach(f"{name}{one}", _only(wish)) for one in lost]
    return Outlook(looked, tuple(breaches))


def _theirs(run: RunView, known: Ledger) -> Iterator[tuple[tuple[str, str], Held]]:
    """Consignments at couriers, without those that a courier cancelled."""
    cancelled = _cancelled_by_couriers(run)
    return ((place, own) for place, own in known.held.items() if own.waybill_no not in cancelled)


def _settled(wish: Wish, own: Held, context: JudgingContext) -> bool:
    """Whether the change was answered as done of what the courier had, and is valid."""
    return bool(wish.taken) and own.since <= wish.begun and _valid(wish, context)


def _over(wish: Wish, wishes: Iterable[Wish]) -> bool:
    """Whether the order was cancelled before this was asked: there is nothing to carry on."""
    before = (one for one in wishes if one is not wish and one.done <= wish.begun)
    return any(one.operation == _CANCEL and one.taken for one in before)


def _asked_at(wish: Wish) -> tuple[str, str]:
    """Direction and operation of the exchanges by which the change is told."""
    return ("sent" if wish.exchange else "received"), wish.operation


def _only(wish: Wish) -> tuple[str, ...]:
    return (wish.exchange,) if wish.exchange else ()


def _lost(wish: Wish, own: Held, changes: Iterable[ExchangeView]) -> Iterator[str]:
    """Members of the wish that the courier was not told since, or refused; with which value they
    came is the matter of another rule. What the courier had already need not come again.
    """
    reached = [view for view in changes if _reached(view, wish)]
    since = [_body(view) for view in reached if span(view)[0] >= wish.begun]
    before = [own.body, *(_body(view) for view in reached)]
    for member, value in wish.body.items():
        known = any(member in body and alike(value, body[member]) for body in before)
        if not known and not any(member in body for body in since):
            yield f" at /{member}: answered as done, and not taken by the courier"


def _reached(view: ExchangeView, wish: Wish) -> bool:
    """Whether the courier was asked for a change of this kind in time, and did not refuse it."""
    like = view.record.operation == wish.operation
    taken = view.response is None or succeeded(view)
    return like and taken and (not wish.exchange or span(view)[0] <= wish.done)


def _body(view: ExchangeView) -> Mapping[str, Any]:
    body = view.request.json
    return body if isinstance(body, Mapping) else {}


def _cancelled_by_couriers(run: RunView) -> frozenset[str]:
    """Waybills of which a courier told that they were cancelled."""
    scans = (
        record.parameters.get("waybill_no")
        for record in run.drives
        if record.action == "record-scan" and record.parameters.get("event_code") == _CANCELLED
    )
    pushed = (
        one.get("waybill_no")
        for view in run.sent
        if view.record.operation == "receiveShipmentEvents"
        for _, one in objects(view.request.json)
        if one.get("event_code") == _CANCELLED
    )
    return frozenset(str(one) for one in (*scans, *pushed))


def outgoing_kept(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """After a change that was answered as done, what is shown to a courier of the consignment is
    what was asked for, and all else is as it arrived; a cancelled one is told as cancelled.

    Left alone is what somebody asked to change before the courier had it, and what the courier
    itself cancelled.
    """
    known = ledger(run)
    changed = {
        own.order_no: _kept(own, wishes)
        for _, own in _theirs(run, known)
        if (wishes := known.wishes.get(own.order_no, ()))
        and all(_valid(one, context) and own.since <= one.begun for one in wishes)
    }
    looked, breaches = 0, []
    for view in run.of(["getOutgoingConsignment", "listOutgoingConsignments"]):
        if run.told_by_another(view, given["req"]):
            continue
        for pointer, one in _outgoing(view):
            own = changed.get(str(one["consignment"].get("order_no")))
            if own is None or run.apart(own.exchange, view.record.id):
                continue
            looked += 1
            breaches += [
                Breach(f"{view.record.id} at {pointer}{told}", (own.exchange, view.record.id))
                for told in _unlike(own, one, view)
            ]
    return Outlook(looked, tuple(breaches))


def _kept(own: Held, wishes: Iterable[Wish]) -> Kept:
    """What was sent to the courier, with the changes that were asked for since."""
    kept = Kept({**own.body, _CANCEL: False}, own.exchange, own.waybill_no)
    for wish in wishes:
        if wish.taken is False:
            continue
        members = {_CANCEL: True} if wish.operation == _CANCEL else wish.body
        for member, value in members.items():
            change = Change(value, wish.begun, wish.done if wish.taken else None)
            kept.changes.setdefault(member, []).append(change)
    return kept


def _outgoing(view: ExchangeView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        if isinstance(one.get("outgoing_id"), str) and isinstance(one.get("consignment"), Mapping):
            yield pointer, one


def _unlike(own: Kept, told: Mapping[str, Any], view: ExchangeView) -> Iterator[str]:
    since, until = span(view)
    whole = {**told["consignment"], _CANCEL: told.get("dispatch_state") == _CANCELLED}
    for member in {**own.sent, **whole}:
        values = own.allowed(member, since, until)
        shown = whole.get(member, ABSENT)
        if not _any(values, shown):
            where = "dispatch_state" if member == _CANCEL else f"consignment/{member}"
            yield f"/{where}: {show(values[0])[:120]} / {show(shown)[:120]}"


def _any(values: Iterable[Any], shown: Any) -> bool:
    return any(alike(value, shown) for value in values)


CHANGING_RULES: Final[Mapping[str, Rule]] = {
    "change-as-asked": change_as_asked,
    "change-at-courier": change_at_courier,
    "outgoing-kept": outgoing_kept,
}
"""Rules on changes, by their words."""

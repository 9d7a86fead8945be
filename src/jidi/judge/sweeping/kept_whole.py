"""Sweeps for what is kept and carried: what was accepted is read back as it was sent, and what was
ordered arrives as it was ordered (DS-01.1, DS-01.2, DS-01.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import listed, mappings
from jidi.judge.rules.transitions import instant
from jidi.judge.sweeping.contradictions import alike
from jidi.judge.sweeping.sightings import (
    GENERATED,
    Breach,
    Outlook,
    Rule,
    RunView,
    objects,
    succeeded,
    withheld,
)
from jidi.language.compared import ABSENT, json_equal, show
from jidi.language.views import ExchangeView, header_value
from jidi.model.urls import url_parts

_SCHEMA: Final = "consignment"
_READS: Final = ("getConsignment", "listConsignments", "amendConsignment", "cancelConsignment")
_SEEN_ONCE: Final = 1
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Change:
    """A member that was sent anew: from when it may show (its request was sent), from when it must
    (``None``: it was not seen to be taken).
    """

    value: Any
    begun: datetime
    done: datetime | None


@dataclass
class _Kept:
    """What was sent for one consignment: the document, the exchange, and later changes."""

    sent: Mapping[str, Any]
    exchange: str
    waybill_no: str
    spoilt: bool = False
    changes: dict[str, list[_Change]] = field(default_factory=dict)

    def allowed(self, member: str, since: datetime, until: datetime) -> list[Any]:
        """Every value that the member may have in an answer of that time."""
        changes = self.changes.get(member, [])
        values = [] if _outdated(changes, since, None) else [self.sent.get(member, ABSENT)]
        return values + [
            one.value
            for one in changes
            if one.begun <= until and not _outdated(changes, since, one)
        ]


def _outdated(changes: Iterable[_Change], since: datetime, one: _Change | None) -> bool:
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
        for identity, own in _taken(run, context).items()
        if own.waybill_no not in _by_persons(run)
    }
    touched = _amended(run, kept, context)
    kept = {
        identity: own
        for identity, own in kept.items()
        if (identity in touched) == given["amended"] and not own.spoilt
    }
    windows = run.windows
    looked, breaches = 0, []
    for view in run.of(_READS):
        for pointer, record in _records(view):
            own = kept.get(record["consignment_id"])
            if own is None or windows.get(own.exchange) != windows.get(view.record.id):
                continue
            looked += 1
            breaches += [
                Breach(
                    f"{own.exchange} and {view.record.id} differ at "
                    f"{pointer}/consignment/{member}: {told}",
                    (own.exchange, view.record.id),
                )
                for member, told in _changed(own, record["consignment"], view)
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


def _changed(own: _Kept, told: Mapping[str, Any], view: ExchangeView) -> Iterator[tuple[str, str]]:
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
            yield member, f"{show(values[0])[:120]} / {show(shown)[:120]}"


def span(view: ExchangeView) -> tuple[datetime, datetime]:
    """When a request was sent and when its answer was there, by the kit's clock."""
    begun = instant(view.record.started_at) or _NEVER
    return begun, begun + timedelta(seconds=max(0.0, view.elapsed))


def _taken(run: RunView, context: JudgingContext) -> dict[str, _Kept]:
    """Every consignment that was taken, by its id."""
    found: dict[str, _Kept] = {}
    twice: set[str] = set()
    for view in run.of(["createConsignment", "createConsignmentBatch"]):
        if view.record.scenario == GENERATED or not succeeded(view):
            continue
        for identity, waybill, sent in _receipts(view):
            known = found.setdefault(identity, _Kept(sent, view.record.id, waybill))
            if not json_equal(known.sent, sent):
                twice.add(identity)
    return {
        identity: one
        for identity, one in found.items()
        if identity not in twice and not context.book.validate(_SCHEMA, one.sent, request=True)
    }


def _receipts(view: ExchangeView) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id and waybill number of each receipt in an answer, with the consignment to which it
    belongs.
    """
    sent, told = view.request.json, view.response.json if view.response is not None else ABSENT
    if not isinstance(sent, Mapping) or not isinstance(told, Mapping):
        return
    batch = listed(sent.get("consignments"))
    pairs = [(told, sent)] + [
        (item.get("receipt"), batch[item["index"]])
        for item in mappings(told.get("items"))
        if _within(item.get("index"), batch)
    ]
    for receipt, own in pairs:
        identity = receipt.get("consignment_id") if isinstance(receipt, Mapping) else None
        if isinstance(receipt, Mapping) and isinstance(identity, str):
            yield identity, str(receipt.get("waybill_no")), own


def _within(index: Any, batch: list[Any]) -> bool:
    whole = isinstance(index, int) and not isinstance(index, bool)
    return whole and 0 <= index < len(batch) and isinstance(batch[index], Mapping)


def _amended(run: RunView, kept: Mapping[str, _Kept], context: JudgingContext) -> frozenset[str]:
    """Note every amendment that was asked for, and give the ids; a refusal of class 4xx changes
    nothing, and of what was not answered nobody knows.
    """
    touched = set()
    for view in run.sent:
        own = kept.get(_last_segment(view))
        if view.record.operation != "amendConsignment" or own is None:
            continue
        touched.add(_last_segment(view))
        refused = view.status is not None and 400 <= view.status < 500
        if not refused:
            _note(own, view, context)
    return frozenset(touched)


def _note(own: _Kept, view: ExchangeView, context: JudgingContext) -> None:
    body = view.request.json
    if not isinstance(body, Mapping) or context.book.validate("amendment", body, request=True):
        own.spoilt = True
        return
    begun, done = span(view)
    for member, value in body.items():
        change = _Change(value, begun, done if succeeded(view) else None)
        own.changes.setdefault(member, []).append(change)


def _by_persons(run: RunView) -> frozenset[str]:
    """Numbers of waybills about which a person asked for something, such as a correction."""
    bodies = (view.request.json for view in run.sent)
    return frozenset(
        str(body.get("waybill_no"))
        for body, view in zip(bodies, run.sent, strict=True)
        if view.record.operation == "createPrivacyRequest" and isinstance(body, Mapping)
    )


def _last_segment(view: ExchangeView) -> str:
    return url_parts(view.record.request.url).path.rstrip("/").rpartition("/")[2]


def _made_at_couriers(run: RunView) -> Iterator[tuple[ExchangeView, str, Mapping[str, Any]]]:
    """Each consignment that arrived at a played courier, with its key."""
    for view in run.arrivals:
        key = header_value(view.record.request.headers, "idempotency-key")
        body = view.request.json
        made = view.record.operation == "createConsignment"
        if made and isinstance(key, str) and isinstance(body, Mapping):
            yield view, key, body


def _orders_changed(run: RunView) -> frozenset[str]:
    """Numbers of orders that somebody asked to amend, at the candidate or through it, or about
    which a person asked for something: whoever has not passed them on yet passes on what is right.
    """
    told = {
        record.parameters.get("order_no")
        for record in run.drives
        if record.action == "amend-order" and isinstance(record.parameters, Mapping)
    }
    amended = {
        _last_segment(view)
        for view in (*run.sent, *run.arrivals)
        if view.record.operation == "amendConsignment"
    }
    persons = _by_persons(run)
    told |= {
        body.get("order_no")
        for identity, waybill, body in (*_arrived(run), *_asked(run))
        if identity in amended or waybill in persons
    }
    return frozenset(one for one in told if isinstance(one, str))


def _arrived(run: RunView) -> Iterator[tuple[Any, Any, Mapping[str, Any]]]:
    """Id and waybill number under which a played courier took each consignment."""
    for view, _, body in _made_at_couriers(run):
        answer = view.response.json if view.response is not None else ABSENT
        if isinstance(answer, Mapping):
            yield answer.get("consignment_id"), answer.get("waybill_no"), body


def _asked(run: RunView) -> Iterator[tuple[Any, Any, Mapping[str, Any]]]:
    """The same of what the candidate took, by itself or in a batch."""
    for view in run.of(["createConsignment", "createConsignmentBatch"]):
        if view.response is not None:
            yield from _receipts(view)


def outgoing_as_sent(_given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """What the candidate shows of a consignment that goes to a courier is, value by value, what
    arrived there under the same key (DS-01.1); amended ones are left out.
    """
    changed = _orders_changed(run)
    arrived: dict[str, tuple[ExchangeView, Mapping[str, Any]]] = {}
    for view, key, body in _made_at_couriers(run):
        arrived.setdefault(key, (view, body))
    looked, breaches = 0, []
    for view in run.of(["getOutgoingConsignment", "listOutgoingConsignments"]):
        for pointer, one in _outgoing(view):
            came = arrived.get(one["idempotency_key"])
            if came is None or came[1].get("order_no") in changed:
                continue
            looked += 1
            breaches += [
                Breach(
                    f"{came[0].record.id} and {view.record.id} differ at "
                    f"{pointer}/consignment{place}: {told}",
                    (came[0].record.id, view.record.id),
                )
                for place, told in _members_unlike(came[1], one["consignment"])
            ]
    return Outlook(looked, tuple(breaches))


def _outgoing(view: ExchangeView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        key, whole = one.get("idempotency_key"), one.get("consignment")
        if isinstance(key, str) and isinstance(whole, Mapping):
            yield pointer, one


def _members_unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in {**one, **other}:
        left, right = one.get(name, ABSENT), other.get(name, ABSENT)
        if not alike(left, right):
            yield f"/{name}", f"{show(left)[:120]} / {show(right)[:120]}"


def order_as_placed(_given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each consignment that arrives at a courier is, member by member, the order that was placed
    under its number (DS-01.1), or the consignment that an integrator was given (DS-01.6).

    Left out are orders that are not valid (what must be held back of them is), orders with a
    recipient by token, and those that were placed or amended more than once.
    """
    orders = _placed(run, context)
    looked, breaches = 0, []
    for view, _, body in _made_at_couriers(run):
        order = orders.get(str(body.get("order_no")))
        if order is None:
            continue
        looked += 1
        breaches += [
            Breach(f"{view.record.id} at {place}: ordered / arrived: {told}", (view.record.id,))
            for place, told in _members_unlike(order, body)
            if place != "/waybill_no"
        ]
    return Outlook(looked, tuple(breaches))


def _placed(run: RunView, context: JudgingContext) -> dict[str, Mapping[str, Any]]:
    """Orders and consignments by their number that were placed or given once, are valid, in clear
    and never amended.
    """
    changed = _orders_changed(run)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for order in (*_ordered(run), *(own.sent for own in _taken(run, context).values())):
        if isinstance(order.get("order_no"), str):
            found.setdefault(order["order_no"], []).append(order)
    return {
        number: orders[0]
        for number, orders in found.items()
        if len(orders) == _SEEN_ONCE
        and number not in changed
        and "recipient_token" not in str(orders[0].get("recipient"))
        and not context.book.validate(_SCHEMA, orders[0], request=True)
    }


def _ordered(run: RunView) -> Iterator[Mapping[str, Any]]:
    """Every order that the candidate was asked to place."""
    for record in run.drives:
        order = (record.parameters or {}).get("order")
        if record.action == "place-order" and isinstance(order, Mapping):
            yield order


def one_key_an_order(_given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """An order that was placed once arrives at a courier under one key, however often it is sent
    (DS-01.7). A courier that is connected anew is another.
    """
    keys: dict[tuple[str, str], dict[str, str]] = {}
    orders = _placed(run, context)
    for view, key, body in _made_at_couriers(run):
        if str(body.get("order_no")) in orders:
            place = (str(body["order_no"]), str(view.record.receiver))
            keys.setdefault(place, {}).setdefault(key, view.record.id)
    breaches = [
        Breach(f"{number}: {len(seen)} keys", tuple(seen.values()))
        for (number, _), seen in keys.items()
        if len(seen) > _SEEN_ONCE
    ]
    return Outlook(len(keys), tuple(breaches))


KEEPING_RULES: Final[Mapping[str, Rule]] = {
    "consignment-kept": consignment_kept,
    "one-key-an-order": one_key_an_order,
    "order-as-placed": order_as_placed,
    "outgoing-as-sent": outgoing_as_sent,
}
"""Rules on what is kept and carried, by their words."""

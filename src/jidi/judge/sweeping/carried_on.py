"""Sweeps for what is carried on: what was ordered or given arrives at the courier as it was, once,
and is shown as it arrived (DS-01.1, DS-01.6, DS-01.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.sweeping.kept_whole import CONSIGNMENT, last_segment, taken
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    alike,
    by_persons,
    objects,
    receipts,
    succeeded,
    unlike_at,
)
from jidi.language.compared import ABSENT, show
from jidi.language.views import ExchangeView, header_value

_SEEN_ONCE: Final = 1


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
        last_segment(view)
        for view in (*run.sent, *run.arrivals)
        if view.record.operation == "amendConsignment"
    }
    persons = by_persons(run)
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
            yield from receipts(view)


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
                    f"{pointer}/consignment{place}: {_told(*values)}",
                    (came[0].record.id, view.record.id),
                    unlike_at(f"{pointer}/consignment{place}", *values),
                )
                for place, values in _members_unlike(came[1], one["consignment"])
            ]
    return Outlook(looked, tuple(breaches))


def _outgoing(view: ExchangeView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        key, whole = one.get("idempotency_key"), one.get("consignment")
        if isinstance(key, str) and isinstance(whole, Mapping):
            yield pointer, one


def _told(left: Any, right: Any) -> str:
    return f"{show(left)[:120]} / {show(right)[:120]}"


def _members_unlike(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in {**one, **other}:
        left, right = one.get(name, ABSENT), other.get(name, ABSENT)
        if not alike(left, right):
            yield f"/{name}", (left, right)


def order_as_placed(_given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each consignment that arrives at a courier is, member by member, the order that was placed
    under its number (DS-01.1), or the consignment that an integrator was given (DS-01.6).

    Left out are orders that are not valid (what must be held back of them is), orders with a
    recipient by token, those that were placed or amended more than once, and consignments that
    arrive after generated requests that they came before: these may amend what waits.
    """
    orders = _placed(run, context)
    given = {own.sent.get("order_no"): own.exchange for own in taken(run, context).values()}
    looked, breaches = 0, []
    for view, _, body in _made_at_couriers(run):
        order = orders.get(str(body.get("order_no")))
        before = given.get(str(body.get("order_no")))
        if order is None or (before is not None and run.apart(before, view.record.id)):
            continue
        looked += 1
        breaches += [
            Breach(
                f"{view.record.id} at {place}: ordered / arrived: {_told(*values)}",
                (view.record.id,),
                unlike_at(place, *values),
            )
            for place, values in _members_unlike(order, body)
            if place != "/waybill_no"
        ]
    return Outlook(looked, tuple(breaches))


def _placed(run: RunView, context: JudgingContext) -> dict[str, Mapping[str, Any]]:
    """Orders and consignments by their number that were placed or given once, are valid, in clear
    and never amended.
    """
    changed = _orders_changed(run)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for order in (*_ordered(run), *(own.sent for own in taken(run, context).values())):
        if isinstance(order.get("order_no"), str):
            found.setdefault(order["order_no"], []).append(order)
    return {
        number: orders[0]
        for number, orders in found.items()
        if len(orders) == _SEEN_ONCE
        and number not in changed
        and "recipient_token" not in str(orders[0].get("recipient"))
        and not context.book.validate(CONSIGNMENT, orders[0], request=True)
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


CARRYING_RULES: Final[Mapping[str, Rule]] = {
    "one-key-an-order": one_key_an_order,
    "order-as-placed": order_as_placed,
    "outgoing-as-sent": outgoing_as_sent,
}
"""Rules on what is carried on, by their words."""

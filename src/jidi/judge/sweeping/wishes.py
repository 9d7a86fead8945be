"""What was asked of consignments that went to played couriers: the amendments and cancellations of
a run, and the consignments as the couriers took them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jidi.judge.sweeping.sightings import (
    GENERATED,
    RunView,
    by_persons,
    receipts,
    span,
    succeeded,
)
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView
from jidi.model.journal import DriveRecord
from jidi.model.urls import url_parts

CHANGES: Final[Mapping[str, str]] = {
    "amendConsignment": "amendment",
    "cancelConsignment": "cancellation",
}
"""Operations by which a consignment is changed, and what is sent for each."""
_ACTIONS: Final[Mapping[str, str]] = {
    "amend-order": "amendConsignment",
    "cancel-order": "cancelConsignment",
}


@dataclass(frozen=True)
class Wish:
    """A change that was asked for: of which order, what was sent for it, when by the kit's clock,
    and whether it was taken (``None``: nobody knows).

    ``exchange`` is that of the request; empty where the driver was asked.
    """

    order_no: str
    operation: str
    body: Mapping[str, Any]
    begun: datetime
    done: datetime
    taken: bool | None
    exchange: str


@dataclass(frozen=True)
class Held:
    """A consignment that a played courier took: under which number of an order, what was sent for
    it, and when it was answered.
    """

    order_no: str
    waybill_no: str
    body: Mapping[str, Any]
    exchange: str
    since: datetime


@dataclass(frozen=True)
class Ledger:
    """All wishes by order, all consignments at couriers by place (courier and id there), and the
    changes that arrived there, by the same place.
    """

    wishes: Mapping[str, tuple[Wish, ...]]
    held: Mapping[tuple[str, str], Held]
    changes: Mapping[tuple[str, str], tuple[ExchangeView, ...]]


def ledger(run: RunView) -> Ledger:
    """What the run has of it, without orders of which something else is known to have happened:
    they were placed or given more than once, went to several couriers or twice to one, or a person
    asked for something about them.
    """
    return run.once("ledger of changes", lambda: _ledger(run))


def subject(view: ExchangeView) -> str:
    """The id of the consignment below whose address a request went, or nothing."""
    parts = url_parts(view.record.request.url).path.split("/")
    at = len(parts) - 1 - parts[::-1].index("consignments") if "consignments" in parts else -2
    return parts[at + 1] if 0 <= at < len(parts) - 1 else ""


def _ledger(run: RunView) -> Ledger:
    held = dict(_held(run))
    unclear = _twice(own.order_no for own in held.values()) | _given_twice(run)
    persons = by_persons(run)
    held = {
        place: own
        for place, own in held.items()
        if own.order_no not in unclear and own.waybill_no not in persons
    }
    wishes: dict[str, list[Wish]] = {}
    for wish in (*_driven(run), *_asked(run)):
        wishes.setdefault(wish.order_no, []).append(wish)
    changes: dict[tuple[str, str], list[ExchangeView]] = {}
    for view in run.arrivals:
        place = (str(view.record.receiver), subject(view))
        if view.record.operation in CHANGES and place in held:
            changes.setdefault(place, []).append(view)
    return Ledger(
        {order: tuple(own) for order, own in wishes.items()},
        held,
        {place: tuple(own) for place, own in changes.items()},
    )


def _held(run: RunView) -> Iterator[tuple[tuple[str, str], Held]]:
    seen = set()
    for view in run.arrivals:
        sent, told = view.request.json, view.response.json if view.response else ABSENT
        if view.record.operation != "createConsignment" or not succeeded(view):
            continue
        if not isinstance(sent, Mapping) or not isinstance(told, Mapping):
            continue
        place = (str(view.record.receiver), str(told.get("consignment_id")))
        if place not in seen and isinstance(sent.get("order_no"), str):
            seen.add(place)
            since = span(view)[1]
            waybill = str(told.get("waybill_no"))
            yield place, Held(sent["order_no"], waybill, sent, view.record.id, since)


def _twice(numbers: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for number in numbers:
        (twice if number in seen else seen).add(number)
    return twice


def _given_twice(run: RunView) -> set[str]:
    orders = [
        (record.parameters.get("order") or {}).get("order_no")
        for record in run.drives
        if record.action == "place-order" and isinstance(record.parameters.get("order"), Mapping)
    ]
    given = {identity: order for identity, order, _ in _orders(run)}
    return _twice(one for one in (*orders, *given.values()) if isinstance(one, str))


def _orders(run: RunView) -> Iterator[tuple[str, str, ExchangeView]]:
    """Each consignment that the candidate took: its id, its order, and the request."""
    for view in run.of(["createConsignment", "createConsignmentBatch"]):
        if succeeded(view):
            for identity, _, sent in receipts(view):
                if isinstance(sent.get("order_no"), str):
                    yield identity, sent["order_no"], view


def _driven(run: RunView) -> Iterator[Wish]:
    for record in run.drives:
        order = record.parameters.get("order_no")
        operation = _ACTIONS.get(record.action)
        if operation is None or not isinstance(order, str):
            continue
        body = record.parameters.get("amendment", _but(record.parameters, "order_no"))
        begun = run.begun(record)
        if isinstance(body, Mapping) and begun is not None:
            done = begun + timedelta(seconds=max(0.0, record.finished - record.started))
            yield Wish(order, operation, body, begun, done, _was_taken(record), "")


def _was_taken(record: DriveRecord) -> bool | None:
    return True if record.result is not None and not record.failure else None


def _but(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _asked(run: RunView) -> Iterator[Wish]:
    orders = {identity: order for identity, order, _ in _orders(run)}
    for view in run.sent:
        order, body = orders.get(subject(view)), view.request.json
        if view.record.operation not in CHANGES or order is None:
            continue
        if not isinstance(body, Mapping) or view.record.scenario == GENERATED:
            continue
        refused = view.status is not None and 400 <= view.status < 500
        taken = True if succeeded(view) else False if refused else None
        operation = view.record.operation
        yield Wish(order, operation, body, *span(view), taken, view.record.id)

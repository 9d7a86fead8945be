"""Sweeps for contradictions: what is told twice is told alike, and what is listed stands once
(DS-02.2, DS-02.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs

from jidi.judge.context import JudgingContext
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    alike,
    objects,
    succeeded,
    unlike_at,
    withheld,
)
from jidi.language.compared import ABSENT, show
from jidi.language.views import ExchangeView
from jidi.model.urls import url_parts
from jidi.registry.pointers import encode_step

_BEFORE_ACCEPTANCE: Final = frozenset(
    {"ORDER_CREATED", "PICKUP_PENDING", "PICKUP_FAILED", "CANCELLED"}
)
"""Events of a waybill whose number may still be given out again to another consignment."""
_EVENT: Final = "shipment-event"
_EXCESS: Final = frozenset({"unevaluatedProperties", "additionalProperties"})
_MAY_GO: Final = frozenset({"description"})
"""Free words, which erasure may take away."""


@dataclass(frozen=True)
class _Told:
    """An object as it was told: where, and what."""

    exchange: str
    pointer: str
    value: Mapping[str, Any]


@dataclass
class _Tales:
    """What was told under each key, first telling first."""

    first: dict[Any, list[_Told]] = field(default_factory=dict)

    def tell(self, key: Any, told: _Told) -> None:
        self.first.setdefault(key, []).append(told)


def _tellings(run: RunView) -> Iterator[_Told]:
    """Every object that the candidate told, in answers of success and in pushes."""
    for view in run.answers:
        if succeeded(view) and view.response is not None:
            yield from _within(view, view.response.json)
    for view in run.pushes:
        yield from _within(view, view.request.json)


def _within(view: ExchangeView, body: Any) -> Iterator[_Told]:
    if body is not ABSENT:
        for pointer, value in objects(body):
            yield _Told(view.record.id, pointer, value)


def _is_event(value: Mapping[str, Any]) -> bool:
    return all(
        isinstance(value.get(name), str) for name in ("event_id", "waybill_no", "event_code")
    )


def event_same_everywhere(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """One event id stands for one content, on every channel, to every partner and at any time; the
    driver's word on a scan is one of the tellings. ``of`` says what is compared: the ``values`` of
    members that both have (DS-02.2), or which ``members`` there are (DS-02.6).

    Members that the schema does not know are no content. Times are compared as moments and numbers
    as numbers. Free words may go, since erasure takes them away. Of a platform or an integrator an
    id counts for one waybill: two couriers may have made the same.
    """
    alone = context.target.get("role") == "courier"
    tales = _Tales()
    for told in _tellings(run):
        if _is_event(told.value):
            waybill = "" if alone else told.value["waybill_no"]
            tales.tell((told.value["event_id"], waybill), _declared(told, context))
    if given["of"] == "members":
        return _compared(tales, _unlike_members)
    for told in _driven(run) if alone else ():
        if (told.value["event_id"], "") in tales.first:
            tales.first[told.value["event_id"], ""].append(told)
    return _compared(tales, _unlike)


def _driven(run: RunView) -> Iterator[_Told]:
    for record in run.drives:
        result = record.result
        if record.action != "record-scan" or not isinstance(result, Mapping):
            continue
        if isinstance(result.get("event_id"), str):
            names = ("event_id", "sequence", "recorded_at")
            yield _Told("", "/result", {name: result[name] for name in names if name in result})


def _declared(told: _Told, context: JudgingContext) -> _Told:
    """The event without members that its schema does not have."""
    excess = {
        fault.pointer.removeprefix("/")
        for fault in context.book.validate(_EVENT, told.value)
        if fault.keyword in _EXCESS
    }
    if not excess:
        return told
    return replace(
        told, value={name: item for name, item in told.value.items() if name not in excess}
    )


def _unlike_members(one: _Told, other: _Told) -> str:
    """The first member that only one of two tellings has, or nothing."""
    unlike = (one.value.keys() ^ other.value.keys()) - _MAY_GO
    return min(unlike, default="")


def _unlike(one: _Told, other: _Told) -> str:
    """The first member of both whose values differ, or nothing."""
    return next(
        (
            name
            for name, item in one.value.items()
            if name in other.value and not alike(item, other.value[name])
        ),
        "",
    )


def _compared(tales: _Tales, unlike: Any) -> Outlook:
    """How often something was told again, and where it was told otherwise than at first."""
    looked, breaches = 0, []
    for key, told in tales.first.items():
        looked += len(told) - 1
        found = next(((one, name) for one in told[1:] if (name := unlike(told[0], one))), None)
        if found is not None:
            breaches.append(_differing(key, told[0], *found))
    return Outlook(looked, tuple(breaches))


def _differing(key: Any, one: _Told, other: _Told, name: str) -> Breach:
    named = key[0] if isinstance(key, tuple) else key
    values = " / ".join(show(told.value.get(name, ABSENT))[:80] for told in (one, other))
    where = " and ".join(
        f"{told.exchange or 'driver'} at {told.pointer}/{name}" for told in (one, other)
    )
    exchanges = tuple(told.exchange for told in (one, other) if told.exchange)
    place = f"{other.pointer}/{encode_step(name)}"
    unlike = unlike_at(place, one.value.get(name, ABSENT), other.value.get(name, ABSENT))
    return Breach(f"{named}: {where}: {values}", exchanges, unlike)


def sequence_once(_given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """A number of the sequence of one waybill belongs to one event.

    Looked at are waybills that were accepted: until then a number may be voided and given out
    again, to begin anew.
    """
    tales = _Tales()
    begun: set[str] = set()
    for told in _tellings(run):
        if _is_event(told.value) and isinstance(told.value.get("sequence"), int):
            waybill = told.value["waybill_no"]
            tales.tell((waybill, told.value["sequence"]), told)
            if told.value["event_code"] not in _BEFORE_ACCEPTANCE:
                begun.add(waybill)
    kept = {key: told for key, told in tales.first.items() if key[0] in begun}
    return _compared(_Tales(kept), _unlike_id)


def _unlike_id(one: _Told, other: _Told) -> str:
    same = alike(one.value["event_id"], other.value["event_id"])
    return "" if same else "event_id"


def identity_kept(given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """What is told under one id keeps the members that never change, wherever both are told."""
    name = str(given["id"])
    tales = _Tales()
    for told in _tellings(run):
        identity = told.value.get(name)
        if isinstance(identity, str) and not withheld(identity):
            for member in given["members"]:
                if member in told.value:
                    kept = {member: told.value[member]}
                    tales.tell((identity, member), _Told(told.exchange, told.pointer, kept))
    return _compared(tales, _unlike)


def listed_once(given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """No page holds an id twice, or more items than were asked for (DS-02.4)."""
    name, looked, breaches = str(given["id"]), 0, []
    for view in run.of(given["operations"]):
        items = _items(view)
        if items is not None:
            looked += 1
            found = (*_doubles(items, name), *_surplus(items, _limit(view)))
            breaches += [Breach(told, (view.record.id,)) for told in found]
    return Outlook(looked, tuple(breaches))


def _doubles(items: Sequence[Any], name: str) -> Iterator[str]:
    """Items that stand twice; another content under the same id is another matter."""
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        identity = item.get(name) if isinstance(item, Mapping) else None
        if not isinstance(identity, str) or withheld(identity):
            continue
        if identity in seen and alike(items[seen[identity]], item):
            yield f"{identity} stands at /items/{seen[identity]} and at /items/{index}"
        seen.setdefault(identity, index)


def _surplus(items: Sequence[Any], limit: int | None) -> Iterator[str]:
    if limit is not None and len(items) > limit:
        yield f"{len(items)} items on a page of {limit}"


def _items(view: ExchangeView) -> list[Any] | None:
    if not succeeded(view) or view.response is None:
        return None
    body = view.response.json
    items = body.get("items") if isinstance(body, Mapping) else None
    return items if isinstance(items, list) else None


def _limit(view: ExchangeView) -> int | None:
    """The limit that was asked for, where it was said once and as a plain number."""
    values = parse_qs(url_parts(view.record.request.url).query).get("limit", [])
    plain = len(values) == 1 and values[0].isascii() and values[0].isdecimal()
    return int(values[0]) if plain and len(values[0]) < 6 else None


CONTRADICTION_RULES: Final[Mapping[str, Rule]] = {
    "event-same-everywhere": event_same_everywhere,
    "identity-kept": identity_kept,
    "listed-once": listed_once,
    "sequence-once": sequence_once,
}
"""Rules against contradictions, by their words."""

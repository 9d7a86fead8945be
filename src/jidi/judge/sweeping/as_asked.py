"""Sweeps for what was asked for: what is made tells what was sent for it, an object is the one that
was meant, and a list by a filter holds what the filter wants (PI-08.1, DS-02.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import mappings
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    alike,
    each,
    is_whole,
    life_of,
    place_of,
    query,
    shown_since,
    span,
    succeeded,
    unlike_at,
    withheld,
)
from jidi.language.compared import ABSENT, show
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, header_value
from jidi.model.urls import url_parts

_SHOWN: Final = 80


def object_asked_for(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Every answer of success below the address of an object tells the id that was asked for,
    where it tells one. ``id`` is the member, and the parameter of the path.
    """
    name = str(given["id"])

    def fault(view: ExchangeView) -> str:
        asked, told = _asked(view, name, context), _body(view).get(name)
        return (
            "" if told == asked else f"{place_of(view)}: asked {asked}, told {show(told)[:_SHOWN]}"
        )

    meant = (
        view
        for view in run.answers
        if (asked := _asked(view, name, context))
        and name in _body(view)
        and not withheld((asked, _body(view)[name]))
    )
    return each(meant, fault)


def _asked(view: ExchangeView, name: str, context: JudgingContext) -> str:
    """What stands in the address at the place of the parameter, or nothing."""
    operation = context.book.operation(view.record.operation) if view.record.operation else None
    template = str(operation.path).strip("/").split("/") if operation is not None else []
    if f"{{{name}}}" not in template:
        return ""
    path = url_parts(view.record.request.url).path.strip("/").split("/")
    behind = len(template) - template.index(f"{{{name}}}")
    found = path[-behind] if len(path) >= len(template) else ""
    return "" if "%" in found else found


def _body(view: ExchangeView) -> Mapping[str, Any]:
    whole = succeeded(view) and view.response is not None
    body = view.response.json if whole and view.response is not None else ABSENT
    return body if isinstance(body, Mapping) else {}


def made_as_asked(given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """What is made tells each member that was sent for it, where it tells that member, as it was
    sent. The order of lists is nobody's matter, and members that are added are none of it.
    """
    made = (
        view
        for view in run.of(given["operations"])
        if isinstance(view.request.json, Mapping) and view.request.json.keys() & _body(view).keys()
    )
    return each(made, partial(_unlike, frozenset(given.get("but", ()))))


def _unlike(but: frozenset[str], view: ExchangeView) -> str | Breach:
    told, sent = _body(view), view.request.json
    for name, item in sent.items():
        if name in told and name not in but:
            for pointer, one, other in _differing(item, told[name], f"/{name}"):
                shown = f"{show(one)[:_SHOWN]} / {show(other)[:_SHOWN]}"
                what = f"{place_of(view)}: {pointer} was sent and is told as {shown}"
                return Breach(what, (view.record.id,), unlike_at(pointer, one, other))
    return ""


def _differing(sent: Any, told: Any, pointer: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(sent, Mapping) and isinstance(told, Mapping):
        for name, item in sent.items():
            yield from _differing(item, told.get(name, ABSENT), f"{pointer}/{name}")
    elif isinstance(sent, list) and isinstance(told, list):
        if not (
            len(sent) == len(told) and all(any(alike(one, other) for other in told) for one in sent)
        ):
            yield pointer, sent, told
    elif not alike(sent, told):
        yield pointer, sent, told


ASKED_RULES: Final[Mapping[str, Rule]] = {
    "made-as-asked": made_as_asked,
    "object-asked-for": object_asked_for,
}
"""Rules on what was asked for, by their words."""


_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "waybill_no": ("/waybill_no",),
    "event_code": ("/event_code",),
    "order_no": ("/consignment/order_no", "/view/order_no"),
}
"""Filters of lists, and where an item tells what they go by."""
_CONSENT: Final = "consent-reference"
_OF_EVENTS: Final = "event_id"
"""Id of what is shown after the declared time only."""


def list_as_filtered(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each item of a list that was asked for by a filter is of what the filter wants, where it
    tells that; and an item that was listed to somebody before is in each whole list that the same
    party asks for later by a filter that wants it, of events once the declared time has gone by.

    Counted are the items that were held against a filter, and those that were looked for.
    """
    looked, breaches = 0, []
    name = str(given["id"])
    views = [view for view in run.of(given["operations"]) if _items(view) is not None]
    seen = _seen(views, name)
    for view in views:
        if not _wanted(view) or run.told_by_another(view, given["req"]):
            continue
        held = list(_held_against(view))
        ready = shown_since(view, context) if name == _OF_EVENTS else span(view)[0]
        looked_for = list(_looked_for(view, ready, seen)) if is_whole(view) else []
        looked += len(held) + len(looked_for)
        breaches += [Breach(f"{view.record.id} {told}", (view.record.id,)) for told in held if told]
        there = {str(item.get(name)) for item in _items(view) or []}
        breaches += [
            Breach(
                f"{one.item[name]} of {one.exchange} is not in {view.record.id}",
                (one.exchange, view.record.id),
            )
            for one in looked_for
            if one.item[name] not in there
        ]
    return Outlook(looked, tuple(breaches))


def _items(view: ExchangeView) -> list[Mapping[str, Any]] | None:
    body = view.response.json if view.response is not None else ABSENT
    if not succeeded(view) or not isinstance(body, Mapping):
        return None
    return mappings(body.get("items"))


def _wanted(view: ExchangeView) -> dict[str, str]:
    return {name: value for name, value in query(view).items() if name in _PLACES}


def _told(item: Mapping[str, Any], name: str) -> Any:
    """What an item says of what a filter goes by, or :data:`ABSENT`."""
    found = (point(item, place) for place in _PLACES[name])
    return next((one for one in found if one is not ABSENT), ABSENT)


def _held_against(view: ExchangeView) -> Iterator[str]:
    """For each item that tells what the filter goes by, in what it is not of that; or nothing."""
    for index, item in enumerate(_items(view) or []):
        for name, value in _wanted(view).items():
            told = _told(item, name)
            astray = f"at /items/{index}: {name} {show(told)[:80]} and not {value[:80]}"
            if told is not ABSENT:
                yield "" if told == value else astray


@dataclass(frozen=True)
class _Seen:
    """An item as it was first listed: in which exchange, and when that was over."""

    item: Mapping[str, Any]
    exchange: str
    since: datetime


_Index = dict[tuple[tuple[str, ...], str, str], dict[str, _Seen]]
"""Items by reader and one thing that filters go by, and by id."""


def _seen(views: Iterable[ExchangeView], name: str) -> _Index:
    """Everything that was listed to parties that live for the whole run, or for their scenario."""
    found: _Index = {}
    for view in views:
        reader = _reader(view)
        for item in (_items(view) or []) if reader else []:
            if isinstance(item.get(name), str) and not withheld(item):
                one = _Seen(item, view.record.id, span(view)[1])
                for place in _PLACES:
                    _note(found.setdefault((reader, place, str(_told(item, place))), {}), name, one)
    return found


def _note(known: dict[str, _Seen], name: str, one: _Seen) -> None:
    """Keep the earliest telling of an item."""
    earlier = known.get(one.item[name])
    if earlier is None or one.since < earlier.since:
        known[one.item[name]] = one


def _looked_for(view: ExchangeView, ready: datetime, seen: _Index) -> Iterator[_Seen]:
    """Items that the same party was shown before the moment ``ready``, and that are wanted."""
    wanted = _wanted(view)
    name, value = next(iter(wanted.items()))
    for one in seen.get((_reader(view), name, value), {}).values():
        if one.since <= ready and _matches(one.item, wanted):
            yield one


def _reader(view: ExchangeView) -> tuple[str, ...]:
    """Operation and party of a list, where that was known by its own credential; else nothing: what
    a bare token may read ends with its agreement, and with a consent there is less.
    """
    record = view.record
    consent = header_value(record.request.headers, _CONSENT)
    if not record.party or record.credential or consent is not ABSENT:
        return ()
    return record.operation, record.party, life_of(view)


def _matches(item: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(_told(item, name) == value for name, value in wanted.items())


FILTER_RULES: Final[Mapping[str, Rule]] = {"list-as-filtered": list_as_filtered}
"""The rule on filters, by its word."""

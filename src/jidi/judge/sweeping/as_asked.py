"""Sweeps that hold an answer against its own request: it tells of the object that was asked for,
and what was made is what was asked for (DS-01.2, PI-08.1 and others).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.sweeping.contradictions import alike
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    each,
    place_of,
    succeeded,
    unlike_at,
    withheld,
)
from jidi.language.compared import ABSENT, show
from jidi.language.views import ExchangeView
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

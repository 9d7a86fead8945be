"""Sweeps over calls to couriers that the kit plays: each is held to the whole of the published
contract (DS-10.1), none comes again with a token that was refused (DS-01.7), and the numbers that
they gave stay with them (PI-13.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.message import Message
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.judge.context import JudgingContext
from jidi.judge.rules.document_rules import document_faults
from jidi.judge.rules.foreign_arguments import listed
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    each,
    place_of,
    succeeded,
    withheld,
)
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, header_value
from jidi.model.urls import url_parts

_ASKING: Final = frozenset({"HEAD", "OPTIONS"})
"""Methods by which HTTP itself asks what there is."""
_API: Final = "/v1/"
_MOST: Final = 50
_NOT_KNOWN: Final = 401
_UTF_8: Final = frozenset({"", "utf-8", "utf8"})


def calls_by_contract(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Every call to a played courier is one of an operation that couriers have, with no parameter
    beside those published, with valid values, under a media type of the operation, and with a body
    that is valid under its schema.

    Where a check of another binding requirement has found calls of the same operation wrong, it
    says nothing of them. Left to the caller are whatever a header may be that the contract does not
    know, the version that an optional header may name or not, and a token that has ended: a refusal
    is how the caller learns of it.
    """
    meant = [
        view for view in (*run.arrivals, *run.strays) if not run.told_by_another(view, given["req"])
    ]
    return each(meant, lambda view: next(_faults(view, context), ""))


def _faults(view: ExchangeView, context: JudgingContext) -> Iterator[str]:
    """What is wrong with one call, in a few words."""
    where = place_of(view)
    if not view.record.operation:
        request = view.record.request
        unasked = request.method not in _ASKING and _API in url_parts(request.url).path
        if unasked:
            yield f"{where}: not an operation of couriers"
        return
    operation = context.book.operation(view.record.operation)
    yield from (f"{where}: {told}" for told in _query(view, operation, context))
    yield from (f"{where}: {told}" for told in _headers(view, operation, context))
    if operation.media_types:
        yield from (f"{where}: {told}" for told in _body(view, operation, context))


def _query(view: ExchangeView, operation: Any, context: JudgingContext) -> Iterator[str]:
    known = {one.name: one for one in operation.parameters if one.location == "query"}
    query = url_parts(view.record.request.url).query
    seen: set[str] = set()
    for name, value in islice(parse_qsl(query, keep_blank_values=True), _MOST):
        if name not in known:
            yield f"the operation has no parameter {name[:80]}"
        elif name in seen:
            yield f"{name} twice"
        elif not withheld(value) and not context.book.fits(known[name].schema, value):
            yield f"{name} is {value[:80]}"
        seen.add(name)


def _headers(view: ExchangeView, operation: Any, context: JudgingContext) -> Iterator[str]:
    for one in operation.parameters:
        if one.location != "header":
            continue
        value = header_value(view.record.request.headers, one.name.lower())
        if value is ABSENT:
            if one.required and one.capability is None:
                yield f"without {one.name}"
        elif not withheld(value) and not context.book.fits(one.schema, str(value)):
            yield f"{one.name} is {str(value)[:80]}"


def _body(view: ExchangeView, operation: Any, context: JudgingContext) -> Iterator[str]:
    told = header_value(view.record.request.headers, "content-type")
    media, charset = _media_type("" if told is ABSENT else str(told))
    if media not in operation.media_types or charset not in _UTF_8:
        yield f"Content-Type is {str(told)[:80] if told is not ABSENT else 'absent'}"
    elif view.request.body.truncated or "json" not in media:
        return
    elif view.request.json is ABSENT:
        yield "not one JSON document"
    else:
        faults = document_faults(
            context.book,
            operation.request_schema,
            view.request.json,
            view.record.redactions,
            request=True,
        )
        yield from (f"{fault.pointer or '/'}: {fault.told}" for fault in faults)


def _media_type(told: str) -> tuple[str, str]:
    """Type and charset of a ``Content-Type``, in lower case."""
    message = Message()
    message["content-type"] = told
    kind = message.get_content_type() if told.strip() else ""
    return kind.lower(), str(message.get_param("charset", "")).lower()


def dead_token_dropped(
    _given: Mapping[str, Any], run: RunView, _context: JudgingContext
) -> Outlook:
    """A consignment that a courier refused for its token is not sent again with the same token.

    Only a repetition under the same key that began after the refusal was answered is looked at:
    whoever sends much at a time may have other requests on the way, and other calls may be those of
    another process, which has yet to learn of it.
    """
    refused: dict[tuple[str, str], ExchangeView] = {}
    looked, breaches = 0, []
    for view in sorted(run.arrivals, key=lambda one: one.record.started):
        sent = _key_and_token(view)
        before = refused.get(sent)
        if before is not None and before.record.finished <= view.record.started:
            what = f"{place_of(view)} again with the token that {before.record.id} refused"
            breaches.append(Breach(what, (before.record.id, view.record.id)))
        if view.status == _NOT_KNOWN and all(sent):
            looked += 1
            refused.setdefault(sent, view)
    return Outlook(looked, tuple(breaches))


def _key_and_token(view: ExchangeView) -> tuple[str, str]:
    """Key and token of a request, each empty where there is none."""
    told = (
        header_value(view.record.request.headers, name)
        for name in ("idempotency-key", "authorization")
    )
    key, token = ("" if value is ABSENT else str(value) for value in told)
    return key, token


CALL_RULES: Final[Mapping[str, Rule]] = {"calls-by-contract": calls_by_contract}
"""The rule on calls to couriers, by its word; it is judged after all else, so that it knows what is
told already.
"""
TOKEN_RULES: Final[Mapping[str, Rule]] = {"dead-token-dropped": dead_token_dropped}
"""The rule on tokens that have ended, by its word."""


_ALLOCATE: Final = "allocateWaybillNumbers"
_PLACE: Final = "createConsignment"


def numbers_of_their_courier(
    _given: Mapping[str, Any], run: RunView, _context: JudgingContext
) -> Outlook:
    """Each number that is given to a platform is one that a played courier allocated, under the
    code of that courier; a label has the code of the courier whose number it has; and no number
    comes to another courier than that which allocated it.
    """
    codes, homes = _allocated(run), _homes(run)
    looked, breaches = 0, []
    for exchange, number, code in _given_on(run):
        own = codes.get(number)
        looked += 1
        if own != code:
            told = f"{exchange}: {number} under {code}, of {own or 'no courier'}"
            breaches.append(Breach(told, (exchange,)))
    for view in run.arrivals:
        number = point(view.request.json, "/waybill_no")
        home = homes.get(number) if isinstance(number, str) else None
        if view.record.operation == _PLACE and home is not None:
            looked += 1
            if home != view.record.party:
                told = f"{view.record.id}: {number} of {home} at {view.record.party}"
                breaches.append(Breach(told, (view.record.id,)))
    return Outlook(looked, tuple(breaches))


def _allocated(run: RunView) -> dict[str, str]:
    """The code of the courier that allocated each number."""
    return {number: code for view in run.arrivals for number, code in _grant(view)}


def _homes(run: RunView) -> dict[str, str]:
    """By which name the kit knows the courier that allocated each number."""
    return {number: view.record.party for view in run.arrivals for number, _ in _grant(view)}


def _grant(view: ExchangeView) -> Iterator[tuple[str, str]]:
    """Numbers of an allocation, each with the code under which it was told."""
    told = view.response.json if view.response is not None else ABSENT
    if view.record.operation == _ALLOCATE and succeeded(view) and isinstance(told, Mapping):
        for number in listed(told.get("waybill_nos")):
            if isinstance(number, str):
                yield number, str(told.get("carrier_code"))


def _given_on(run: RunView) -> Iterator[tuple[str, str, str]]:
    """Each number that a platform was told, with the code that stood beside it."""
    known = _allocated(run)
    for view in run.answers:
        for number, code in _grant(view):
            yield view.record.id, number, code
        body = view.response.json if view.response is not None else ABSENT
        if view.record.operation == "getLabel" and succeeded(view) and isinstance(body, Mapping):
            number = str(body.get("waybill_no"))
            if number in known:
                yield view.record.id, number, str(body.get("carrier_code"))


NUMBER_RULES: Final[Mapping[str, Rule]] = {"numbers-of-their-courier": numbers_of_their_courier}
"""The rule on numbers, by its word."""

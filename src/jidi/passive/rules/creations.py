"""Rules over what was created: repeats under one idempotency key (DS-01.7), and reading back what
was sent (DS-01.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from jidi.language.compared import ABSENT, json_equal
from jidi.language.expressions import point
from jidi.language.json_texts import figure
from jidi.language.views import ExchangeView, header_value
from jidi.model.urls import url_parts
from jidi.passive.rules.observations import (
    Observation,
    RecordedContext,
    Site,
    both,
    facts,
    is_exact,
    observed,
)
from jidi.wording import sentence

_KEYED: Final = frozenset(
    {"createConsignment", "createConsignmentBatch", "createSubscription", "replaySubscription"}
)
_REFUSED: Final = frozenset({409, 422})


def creation_observations(
    views: Sequence[ExchangeView], context: RecordedContext
) -> Iterator[Observation]:
    """Everything that creations show together."""
    yield from observed(Site("idempotency", "DS-01.7"), lambda: _repeats(views, context))
    yield from observed(Site("read-back", "DS-01.2"), lambda: _read_back(views))


def _repeats(views: Sequence[ExchangeView], context: RecordedContext) -> Iterator[Observation]:
    """Keys belong to caller, operation and path; a key that is older than the declared retention
    may be used anew.
    """
    lasting = _retention(context)
    first: dict[tuple[str, ...], ExchangeView] = {}
    for view in views:
        place = _key_place(view)
        if not place:
            continue
        known = first.get(place)
        if known is None or _is_past(known, view, lasting):
            if 200 <= (view.status or 0) < 300:
                first[place] = view
        elif not lasting or (_timed(known) and _timed(view)):
            yield from _repeat_of(known, view)


def _retention(context: RecordedContext) -> float:
    """How long keys are kept, in seconds, as declared; 0 when nothing is declared."""
    return figure(point(context.judging.discovery, "/limits/idempotency_retention_s")) or 0.0


def _key_place(view: ExchangeView) -> tuple[str, ...]:
    """Where the key of a creation belongs; empty for what uses no key up, such as a refused one."""
    record, key = view.record, header_value(view.request.headers, "idempotency-key")
    if record.operation not in _KEYED or not isinstance(key, str):
        return ()
    refused = view.status == 400 and view.response is not None
    if refused or not facts(view).get("request_known"):
        return ()
    return record.party, record.operation, url_parts(record.request.url).path, key


def _is_past(known: ExchangeView, view: ExchangeView, lasting: float) -> bool:
    """Whether the time is known that lies between both, and the key may be used anew."""
    if not lasting or not _timed(known) or not _timed(view):
        return False
    return bool(view.record.started - known.record.started > lasting)


def _repeat_of(known: ExchangeView, view: ExchangeView) -> Iterator[Observation]:
    if _comparable(known, view):
        yield _repeat(known, view)


def _timed(view: ExchangeView) -> bool:
    return facts(view).get("timed", True) is True


def _comparable(known: ExchangeView, view: ExchangeView) -> bool:
    """Whether both answers are known, and of bodies that differ both to the byte."""
    same = known.request.attribute("digest") == view.request.attribute("digest")
    if same:
        return all(facts(one).get("response_known", True) for one in (known, view))
    return is_exact(known) and is_exact(view)


def _repeat(known: ExchangeView, view: ExchangeView) -> Observation:
    status = view.status or 0
    same = known.request.attribute("digest") == view.request.attribute("digest")
    fault = ""
    if not same:
        fault = "second-body-accepted" if 200 <= status < 300 else ""
    elif 200 <= status < 300 and not json_equal(_answer(known), _answer(view)):
        fault = "duplicate-created"
    elif status in _REFUSED and status != 409:
        fault = "repeat-refused"
    en, zh = ("the same body", "相同正文") if same else ("another body", "不同正文")
    return Observation(
        "idempotency",
        "DS-01.7",
        view.record.id,
        fault,
        sentence("passive/repeat", en=en, status=status, chinese_zh=zh),
    )


def _answer(view: ExchangeView) -> Any:
    body = view.response.json if view.response is not None else ABSENT
    return None if body is ABSENT else body


def _read_back(views: Sequence[ExchangeView]) -> Iterator[Observation]:
    """Every member that was sent reads back with the value that was sent, unless it was amended
    meanwhile.
    """
    sent: dict[str, Any] = {}
    for view in views:
        operation, body = view.record.operation, _answer(view)
        if view.status is None or not 200 <= view.status < 300:
            continue
        if (
            operation == "createConsignment"
            and isinstance(body, Mapping)
            and facts(view).get("request_known")
        ):
            sent.setdefault(str(body.get("consignment_id")), view.request.json)
        elif operation == "amendConsignment":
            sent.pop(_identifier(view), None)
        elif operation == "getConsignment":
            yield from _compared(view, sent.get(_identifier(view)), body)


def _identifier(view: ExchangeView) -> str:
    return unquote(url_parts(view.record.request.url).path.rstrip("/").rpartition("/")[2])


def _compared(view: ExchangeView, wanted: Any, body: Any) -> Iterator[Observation]:
    found = body.get("consignment") if isinstance(body, Mapping) else None
    if not isinstance(wanted, Mapping) or not isinstance(found, Mapping):
        return
    unlike = sorted(
        name
        for name in {*wanted, *found}
        if not json_equal(wanted.get(name, ABSENT), found.get(name, ABSENT))
    )
    yield Observation(
        "read-back",
        "DS-01.2",
        view.record.id,
        "value-altered" if unlike else "",
        both(", ".join(unlike)),
    )

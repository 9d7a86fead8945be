"""Rules over what goes through a platform or an integrator: events that couriers pushed,
consignments that platforms gave (DS-01.6, DS-02.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from jidi.judge.seen import passed_on
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, StepView, push_events
from jidi.model.urls import url_parts
from jidi.passive.rules.observations import (
    Observation,
    RecordedContext,
    Site,
    both,
    facts,
    observed,
)

Event = Mapping[str, Any]
_KEPT: Final = ("events-kept", "DS-02.8")
_PASSED: Final = ("events-passed-on", "DS-01.6")
_LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "listReceivedEvents": _KEPT,
    "listEvents": _PASSED,
    "listShipmentEvents": _PASSED,
}


def incoming_events(views: Sequence[ExchangeView]) -> dict[tuple[str, str], Event]:
    """Events that couriers pushed to the candidate and it accepted, the first content of each, by
    event id and waybill number.

    Another courier may use the same id. Of an answer that does not tell what was rejected nothing
    counts as accepted.
    """
    found: dict[tuple[str, str], Event] = {}
    for view in views:
        body = _json(view.response)
        if (
            view.record.operation != "receiveShipmentEvents"
            or not _done(view)
            or not isinstance(body, Mapping)
        ):
            continue
        listed = body.get("rejected")
        rejected = (
            {point(one, "/event_id") for one in listed} if isinstance(listed, list) else set()
        )
        for event in push_events(view.request.json):
            if isinstance(event, Mapping) and event.get("event_id") not in rejected:
                found.setdefault(_name(event), event)
    return found


def passing_observations(
    views: Sequence[ExchangeView], context: RecordedContext
) -> Iterator[Observation]:
    """Whatever is seen on both sides of the candidate is the same on both."""
    yield from observed(Site(*_PASSED), lambda: _passed_on(views, context))
    consignments = Site("consignments-passed-on", "DS-01.6")
    yield from observed(consignments, lambda: _consignments(views, context))


def _passed_on(views: Sequence[ExchangeView], context: RecordedContext) -> Iterator[Observation]:
    came = incoming_events(views)
    for view in views:
        for event, (check, requirement) in _told(view):
            known = came.get(_name(event))
            if known is not None:
                fault, told = _unlike(known, event, context)
                yield Observation(
                    check,
                    requirement,
                    view.record.id,
                    fault,
                    both(f"event_id {event.get('event_id')}: {told}"),
                )


def _told(view: ExchangeView) -> Iterator[tuple[Event, tuple[str, str]]]:
    operation, pushed = (
        view.record.operation,
        view.record.direction == "received" and not view.record.operation,
    )
    if pushed:
        listed: Any = push_events(view.request.json)
    elif operation in _LISTS and view.status == 200:
        listed = point(_json(view.response), "/items")
    else:
        return
    for event in listed if isinstance(listed, list) else ():
        if isinstance(event, Mapping):
            yield event, _PASSED if pushed else _LISTS[operation]


def _consignments(views: Sequence[ExchangeView], context: RecordedContext) -> Iterator[Observation]:
    """What a platform gave and what went to the courier, told by the waybill number of both
    receipts.

    An amendment may reach a consignment that still waits; such a one is not compared.
    """
    amended = {
        unquote(url_parts(view.record.request.url).path.rpartition("/")[2])
        for view in views
        if view.record.operation == "amendConsignment" and _done(view)
    }
    given: dict[str, tuple[Any, str]] = {}
    for view in _created(views, "sent"):
        receipt = _json(view.response)
        number = point(receipt, "/waybill_no")
        if isinstance(number, str):
            given.setdefault(number, (view.request.json, str(point(receipt, "/consignment_id"))))
    for view in _created(views, "received"):
        number = str(point(_json(view.response), "/waybill_no"))
        sent, consignment_id = given.get(number, (ABSENT, ""))
        if sent is not ABSENT and consignment_id not in amended:
            fault, told = _unlike(sent, view.request.json, context, ("waybill_no",))
            yield Observation(
                "consignments-passed-on", "DS-01.6", view.record.id, fault, both(told)
            )


def _created(views: Sequence[ExchangeView], direction: str) -> Iterator[ExchangeView]:
    """Creations of one consignment that were taken and whose request is known whole."""
    for view in views:
        record = view.record
        if (record.operation, record.direction) != ("createConsignment", direction):
            continue
        if _done(view) and facts(view).get("request_known"):
            yield view


def _unlike(
    sent: Any, arrived: Any, context: RecordedContext, may_add: tuple[str, ...] = ()
) -> tuple[str, str]:
    ruling = passed_on(
        {"sent": sent, "arrived": arrived, "may-add": may_add},
        StepView("recorded", (), {}, ()),
        context.judging,
    )
    return (ruling.reason, ruling.actual.en) if ruling.reason else ("", "")


def _name(event: Event) -> tuple[str, str]:
    return str(event.get("event_id")), str(event.get("waybill_no"))


def _done(view: ExchangeView) -> bool:
    return view.status is not None and 200 <= view.status < 300


def _json(message: Any) -> Any:
    return ABSENT if message is None else message.json

"""Couriers that break DS-02.6: what is pushed and pulled differ, or one partner is told less than
another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    READING_EVENTS,
    Asked,
    Event,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    documents,
    shown_events,
)

from jidi_reference.service.context import json_text
from jidi_reference.service.ports.events import EventRow

_SECOND: Final = "platform-b"
_AGREE: Final = "push-signed/pull/agree"


def _pushed(change: Callable[[Event], Event | None], owner: str = "") -> Wrap:
    """Change events on their way into pushes, before they are signed; ``None`` leaves one out."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def make_messages(
            context: Any, unit: Any, subscription: Any, rows: Iterable[EventRow]
        ) -> None:
            spoilt = [_spoilt(row, change) if owner in {"", row.owner} else row for row in rows]
            healthy(context, unit, subscription, [row for row in spoilt if row is not None])

        return make_messages

    return Inside("push.messages", make)


def _spoilt(row: EventRow, change: Callable[[Event], Event | None]) -> EventRow | None:
    event = change(json.loads(row.body))
    return None if event is None else replace(row, body=json_text(event))


def _without(*names: str) -> Callable[[Event], Event]:
    return lambda event: {name: value for name, value in event.items() if name not in names}


def _in_other_zone(event: Event) -> Event:
    moment = datetime.fromisoformat(event["occurred_at"]).astimezone(timezone(timedelta(hours=9)))
    return {**event, "occurred_at": moment.isoformat(timespec="milliseconds")}


def _bare_facility(event: Event) -> Event:
    return (
        {
            **event,
            "facility": {
                name: value for name, value in event["facility"].items() if name != "name"
            },
        }
        if "facility" in event
        else event
    )


def _on_page(document: Json, change: Callable[[Event], Event]) -> Json:
    if isinstance(document, dict) and "items" in document:
        return {**document, "items": [change(event) for event in document["items"]]}
    if isinstance(document, dict) and "latest_event" in document:
        return {**document, "latest_event": change(document["latest_event"])}
    return document


def _for_second(
    change: Callable[[Json], Json], operations: tuple[str, ...] = READING_EVENTS
) -> Wrap:
    def changed(asked: Asked, answer: Told) -> Told:
        return (
            answer.with_json(change(answer.json))
            if answer.status == 200 and asked.party == _SECOND
            else answer
        )

    return answers(operations, changed)


def _last_not_found(document: Json) -> Json:
    results = list(document["results"])
    if len(results) > 1:
        results[-1] = {"waybill_no": results[-1]["waybill_no"], "outcome": "not-found"}
    return {**document, "results": results}


FAULTS: Final = (
    Fault(
        "push-lacks-facility",
        "DS-02.6",
        "push-pull-differ",
        "A push lacks a field that the same event has when it is pulled.",
        (f"{_AGREE}#fields-differ",),
        _pushed(_without("facility")),
    ),
    Fault(
        "pull-lacks-facility",
        "DS-02.6",
        "push-pull-differ",
        "What is pulled lacks a field that was pushed.",
        (f"{_AGREE}#fields-differ",),
        shown_events(_without("facility")),
    ),
    Fault(
        "push-writes-time-otherwise",
        "DS-02.6",
        "push-pull-differ",
        "A push writes the time of an event with another zone than the feed.",
        (f"{_AGREE}#fields-differ",),
        _pushed(_in_other_zone),
    ),
    Fault(
        "sorting-not-pushed",
        "DS-02.6",
        "push-pull-differ",
        "Events of sorting can be pulled, but are never pushed.",
        (f"{_AGREE}#not-pushed",),
        _pushed(lambda event: None if event["event_code"] == "SORTED" else event),
    ),
    Fault(
        "facility-withheld-from-second-partner",
        "DS-02.6",
        "fields-withheld",
        "The second partner does not see where its parcels are.",
        ("partners-alike/events-two/same-fields#fields-withheld",),
        _for_second(lambda document: _on_page(document, _without("facility"))),
    ),
    Fault(
        "facility-name-withheld-from-second-partner",
        "DS-02.6",
        "fields-withheld",
        "The second partner sees the number of a facility, but not its name.",
        ("partners-alike/events-two/same-facilities#same-as",),
        _for_second(lambda document: _on_page(document, _bare_facility)),
        also={"DS-02.2": "the place of one event is told in two ways"},
    ),
    Fault(
        "product-withheld-in-shipment",
        "DS-02.6",
        "fields-withheld",
        "The second partner's shipments lack the service product.",
        ("partners-alike/shipment-two/same-shipment-fields#fields-withheld",),
        _for_second(
            lambda document: {
                name: value for name, value in document.items() if name != "service_product"
            },
            ("getShipment",),
        ),
    ),
    Fault(
        "push-withholds-facility-from-second-partner",
        "DS-02.6",
        "fields-withheld",
        "Only what is pushed to the second partner lacks the facility.",
        ("push-second-partner/pull/agree#fields-differ",),
        _pushed(_without("facility"), _SECOND),
    ),
    Fault(
        "own-shipment-unknown-in-query",
        "DS-02.6",
        "fields-withheld",
        "A query for several shipments calls the last of them unknown, although it is the "
        "caller's own.",
        ("shipment-query/query/outcomes#equals",),
        documents(("queryShipments",), _last_not_found),
    ),
)
"""Faults of DS-02.6."""

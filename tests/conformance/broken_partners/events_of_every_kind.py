"""Partners that carry what happened and lose or confuse what is only expected or is corrected
later: estimates and corrections, which daily courses do not hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import of_integrator
from tests.conformance.broken_partners.wrapping import (
    Asked,
    Event,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    both,
    documents,
    shown_events,
    stored_events,
)

_KINDS: Final = "events-of-every-kind"
_CORRECTION: Final = "CORRECTION"


def _not_pushed(unwanted: Callable[[Event], bool]) -> Wrap:
    """Subscribers are not told of some events, which all can read."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        return lambda context, unit, subscription, rows: healthy(
            context,
            unit,
            subscription,
            [row for row in rows if not unwanted(json.loads(row.body))],
        )

    return Inside("push.messages", make)


def _corrections_unasked(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a filter by event code let corrections through as well."""

    def feed(stored: Any, owner: Any, wanted: Any, after: int, count: int) -> Any:
        codes = wanted.event_codes and [*wanted.event_codes, _CORRECTION]
        asked = type(wanted)(wanted.waybill_nos, codes, wanted.recorded_from)
        return healthy(stored, owner, asked, after, count)

    return feed


def _of_feed(left_out: Callable[[Asked, Event], bool]) -> Wrap:
    def change(asked: Asked, answer: Told) -> Told:
        page = answer.json
        if answer.status != 200:
            return answer
        items = [event for event in page["items"] if not left_out(asked, event)]
        return answer.with_json({**page, "items": items})

    return answers(("listEvents",), change)


def _asks(asked: Asked, name: str) -> bool:
    return name in parse_qs(asked.query)


def _counting(shipment: Json) -> Json:
    """Of the events so far, only those that tell of something that happened."""
    latest = shipment.get("latest_event", {})
    told_only = latest.get("classifier") == "EST" or latest.get("event_code") == _CORRECTION
    return {**shipment, "event_count": shipment["event_count"] - told_only}


def _as_voided(document: Json) -> Json:
    """Where the latest event is a correction that voids, the state stays that of the delivery."""
    mark = document.get("latest_event", {}).get("corrects", {})
    return {**document, "state": "DELIVERED"} if mark.get("voids") else document


def _voids(event: Event) -> Event:
    if "corrects" not in event:
        return event
    return {**event, "corrects": {**event["corrects"], "voids": True}}


def _moving(event: Event) -> Event:
    estimate = event["classifier"] == "EST" and event["event_code"] == "OUT_FOR_DELIVERY"
    return {**event, "state": "OUT_FOR_DELIVERY"} if estimate else event


def _consent_to_the_second(event: Event) -> Event:
    consent = event.get("user_consent")
    if consent is None:
        return event
    told = consent["obtained_at"].replace(".123456", "")
    return {**event, "user_consent": {**consent, "obtained_at": told}}


def _mending_undoes(table: type[Any]) -> type[Any]:
    """A table of states in which every correction voids."""

    class Voiding(table):  # type: ignore[misc]
        def state_corrected(self, trail: Any, corrects: Any) -> str:
            return str(super().state_corrected(trail, {**corrects, "voids": True}))

    return Voiding


def _record_uncorrected() -> Wrap:
    """A consignment that was delivered stays so in its record, whatever is corrected later."""
    delivered: set[str] = set()

    def remember(event: Event) -> Event:
        if event["event_code"] == "DELIVERED" and event["classifier"] == "ACT":
            delivered.add(event["waybill_no"])
        return event

    def show(record: Json) -> Json:
        known = record.get("waybill_no") in delivered
        return {**record, "state": "DELIVERED"} if known else record

    return both(stored_events(remember), documents(("getConsignment",), show))


_DIFFERENT: Final = {"DS-02.6": "the channels no longer tell the same."}
_COURIERS: Final = (
    Fault(
        "corrections-not-pushed",
        "DS-02.6",
        "fields-withheld",
        "Subscribers are never told of a correction.",
        (f"{_KINDS}/last-push/correction-pushed",),
        _not_pushed(lambda event: event["event_code"] == _CORRECTION),
    ),
    Fault(
        "estimates-not-pushed",
        "DS-02.6",
        "fields-withheld",
        "Subscribers are never told what is expected.",
        (f"{_KINDS}/all/every-kind-pushed#contains",),
        _not_pushed(lambda event: bool(event["classifier"] == "EST")),
        also={"DS-02.5": "a subscription by codes lacks an event of its codes."},
    ),
    Fault(
        "estimates-kept-from-the-choosy",
        "DS-02.5",
        "answer-not-as-published",
        "A subscription by codes is not told what is expected.",
        (f"{_KINDS}/choosy-all/chosen-of-every-kind#contains",),
        Inside(
            "push.messages",
            lambda healthy: (
                lambda context, unit, one, rows: healthy(
                    context,
                    unit,
                    one,
                    [
                        row
                        for row in rows
                        if one.event_codes is None or json.loads(row.body)["classifier"] == "ACT"
                    ],
                )
            ),
        ),
    ),
    Fault(
        "corrections-past-the-filter",
        "DS-02.5",
        "answer-not-as-published",
        "Corrections are pushed and listed whatever codes were asked for.",
        (f"{_KINDS}/choosy-all/codes-kept#count",),
        Inside("event.stored-feed", _corrections_unasked),
        also={"DS-02.4": "the filter of the feed lets them through, too."},
    ),
    Fault(
        "code-filter-lets-corrections-through",
        "DS-02.4",
        "filter-ignored",
        "The feed of one code holds corrections, too.",
        (f"{_KINDS}/feed-by-code/of-that-code-alone#count",),
        Inside("event.stored-feed", _corrections_unasked),
        also={"DS-02.5": "subscriptions by codes are told of them, too."},
    ),
    Fault(
        "code-filter-loses-estimates",
        "DS-02.4",
        "page-skip",
        "The feed of one code holds only what happened.",
        (f"{_KINDS}/feed-by-code/of-that-code-all#contains",),
        _of_feed(lambda asked, event: _asks(asked, "event_code") and event["classifier"] == "EST"),
    ),
    Fault(
        "feed-of-a-waybill-without-corrections",
        "DS-02.6",
        "push-pull-differ",
        "The feed of one waybill leaves corrections out.",
        (f"{_KINDS}/feed/feed-agrees#contains",),
        _of_feed(
            lambda asked, event: _asks(asked, "waybill_no") and event["event_code"] == _CORRECTION
        ),
    ),
    Fault(
        "only-what-happened-counted",
        "DS-02.2",
        "sequence-gap",
        "A shipment counts neither an estimate nor a correction that came last.",
        (
            f"{_KINDS}/announced-shipment/announcement-counted#equals",
            f"{_KINDS}/shipment/all-counted#equals",
        ),
        documents(("getShipment",), _counting),
        also=_DIFFERENT,
    ),
    Fault(
        "every-correction-voids",
        "DS-02.2",
        "same-id-other-content",
        "A correction that only mends takes the event back.",
        (f"{_KINDS}/shipment-mended/mending-moves-nothing#equals",),
        Inside("bootstrap.lifecycle", _mending_undoes),
    ),
    Fault(
        "voiding-told-of-every-correction",
        "DS-02.2",
        "same-id-other-content",
        "Corrections are told as voiding, though they only mend.",
        (f"{_KINDS}/course/what-was-voided#equals",),
        stored_events(_voids),
    ),
    Fault(
        "estimates-told-as-if-they-moved",
        "DS-02.2",
        "same-id-other-content",
        "What is expected is told with the state to come.",
        (f"{_KINDS}/course/estimate-moves-nothing#equals",),
        stored_events(_moving),
    ),
    Fault(
        "voided-delivery-stands-in-shipment",
        "DS-02.2",
        "same-id-other-content",
        "A shipment is delivered although the delivery was voided.",
        (f"{_KINDS}/shipment/back-on-its-way#equals",),
        documents(("getShipment",), _as_voided),
        also=_DIFFERENT,
    ),
    Fault(
        "voided-delivery-stands-in-record",
        "DS-02.2",
        "same-id-other-content",
        "A consignment is delivered in its record although the delivery was voided.",
        (f"{_KINDS}/record/record-agrees#equals",),
        _record_uncorrected(),
    ),
    Fault(
        "voided-delivery-stands-in-query",
        "DS-02.6",
        "push-pull-differ",
        "Asked by many numbers, a corrected shipment is told with the state before.",
        (f"{_KINDS}/query/query-agrees#equals",),
        documents(
            ("queryShipments",),
            lambda told: {
                **told,
                "results": [
                    {**one, "shipment": _as_voided(one["shipment"])} if "shipment" in one else one
                    for one in told["results"]
                ],
            },
        ),
    ),
    Fault(
        "course-without-fractions",
        "DS-02.2",
        "same-id-other-content",
        "Where the course of one parcel is listed, a user agreed at a full second.",
        ("sweep/event-same-everywhere",),
        shown_events(_consent_to_the_second, ("listShipmentEvents",)),
        areas=("tracking",),
    ),
)
_THERE: Final = (
    "estimates-not-pushed",
    "code-filter-loses-estimates",
    "only-what-happened-counted",
    "voided-delivery-stands-in-shipment",
)
FAULTS: Final = (
    *_COURIERS,
    *(of_integrator(fault) for fault in _COURIERS if fault.name in _THERE),
)
"""Faults of DS-02.2 and DS-02.4 to DS-02.6."""

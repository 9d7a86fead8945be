"""Couriers that break DS-02.1 to DS-02.3: what events say, and when they can be had."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Event,
    Forward,
    Handler,
    Push,
    Told,
    Wrap,
    answers,
    documents,
    pushes,
    shown_events,
)

from jidi_reference.domain.clock import unix_seconds

_TRAIL: Final = ("listShipmentEvents",)
_FEED: Final = ("listEvents",)
_READ_LATE_S: Final = 2.5
_PUSH_LATE_S: Final = 3.5
_ONLY_WAY: Final = "the transition table lets no parcel on from CREATED but through ACCEPTED."
_FINISHED: Final = "trajectory-delivered"


def _long_trails(change: Callable[[list[Event]], list[Event]]) -> Wrap:
    """Changes the list of a waybill's events once it was sorted and has reached the city; nothing
    compares such a list with what was pushed.
    """

    def page(document: Any) -> Any:
        codes = {item["event_code"] for item in document["items"]}
        return (
            {**document, "items": change(document["items"])}
            if {"SORTED", "DEST_CITY_ARRIVED"} <= codes
            else document
        )

    return documents(_TRAIL, page)


def _recoded(codes: tuple[str, ...], new: str) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [
        {**event, "event_code": new} if event["event_code"] in codes else event for event in events
    ]


def _delivery_first(events: list[Event]) -> list[Event]:
    swap = {"ACCEPTED": "OUT_FOR_DELIVERY", "OUT_FOR_DELIVERY": "ACCEPTED"}
    return [
        {**event, "event_code": swap[code], "state": swap[code]}
        if (code := event["event_code"]) in swap
        else event
        for event in events
    ]


def _never_accepted(events: list[Event]) -> list[Event]:
    return [
        {**event, "event_code": "PICKUP_PENDING", "state": "CREATED"}
        if event["event_code"] == "ACCEPTED"
        else event
        for event in events
    ]


def _without_zone(time_text: str) -> str:
    return re.sub(r"(?:Z|[+-]\d\d:\d\d)$", "", time_text)


def _local_sorting_time(events: list[Event]) -> list[Event]:
    return [
        {**event, "recorded_at": _without_zone(event["recorded_at"])}
        if event["event_code"] == "SORTED"
        else event
        for event in events
    ]


def _local_times_later(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or "cursor=" not in asked.query:
        return answer
    items = [
        {**item, "recorded_at": _without_zone(item["recorded_at"])} for item in answer.json["items"]
    ]
    return answer.with_json({**answer.json, "items": items})


def _restarted_later(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or "cursor=" not in asked.query:
        return answer
    items = [{**item, "sequence": number} for number, item in enumerate(answer.json["items"], 1)]
    return answer.with_json({**answer.json, "items": items})


def _told_anew() -> Callable[[list[Event]], list[Event]]:
    reads = [0]

    def change(events: list[Event]) -> list[Event]:
        reads[0] += 1
        return [
            {**event, "description": f"version {reads[0]}"}
            if event["event_code"] == "SORTED"
            else event
            for event in events
        ]

    return change


def _two_under_one_id() -> Handler:
    """The arrival in the city goes under the id of the sorting, wherever it is told."""
    sorting: dict[str, str] = {}
    other: dict[str, str] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        body = answer.json
        if answer.status != 200 or not isinstance(body, dict):
            return answer
        if asked.operation != "performSandboxAction":
            items = [
                {**item, "event_id": other.get(item["event_id"], item["event_id"])}
                for item in body["items"]
            ]
            return answer.with_json({**body, "items": items})
        scan, result = asked.json["parameters"], body["result"]
        if scan.get("event_code") == "SORTED":
            sorting[scan["waybill_no"]] = result["event_id"]
        if scan.get("event_code") != "DEST_CITY_ARRIVED" or scan["waybill_no"] not in sorting:
            return answer
        other[result["event_id"]] = sorting[scan["waybill_no"]]
        return answer.with_json(
            {**body, "result": {**result, "event_id": sorting[scan["waybill_no"]]}}
        )

    return handler


def _gap(events: list[Event]) -> list[Event]:
    return [{**event, "sequence": event["sequence"] + (event["sequence"] > 3)} for event in events]


def _held_back(events: list[Event]) -> list[Event]:
    return [
        event for event in events if unix_seconds(event["recorded_at"]) < time.time() - _READ_LATE_S
    ]


def _feed_held_back(document: Any) -> Any:
    return {**document, "items": _held_back(document["items"])}


def _late_delivery() -> Callable[[Push], Push]:
    """Holds back the push of a delivery when the parcel's sorting was pushed before."""
    sorted_ones: set[str] = set()

    def change(push: Push) -> Push:
        sorted_ones.update(
            event["waybill_no"] for event in push.events if event["event_code"] == "SORTED"
        )
        if push.attempts == 0 and any(
            event["event_code"] == "DELIVERED" and event["waybill_no"] in sorted_ones
            for event in push.events
        ):
            time.sleep(_PUSH_LATE_S)
        return push

    return change


FAULTS: Final = (
    Fault(
        "transport-never-shown",
        "DS-02.1",
        "node-group-missing",
        "A finished shipment shows no event of transport: all are told as sorting.",
        (f"{_FINISHED}/pull/node-groups#missing-transport",),
        _long_trails(
            _recoded(
                ("HUB_DEPARTED", "IN_TRANSIT", "DEST_CITY_ARRIVED", "DELIVERY_OFFICE_ARRIVED"),
                "SORTED",
            )
        ),
    ),
    Fault(
        "acceptance-never-shown",
        "DS-02.1",
        "node-group-missing",
        "A finished shipment shows no acceptance: it is told as another attempt to pick up.",
        (f"{_FINISHED}/pull/node-groups#missing-acceptance",),
        _long_trails(_never_accepted),
        also={"DS-02.7": _ONLY_WAY},
    ),
    Fault(
        "delivery-before-acceptance",
        "DS-02.1",
        "delivery-before-acceptance",
        "The way to the door is told first, the acceptance only before the delivery.",
        (f"{_FINISHED}/pull/node-groups#delivery-before-acceptance",),
        _long_trails(_delivery_first),
        also={"DS-02.7": _ONLY_WAY},
    ),
    Fault(
        "own-code-shown",
        "DS-02.2",
        "unknown-code",
        "A code of the courier's own shows where a code of the list belongs.",
        ("trajectory-customs/pull/valid#schema",),
        shown_events(
            lambda event: (
                {**event, "event_code": "CUSTOMS_STOPPED"}
                if event["event_code"] == "CUSTOMS_HELD"
                else event
            ),
            _TRAIL,
        ),
    ),
    Fault(
        "local-time-of-one-event",
        "DS-02.2",
        "time-without-offset",
        "The time of one kind of event carries no offset.",
        (f"{_FINISHED}/pull/valid#schema",),
        _long_trails(_local_sorting_time),
    ),
    Fault(
        "local-times-on-second-page",
        "DS-02.2",
        "time-without-offset",
        "Times lose their offset on every page but the first.",
        (
            "paging-by-waybill/paged/valid-pages#schema",
            "paging-by-waybill/feed/valid-feed-pages#schema",
        ),
        answers((*_TRAIL, *_FEED), _local_times_later),
    ),
    Fault(
        "event-told-anew",
        "DS-02.2",
        "same-id-other-content",
        "An event changes from one read to the next.",
        (f"{_FINISHED}/pull-again/unchanged#same-as",),
        _long_trails(_told_anew()),
    ),
    Fault(
        "feed-tells-otherwise",
        "DS-02.2",
        "same-id-other-content",
        "The feed shows an event with other content than the waybill's own list.",
        ("paging-by-waybill/trail/same-content-as-feed#content-differs",),
        shown_events(lambda event: {**event, "description": "see the list"}, _FEED),
    ),
    Fault(
        "two-events-under-one-id",
        "DS-02.2",
        "same-id-other-content",
        "Two different events go under one id.",
        (f"{_FINISHED}/pull/distinct-ids#distinct",),
        Around((*_TRAIL, *_FEED, "performSandboxAction"), _two_under_one_id()),
        also={"DS-02.6": "one id is told with two sets of members"},
    ),
    Fault(
        "sequence-jumps",
        "DS-02.2",
        "sequence-gap",
        "A number is left out of a waybill's sequence.",
        (f"{_FINISHED}/pull/sequence#consecutive-from",),
        _long_trails(_gap),
    ),
    Fault(
        "sequence-restarts-on-second-page",
        "DS-02.2",
        "sequence-gap",
        "The sequence begins again on every page.",
        ("paging-by-waybill/trail/same-content-as-pages#content-differs",),
        answers(_TRAIL, _restarted_later),
    ),
    Fault(
        "trail-late",
        "DS-02.3",
        "pull-late",
        "A waybill's events can be read only after the declared limit.",
        (f"{_FINISHED}/pull/available-in-time#late",),
        _long_trails(_held_back),
    ),
    Fault(
        "feed-late",
        "DS-02.3",
        "pull-late",
        "Events are in the waybill's list in time, and in the feed too late.",
        ("feed-whole/arrived/feed-in-time#late",),
        documents(_FEED, _feed_held_back),
    ),
    Fault(
        "last-push-late",
        "DS-02.3",
        "push-late",
        "The push of the delivery leaves after the declared limit.",
        ("push-signed/pushes/pushed-in-time#late",),
        pushes(_late_delivery()),
    ),
)
"""Faults of DS-02.1 to DS-02.3."""

"""Integrators that break DS-02.1 to DS-02.7 and, on the way up, DS-01.6: what platforms are told of
what couriers told the integrator.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners import events, feed, push, shipments, states
from tests.conformance.broken_partners.integrator_seams import (
    carried,
    held_up,
    integrator_fault,
    of_integrator,
    passed_up,
)
from tests.conformance.broken_partners.platform_seams import WEST
from tests.conformance.broken_partners.wrapping import Event, Inside, Wrap, documents, shown_events

from jidi_reference.service.courier.recording import Scan, event_document, next_slot, store_event

_CARRIED: Final = "events-passed-on"
_REORDERED: Final = "events-reordered"
_WEST: Final = "second-courier-alike/pull"
_HOLD_S: Final = 3.7
"""Later than pushed and shown in time (2 s), also when scans took a while; sooner than whoever
waits for events gives up (4 s).
"""
_NO_HUB: Final = 4
"""Sequence of the delivery of a parcel that went from acceptance straight to its recipient."""
_NEVER_MOVED: Final = (
    "scan-after-delivered",
    "returned-after-delivered",
    "returned-without-returning",
)
"""Faults of whoever records events; couriers that the kit plays record none of that kind."""
_BY_SANDBOX: Final = ("two-events-under-one-id",)
"""Faults that lie about scans in the partner's own sandbox; scans of an integrator's parcels are
made by the courier.
"""


def _without(*names: str) -> Callable[[Event], Event]:
    return lambda event: {name: value for name, value in event.items() if name not in names}


def _own_codes(event: Event) -> Event:
    codes = [{**code, "scheme": "kuaidi100"} for code in event.get("external_codes", [])]
    return {**event, "external_codes": codes} if codes else event


def _other_name(event: Event) -> Event:
    place = event.get("facility")
    return (
        {**event, "facility": {**place, "name": place["name"].replace("转运中心", "中心")}}
        if place and "name" in place
        else event
    )


def _in_china_time(event: Event) -> Event:
    if "description" not in event:
        return event
    return {
        **event,
        "occurred_at": datetime.fromisoformat(event["occurred_at"])
        .astimezone(timezone(timedelta(hours=8)))
        .isoformat(timespec="milliseconds"),
    }


def _of_west(change: Callable[[Event], Event]) -> Wrap:
    """Change what is passed on of one courier's events."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def pass_on(context: Any, unit: Any, row: Any, event: Mapping[str, Any]) -> Any:
            dispatch = unit.dispatches.find_by_source(row.consignment_id)
            mine = dispatch is not None and dispatch.courier_code == WEST
            return healthy(context, unit, row, change(dict(event)) if mine else event)

        return pass_on

    return Inside("release.event", make)


def _some_lost() -> Wrap:
    """Of every partner's acceptances the fifteenth is kept back."""
    seen: Counter[str] = Counter()
    guard = threading.Lock()

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def pass_on(context: Any, unit: Any, row: Any, event: Mapping[str, Any]) -> Any:
            if event["event_code"] == "ACCEPTED" and not row.owner.startswith("platform-"):
                with guard:
                    seen[row.owner] += 1
                    if seen[row.owner] == 15:
                        return row
            return healthy(context, unit, row, event)

        return pass_on

    return Inside("release.event", make)


def _as_they_come(context: Any, unit: Any, courier: Any, dispatch: Any, waybill_no: str) -> None:
    """Passes on what waits in the order in which it came."""
    row = unit.consignments.find_consignment(None, dispatch.source_id or "", lock=True)
    waiting = sorted(
        unit.received.held(courier.party, waybill_no), key=lambda pair: pair[0].position
    )
    for stored, _ in waiting:
        row = seams.healthy("release.event")(context, unit, row, json.loads(stored.body))
    unit.received.release([stored.position for stored, _ in waiting])


def _last_first(healthy: Callable[..., None]) -> Callable[..., None]:
    return lambda context, unit, subscription, rows: healthy(
        context, unit, subscription, list(reversed(rows))
    )


class _Holding(Wrap):
    """Events that ``late`` knows are passed on some seconds after they came."""

    def __init__(self, late: Callable[[Event], bool]) -> None:
        self._late = late

    def prepare(self, settings: Any) -> Any:
        """Replace how events wait."""
        add, late = seams.healthy("received.stored-add"), self._late
        release = seams.healthy("release.all")

        def add_late(stored: Any, row: Any, release_at: float | None) -> None:
            held = release_at is not None and late(json.loads(row.body))
            add(stored, row, row.recorded_at + _HOLD_S if held else release_at)

        def release_late(
            context: Any, unit: Any, courier: Any, dispatch: Any, waybill_no: str
        ) -> None:
            now = context.clock.now()
            waiting = unit.received.held(courier.party, waybill_no)
            if not any(late(json.loads(stored.body)) and at > now for stored, at in waiting):
                release(context, unit, courier, dispatch, waybill_no)

        seams.stand_in("received.stored-add", add_late)
        seams.stand_in("release.all", release_late)
        return settings


def _told_after(code: str, own: Scan) -> Wrap:
    """After an event of ``code``, of a parcel that saw no hub, the integrator tells platforms one
    of its own.
    """

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def pass_on(context: Any, unit: Any, row: Any, event: Mapping[str, Any]) -> Any:
            after = healthy(context, unit, row, event)
            if event["event_code"] == code and event["sequence"] <= _NO_HUB:
                slot = next_slot(context, unit)
                store_event(unit, after.owner, slot, event_document(after, own, slot.now))
            return after

        return pass_on

    return Inside("release.event", make)


def _return_as_transport(event: Event) -> Event:
    if event["direction"] != "REVERSE" or event["event_code"] == "RETURNED":
        return event
    code = "HUB_DEPARTED" if event["event_code"] == "RETURNING" else event["event_code"]
    return {**event, "event_code": code, "state": "IN_TRANSIT", "direction": "FORWARD"}


def _latest(change: Callable[[Event], Event]) -> Wrap:
    return documents(
        ("getShipment",),
        lambda shown: (
            {**shown, "latest_event": change(shown["latest_event"])}
            if "latest_event" in shown
            else shown
        ),
    )


_UP: Final = (
    integrator_fault(
        "events-with-external-codes-dropped",
        "DS-01.6/message-dropped",
        "Events with codes of the courier's own are not passed on.",
        (f"{_CARRIED}/all/all-pushed#contains", f"{_CARRIED}/pull/pulled-in-time"),
        held_up(lambda event: "external_codes" not in event),
    ),
    integrator_fault(
        "fifteenth-acceptance-lost",
        "DS-01.6/message-dropped",
        "Of every newer partner's acceptances the fifteenth is kept back.",
        "nothing-missing/whole/every-event-once#same-items-as",
        _some_lost(),
    ),
    integrator_fault(
        "events-in-order-of-arrival",
        "DS-01.6/order-not-kept",
        "Events go on in the order in which they came.",
        f"{_REORDERED}/all/in-sequence#out-of-order",
        Inside("release.all", lambda _healthy: _as_they_come),
    ),
    integrator_fault(
        "pushed-last-first",
        "DS-01.6/order-not-kept",
        "The events of one push stand in it from the last to the first; those that are pulled are "
        "in order.",
        f"{_REORDERED}/all/in-sequence#out-of-order",
        Inside("push.messages", _last_first),
    ),
    integrator_fault(
        "descriptions-dropped",
        "DS-01.6/content-rewritten",
        "Couriers' own descriptions are not passed on.",
        (
            f"{_CARRIED}/all/pushed-as-it-came",
            f"{_CARRIED}/pull/pulled-as-it-came#same-as",
            f"{_CARRIED}/feed/feed-as-it-came#same-as",
        ),
        passed_up(_without("description")),
    ),
    integrator_fault(
        "descriptions-dropped-of-one-courier",
        "DS-01.6/content-rewritten",
        "One of two couriers' descriptions are not passed on.",
        f"{_WEST}/pulled-as-it-came#same-as",
        _of_west(_without("description")),
    ),
    integrator_fault(
        "external-codes-renamed",
        "DS-01.6/content-rewritten",
        "Codes of the courier's own go on as those of another scheme.",
        (f"{_CARRIED}/all/pushed-as-it-came", f"{_CARRIED}/pull/pulled-as-it-came#same-as"),
        passed_up(_own_codes),
    ),
    integrator_fault(
        "facilities-renamed",
        "DS-01.6/content-rewritten",
        "Names of hubs are written as the integrator writes them.",
        f"{_CARRIED}/pull/pulled-as-it-came#same-as",
        passed_up(_other_name),
    ),
    integrator_fault(
        "times-told-in-another-zone",
        "DS-01.6/content-rewritten",
        "Times of events with a description go on with China's offset, the same moment in other "
        "words.",
        f"{_CARRIED}/pull/pulled-as-it-came#same-as",
        passed_up(_in_china_time),
    ),
    integrator_fault(
        "own-event-ids",
        "DS-01.6/content-rewritten",
        "Events with a description get an id of the integrator's own.",
        (f"{_CARRIED}/all/all-pushed#contains", f"{_CARRIED}/pull/pulled-in-time"),
        passed_up(
            lambda event: (
                {**event, "event_id": "own-" + event["event_id"][-24:]}
                if "description" in event
                else event
            )
        ),
    ),
    integrator_fault(
        "latest-event-without-signatory",
        "DS-01.6/content-rewritten",
        "Only where the latest event is shown, who signed for the parcel is left out.",
        f"{_CARRIED}/shipment/latest-as-it-came#same-as",
        _latest(_without("signatory_type")),
        also={"DS-02.6": "the latest event is not the one of the trail."},
    ),
    integrator_fault(
        "feed-without-descriptions",
        "DS-01.6/content-rewritten",
        "Only the feed leaves couriers' descriptions out.",
        f"{_CARRIED}/feed/feed-as-it-came#same-as",
        shown_events(_without("description"), ("listEvents",)),
    ),
    integrator_fault(
        "described-events-held-back",
        "DS-01.6/held-back",
        "Events with a description, and what follows them, are passed on four seconds after they "
        "came.",
        (f"{_CARRIED}/pushes/pushed-in-time", f"{_CARRIED}/pull/pulled-in-time"),
        _Holding(lambda event: "description" in event),
    ),
)

_LATE: Final = {"DS-01.6": "what is told late is held back."}
_NOT_YET: Final = {
    **_LATE,
    "DS-02.7": "a delivery that is told late has not been made when the state is read.",
}
_ON_TIME: Final = (
    integrator_fault(
        "all-held-for-the-order",
        "DS-02.3/push-late",
        "Every event waits for those before it, though none is missing.",
        ("push-signed/pushes/pushed-in-time", "trajectory-delivered/pull/available-in-time"),
        _Holding(lambda event: event["sequence"] > 1),
        also=_NOT_YET,
    ),
    integrator_fault(
        "deliveries-held-back",
        "DS-02.3/pull-late",
        "That a parcel was delivered is told seconds later.",
        "trajectory-delivered/pull/available-in-time",
        _Holding(lambda event: event["event_code"] == "DELIVERED"),
        also=_NOT_YET,
    ),
)


def _one_id_for_two(page: Any) -> Any:
    """The making of the order goes under the id of the sorting, once the parcel has reached the
    city.
    """
    ids = {item["event_code"]: item["event_id"] for item in page["items"]}
    if not {"SORTED", "DEST_CITY_ARRIVED"} <= ids.keys():
        return page
    return {
        **page,
        "items": [
            {**item, "event_id": ids["SORTED"]} if item["event_code"] == "ORDER_CREATED" else item
            for item in page["items"]
        ],
    }


_COURSE: Final = (
    integrator_fault(
        "two-events-under-one-id",
        "DS-02.2/same-id-other-content",
        "Two different events go under one id.",
        "trajectory-delivered/pull/distinct-ids#distinct",
        documents(("listShipmentEvents",), _one_id_for_two),
        also={"DS-02.6": "one id is told with two sets of members"},
    ),
    integrator_fault(
        "scan-of-its-own-after-delivery",
        "DS-02.7/event-after-delivered",
        "Of parcels that saw no hub the integrator tells an arrival at one, after delivery.",
        "after-terminal/pull/legal-course#after-terminal",
        _told_after("DELIVERED", Scan("HUB_ARRIVED", "IN_TRANSIT", {})),
    ),
    integrator_fault(
        "return-told-as-transport",
        "DS-02.7/returned-without-returning",
        "That a parcel is on its way back is told as transport like any other.",
        "trajectory-returned/pull/legal-course#illegal-move",
        passed_up(_return_as_transport),
    ),
    integrator_fault(
        "clock-of-the-integrator-behind",
        "DS-02.7/time-backwards",
        "Departures carry the time of a clock that is ten minutes behind.",
        "trajectory-delivered/pull/legal-course#time-backwards",
        passed_up(
            lambda event: _behind(event) if event["event_code"] == "DEST_CITY_ARRIVED" else event
        ),
    ),
)


def _behind(event: Event) -> Event:
    moments = {
        name: datetime.fromisoformat(event[name]) - timedelta(minutes=10)
        for name in ("occurred_at", "recorded_at")
    }
    return {
        **event,
        **{name: moment.isoformat(timespec="milliseconds") for name, moment in moments.items()},
    }


def _known(faults: Iterable[Any], left_out: Iterable[str] = ()) -> list[str]:
    return [fault.name for fault in faults if fault.name not in left_out and not fault.generated]


_SEEN_ELSEWHERE: Final = {
    "feed-newest-first": ("integrator-feed-whole/in-one/in-order#out-of-order",)
}

_AS_AT_COURIERS: Final = (
    *carried(events.FAULTS, _known(events.FAULTS, _BY_SANDBOX)),
    *carried(feed.FAULTS, _known(feed.FAULTS, _SEEN_ELSEWHERE)),
    *(
        of_integrator(fault, *_SEEN_ELSEWHERE[fault.name])
        for fault in feed.FAULTS
        if fault.name in _SEEN_ELSEWHERE
    ),
    *carried(push.FAULTS, _known(push.FAULTS)),
    *carried(shipments.FAULTS, _known(shipments.FAULTS)),
    *carried(
        states.FAULTS,
        _known(states.FAULTS, _NEVER_MOVED),
        {"recorded-time-runs-backwards": {}},
    ),
)

FAULTS: Final = (*_UP, *_ON_TIME, *_COURSE, *_AS_AT_COURIERS)
"""Faults of DS-02 and of the way up of DS-01.6 in integrators."""

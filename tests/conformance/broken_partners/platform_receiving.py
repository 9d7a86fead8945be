"""Platforms that break DS-02.8: what becomes of the events that are pushed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import taken
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    documents,
)

from jidi_reference.domain.problems import Problem
from jidi_reference.service.platform import received_events, receiving
from jidi_reference.service.platform.receiving import BatchResult, PushRequest
from jidi_reference.storage.tables import network_tables

_PUSH: Final = ("receiveShipmentEvents",)
_FEED: Final = ("listReceivedEvents",)
_BAD: Final = "push-bad-item"
_UNKNOWN: Final = "push-unknown-waybill"
_TWICE: Final = "push-twice"
_REFUSED: Final = "push-not-believed"


def _results(change: Callable[[BatchResult, list[Any]], BatchResult]) -> Wrap:
    """Other results than the healthy ones; ``change`` sees the result and the events."""

    def made(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        result = healthy(context, courier, request)
        return change(result, json.loads(request.body)["data"].get("events", []))

    return taken(made)


def _doubled_pages(page: Json) -> Json:
    return {
        **page,
        "items": [
            one
            for item in page["items"]
            for one in ((item, item) if item["event_code"] == "HUB_DEPARTED" else (item,))
        ],
    }


def _copies_kept(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """An event that comes in another push than its first is kept a second time, under an id of its
    own.
    """

    def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = unit.received.find(courier.party, event["event_id"])
        row = unit.consignments.find_shipment(courier.party, event["waybill_no"])
        if known == event and row is not None:
            copy = {**event, "event_id": f"{event['event_id'][:50]}-{time.time_ns() % 10**9}"}
            received_events.store(context, unit, courier, row, copy)
        return healthy(context, unit, courier, event)

    return refusal


def _known_refused(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = unit.received.find(courier.party, event["event_id"]) == event
        return (
            ("conflicting-duplicate", "known already")
            if known
            else healthy(context, unit, courier, event)
        )

    return refusal


def _retry_counts_nothing() -> Wrap:
    bodies: set[bytes] = set()

    def made(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        result = healthy(context, courier, request)
        again = request.body in bodies
        bodies.add(request.body)
        return replace(result, accepted=0) if again else result

    return taken(made)


def _whole_refused(when: Callable[[BatchResult, list[Any]], bool]) -> Wrap:
    """A push that holds something bad is refused whole, and nothing of it is kept."""

    def made(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        document = receiving.parse_json(request.body)
        events = document.get("data", {}).get("events", []) if isinstance(document, dict) else []
        if len(events) > 1 and when(_foreseen(context, courier, document), events):
            raise Problem("validation-failed", "One of the events cannot be taken.")
        return healthy(context, courier, request)

    return taken(made)


def _foreseen(context: Any, courier: Any, document: Any) -> BatchResult:
    """What would be rejected, by code, without keeping anything."""
    invalid = seams.healthy("receiving.invalid-items")(context, document)
    rejected = [{"code": "invalid-event"} for _ in invalid]
    with context.storage.read() as unit:
        for index, event in enumerate(document["data"].get("events", [])):
            known = (
                None if index in invalid else unit.received.find(courier.party, event["event_id"])
            )
            if index in invalid or known == event:
                continue
            if known is not None:
                rejected.append({"code": "conflicting-duplicate"})
            elif unit.consignments.find_shipment(courier.party, event["waybill_no"]) is None:
                rejected.append({"code": "unknown-waybill"})
    return BatchResult(0, tuple(rejected))


def _holds(code: str) -> Callable[[BatchResult, list[Any]], bool]:
    return lambda result, _events: any(one["code"] == code for one in result.rejected)


def _stops_at_bad(healthy: Callable[..., BatchResult]) -> Callable[..., BatchResult]:
    """What comes after an invalid event is not looked at."""

    def judge(context: Any, unit: Any, courier: Any, batch: tuple[list[Any], Any]) -> BatchResult:
        events, invalid = batch
        return healthy(
            context,
            unit,
            courier,
            (events[: min(invalid) + 1] if invalid else events, invalid),
        )

    return judge


def _unnamed(result: BatchResult, events: list[Any]) -> BatchResult:
    wrong = [
        {**one, "event_id": events[0]["event_id"]}
        if one["code"] == "invalid-event" and len(events) > 1
        else one
        for one in result.rejected
    ]
    return replace(result, rejected=tuple(wrong))


def _swallowed(
    result: BatchResult, events: list[Any], *, only_in_company: bool = False
) -> BatchResult:
    if only_in_company and len(events) < 2:
        return result
    rest = tuple(one for one in result.rejected if one["code"] != "unknown-waybill")
    return BatchResult(result.accepted + len(result.rejected) - len(rest), rest)


def _recoded(before: str, after: str) -> Callable[[BatchResult, list[Any]], BatchResult]:
    def change(result: BatchResult, _events: list[Any]) -> BatchResult:
        return replace(
            result,
            rejected=tuple(
                {**one, "code": after} if one["code"] == before else one for one in result.rejected
            ),
        )

    return change


def _last_content_wins(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Another content under a known id replaces the first."""

    def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = unit.received.find(courier.party, event["event_id"])
        if known is not None and known != event:
            table = network_tables.received_events
            changed = table.update().where(
                table.c.owner == courier.party, table.c.event_id == event["event_id"]
            )
            unit.connection.execute(changed.values(body=json.dumps(event, ensure_ascii=False)))
        return healthy(context, unit, courier, event)

    return refusal


def _conflict_as_accepted(result: BatchResult, _events: list[Any]) -> BatchResult:
    rest = tuple(one for one in result.rejected if one["code"] != "conflicting-duplicate")
    return BatchResult(result.accepted + len(result.rejected) - len(rest), rest)


def _back_in_time(healthy: Callable[..., None]) -> Callable[..., None]:
    """The state is that of the event which came last."""

    def store(context: Any, unit: Any, courier: Any, row: Any, event: dict[str, Any]) -> None:
        healthy(context, unit, courier, row, event)
        unit.consignments.change_consignment(
            row.consignment_id, state=event["state"], updated_at=context.clock.now()
        )

    return store


def _late_refused(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
        row = unit.consignments.find_shipment(courier.party, event["waybill_no"])
        late = (
            row is not None
            and event["sequence"] < row.last_sequence
            and unit.received.find(courier.party, event["event_id"]) is None
        )
        return ("invalid-event", "too late") if late else healthy(context, unit, courier, event)

    return refusal


def _by_sequence(page: Json) -> Json:
    return {
        **page,
        "items": sorted(page["items"], key=lambda event: (event["waybill_no"], event["sequence"])),
    }


def _frozen_state(healthy: Callable[..., None]) -> Callable[..., None]:
    def store(context: Any, unit: Any, courier: Any, row: Any, event: dict[str, Any]) -> None:
        healthy(context, unit, courier, replace(row, last_sequence=10**6), event)

    return store


async def _slow(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    if answer.status == 200 and asked.json["type"] == "shipment.events":
        await asyncio.sleep(2.3)
    return answer


class _ShownLate(Wrap):
    """Accepted events are shown some seconds later."""

    def prepare(self, settings: Any) -> Any:
        """Replace how events are kept and read."""
        since: dict[str, float] = {}
        add, feed = map(seams.healthy, ("received.stored-add", "received.stored-feed"))

        def late_add(stored: Any, row: Any, release_at: Any) -> None:
            since[row.event_id] = time.monotonic()
            add(stored, row, release_at)

        def late_feed(stored: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
            rows = feed(stored, owners, wanted, after, count)
            return [row for row in rows if time.monotonic() - since.get(row.event_id, 0.0) > 2.0]

        seams.stand_in("received.stored-add", late_add)
        seams.stand_in("received.stored-feed", late_feed)
        return settings


async def _heartless(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    return (
        answer.with_json({"result": "accepted", "accepted": 1, "rejected": []})
        if answer.status == 200 and asked.json["type"] == "heartbeat"
        else answer
    )


def _in_utc(page: Json) -> Json:
    hour_of_china = timezone(timedelta(hours=8))
    return {
        **page,
        "items": [
            {
                **item,
                "occurred_at": datetime.fromisoformat(item["occurred_at"])
                .astimezone(hour_of_china)
                .replace(tzinfo=UTC)
                .isoformat(),
            }
            for item in page["items"]
        ],
    }


_TAKING: Final = (
    (
        "copies-kept",
        "duplicate-counted-twice",
        "An event that comes in a second push is kept a second time.",
        f"{_TWICE}/feed/each-once#equals",
        Inside("receiving.refusal", _copies_kept),
    ),
    (
        "shown-twice",
        "duplicate-counted-twice",
        "Events of one kind are shown twice.",
        f"{_TWICE}/feed/each-once#equals",
        documents(_FEED, _doubled_pages),
    ),
    (
        "known-event-refused",
        "duplicate-counted-twice",
        "An event that is known already counts as conflicting, though its content is the same.",
        f"{_TWICE}/another-push/counted-as-accepted#equals",
        Inside("receiving.refusal", _known_refused),
    ),
    (
        "retry-gets-other-result",
        "duplicate-counted-twice",
        "The same push again is told that nothing was accepted.",
        (
            f"{_TWICE}/signed-afresh/same-result#same-as",
            f"{_TWICE}/to-the-byte/same-result#same-as",
        ),
        _retry_counts_nothing(),
    ),
    (
        "conflict-taken-as-duplicate",
        "duplicate-counted-twice",
        "A known id counts as accepted, whatever it says.",
        (
            "push-conflicting/other-content/not-success#not-in",
            "push-conflicting/with-a-good-one/partial#equals",
        ),
        _results(_conflict_as_accepted),
    ),
    (
        "last-content-wins",
        "duplicate-counted-twice",
        "Other content under a known id is called conflicting, and replaces the first.",
        "push-conflicting/feed/first-stays#equals",
        Inside("receiving.refusal", _last_content_wins),
    ),
    (
        "bad-item-loses-push",
        "bad-item-loses-batch",
        "A push with one invalid event is refused whole.",
        f"{_BAD}[member-missing]/push/judged-item-by-item#status",
        _whole_refused(_holds("invalid-event")),
    ),
    (
        "unknown-waybill-loses-push",
        "bad-item-loses-batch",
        "A push with one event of an unknown waybill is refused whole.",
        f"{_UNKNOWN}/mixed/judged-item-by-item#status",
        _whole_refused(_holds("unknown-waybill")),
    ),
    (
        "conflict-loses-push",
        "bad-item-loses-batch",
        "A push with one conflicting event is refused whole.",
        "push-conflicting/with-a-good-one/judged-item-by-item#status",
        _whole_refused(_holds("conflicting-duplicate")),
    ),
    (
        "stops-at-bad-item",
        "bad-item-loses-batch",
        "What stands behind an invalid event is passed over in silence.",
        (
            f"{_BAD}[member-missing]/push/others-accepted#equals",
            f"{_BAD}[member-missing]/feed/only-the-good#equals",
        ),
        Inside("receiving.judge", _stops_at_bad),
    ),
    (
        "wrong-item-named",
        "bad-item-loses-batch",
        "Not the invalid event is named, but the first.",
        f"{_BAD}[unknown-code]/push/bad-one-named#equals",
        _results(_unnamed),
    ),
    (
        "invalid-under-other-code",
        "bad-item-loses-batch",
        "An invalid event is rejected as one of an unknown waybill.",
        f"{_BAD}[sequence-zero]/push/reason#equals",
        _results(_recoded("invalid-event", "unknown-waybill")),
    ),
    (
        "unknown-waybill-swallowed",
        "unknown-waybill-swallowed",
        "An event of an unknown waybill counts as accepted, and is thrown away.",
        (f"{_UNKNOWN}/alone/not-success#not-in", f"{_UNKNOWN}/mixed/partial#equals"),
        _results(_swallowed),
    ),
    (
        "unknown-waybill-swallowed-in-company",
        "unknown-waybill-swallowed",
        "Only beside other events one of an unknown waybill counts as accepted.",
        f"{_UNKNOWN}/mixed/partial#equals",
        _results(lambda result, events: _swallowed(result, events, only_in_company=True)),
    ),
    (
        "unknown-waybill-under-other-code",
        "unknown-waybill-swallowed",
        "An event of an unknown waybill is called invalid.",
        f"{_UNKNOWN}/mixed/reason-in-the-batch#equals",
        _results(_recoded("unknown-waybill", "invalid-event")),
    ),
    (
        "state-goes-back",
        "duplicate-counted-twice",
        "A late event moves the state back.",
        "push-late/state/state-stays-at-the-end#equals",
        Inside("received.store", _back_in_time),
    ),
    (
        "late-event-refused",
        "bad-item-loses-batch",
        "Events behind one of higher sequence are refused.",
        "push-late/backwards/counted#equals",
        Inside("receiving.refusal", _late_refused),
    ),
    (
        "feed-by-sequence",
        "duplicate-counted-twice",
        "The feed is not in the order accepted.",
        "push-late/feed/in-the-order-accepted#in",
        documents(_FEED, _by_sequence),
    ),
    (
        "state-does-not-follow",
        "unknown-waybill-swallowed",
        "Events are kept, the state stays as it was.",
        "push-taken/state/state-follows#equals",
        Inside("received.store", _frozen_state),
    ),
    (
        "push-answered-late",
        "bad-item-loses-batch",
        "The answer to a push takes longer than declared.",
        "push-taken/push/answered-in-time#at-most",
        Around(_PUSH, _slow),
    ),
    (
        "events-shown-late",
        "bad-item-loses-batch",
        "Accepted events are shown after twice the declared time.",
        "push-taken/feed/available-in-time",
        _ShownLate(),
    ),
    (
        "event-times-rewritten",
        "bad-item-loses-batch",
        "The hour of the courier is shown as one of UTC.",
        "push-taken/feed/as-pushed#same-as",
        documents(_FEED, _in_utc),
    ),
    (
        "heartbeat-counted",
        "duplicate-counted-twice",
        "A heartbeat counts as an event.",
        "push-taken/heartbeat/nothing-counted#equals",
        Around(_PUSH, _heartless),
    ),
)


def _fault(name: str, case: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap) -> Fault:
    caught = (caught_by,) if isinstance(caught_by, str) else caught_by
    return Fault(f"platform-{name}", "DS-02.8", case, about, caught, wrap, role="platform")


FAULTS: Final = tuple(_fault(*row) for row in _TAKING)
"""Faults of DS-02.8 in platforms."""

"""Platforms that break DS-02.8 and DS-02.9: which pushes are believed, and what becomes of their events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import EAST, taken
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Inside, Json, Told, Wrap, documents, told

from jidi_reference.domain.problems import Problem
from jidi_reference.domain.signing import verified
from jidi_reference.service import platform_connections, received_events, receiving
from jidi_reference.service.receiving import BatchResult, PushRequest
from jidi_reference.storage import consignments, couriers, received

_PUSH: Final = ("receiveShipmentEvents",)
_FEED: Final = ("listReceivedEvents",)
_BAD: Final = "push-bad-item"
_UNKNOWN: Final = "push-unknown-waybill"
_TWICE: Final = "push-twice"
_REFUSED: Final = "push-not-believed"


def _results(change: Callable[[BatchResult, list[Any]], BatchResult]) -> Wrap:
    """Other results than the healthy ones; ``change`` sees the result and the events."""

    def made(context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]) -> BatchResult:
        result = healthy(context, courier, request)
        return change(result, json.loads(request.body)["data"].get("events", []))

    return taken(made)


def _doubled_pages(page: Json) -> Json:
    return {**page, "items": [one for item in page["items"] for one in ((item, item) if item["event_code"] == "HUB_DEPARTED" else (item,))]}


def _copies_kept(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """An event that comes in another push than its first is kept a second time, under an id of its own."""

    def refusal(context: Any, connection: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = received.find(connection, courier.party, event["event_id"])
        row = consignments.find_shipment(connection, courier.party, event["waybill_no"])
        if known == event and row is not None:
            copy = {**event, "event_id": f"{event['event_id'][:50]}-{time.time_ns() % 10**9}"}
            received_events.store(context, connection, courier, row, copy)
        return healthy(context, connection, courier, event)

    return refusal


def _known_refused(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def refusal(context: Any, connection: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = received.find(connection, courier.party, event["event_id"]) == event
        return ("conflicting-duplicate", "known already") if known else healthy(context, connection, courier, event)

    return refusal


def _retry_counts_nothing() -> Wrap:
    bodies: set[bytes] = set()

    def made(context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]) -> BatchResult:
        result = healthy(context, courier, request)
        again = request.body in bodies
        bodies.add(request.body)
        return replace(result, accepted=0) if again else result

    return taken(made)


def _whole_refused(when: Callable[[BatchResult, list[Any]], bool]) -> Wrap:
    """A push that holds something bad is refused whole, and nothing of it is kept."""

    def made(context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]) -> BatchResult:
        document = receiving.parse_json(request.body)
        events = document.get("data", {}).get("events", []) if isinstance(document, dict) else []
        if len(events) > 1 and when(_foreseen(context, courier, document), events):
            raise Problem("validation-failed", "One of the events cannot be taken.")
        return healthy(context, courier, request)

    return taken(made)


def _foreseen(context: Any, courier: Any, document: Any) -> BatchResult:
    """What would be rejected, by code, without keeping anything."""
    invalid = receiving._invalid_items(context, document)
    rejected = [{"code": "invalid-event"} for _ in invalid]
    with context.database.read() as connection:
        for index, event in enumerate(document["data"].get("events", [])):
            known = None if index in invalid else received.find(connection, courier.party, event["event_id"])
            if index in invalid or known == event:
                continue
            if known is not None:
                rejected.append({"code": "conflicting-duplicate"})
            elif consignments.find_shipment(connection, courier.party, event["waybill_no"]) is None:
                rejected.append({"code": "unknown-waybill"})
    return BatchResult(0, tuple(rejected))


def _holds(code: str) -> Callable[[BatchResult, list[Any]], bool]:
    return lambda result, _events: any(one["code"] == code for one in result.rejected)


def _stops_at_bad(healthy: Callable[..., BatchResult]) -> Callable[..., BatchResult]:
    """What comes after an invalid event is not looked at."""

    def judge(context: Any, connection: Any, courier: Any, batch: tuple[list[Any], Any]) -> BatchResult:
        events, invalid = batch
        return healthy(context, connection, courier, (events[: min(invalid) + 1] if invalid else events, invalid))

    return judge


def _unnamed(result: BatchResult, events: list[Any]) -> BatchResult:
    wrong = [{**one, "event_id": events[0]["event_id"]} if one["code"] == "invalid-event" and len(events) > 1 else one for one in result.rejected]
    return replace(result, rejected=tuple(wrong))


def _swallowed(result: BatchResult, events: list[Any], *, only_in_company: bool = False) -> BatchResult:
    if only_in_company and len(events) < 2:
        return result
    rest = tuple(one for one in result.rejected if one["code"] != "unknown-waybill")
    return BatchResult(result.accepted + len(result.rejected) - len(rest), rest)


def _recoded(before: str, after: str) -> Callable[[BatchResult, list[Any]], BatchResult]:
    def change(result: BatchResult, _events: list[Any]) -> BatchResult:
        return replace(result, rejected=tuple({**one, "code": after} if one["code"] == before else one for one in result.rejected))

    return change


def _last_content_wins(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Another content under a known id replaces the first."""

    def refusal(context: Any, connection: Any, courier: Any, event: dict[str, Any]) -> Any:
        known = received.find(connection, courier.party, event["event_id"])
        if known is not None and known != event:
            table = received.received_events
            changed = table.update().where(table.c.owner == courier.party, table.c.event_id == event["event_id"])
            connection.execute(changed.values(body=json.dumps(event, ensure_ascii=False)))
        return healthy(context, connection, courier, event)

    return refusal


def _conflict_as_accepted(result: BatchResult, _events: list[Any]) -> BatchResult:
    rest = tuple(one for one in result.rejected if one["code"] != "conflicting-duplicate")
    return BatchResult(result.accepted + len(result.rejected) - len(rest), rest)


def _back_in_time(healthy: Callable[..., None]) -> Callable[..., None]:
    """The state is that of the event which came last."""

    def store(context: Any, connection: Any, courier: Any, row: Any, event: dict[str, Any]) -> None:
        healthy(context, connection, courier, row, event)
        consignments.change_consignment(connection, row.consignment_id, state=event["state"], updated_at=context.clock.now())

    return store


def _late_refused(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def refusal(context: Any, connection: Any, courier: Any, event: dict[str, Any]) -> Any:
        row = consignments.find_shipment(connection, courier.party, event["waybill_no"])
        late = row is not None and event["sequence"] < row.last_sequence and received.find(connection, courier.party, event["event_id"]) is None
        return ("invalid-event", "too late") if late else healthy(context, connection, courier, event)

    return refusal


def _by_sequence(page: Json) -> Json:
    return {**page, "items": sorted(page["items"], key=lambda event: (event["waybill_no"], event["sequence"]))}


def _frozen_state(healthy: Callable[..., None]) -> Callable[..., None]:
    def store(context: Any, connection: Any, courier: Any, row: Any, event: dict[str, Any]) -> None:
        healthy(context, connection, courier, replace(row, last_sequence=10**6), event)

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
        add, feed = received.add, received.feed

        def late_add(connection: Any, row: Any, release_at: Any) -> None:
            since[row.event_id] = time.monotonic()
            add(connection, row, release_at)

        def late_feed(connection: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
            rows = feed(connection, owners, wanted, after, count)
            return [row for row in rows if time.monotonic() - since.get(row.event_id, 0.0) > 2.0]

        received.add, received.feed = late_add, late_feed
        return settings


async def _heartless(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    return answer.with_json({"result": "accepted", "accepted": 1, "rejected": []}) if answer.status == 200 and asked.json["type"] == "heartbeat" else answer


def _in_utc(page: Json) -> Json:
    hour_of_china = timezone(timedelta(hours=8))
    return {
        **page,
        "items": [
            {**item, "occurred_at": datetime.fromisoformat(item["occurred_at"]).astimezone(hour_of_china).replace(tzinfo=UTC).isoformat()}
            for item in page["items"]
        ],
    }


_TAKING: Final = (
    (
        "copies-kept",
        "duplicate-counted-twice",
        "An event that comes in a second push is kept a second time.",
        f"{_TWICE}/feed/each-once#equals",
        Inside(receiving, "_refusal", _copies_kept),
    ),
    ("shown-twice", "duplicate-counted-twice", "Events of one kind are shown twice.", f"{_TWICE}/feed/each-once#equals", documents(_FEED, _doubled_pages)),
    (
        "known-event-refused",
        "duplicate-counted-twice",
        "An event that is known already counts as conflicting, though its content is the same.",
        f"{_TWICE}/another-push/counted-as-accepted#equals",
        Inside(receiving, "_refusal", _known_refused),
    ),
    (
        "retry-gets-other-result",
        "duplicate-counted-twice",
        "The same push again is told that nothing was accepted.",
        (f"{_TWICE}/signed-afresh/same-result#same-as", f"{_TWICE}/to-the-byte/same-result#same-as"),
        _retry_counts_nothing(),
    ),
    (
        "conflict-taken-as-duplicate",
        "duplicate-counted-twice",
        "A known id counts as accepted, whatever it says.",
        ("push-conflicting/other-content/not-success#not-in", "push-conflicting/with-a-good-one/partial#equals"),
        _results(_conflict_as_accepted),
    ),
    (
        "last-content-wins",
        "duplicate-counted-twice",
        "Other content under a known id is called conflicting, and replaces the first.",
        "push-conflicting/feed/first-stays#equals",
        Inside(receiving, "_refusal", _last_content_wins),
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
        (f"{_BAD}[member-missing]/push/others-accepted#equals", f"{_BAD}[member-missing]/feed/only-the-good#equals"),
        Inside(receiving, "_judge", _stops_at_bad),
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
        Inside(received_events, "store", _back_in_time),
    ),
    (
        "late-event-refused",
        "bad-item-loses-batch",
        "Events behind one of higher sequence are refused.",
        "push-late/backwards/counted#equals",
        Inside(receiving, "_refusal", _late_refused),
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
        Inside(received_events, "store", _frozen_state),
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


def _verifying(change: Callable[[Callable[..., bool]], Callable[..., bool]]) -> Wrap:
    return Inside(receiving, "verified", change)


def _trusting(code: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One courier's pushes are taken as they come, if only the headers are there."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def sender(context: Any, courier_code: str | None, request: PushRequest) -> Any:
            with context.database.read() as connection:
                row = couriers.find(connection, code)
            stamped = request.headers.get("webhook-timestamp", "").isdigit() and abs(context.clock.now() - int(request.headers["webhook-timestamp"])) < 300
            trusted = courier_code == code and row is not None and stamped and request.headers.get("webhook-signature")
            return row if trusted else healthy(context, courier_code, request)

        return sender

    return make


async def _unsigned_taken(asked: Asked, forward: Forward) -> Told:
    """Whoever sends no signature at all gets an answer as if it were right."""
    document = asked.json
    bare = not asked.header("webhook-signature") and not asked.header("authorization")
    if bare and isinstance(document, dict) and document.get("type") == "shipment.events":
        return told(200, {"result": "accepted", "accepted": len(document["data"]["events"]), "rejected": []})
    return await forward(asked)


async def _token_taken(asked: Asked, forward: Forward) -> Told:
    document = asked.json
    if asked.party and isinstance(document, dict) and "data" in document:
        return told(200, {"result": "accepted", "accepted": len(document["data"].get("events", [])), "rejected": []})
    return await forward(asked)


def _skewed(most: Callable[[float, float, float], bool]) -> Wrap:
    """Another window than the declared one; ``most`` sees now, timestamp and the declared skew."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def sender(context: Any, courier_code: str | None, request: PushRequest) -> Any:
            stamp = request.headers.get("webhook-timestamp", "")
            if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
                return healthy(context, courier_code, request)
            now, skew = context.clock.now(), context.settings.limits.clock_skew_s
            if most(now, int(stamp), skew):
                context = replace(context, clock=_Stopped(float(stamp)))
            return healthy(context, courier_code, request)

        return sender

    return Inside(receiving, "sender", make)


class _Stopped:
    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Always the same."""
        return self._at


class _KnownAnswered(Wrap):
    """What was answered once is answered alike again, before anybody looks at time and signature."""

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application with a memory of its own."""
        answered: dict[tuple[str, bytes], Told] = {}

        async def handler(asked: Asked, forward: Forward) -> Told:
            key = (asked.header("webhook-id"), asked.body)
            if key in answered:
                return answered[key]
            answer = await forward(asked)
            if answer.status == 200:
                answered[key] = answer
            return answer

        return Around(_PUSH, handler).around(_app, asgi)


def _same_digest(healthy: Callable[..., Any]) -> Callable[..., Any]:
    return lambda party, target, key, _digest: healthy(party, target, key, "always the same")


def _believing_reserialised(healthy: Callable[..., bool]) -> Callable[..., bool]:
    def check(secrets: Any, stamped: Any, header: str, body: bytes) -> bool:
        try:
            made = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            return healthy(secrets, stamped, header, body)
        return healthy(secrets, stamped, header, made)

    return check


def _signed_by_envelope(_healthy: Callable[..., bool]) -> Callable[..., bool]:
    def check(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        try:
            inner = str(json.loads(body).get("id"))
        except (ValueError, AttributeError, RecursionError):
            inner = stamped[0]
        return verified(list(secrets), (inner, stamped[1]), header, body)

    return check


class _EnvelopeIdCounts(Wrap):
    """The id in the header is not looked at; the one inside is taken for it."""

    def prepare(self, settings: Any) -> Any:
        """Replace the seam of taking, too, which compares the two."""
        settings = _verifying(_signed_by_envelope).prepare(settings)

        def made(context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]) -> BatchResult:
            document = receiving.parse_json(request.body)
            inner = document.get("id") if isinstance(document, dict) else None
            return healthy(context, courier, replace(request, headers={**request.headers, "webhook-id": inner or request.headers["webhook-id"]}))

        return taken(made).prepare(settings)


class _Secrets(Wrap):
    """Other secrets are good than should be; ``choose`` sees the row, the time and the healthy list."""

    def __init__(self, choose: Callable[[Any, float, list[str]], list[str]]) -> None:
        self._choose = choose

    def prepare(self, settings: Any) -> Any:
        """Replace the method."""
        healthy, choose = couriers.CourierRow.secrets_at, self._choose

        def secrets_at(row: Any, now: float) -> list[str]:
            return choose(row, now, healthy(row, now))

        couriers.CourierRow.secrets_at = secrets_at  # type: ignore[method-assign]  # this process ends with the trial
        return settings


def _rotation_forgotten(healthy: Callable[..., None]) -> Callable[..., None]:
    """The courier takes the new secret, the platform goes on with the old one."""

    def conclude(context: Any, row: Any, answer: Any, agreed: Any) -> None:
        healthy(context, row, answer, agreed)
        with context.database.write() as connection:
            couriers.change(connection, row.courier_code, secret=row.secret, old_secret=None)

    return conclude


_BELIEVING: Final = (
    (
        "any-signature-good",
        "forged-accepted",
        "Signatures are not verified, if only there is one.",
        (f"{_REFUSED}/forged/forged-refused#status", f"{_REFUSED}/altered/altered-refused#status"),
        _verifying(lambda _healthy: lambda *_: True),
    ),
    (
        "one-courier-trusted",
        "forged-accepted",
        "One courier, the oldest partner, is believed without its signature being verified.",
        f"{_REFUSED}/forged/forged-refused#status",
        Inside(receiving, "sender", _trusting(EAST)),
    ),
    (
        "unsigned-taken",
        "forged-accepted",
        "A push without a signature is answered as if it were right.",
        f"{_REFUSED}/unsigned/unsigned-refused#status",
        Around(_PUSH, _unsigned_taken),
    ),
    (
        "token-taken-for-signature",
        "forged-accepted",
        "An access token does instead of a signature.",
        f"{_REFUSED}/token-instead/token-is-no-signature#status",
        Around(_PUSH, _token_taken),
    ),
    (
        "past-taken",
        "stale-accepted",
        "The age of a push is not looked at.",
        (f"{_REFUSED}/stale/stale-refused#status", "push-replayed/replayed/replay-refused#status"),
        _skewed(lambda now, stamp, _: stamp < now),
    ),
    (
        "future-taken",
        "stale-accepted",
        "A push may come from any time to be.",
        f"{_REFUSED}/future/future-refused#status",
        _skewed(lambda now, stamp, _: stamp > now),
    ),
    (
        "window-twice-as-wide",
        "stale-accepted",
        "The time window is twice as wide as declared.",
        f"{_REFUSED}/stale/stale-refused#status",
        _skewed(lambda now, stamp, skew: abs(now - stamp) < 2 * skew),
    ),
    (
        "known-push-answered-unseen",
        "replayed-accepted",
        "A push that was right once is answered alike for ever, whatever its time.",
        "push-replayed/replayed/replay-refused#status",
        _KnownAnswered(),
    ),
    (
        "id-reused",
        "replayed-accepted",
        "Another push under an id that was used is answered with the first result.",
        "push-conflicting/same-id-other-bytes/reused-id-refused#status",
        Inside(receiving, "KeyedCall", _same_digest),
    ),
    (
        "envelope-id-counts",
        "altered-accepted",
        "The id in the header may be any; the one inside is taken for it.",
        f"{_REFUSED}/other-id/other-id-refused#status",
        _EnvelopeIdCounts(),
    ),
    (
        "signature-over-reserialised-json",
        "altered-accepted",
        "The signature is verified over the JSON written anew, not over the bytes that came.",
        f"{_REFUSED}/odd-bytes/signed-over-the-bytes#status",
        _verifying(_believing_reserialised),
    ),
    (
        "old-secret-never-dies",
        "forged-accepted",
        "After a rotation the old secret stays good.",
        "push-rotated/too-late/old-secret-dead#status",
        _Secrets(lambda row, _now, good: [*good, *([row.old_secret] if row.old_secret else [])]),
    ),
    (
        "old-secret-dies-at-once",
        "forged-accepted",
        "The old secret is dead from the rotation on, without an overlap.",
        "push-rotated/with-old/old-secret-good-while-overlapping#status",
        _Secrets(lambda row, _now, good: [secret for secret in good if secret != row.old_secret]),
    ),
    (
        "new-secret-not-taken",
        "forged-accepted",
        "The platform tells the courier a new secret, and goes on with the old one.",
        ("push-rotated/with-new-still/new-secret-still-good#status", "push-rotated/too-late/old-secret-dead#status"),
        Inside(platform_connections, "_conclude_rotation", _rotation_forgotten),
    ),
)

_ALSO: Final[dict[str, dict[str, str]]] = {
    "signature-over-reserialised-json": {"DS-08.5": "the largest push that is to be taken is padded with blanks."},
}


def _faults(requirement: str, rows: Any) -> tuple[Fault, ...]:
    def fault(name: str, case: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap) -> Fault:
        caught = (caught_by,) if isinstance(caught_by, str) else caught_by
        return Fault(f"platform-{name}", requirement, case, about, caught, wrap, role="platform", also=_ALSO.get(name, {}))

    return tuple(fault(*row) for row in rows)


FAULTS: Final = (*_faults("DS-02.8", _TAKING), *_faults("DS-02.9", _BELIEVING))
"""Faults of DS-02 in platforms."""

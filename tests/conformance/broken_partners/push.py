"""Couriers that break DS-02.5: pushes that cannot be verified, are given up, hammer, or go on when
told to stop.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Declares,
    Forward,
    Inside,
    Push,
    Told,
    Wrap,
    answers,
    both,
    pushes,
    requests_of,
)

from jidi_reference.service.ports.events import EventRow
from jidi_reference.service.ports.subscriptions import WAITING, Delivery
from jidi_reference.settings import Settings

_GAP_S: Final = 1.0
_RETRIES: Final = "push-retried/retries"


def _slow(settings: Settings) -> Settings:
    return replace(settings, limits=replace(settings.limits, push_initial_backoff_s=_GAP_S))


def _unsigned(push: Push) -> Push:
    return replace(
        push,
        headers={
            name: value for name, value in push.headers.items() if name != "webhook-signature"
        },
    )


def _signing(body_of: Callable[[bytes], bytes]) -> Wrap:
    """Signs other bytes than go out."""
    return Inside(
        "push.signatures",
        lambda healthy: (
            lambda secrets, identifier, stamp, body: healthy(
                secrets, identifier, stamp, body_of(body)
            )
        ),
    )


def _raw_key(_healthy: Any) -> Callable[[Iterable[str], str, int, bytes], str]:
    def signatures(secrets: Iterable[str], identifier: str, stamp: int, body: bytes) -> str:
        signed = f"{identifier}.{stamp}.".encode() + body
        marks = (hmac.new(secret.encode(), signed, hashlib.sha256).digest() for secret in secrets)
        return " ".join("v1," + base64.b64encode(mark).decode() for mark in marks)

    return signatures


def _milliseconds(push: Push) -> Push:
    return replace(
        push,
        headers={**push.headers, "webhook-timestamp": push.headers["webhook-timestamp"] + "000"},
    )


def _concluding(change: Callable[[Any, Delivery, int], tuple[Delivery, int]]) -> Wrap:
    """Another idea of what an answer means; ``change`` sees the declared limits, the delivery and
    its status.
    """

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def conclude(context: Any, unit: Any, row: Delivery, status: int) -> bool:
            return healthy(context, unit, *change(context.settings.limits, row, status))

        return conclude

    return Inside("push.conclude", make)


def _given_up_on(final: Callable[[int], bool]) -> Wrap:
    def change(limits: Any, row: Delivery, status: int) -> tuple[Delivery, int]:
        return (replace(row, attempts=limits.push_attempts) if final(status) else row), status

    return _concluding(change)


def _read_as(meant: Callable[[int], int]) -> Wrap:
    return _concluding(lambda _limits, row, status: (row, meant(status)))


def _again_after(gap_s: float) -> Wrap:
    """The next attempt after a gap that never grows, whatever is declared."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def conclude(context: Any, unit: Any, row: Delivery, status: int) -> bool:
            worth = healthy(context, unit, row, status)
            if not 200 <= status < 300 and status != 410:
                unit.subscriptions.change_delivery(
                    row.delivery_no, next_attempt_at=context.clock.now() + gap_s
                )
            return worth

        return conclude

    return Inside("push.conclude", make)


def _once_more(healthy: Callable[..., bool]) -> Callable[..., bool]:
    def conclude(context: Any, unit: Any, row: Delivery, status: int) -> bool:
        worth = healthy(context, unit, row, status)
        if 200 <= status < 300 and row.attempts >= 3:
            again = context.clock.now() + 0.5
            unit.subscriptions.change_delivery(
                row.delivery_no, status=WAITING, next_attempt_at=again
            )
        return worth

    return conclude


def _retried(change: Callable[[Delivery], Delivery]) -> Wrap:
    """Retries differ from the first attempt, and are signed as they go out."""

    def make(healthy: Callable[..., int]) -> Callable[..., int]:
        def send(context: Any, session: Any, row: Any, message: Delivery) -> int:
            return healthy(context, session, row, change(message) if message.attempts else message)

        return send

    return Inside("push.send", make)


def _new_id(message: Delivery) -> Delivery:
    fresh = f"msg_{uuid.uuid4().hex}"
    return replace(
        message,
        message_id=fresh,
        body=message.body.replace(message.message_id.encode(), fresh.encode()),
    )


def _new_event_ids(message: Delivery) -> Delivery:
    body = json.loads(message.body)
    for event in body["data"]["events"]:
        event["event_id"] = f"evt_{uuid.uuid4().hex}"
    return replace(message, body=json.dumps(body, separators=(",", ":")).encode())


def _new_time(message: Delivery) -> Delivery:
    body = json.loads(message.body)
    return replace(
        message,
        body=json.dumps(
            {**body, "time": "2026-11-21T10:00:00.000+08:00"}, separators=(",", ":")
        ).encode(),
    )


async def _rotation_ignored(asked: Asked, forward: Forward) -> Told:
    path = asked.path.removesuffix("/secret-rotation")
    return await forward(replace(asked, method="GET", path=path, body=b""))


def _no_overlap(asked: Asked) -> Asked:
    return (
        asked.with_json({**asked.json, "overlap_s": 0})
        if isinstance(asked.json, dict) and "overlap_s" in asked.json
        else asked
    )


def _said_stopped() -> Wrap:
    """Says that the subscription has stopped, as it must, and goes on pushing."""
    gone: list[str] = []

    def change(_limits: Any, row: Delivery, status: int) -> tuple[Delivery, int]:
        if status == 410:
            gone.append(row.subscription_id)
            return row, 204
        return row, status

    def shown(_asked: Asked, answer: Told) -> Told:
        stopped = answer.status == 200 and answer.json["subscription_id"] in gone
        return answer.with_json({**answer.json, "status": "stopped"}) if stopped else answer

    return both(_concluding(change), answers(("getSubscription",), shown))


def _replayed_anew(healthy: Callable[..., None]) -> Callable[..., None]:
    def make_messages(context: Any, unit: Any, subscription: Any, rows: list[EventRow]) -> None:
        fresh = [
            replace(row, body=row.body.replace(row.event_id, f"evt_{uuid.uuid4().hex}"))
            for row in rows
        ]
        healthy(context, unit, subscription, fresh)

    return make_messages


_SIGNED: Final = ("push-signed/all/signed#signature", f"{_RETRIES}/each-attempt-signed#signature")

FAULTS: Final = (
    Fault(
        "push-unsigned",
        "DS-02.5",
        "unsigned",
        "Pushes carry no signature.",
        _SIGNED,
        pushes(_unsigned),
    ),
    Fault(
        "retry-unsigned",
        "DS-02.5",
        "unsigned",
        "The first attempt is signed, retries are not.",
        (f"{_RETRIES}/each-attempt-signed#signature",),
        pushes(lambda push: _unsigned(push) if push.attempts else push),
    ),
    Fault(
        "signature-over-reserialised-json",
        "DS-02.5",
        "wrong-signature",
        "The signature is over the JSON written out again with blanks, not over the raw bytes.",
        _SIGNED,
        _signing(lambda body: json.dumps(json.loads(body)).encode()),
    ),
    Fault(
        "signature-over-unescaped-text",
        "DS-02.5",
        "wrong-signature",
        "The signature is over the JSON with its characters unescaped: it fails only where the "
        "text is not ASCII.",
        ("push-signed/all/signed#signature",),
        _signing(
            lambda body: json.dumps(
                json.loads(body), ensure_ascii=False, separators=(",", ":")
            ).encode()
        ),
    ),
    Fault(
        "signature-with-undecoded-key",
        "DS-02.5",
        "wrong-signature",
        "The secret is used as text instead of as base64.",
        _SIGNED,
        Inside("push.signatures", _raw_key),
    ),
    Fault(
        "timestamp-in-milliseconds",
        "DS-02.5",
        "wrong-signature",
        "The time of a push is in milliseconds.",
        _SIGNED,
        pushes(_milliseconds),
    ),
    Fault(
        "rotation-ignored",
        "DS-02.5",
        "wrong-signature",
        "A rotation of the secret is answered, and the old one goes on signing alone.",
        ("push-rotation/push/verifies-with-new#signature",),
        Around(("rotateSubscriptionSecret",), _rotation_ignored),
    ),
    Fault(
        "rotation-without-overlap",
        "DS-02.5",
        "wrong-signature",
        "The old secret stops signing at once, whatever overlap was asked for.",
        ("push-rotation/push/verifies-with-old#signature",),
        requests_of(("rotateSubscriptionSecret",), _no_overlap),
    ),
    Fault(
        "given-up-after-one-failure",
        "DS-02.5",
        "given-up-early",
        "A push that fails once is not tried again.",
        (f"{_RETRIES}/retried-until-acknowledged#never", "push-outage/all/nothing-lost#contains"),
        _given_up_on(lambda status: not 200 <= status < 300),
    ),
    Fault(
        "given-up-after-429",
        "DS-02.5",
        "given-up-early",
        "A push answered with 429 is taken for refused and not tried again.",
        ("push-outage/all/nothing-lost#contains",),
        _given_up_on(lambda status: status == 429),
    ),
    Fault(
        "redirect-taken-for-receipt",
        "DS-02.5",
        "given-up-early",
        "A push answered with a redirect counts as acknowledged.",
        ("push-outage/all/nothing-lost#contains",),
        _read_as(lambda status: 204 if 300 <= status < 400 else status),
    ),
    Fault(
        "given-up-after-third-attempt",
        "DS-02.5",
        "given-up-early",
        "Three attempts, as is usual today, although more are declared.",
        (f"{_RETRIES}/retried-until-acknowledged#never",),
        _concluding(
            lambda limits, row, status: (
                replace(row, attempts=limits.push_attempts) if row.attempts >= 2 else row,
                status,
            )
        ),
    ),
    Fault(
        "new-id-on-retry",
        "DS-02.5",
        "new-id-on-retry",
        "Each retry comes under a new id.",
        (f"{_RETRIES}/same-id-and-bytes#new-id-on-retry",),
        _retried(_new_id),
    ),
    Fault(
        "new-event-ids-on-retry",
        "DS-02.5",
        "new-id-on-retry",
        "A retry keeps the id of the message and gives its events new ones.",
        (f"{_RETRIES}/same-id-and-bytes#bytes-changed",),
        _retried(_new_event_ids),
    ),
    Fault(
        "new-time-on-retry",
        "DS-02.5",
        "new-id-on-retry",
        "A retry keeps its id, but its bytes change.",
        (f"{_RETRIES}/same-id-and-bytes#bytes-changed",),
        _retried(_new_time),
    ),
    Fault(
        "new-event-ids-on-replay",
        "DS-02.5",
        "new-id-on-retry",
        "A replay sends old events under new ids.",
        ("push-replay/all/same-ids#contains",),
        Inside("subscription.replay-messages", _replayed_anew),
        perhaps={
            "DS-02.2": "whoever saw the first push too sees one place in a sequence under two ids."
        },
    ),
    Fault(
        "hammering",
        "DS-02.5",
        "no-back-off",
        "Retries follow at once.",
        (f"{_RETRIES}/back-off#hammering",),
        both(Declares(_slow), _again_after(0.0)),
    ),
    Fault(
        "gaps-never-grow",
        "DS-02.5",
        "no-back-off",
        "Retries come with the same gap for ever.",
        (f"{_RETRIES}/back-off#no-back-off",),
        _again_after(_GAP_S),
    ),
    Fault(
        "retries-after-410",
        "DS-02.5",
        "goes-on-after-410",
        "Gone is taken for one more failure.",
        ("push-gone/stopped/status-stopped#never",),
        _read_as(lambda status: 503 if status == 410 else status),
    ),
    Fault(
        "next-events-after-410",
        "DS-02.5",
        "goes-on-after-410",
        "The subscription reads as stopped after 410, yet later events are pushed.",
        ("push-gone/silence/nothing-more#not-quiet",),
        _said_stopped(),
    ),
    Fault(
        "again-after-acknowledgement",
        "DS-02.5",
        "goes-on-when-acknowledged",
        "A push that was acknowledged at the fourth attempt is sent again and again.",
        ("push-retried/after-acknowledgement/stops-when-acknowledged#not-quiet",),
        Inside("push.conclude", _once_more),
    ),
)
"""Faults of DS-02.5."""

"""Pushes of a played courier: the envelope, its bytes, and the ways in which it can be signed or
missigned (docs/scenario-language.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from jidi.counterparty.serving.lifecycle import shown
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Headers
from jidi.model.step import Sign

BEYOND_WINDOW_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class PushPlan:
    """One push: exact ``body`` under the id ``message_id``, signed as ``sign`` says; ``headers``,
    when given, go out as they are.

    ``skew_s`` is the time window that the candidate declares for signatures; ``media_type`` that of
    the push.
    """

    message_id: str
    body: bytes
    sign: Sign = "good"
    headers: Headers | None = None
    skew_s: float = 300.0
    media_type: str = "application/json"


class Secrets(Protocol):
    """The secrets of one who is pushed to; a subscription has this shape."""

    @property
    def previous(self) -> str:
        """The one before the last rotation, or empty."""

    def secrets_at(self, now: datetime) -> list[str]:
        """Those with which a push is signed at ``now``."""


class NoSuchSecretError(Exception):
    """A push is to be signed with a secret that the courier never had."""


def fresh_id() -> str:
    """An id that no push had."""
    return secrets.choice(
        (f"msg_{secrets.token_hex(10)}", str(uuid.uuid4()), secrets.token_hex(14))
    )


def envelope(message_id: str, events: Sequence[Any], source: str, now: datetime) -> dict[str, Any]:
    """The push-envelope for ``events``; without events a heartbeat."""
    made = {"id": message_id, "time": shown(now), "source": source, "spec_version": "1.0"}
    if events:
        return {**made, "type": "shipment.events", "data": {"events": list(events)}}
    return {
        **made,
        "type": "heartbeat",
        "data": {
            "flow": "shipment-events",
            "interval_s": 60,
            "last_recorded_at": shown(now),
            "high_water_sequence": 0,
        },
    }


def encoded(document: Any) -> bytes:
    """The bytes in which an envelope is sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def signed(plan: PushPlan, secrets_held: Secrets, now: datetime) -> tuple[Headers, bytes]:
    """The headers and bytes that go out.

    Raises:
        NoSuchSecretError: the secret before the last rotation is wanted, and there was no rotation.
    """
    plain: Headers = (
        ("Content-Type", plan.media_type),
        ("Accept", "application/json, application/problem+json"),
    )
    if plan.headers is not None:
        return plan.headers, altered(plan.body) if plan.sign == "altered" else plan.body
    if plan.sign == "none":
        return plain, plan.body
    offset = {"stale": -plan.skew_s - BEYOND_WINDOW_S, "future": plan.skew_s + BEYOND_WINDOW_S}.get(
        plan.sign, 0.0
    )
    timestamp = str(int(now.timestamp() + offset))
    marks = (
        signature_of(key, plan.message_id, timestamp, plan.body)
        for key in _keys(plan.sign, secrets_held, now)
    )
    unknown = f"v9,{secrets.token_urlsafe(32)}"
    signature = {"empty": "v1,", "unknown-scheme": unknown}.get(plan.sign) or " ".join(marks)
    if plan.sign == "other-end":
        signature = " ".join(map(other_end, signature.split()))
    if plan.sign == "among-others":
        stranger = signature_of(_stranger(), plan.message_id, timestamp, plan.body)
        signature = f"{unknown} {stranger} {signature}"
    message_id = fresh_id() if plan.sign == "other-id" else plan.message_id
    body = altered(plan.body) if plan.sign == "altered" else plan.body
    return (
        *plain,
        ("webhook-id", message_id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", signature),
    ), body


def other_end(signature: str) -> str:
    """A signature whose last byte is another one, whatever its other bits are."""
    scheme, _, text = signature.partition(",")
    told = base64.b64decode(text)
    return f"{scheme},{base64.b64encode(told[:-1] + bytes([told[-1] ^ 0x5A])).decode()}"


def signature_of(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The ``v1`` signature of Standard Webhooks; a secret that is no base64 is taken as it
    stands.
    """
    encoded_key = secret.removeprefix("whsec_")
    try:
        key = base64.b64decode(encoded_key, validate=True)
    except (binascii.Error, ValueError):
        key = encoded_key.encode("utf-8", "surrogatepass")
    text = message_id.encode("utf-8", "surrogatepass") + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def altered(body: bytes) -> bytes:
    """Bytes that say something else, and that nobody has a reason to refuse but the signature: the
    first event a minute earlier, or the heartbeat a second.

    What holds no time of that kind has a blank more.
    """
    try:
        document = read_loosely(body)
        data = document["data"]
        if data.get("events"):
            first = _earlier(data["events"][0], "occurred_at", 60.0)
            return encoded({**document, "data": {**data, "events": [first, *data["events"][1:]]}})
        return encoded(_earlier(document, "time", 1.0))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError, OverflowError):
        return body + b" "


def _earlier(document: Mapping[str, Any], name: str, seconds: float) -> dict[str, Any]:
    return {
        **document,
        name: (datetime.fromisoformat(document[name]) - timedelta(seconds=seconds)).isoformat(),
    }


def _keys(sign: Sign, held: Secrets, now: datetime) -> list[str]:
    if sign == "wrong":
        return [_stranger()]
    if sign == "old":
        if not held.previous:
            raise NoSuchSecretError
        return [held.previous]
    return held.secrets_at(now)


def _stranger() -> str:
    """A secret that nobody has."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def header_map(headers: Headers) -> Mapping[str, str]:
    """Headers by lower-case name."""
    return {name.lower(): value for name, value in headers}

"""Verification of pushes: Standard Webhooks 1.0, profile ``standard-webhooks-v1`` (DS-02.5,
DS-02.9).

- All three headers are there, and the time is a whole number of seconds.
- The time lies within the declared skew of the arrival (DS-02.9), or of where the clock of a
  sandbox was moved to (ADR 12, ADR 19).
- One of the signatures of version 1 is that of one of the secrets, over the raw bytes (DS-02.5).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from jidi.language.json_texts import NotJsonError, figure, read_json


def sign(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    """The ``v1`` signature over ``id.timestamp.body``; ``secret`` is ``whsec_`` and base64.

    Raises:
        ValueError: the secret is not of that form.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = identifier.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


STAMP: Final = "webhook-timestamp"
MISMATCH: Final = "signature-mismatch"
AHEAD: Final = "ahead_s"
"""Fact of a push in the journal: by how many seconds the candidate's clock was, or lately had been,
ahead when it came. Not there where it never was.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Which times a push may state: within ``skew`` seconds of ``at`` (Unix time of arrival), or of
    that plus one of ``ahead``, by which the clock of a sandbox was moved on.
    """

    at: float
    skew: float
    ahead: tuple[float, ...] = ()

    def holds(self, timestamp: int) -> bool:
        """Whether ``timestamp`` (Unix seconds) is one of them."""
        return any(abs(self.at + one - timestamp) <= self.skew for one in (0.0, *self.ahead))


def ahead_of(facts: Mapping[str, Any]) -> tuple[float, ...]:
    """By how much the sandbox's clock was ahead when a push came, as the run noted it."""
    noted = facts.get(AHEAD, [])
    return tuple(one for one in map(figure, noted) if one is not None)


def is_timestamp(text: str) -> bool:
    """Whether it is a whole number of seconds that a clock may show."""
    return text.isascii() and text.isdigit() and len(text) <= 12


def fault_of(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], window: Window
) -> str:
    """What is wrong with a push: empty when it is genuine, else a slug.

    ``headers`` by lower-case name. Any of ``secrets`` may have signed.
    """
    for name in ("webhook-id", STAMP, "webhook-signature"):
        if not headers.get(name):
            return "missing-" + name
    timestamp = headers[STAMP]
    if not is_timestamp(timestamp):
        return "bad-timestamp"
    if not window.holds(int(timestamp)):
        return "outside-time-window"
    given = [part for part in headers["webhook-signature"].split() if part.startswith("v1,")]
    if not given:
        return "no-v1-signature"
    try:
        wanted = [sign(secret, headers["webhook-id"], timestamp, body) for secret in secrets]
    except (ValueError, binascii.Error):
        return "unusable-secret"
    genuine = any(
        hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))
        for one in wanted
        for other in given
    )
    return "" if genuine else MISMATCH


def _by_the_text_of_the_secret(secret: str) -> bytes:
    return secret.encode()


def _by_the_base64_of_the_secret(secret: str) -> bytes:
    return secret.removeprefix("whsec_").encode()


def _right_key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _compact(body: bytes, *, ascii_only: bool) -> bytes:
    document = read_json(body.decode())
    return json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":")).encode()


def _spaced(body: bytes, *, ascii_only: bool) -> bytes:
    return json.dumps(read_json(body.decode()), ensure_ascii=ascii_only).encode()


_KEYS: Final = {
    "secret-as-text": _by_the_text_of_the_secret,
    "secret-as-base64": _by_the_base64_of_the_secret,
    "": _right_key,
}
_WRITTEN_ANEW: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda body: _compact(body, ascii_only=False),
    lambda body: _compact(body, ascii_only=True),
    lambda body: _spaced(body, ascii_only=False),
    lambda body: _spaced(body, ascii_only=True),
)


def _signed_texts(identifier: str, timestamp: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """What is signed by mistake, each with the slug of the mistake."""
    head, stamp = identifier.encode(), timestamp.encode()
    yield "", b".".join((head, stamp, body))
    yield "no-timestamp", b".".join((head, body))
    yield "no-id", b".".join((stamp, body))
    yield "body-only", body
    for written in _WRITTEN_ANEW:
        with suppress(ValueError, NotJsonError, RecursionError):
            yield "json-written-anew", b".".join((head, stamp, written(body)))


def usual_mistake(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> str:
    """The usual mistake by which a signature came about that is none of ``secrets`` over the raw
    bytes; empty where none of the known ones explains it.
    """
    given = headers.get("webhook-signature", "")
    texts = list(_signed_texts(headers.get("webhook-id", ""), headers.get(STAMP, ""), body))
    for secret in secrets:
        for of_key, make in _KEYS.items():
            for of_text, signed in texts:
                with suppress(ValueError):
                    digest = hmac.new(make(secret), signed, hashlib.sha256)
                    if base64.b64encode(digest.digest()).decode() in given:
                        return of_key or of_text
                    if digest.hexdigest() in given.lower():
                        return "hexadecimal"
    return ""


def secrets_of(argument: Any) -> list[str]:
    """The secrets that a ``signature`` check allows: one, or a list."""
    return [str(secret) for secret in argument] if isinstance(argument, list) else [str(argument)]

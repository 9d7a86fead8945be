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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.language.json_texts import figure


def sign(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    """The ``v1`` signature over ``id.timestamp.body``; ``secret`` is ``whsec_`` and base64.

    Raises:
        ValueError: the secret is not of that form.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = identifier.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


STAMP: Final = "webhook-timestamp"
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
    return "" if genuine else "signature-mismatch"


def secrets_of(argument: Any) -> list[str]:
    """The secrets that a ``signature`` check allows: one, or a list."""
    return [str(secret) for secret in argument] if isinstance(argument, list) else [str(argument)]

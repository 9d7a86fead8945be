"""What reports say of one exchange of the journal."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from jidi.model.journal import ExchangeRecord, JournalRequest, JournalResponse

Message = JournalRequest | JournalResponse
"""One side of an exchange."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A body as the journal holds it. ``text`` is ``None`` when it is not UTF-8; ``size`` counts
    the bytes that went over the wire.
    """

    text: str | None
    raw: bytes
    size: int
    truncated: bool

    @property
    def shown(self) -> str:
        """The text, or base64 for bytes that are none."""
        return self.text if self.text is not None else base64.b64encode(self.raw).decode("ascii")


def payload(message: Message | None) -> Payload:
    """Body of a journalled request or response; an absent one is empty."""
    if message is None:
        return _NO_PAYLOAD
    body = message.body
    if body.text is not None:
        text, raw = body.text, body.text.encode("utf-8", "surrogatepass")
        return Payload(text, raw, body.size, body.truncated)
    if body.base64 is not None:
        return Payload(None, _decoded(body.base64), body.size, body.truncated)
    return Payload("", b"", body.size, body.truncated)


_NO_PAYLOAD: Final = Payload("", b"", 0, truncated=False)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def header(message: Message | None, name: str) -> str:
    """First value of header ``name``, whatever its case; empty when it is absent."""
    pairs = () if message is None else message.headers
    return next((value for key, value in pairs if key.lower() == name.lower()), "")


def milliseconds(record: ExchangeRecord) -> float:
    """How long the exchange took."""
    return max(0.0, (record.finished - record.started) * 1000)


def failure(record: ExchangeRecord) -> str:
    """Why there is no complete response (``timeout: …``); empty when there is one."""
    why = record.failure
    return "" if why is None else ": ".join(part for part in (why.kind, why.detail) if part)


def headline(record: ExchangeRecord) -> str:
    """One line for the exchange: ``POST https://… → 201 (12 ms)``."""
    asked, answer = record.request, record.response
    came = (failure(record) or "–") if answer is None else str(answer.status)
    return f"{asked.method} {asked.url} → {came} ({milliseconds(record):.0f} ms)"


def is_received(record: ExchangeRecord) -> bool:
    """Whether the candidate called the kit (a push) rather than the kit the candidate."""
    return record.direction == "received"

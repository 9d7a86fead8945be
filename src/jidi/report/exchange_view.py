"""Reads one exchange record of the journal leniently: half a record (a run that was killed) is
still shown.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jidi.model.journal import JournalRecord


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


def payload(message: Any) -> Payload:
    """Body of a journalled request or response; an absent one is empty."""
    body = _mapping(_mapping(message).get("body"))
    text = body.get("text")
    if isinstance(text, str):
        raw = text.encode("utf-8", "surrogatepass")
    else:
        text, raw = (
            (None, _decoded(body["base64"])) if isinstance(body.get("base64"), str) else ("", b"")
        )
    size = body.get("size")
    return Payload(
        text, raw, size if isinstance(size, int) else len(raw), bool(body.get("truncated"))
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def request(record: JournalRecord) -> Mapping[str, Any]:
    """The request member, or an empty mapping."""
    return _mapping(record.get("request"))


def response(record: JournalRecord) -> Mapping[str, Any]:
    """The response member, or an empty mapping when none came."""
    return _mapping(record.get("response"))


def headers(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Header pairs in their order."""
    pairs = message.get("headers")
    return (
        [
            (str(pair[0]), str(pair[1]))
            for pair in pairs
            if isinstance(pair, list | tuple) and len(pair) == 2
        ]
        if isinstance(pairs, list | tuple)
        else []
    )


def header(message: Mapping[str, Any], name: str) -> str:
    """First value of header ``name``, whatever its case; empty when it is absent."""
    return next((value for key, value in headers(message) if key.lower() == name.lower()), "")


def milliseconds(record: JournalRecord) -> float:
    """How long the exchange took; 0 when the journal does not say."""
    begun, ended = record.get("started"), record.get("finished")
    return (
        max(0.0, (ended - begun) * 1000)
        if isinstance(begun, int | float) and isinstance(ended, int | float)
        else 0.0
    )


def failure(record: JournalRecord) -> str:
    """Why there is no complete response (``timeout: …``); empty when there is one."""
    why = _mapping(record.get("failure"))
    return ": ".join(str(why[name]) for name in ("kind", "detail") if why.get(name))


def headline(record: JournalRecord) -> str:
    """One line for the exchange: ``POST https://… → 201 (12 ms)``."""
    asked, answer = request(record), response(record)
    came = str(answer.get("status", "")) or failure(record) or "–"
    return (
        f"{asked.get('method', '?')} {asked.get('url', '?')} → {came} "
        f"({milliseconds(record):.0f} ms)"
    )


def is_received(record: JournalRecord) -> bool:
    """Whether the candidate called the kit (a push) rather than the kit the candidate."""
    return record.get("direction") == "received"

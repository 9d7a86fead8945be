"""What every reader of recordings hands on, and the bounds that hold for all: a recording is a
stranger's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from jidi.drive.http.decoding import ContentError, decode
from jidi.model.exchange import Exchange, Headers

MOST_BYTES: Final = 256 << 20
"""Size of a recording."""
MOST_ENTRIES: Final = 200_000
LARGEST_BODY: Final = 8 << 20
"""Bytes of a body that are looked at; a longer one counts as not recorded."""
_MOST_HEADERS: Final = 200
_LONGEST_HEADER: Final = 16 << 10
_LONGEST_URL: Final = 16 << 10
_MOST_TROUBLES: Final = 20


class BrokenEntryError(Exception):
    """One entry cannot be read as what it should be; it is passed over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as somebody recorded it.

    ``request_known`` and ``response_known`` tell whether the bodies are there as they went over the
    wire: browsers and proxies leave some out.
    ``redacted`` maps places at which the kit's own journal withheld a value to the faults it found
    there before; ``request_digest`` is what it kept.
    """

    exchange: Exchange
    request_known: bool = True
    response_known: bool = True
    redacted: Mapping[str, list[str]] = field(default_factory=dict)
    request_digest: str = ""


@dataclass(slots=True)
class Recording:
    """What was read of a recording: ``entries`` in order of time, ``broken`` those passed over,
    ``troubles`` the first sentences about them.

    ``by_kit``: the kit wrote it, so ``⟦…⟧`` stands where it withheld a value.
    """

    format: str
    entries: list[Entry]
    broken: int = 0
    troubles: list[str] = field(default_factory=list)
    by_kit: bool = False

    def pass_over(self, number: int, cause: object) -> None:
        """Note that entry ``number`` (from 1) could not be read."""
        self.broken += 1
        if len(self.troubles) < _MOST_TROUBLES:
            self.troubles.append(f"entry {number}: {cause}")


def bounded_headers(pairs: Iterable[tuple[Any, Any]]) -> Headers:
    """Header pairs as texts.

    Raises:
        BrokenEntryError: there are too many, or one is no text or too long.
    """
    found = []
    for name, value in pairs:
        if (
            not isinstance(name, str)
            or not isinstance(value, str)
            or len(value) > _LONGEST_HEADER
            or len(name) > 200
            or not _is_text(name + value)
        ):
            raise BrokenEntryError("a header is no text or too long")
        if not name.startswith(":"):  # HTTP/2 pseudo headers, as browsers write them
            found.append((name, value))
        if len(found) > _MOST_HEADERS:
            raise BrokenEntryError(f"more than {_MOST_HEADERS} headers")
    return tuple(found)


def bounded_url(value: Any) -> str:
    """A request URL.

    Raises:
        BrokenEntryError: it is no text, or too long, or no http(s) URL.
    """
    if (
        not isinstance(value, str)
        or len(value) > _LONGEST_URL
        or not value.lower().startswith(("http://", "https://"))
        or not _is_text(value)
    ):
        raise BrokenEntryError("the URL is no http(s) URL, or too long")
    return value


def _is_text(value: str) -> bool:
    """Whether it can be written: JSON may hold halves of characters."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def decoded_body(body: bytes, headers: Headers) -> tuple[bytes, bool]:
    """A body as it was meant, and whether it is known: content-decoded within the bound."""
    encoding = next((value for name, value in headers if name.lower() == "content-encoding"), "")
    try:
        decoded, cut = decode(body, encoding, LARGEST_BODY)
    except ContentError:
        return b"", False
    return (b"", False) if cut else (decoded, True)


def rfc3339(seconds: float) -> str:
    """A Unix time.

    Raises:
        BrokenEntryError: it is no time of this world.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError) as error:
        raise BrokenEntryError("its time is out of range") from error


def unix_time(text: Any) -> float:
    """Seconds of an ISO 8601 time.

    Raises:
        BrokenEntryError: it is none.
    """
    try:
        moment = datetime.fromisoformat(str(text)[:40])
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise BrokenEntryError("its time is no ISO 8601 time") from error


def in_time_order(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries by the time at which their request went out; entries of one moment keep their
    order.
    """
    return iter(sorted(entries, key=lambda entry: entry.exchange.started))

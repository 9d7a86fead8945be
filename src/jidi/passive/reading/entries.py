"""What every reader of recordings hands on, and the bounds that hold for all: a recording is a
stranger's file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from jidi.model.exchange import Exchange, Headers
from jidi.passive.reading.known import ANY, Known

MOST_ENTRIES: Final = 200_000
_MOST_HEADERS: Final = 200
_LONGEST_VALUE: Final = 8 << 10
_LONGEST_NAME: Final = 200
_LONGEST_URL: Final = 16 << 10
_MOST_TROUBLES: Final = 20


class BrokenEntryError(Exception):
    """One entry cannot be read as what it should be; it is passed over. ``kind`` is a slug."""

    def __init__(self, kind: str, cause: str) -> None:
        super().__init__(cause)
        self.kind = kind


class ElsewhereError(Exception):
    """One entry is no exchange over HTTP, so that it is nothing of the candidate's."""


@dataclass(frozen=True, slots=True)
class HeaderList:
    """Headers as far as they could be read. ``unread`` are lower-case names of others that were
    there or may have been (:data:`.known.ANY`: of any name), ``dropped`` the kinds of what was
    passed over.
    """

    headers: Headers = ()
    unread: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()


NO_HEADERS: Final = HeaderList((), frozenset({ANY}))
"""The recording tells none at all, which no message is sent without."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as somebody recorded it.

    ``request`` and ``response`` tell what is known of the bodies, ``asked`` and ``answered`` of the
    headers: browsers and proxies leave some out. ``media`` are the media types of both bodies,
    ``timed`` whether its time is known.
    ``redacted`` maps places at which the kit's own journal withheld a value to the faults it found
    there before; ``request_digest`` is what it kept.
    """

    exchange: Exchange
    request: Known
    response: Known
    asked: HeaderList = HeaderList()
    answered: HeaderList = HeaderList()
    media: tuple[str, str] = ("", "")
    timed: bool = True
    redacted: Mapping[str, list[str]] = field(default_factory=dict)
    request_digest: str = ""

    @property
    def dropped(self) -> tuple[str, ...]:
        """Kinds of headers that were passed over."""
        return (*self.asked.dropped, *self.answered.dropped)


@dataclass(slots=True)
class PassedOver:
    """Entries that could not be read: ``kinds`` counts them by kind and URL (``None``: not known,
    so that it may be anybody's), ``troubles`` are the first sentences about them.
    """

    kinds: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def add(self, number: int, error: BrokenEntryError, url: str | None = None) -> None:
        """Note that entry ``number`` (from 1) could not be read."""
        self.kinds[error.kind, url] += 1
        if len(self.troubles) < _MOST_TROUBLES:
            self.troubles.append(f"entry {number}: {error}")


def read_headers(pairs: Iterable[tuple[Any, Any]]) -> HeaderList:
    """Header pairs as texts; one that is none, or is too long, is dropped, and the others stay."""
    found: list[tuple[str, str]] = []
    unread, dropped = set[str](), list[str]()
    for name, value in pairs:
        kind = _header_fault(name, value)
        if not kind and len(found) >= _MOST_HEADERS:
            kind = "too-many"
        if kind:
            dropped.append(kind)
            named = isinstance(name, str) and name and not _is_odd(name)
            unread.add(name[:_LONGEST_NAME].lower() if named else ANY)
        elif not name.startswith(":"):  # HTTP/2 pseudo headers, as browsers write them
            found.append((name, value))
    return HeaderList(tuple(found), frozenset(unread), tuple(dropped))


def _header_fault(name: Any, value: Any) -> str:
    if not isinstance(name, str) or not isinstance(value, str):
        return "no-text"
    if len(name) > _LONGEST_NAME or len(value) > _LONGEST_VALUE:
        return "too-long"
    return _name_fault(name) or ("control-characters" if _is_odd(value) else "")


def _name_fault(name: str) -> str:
    if not name or len(name) > _LONGEST_NAME:
        return "no-name"
    return "control-characters" if _is_odd(name) else ""


def _is_odd(text: str) -> bool:
    """Whether it cannot be written, or would not stay on its line."""
    if text.isascii():
        return not text.isprintable() and not text.replace("\t", " ").isprintable()
    return any(letter < " " or letter == "\x7f" for letter in text) or not is_text(text)


def bounded_url(value: Any) -> str:
    """A request URL.

    Raises:
        ElsewhereError: it is of another scheme.
        BrokenEntryError: it is no text, or too long.
    """
    if not isinstance(value, str) or not is_text(value):
        raise BrokenEntryError("url", "its URL is no text")
    if not value[:8].lower().startswith(("http://", "https://")):
        scheme, colon, _ = value[:40].partition(":")
        if colon and scheme.replace("-", "").replace("+", "").isalnum():
            raise ElsewhereError(scheme)
        raise BrokenEntryError("url", "its URL is no http(s) URL")
    if len(value) > _LONGEST_URL or _is_odd(value):
        raise BrokenEntryError("url", "its URL is too long, or holds control characters")
    return value


def is_text(value: str) -> bool:
    """Whether it can be written: JSON may hold halves of characters."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def read_method(value: Any) -> str:
    """A method, in capitals.

    Raises:
        BrokenEntryError: it is none.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= 20 or not value.isascii():
        raise BrokenEntryError("method", "its method is no text")
    return value.upper()


_INTERIM: Final = range(100, 200)
_NO_STATUS: Final = 1000


def read_status(value: Any) -> int:
    """A status; 0 when nothing was answered, or nothing yet (1xx, after which the answer came).

    Raises:
        BrokenEntryError: it is none.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        value = int(value)
    number = value if isinstance(value, int) and not isinstance(value, bool) else _NO_STATUS
    if number > 999 or 0 < number < 100:
        raise BrokenEntryError("status", "its status is no number of three digits")
    return 0 if number in _INTERIM else max(number, 0)  # 0: blocked, aborted, or still under way


def rfc3339(seconds: float) -> str:
    """A Unix time; that of the epoch where it is no time of this world."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat(timespec="milliseconds")


def unix_time(text: Any) -> tuple[float, bool]:
    """Seconds of an ISO 8601 time, and whether it is known: a local time may be anywhere; what is
    no time is 0.
    """
    try:
        moment = datetime.fromisoformat(str(text)[:40])
        known = moment.tzinfo is not None
        return (moment if known else moment.replace(tzinfo=UTC)).timestamp(), known
    except (ValueError, OverflowError, OSError):
        return 0.0, False


def seconds(value: Any) -> float:
    """A duration in seconds out of milliseconds, bounded; 0 where there is none."""
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return float(min(value, 3.6e6)) / 1000 if usable and value > 0 else 0.0

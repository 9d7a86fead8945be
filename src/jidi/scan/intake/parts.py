"""What an input is taken apart into, and why something of it could not be read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

Form = Literal["", "json", "csv", "lines"]
Why = Literal[
    "missing",
    "locked",
    "unreadable",
    "link",
    "special",
    "binary",
    "unsupported",
    "encrypted",
    "broken",
    "too-deep",
    "too-large",
    "swollen",
    "time-limit",
    "undecodable",
    "open-quote",
]
CHUNK: Final = 1 << 20
DEEPEST: Final = 5
"""How many containers may lie in each other."""
MAX_INFLATED: Final = 8 << 30
"""How many bytes may come out of one input."""
TRUSTED: Final = 32 << 20
RATIO: Final = 100
"""Of one packed stream ``TRUSTED`` bytes may come out whatever went in, and beyond them so many
times of what went in: text of feeds and logs packs to a tenth or a fiftieth, nothing but blanks or
zeros to a thousandth.
"""


class Readable(Protocol):
    """What is needed of a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not read, or not as what it is: ``line`` from 1, 0 when the whole is
    meant; ``inside`` the way through containers.
    """

    why: Why
    line: int = 0
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What follows lies in this member of a container; empty: in the input itself."""

    inside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of text, the first of which has the number ``line``; the last may lack its line
    feed.
    """

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One record: any JSON value or the row of a table; objects and rows are mappings where no two
    members share a name, else :class:`Pairs`.

    ``path`` leads from the document to the record; ``counts``: it is one, and no header of others.
    """

    line: int
    value: Any
    path: tuple[str, ...] = ()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a line, which begins ``start`` characters behind its beginning; what is found
    counts where it begins from ``first`` to before ``last`` (characters of ``text``), so that
    pieces may overlap.
    """

    line: int
    text: str
    start: int = 0
    first: int = 0
    last: int = 1 << 62
    opens: bool = True


Part = Block | Item | Passage | Entered | Unread


class Pairs(list[tuple[str, Any]]):
    """Members of an object in which a name stands twice, or cells of a row, in their order."""


class Number(str):
    """A number of JSON as it was written."""

    __slots__ = ()


@dataclass(slots=True)
class Bounds:
    """What may still come out of one input, and until when (``time.monotonic()``) it is read;
    ``late``: more would have been read.
    """

    left: int = MAX_INFLATED
    until: float = float("inf")
    late: bool = False
    depth: int = 0
    inside: tuple[str, ...] = field(default=())

    def take(self, size: int) -> Why | None:
        """Count ``size`` bytes; why no more may be read."""
        self.left -= size
        if self.ended():
            return "time-limit"
        return "too-large" if self.left < 0 else None

    def ended(self) -> bool:
        """Whether the time is over for what was to be read now."""
        self.late = self.late or time.monotonic() > self.until
        return self.late


class Timely:
    """A stream that ends when the time is over, which the bounds then know."""

    def __init__(self, stream: Readable, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    def read(self, size: int = -1, /) -> bytes:
        """See :class:`Readable`."""
        return b"" if self._bounds.ended() else self._stream.read(size)


class Rejoined:
    """A stream whose head was read already, as if it had not been."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """The head first, then what follows; everything when ``size`` is negative."""
        if size < 0:
            taken, self._head = self._head + self._rest.read(), b""
            return taken
        if not self._head:
            return self._rest.read(size)
        taken, self._head = self._head[:size], self._head[size:]
        return taken


def filled(stream: Readable, size: int) -> bytes:
    """``size`` bytes, fewer only at the end."""
    data = bytearray()
    while len(data) < size and (chunk := stream.read(size - len(data))):
        data += chunk
    return bytes(data)


def passages(text: str, line: int, start: int = 0, *, ends: bool = True) -> Iterator[Passage]:
    """Overlapping pieces of one long text; of what neither ends nor begins here, the margins are
    left to the neighbours.
    """
    place = 0
    while True:
        final = place + WINDOW >= len(text)
        first = MARGIN if place or start else 0
        last = len(text) if final and ends else min(len(text), place + WINDOW) - place - MARGIN
        yield Passage(
            line,
            text[place : place + WINDOW],
            start + place,
            first,
            last,
            opens=not (place or start),
        )
        if final:
            return
        place += WINDOW - 2 * MARGIN


WINDOW: Final = 1 << 18
MARGIN: Final = 1 << 13
"""Half of what two pieces share: longer than anything that is looked for, and its label."""

"""Bytes to records: lines of NDJSON in constant memory, JSON that hides nothing (no duplicate keys,
no NaN, located broken bytes).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from jidi.model.text import Text
from jidi.registry import pointers
from jidi.registry.reading.places import locate_twin
from jidi.wording import sentence

CHUNK = 1 << 18
MAX_LINE = 16 << 20
BEYOND_RANGE = "number-range"
"""Keyword of a text that is JSON, but for a number that no reader of doubles can hold."""
_BOM = b"\xef\xbb\xbf"
_TOO_LARGE = "infinity"


class Readable(Protocol):
    """What is needed of a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, all of them when it is negative; empty at the end."""


class BrokenRecordError(Exception):
    """A record that is no JSON, or hides a value; ``offset`` counts bytes, ``line`` and ``column``
    count from 1, all from the start of the record.
    """

    def __init__(
        self, keyword: str, text: Text, place: tuple[int, int, int] = (0, 1, 1), pointer: str = ""
    ) -> None:
        super().__init__(text.en)
        self.keyword = keyword
        self.text = text
        self.offset, self.line, self.column = place
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``number`` counts from 1, ``offset`` in bytes from 0."""

    number: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines in a row; ``number`` (from 1) and ``offset`` (in bytes from 0) are those of the
    first.

    A line longer than ``MAX_LINE`` is a block of its own whose ``lines`` are empty; ``size`` is
    then its length.
    """

    number: int
    offset: int
    lines: list[bytes]
    size: int = 0


def read_blocks(stream: Readable) -> Iterator[Block]:
    """All lines of a stream; never holds more than a chunk and a line."""
    number, offset, rest, dropped = 1, 0, b"", 0
    while chunk := stream.read(CHUNK):
        first, newline, others = chunk.partition(b"\n")
        if not newline:
            rest, dropped = _bounded(rest + chunk, dropped)
            continue
        first, size = rest + first, dropped + len(rest) + len(first)
        lines = others.split(b"\n")
        rest, dropped = lines.pop(), 0
        if size > MAX_LINE:
            yield Block(number, offset, [], size)
            number, offset = number + 1, offset + size + 1
        else:
            lines.insert(0, first)
        if lines:
            yield Block(number, offset, lines)
            number, offset = number + len(lines), offset + sum(map(len, lines)) + len(lines)
    if dropped or len(rest) > MAX_LINE:
        yield Block(number, offset, [], dropped + len(rest))
    elif rest:
        yield Block(number, offset, [rest])


def _bounded(data: bytes, dropped: int) -> tuple[bytes, int]:
    """Throw away what is read of a line that is too long already, but remember how much it was."""
    return (b"", dropped + len(data)) if dropped or len(data) > MAX_LINE else (data, 0)


def parse(data: bytes) -> Any:
    """The JSON value in ``data``.

    Raises:
        BrokenRecordError: not UTF-8, not JSON (NaN and Infinity are not), or an object names a
            member twice.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _broken(data, error) from None
    if hides_members(data, value):
        try:
            orjson.dumps(value)
        except orjson.JSONEncodeError:
            raise BrokenRecordError(
                "json",
                sentence("registry/the-json-is-nested-too-deeply-to"),
            ) from None
        _refuse_duplicates(data)
    return value


def hides_members(data: bytes, value: Any) -> bool:
    """Whether ``data`` may name a member twice; never wrong when it says no. The parser keeps the
    last of two members of one name.

    A text that is its value written out again hides nothing. Else count the quotation marks that
    begin or end something: there are two for each name and each string. A second member adds its
    name at least, so that equal counts leave no room for one.
    """
    try:
        written = orjson.dumps(value)
    except orjson.JSONEncodeError:  # nested too deeply to be written again
        return True
    return written != data and _ends(data) != _ends(written)


def _ends(text: bytes) -> int:
    """How many quotation marks of a JSON text begin or end a name or a string.

    With the pairs of backslashes gone, which begin where a run of them does, a backslash that is
    left before a quotation mark escapes it.
    """
    if b"\\" not in text:
        return text.count(b'"')
    single = text.replace(b"\\\\", b"")
    return single.count(b'"') - single.count(b'\\"')


class _Pairs(dict[str, Any]):
    """An object as the text has it; ``twice`` is a member that it names twice."""

    twice: str | None = None


def _object(pairs: list[tuple[str, Any]]) -> _Pairs:
    found = _Pairs()
    for name, value in pairs:
        if name in found and found.twice is None:
            found.twice = name
        found[name] = value
    return found


def _refuse_duplicates(data: bytes) -> None:
    for _, name in _twice(json.loads(data, object_pairs_hook=_object), ()):
        text = data.decode("utf-8")
        pointer, at = locate_twin(text) or ("", 0)
        twin = (pointers.decode(pointer) or (name,))[-1]
        told = sentence("registry/the-member-stands-twice-readers-disagree", twin=twin)
        raise BrokenRecordError("duplicate-member", told, place_of(text, at), pointer)


def place_of(text: str, at: int) -> tuple[int, int, int]:
    """Offset in bytes, line and column (both from 1) of the character ``at``."""
    return (
        len(text[:at].encode()),
        text.count("\n", 0, at) + 1,
        at - text.rfind("\n", 0, at),
    )


def _twice(value: Any, path: pointers.Path) -> Iterator[tuple[pointers.Path, str]]:
    if isinstance(value, _Pairs):
        if value.twice is not None:
            yield path, value.twice
        for name, item in value.items():
            yield from _twice(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _twice(item, (*path, index))


def _broken(data: bytes, error: orjson.JSONDecodeError) -> BrokenRecordError:
    if data.startswith(_BOM):
        return BrokenRecordError("encoding", sentence("registry/the-text-begins-with-a-byte-order"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode("utf-8")
        place = (wrong.start, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return BrokenRecordError(
            "encoding",
            sentence("registry/byte-0x-is-not-utf-8", data=data[wrong.start]),
            place,
        )
    place = place_of(text, min(error.pos, len(text)))
    if _TOO_LARGE in error.msg:
        return BrokenRecordError(
            BEYOND_RANGE,
            sentence("registry/a-number-is-beyond-the-range-of"),
            place,
        )
    return BrokenRecordError("json", sentence("registry/this-is-not-json", msg=error.msg), place)

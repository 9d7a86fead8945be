"""Bytes to records: lines of NDJSON in constant memory, JSON that hides nothing (no duplicate keys, no NaN, located broken bytes)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from jidi.model.text import Text
from jidi.registry import pointers

CHUNK = 1 << 20
MAX_LINE = 16 << 20
_HIDING = (b" :", b"\t:", b"\r:", b"\n:", b"\\u0022")
_BOM = b"\xef\xbb\xbf"


class Readable(Protocol):
    """What is needed of a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, all of them when it is negative; empty at the end."""


class BrokenRecordError(Exception):
    """A record that is no JSON, or hides a value; ``offset`` counts bytes, ``line`` and ``column`` count from 1, all from the start of the record."""

    def __init__(self, keyword: str, text: Text, place: tuple[int, int, int] = (0, 1, 1), pointer: str = "") -> None:
        super().__init__(text.en)
        self.keyword = keyword
        self.text = text
        self.offset, self.line, self.column = place
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``number`` counts from 1, ``offset`` in bytes from 0. Of a line longer than ``MAX_LINE`` only the place is told: ``data`` is ``None``."""

    number: int
    offset: int
    data: bytes | None


def read_lines(stream: Readable, *, offset: int = 0, end: int | None = None) -> Iterator[Line]:
    """Lines that begin before ``end`` (bytes from the start of the file); the stream stands at ``offset``, the start of a line.

    Never holds more than a chunk and a line.
    """
    number, rest, dropped = 1, b"", 0
    while chunk := stream.read(CHUNK):
        first, newline, others = chunk.partition(b"\n")
        if not newline:
            rest, dropped = _bounded(rest + chunk, dropped)
            continue
        for data in (rest + first, *others.split(b"\n")[:-1]):
            if end is not None and offset >= end:
                return
            yield Line(number, offset, None if dropped or len(data) > MAX_LINE else data)
            number, offset, dropped = number + 1, offset + dropped + len(data) + 1, 0
        rest = chunk[chunk.rindex(b"\n") + 1 :]
    if (rest or dropped) and (end is None or offset < end):
        yield Line(number, offset, None if dropped else rest)


def _bounded(data: bytes, dropped: int) -> tuple[bytes, int]:
    """Throw away what is read of a line that is too long already, but remember how much it was."""
    return (b"", dropped + len(data)) if dropped or len(data) > MAX_LINE else (data, 0)


def parse(data: bytes) -> Any:
    """The JSON value in ``data``.

    Raises:
        BrokenRecordError: not UTF-8, not JSON (NaN and Infinity are not), or an object names a member twice.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _broken(data, error) from None
    if hides_members(data, value):
        _refuse_duplicates(data)
    return value


def hides_members(data: bytes, value: Any) -> bool:
    """Whether ``data`` may name a member twice; never wrong when it says no.

    The parser keeps the last of two members of one name. A text that is its value written out again hides nothing. Else, with no blank before a colon and no
    escaped quotation mark, each member shows as ``":``, so that a text that shows no more of these than its value written out names no member twice.
    """
    written = orjson.dumps(value)
    if written == data:
        return False
    return data.count(b'":') != written.count(b'":') or any(sign in data for sign in _HIDING)


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
    for path, name in _twice(json.loads(data, object_pairs_hook=_object), ()):
        text = Text(f"The member '{name}' stands twice; readers disagree which one counts.", f"成员“{name}”出现两次，不同软件的取值可能不同。")
        raise BrokenRecordError("duplicate-member", text, pointer=pointers.encode((*path, name)))


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
        return BrokenRecordError("encoding", Text("The text begins with a byte-order mark.", "文本以字节顺序标记开头。"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode("utf-8")
        place = (wrong.start, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return BrokenRecordError("encoding", Text(f"Byte 0x{data[wrong.start]:02x} is not UTF-8.", f"字节 0x{data[wrong.start]:02x} 不是 UTF-8。"), place)
    position = min(error.pos, len(text))
    place = (len(text[:position].encode()), text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))
    return BrokenRecordError("json", Text(f"This is not JSON: {error.msg}.", f"不是合法的 JSON：{error.msg}。"), place)

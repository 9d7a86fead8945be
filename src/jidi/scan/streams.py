"""Bytes to records, rows and lines in constant memory: NDJSON, JSON (an array item by item), CSV
and text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import orjson

Form = Literal["json", "csv", "lines"]
CHUNK: Final = 1 << 20
MAX_LINE: Final = 16 << 20
_SUFFIXES: Final[dict[str, Form]] = {".json": "json", ".csv": "csv", ".tsv": "csv"}
_DELIMITERS: Final = ",\t;|"
_MARK: Final = re.compile(rb'["\\\[\]{},]')


class Readable(Protocol):
    """What is needed of a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""


class Rejoined:
    """A stream whose head was read already, as if it had not been."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """The head first, then what follows."""
        if not self._head:
            return self._rest.read(size)
        taken, self._head = (
            (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
        )
        return taken


def read_lines(stream: Readable) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their number from 1, without line ends; of one longer than ``MAX_LINE`` only the
    number. Holds no more than a chunk and a line.
    """
    number, rest, dropped = 1, b"", False
    while chunk := stream.read(CHUNK):
        *lines, last = chunk.split(b"\n")
        for line in lines:
            data = rest + line
            yield number, None if dropped or len(data) > MAX_LINE else data
            number, rest, dropped = number + 1, b"", False
        rest += last
        if dropped or len(rest) > MAX_LINE:
            rest, dropped = b"", True
    if rest or dropped:
        yield number, None if dropped else rest


@dataclass(frozen=True, slots=True)
class Item:
    """One record (``is_text`` False: any JSON value, a CSV row as a mapping) or one line of text;
    ``value`` None: too long, passed over.
    """

    line: int
    value: Any
    is_text: bool = False


def items(stream: Readable, name: str, form: str = "") -> Iterator[Item]:
    """Everything in ``stream``; ``form`` (json, ndjson, csv, text; empty: told from ``name`` and
    the first bytes) says how it is read.
    """
    head = stream.read(CHUNK)
    chosen = _form_of(name, head) if not form else form if form in {"json", "csv"} else "lines"
    rest = Rejoined(head.removeprefix(b"\xef\xbb\xbf"), stream)
    return _csv(rest) if chosen == "csv" else _json(rest) if chosen == "json" else _lines(rest)


def _form_of(name: str, head: bytes) -> Form:
    for suffix, form in _SUFFIXES.items():
        if name.lower().endswith(suffix):
            return form
    first = head.lstrip().partition(b"\n")[0].strip()
    if first[:1] in {b"[", b"{"} and name.rpartition(".")[2].lower() not in {
        "ndjson",
        "jsonl",
        "log",
        "txt",
    }:
        try:
            orjson.loads(first)
        except orjson.JSONDecodeError:
            return (
                "json"
                if re.match(rb'[\[{]\s*["{\[\]}]?', first)
                and not first.startswith((b"[INFO", b"[20"))
                else "lines"
            )
    return "lines"


def decoded(data: bytes) -> str:
    """Text of ``data``: UTF-8, else the national encoding, else what can be read of it."""
    for charset in ("utf-8", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _lines(stream: Readable) -> Iterator[Item]:
    for number, data in read_lines(stream):
        if data is None:
            yield Item(number, None, is_text=True)
        elif data.strip():
            yield _line(number, data)


def _line(number: int, data: bytes) -> Item:
    if data.lstrip()[:1] in {b"{", b"["}:
        try:
            return Item(number, orjson.loads(data))
        except orjson.JSONDecodeError:
            pass
    return Item(number, decoded(data), is_text=True)


def _csv(stream: Readable) -> Iterator[Item]:
    csv.field_size_limit(MAX_LINE)
    texts = (decoded(data or b"").replace("\r", "") + "\n" for _, data in read_lines(stream))
    first = next(texts, "")
    counts = Counter(character for character in first if character in _DELIMITERS)
    reader = csv.reader(
        _chained(first, texts), delimiter=counts.most_common(1)[0][0] if counts else ","
    )
    header: list[str] = []
    for row in reader:
        if not header:
            titled = not any(re.search(r"\d{4}", cell) for cell in row)
            header = (
                [cell.strip().lstrip("\ufeff") for cell in row]
                if titled
                else [str(index + 1) for index in range(len(row))]
            )
            if titled:
                continue
        if row:
            names = [*header, *(str(index + 1) for index in range(len(header), len(row)))]
            yield Item(reader.line_num, dict(zip(names, row, strict=False)))


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _json(stream: Readable) -> Iterator[Item]:
    """Items of an array one by one, any other document as a whole; what is no JSON is read as
    text.
    """
    head = stream.read(CHUNK)
    if head.lstrip()[:1] == b"[":
        yield from _array(Rejoined(head, stream))
        return
    data = head
    while len(data) <= MAX_LINE and (chunk := stream.read(CHUNK)):
        data += chunk
    try:
        yield Item(1, orjson.loads(data))
    except orjson.JSONDecodeError:
        yield from _lines(Rejoined(data, stream))


def _array(stream: Readable) -> Iterator[Item]:
    """Splits at the commas of the outermost array; holds no more than a chunk and an item."""
    buffer, scanned, depth, in_text, start, line = b"", 0, 0, False, 0, 1
    while chunk := stream.read(CHUNK):
        buffer += chunk
        while (match := _MARK.search(buffer, scanned)) is not None:
            mark, place = match.group(), match.start()
            scanned = place + 1
            if mark == b"\\" and in_text:
                scanned += 1
            elif mark == b'"':
                in_text = not in_text
            elif in_text:
                continue
            elif mark in b"[{":
                depth += 1
                start = scanned if depth == 1 else start
            if not in_text and mark in b"]},":
                depth -= mark != b","
                if depth == (1 if mark == b"," else 0):
                    yield from _item(buffer[start:place], line)
                    line += buffer.count(b"\n", start, scanned)
                    start = scanned
        scanned = max(
            scanned, len(buffer)
        )  # beyond the end when the last byte escapes the next one
        buffer, scanned, start = buffer[start:], scanned - start, 0


def _item(data: bytes, line: int) -> Iterator[Item]:
    if not data.strip():
        return
    place = line + data[: len(data) - len(data.lstrip())].count(b"\n")
    try:
        yield Item(place, orjson.loads(data))
    except orjson.JSONDecodeError:
        yield Item(place, decoded(data), is_text=True)

"""What an input is, by its first bytes, and everything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from jidi.scan.intake.archives import is_seekable, opened_zip, tar_members
from jidi.scan.intake.encodings import Texts, charset_of
from jidi.scan.intake.json_values import Documents, records_of_line
from jidi.scan.intake.lines import blocks, numbered
from jidi.scan.intake.parts import (
    DEEPEST,
    Bounds,
    Entered,
    Form,
    Part,
    Readable,
    Rejoined,
    Timely,
    Unread,
    filled,
)
from jidi.scan.intake.tables import Titles, csv_rows, delimiter_of, is_header, table_lines
from jidi.scan.intake.unpacking import Inflated, packing_of
from jidi.scan.intake.workbooks import Package, is_package

_HEAD: Final = 1 << 16
_TABLES: Final = (".csv", ".tsv", ".tab", ".psv")
_PACKED: Final = (".gz", ".bz2", ".xz", ".lzma", ".zst", ".tgz")
_BEGINS_JSON: Final = re.compile(r'[\ufeff\s\x1e]*(?:\{\s*["}]|\[\s*(?:[{\["\]]|-?\d[^-:/]*[,\]]))')
_LOOKED_AT: Final = 20


class Intake:
    """Everything in one input: containers are looked into, up to the bounds."""

    def __init__(self, form: Form = "") -> None:
        self._form = form

    def parts(self, stream: Readable, name: str, bounds: Bounds | None = None) -> Iterator[Part]:
        """Records, lines and passages in their order, and what could not be read."""
        bounds = bounds or Bounds()
        head = filled(stream, _HEAD)
        packing = packing_of(head)
        whole = Rejoined(head, stream)
        if packing == "foreign":
            yield Unread("unsupported", inside=bounds.inside)
        elif packing:
            if bounds.depth >= DEEPEST:
                yield Unread("too-deep", inside=bounds.inside)
                return
            bounds.depth += 1
            if packing == "zip":
                yield from self._zip(stream, head, bounds)
            elif packing == "tar":
                yield from self._members(tar_members(whole, bounds), bounds)
            else:
                yield from self._inflated(whole, packing, name, bounds)
            bounds.depth -= 1
        else:
            yield from self._text(head, stream, name, bounds)

    def _inflated(
        self, stream: Readable, packing: str, name: str, bounds: Bounds
    ) -> Iterator[Part]:
        inner = Inflated(stream, packing, bounds)
        lower = name.lower()
        suffix = next((one for one in _PACKED if lower.endswith(one)), "")
        yield from self.parts(inner, name[: len(name) - len(suffix)], bounds)
        if inner.fault is not None:
            yield Unread(inner.fault, inside=bounds.inside)

    def _zip(self, stream: Readable, head: bytes, bounds: Bounds) -> Iterator[Part]:
        archive = opened_zip(stream if is_seekable(stream) else Rejoined(head, stream), bounds)
        if isinstance(archive, str):
            yield Unread(archive, inside=bounds.inside)
        elif is_package(archive):
            yield from self._members(Package(archive, bounds.inside).parts(), bounds)
        else:
            yield from self._members(archive.members(), bounds)

    def _members(self, members: Iterator[object], bounds: Bounds) -> Iterator[Part]:
        outside = bounds.inside
        for member in members:
            if bounds.late:
                break
            if isinstance(member, tuple):
                name, content = member
                bounds.inside = (*outside, name)
                yield Entered(bounds.inside)
                yield from self.parts(content, name, bounds)
                if content.fault is not None:
                    yield Unread(content.fault, inside=bounds.inside)
                bounds.inside = outside
            elif isinstance(member, Unread):
                yield Unread(member.why, member.line, (*outside, *member.inside))
            else:
                yield member  # type: ignore[misc]
        yield Entered(outside)

    def _text(self, head: bytes, stream: Readable, name: str, bounds: Bounds) -> Iterator[Part]:
        charset = charset_of(head)
        if charset is None:
            yield Unread("binary", inside=bounds.inside)
            return
        texts = Texts(Timely(Rejoined(head[charset[1] :], stream), bounds), charset[0])
        pieces = iter(texts)
        begin = next(pieces, "")
        form = self._form or form_of(name, begin)
        whole = chain((begin,), pieces)
        if form == "json":
            yield from Documents(whole).parts()
        elif form == "csv":
            yield from Titles().records(csv_rows(table_lines(numbered(whole))))
        else:
            yield from blocks(whole)
        if texts.damaged:
            yield Unread("undecodable", texts.damaged, bounds.inside)


def _is_json(name: str, first: str, begin: str) -> bool:
    """Whether a text is JSON whose first line is too short to show it."""
    if re.match(r"[\ufeff\s]*[\[{]\s*$", first) and _BEGINS_JSON.match(begin):
        return True
    return name.lower().endswith(".json") and first.lstrip("\ufeff \t\r")[:1] in "[{"


def form_of(name: str, begin: str) -> Form:
    """How a text is read, told from its first characters and the suffix of its name."""
    lines = begin[:_HEAD].split("\n", _LOOKED_AT)
    first = next((line for line in lines if line.strip()), "")
    if _BEGINS_JSON.match(first):
        whole = records_of_line(first, 1)
        if whole is None or len(lines) == 1:
            return "json"
        return "lines"
    if _is_json(name, first, begin):
        return "json"
    if name.lower().endswith(_TABLES):
        return "csv"
    return "csv" if _is_table(lines[:_LOOKED_AT]) else "lines"


def _is_table(lines: list[str]) -> bool:
    """Whether lines are a table by themselves: a header of titles, and rows that fit it."""
    rows = [line.strip("\r\ufeff") for line in lines if line.strip()]
    mark = delimiter_of(rows)
    if not mark or len(rows) < 2:
        return False
    for place, row in enumerate(rows[:3]):
        count = row.count(mark)
        if count and is_header([cell.strip('" ') for cell in row.split(mark)]):
            below = rows[place + 1 :]
            return bool(below) and sum(one.count(mark) == count for one in below) * 2 > len(below)
    return False

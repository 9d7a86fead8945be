"""Workbooks and documents of office programs (OOXML, OpenDocument): cells by the titles of their
columns, other text paragraph by paragraph. Declarations of documents and entities are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast
from xml.parsers import expat

from jidi.scan.intake.archives import Zip
from jidi.scan.intake.parts import CHUNK, Entered, Item, Passage, Readable, Unread, passages
from jidi.scan.intake.tables import Row, Titles
from jidi.scan.intake.unpacking import Guarded

_SHARED: Final = "xl/sharedStrings.xml"
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXT: Final = re.compile(r"(?:xl|word|ppt|docProps|customXml)/.*\.xml|content\.xml|meta\.xml")
_NOTHING: Final = re.compile(
    r"\[Content_Types\]\.xml|.*/printerSettings\d*\.bin|(?:xl|word|ppt)/(?:theme/.*|styles\.xml)"
    r"|xl/calcChain\.xml|mimetype"
)
"""Parts that hold nothing that anybody wrote."""
_RUNS: Final = frozenset({"t", "r", "rPr", "span", "a", "tab", "s", "rPh", "phoneticPr", "v", "is"})
"""Elements within a paragraph; any other ends one."""
_MOST_SHARED: Final = 64 << 20
_WIDEST: Final = 16_384


class _RefusedError(Exception):
    """The XML declares what is not expanded here."""


def is_package(archive: Zip) -> bool:
    """Whether an archive is a workbook or document of an office program."""
    return "content.xml" in archive.names or any(
        name.startswith(("xl/", "word/", "ppt/")) for name in archive.names
    )


class _Events:
    """Events of one XML part, read piece by piece; names are without their spaces."""

    def __init__(self) -> None:
        self.done: list[Row | str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters inside an element."""

    def read(self, stream: Readable) -> Iterator[Row | str]:
        """Rows and paragraphs.

        Raises:
            _RefusedError: the document declares a type or entities.
            expat.ExpatError: it is not well formed.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, given: self.begin(name.rpartition(":")[2], given)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        final = False
        while not final:
            chunk = stream.read(CHUNK)
            final = not chunk
            try:
                parser.Parse(chunk, final)
            finally:
                done, self.done = self.done, []
            yield from done


def _refuse(*_: Any) -> None:
    raise _RefusedError


class _Paragraphs(_Events):
    """Text, of which runs belong together; tables of OpenDocument as rows."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[str] = []
        self._cells: list[str] = []
        self._cell: list[str] | None = None
        self._repeated = 1
        self._row = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-cell":
            self._cell = []
            repeated = attributes.get("table:number-columns-repeated", "1")
            self._repeated = min(int(repeated), 1000) if repeated.isdecimal() else 1
        elif name not in _RUNS:
            self._flush()

    def end(self, name: str) -> None:
        if name in _RUNS:
            return
        self._flush()
        if name == "table-cell":
            if len(self._cells) < _WIDEST:
                self._cells += [" ".join(self._cell or ())] * self._repeated
            self._cell = None
        elif name == "table-row" and self._cells:
            self._row += 1
            self.done.append(Row(self._row, self._cells, "\t".join(self._cells)))
            self._cells = []

    def text(self, data: str) -> None:
        self._runs.append(data)

    def _flush(self) -> None:
        text = "".join(self._runs).strip()
        self._runs.clear()
        if text and self._cell is not None:
            self._cell.append(text)
        elif text:
            self.done.append(text)


class _Strings(_Events):
    """Shared strings in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[str] = []
        self._aside = False
        self._in_text = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - of the base
        self._aside = self._aside or name == "rPh"
        self._in_text = name == "t" and not self._aside

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._aside = False
        elif name == "si":
            self.done.append("".join(self._runs))
            self._runs.clear()

    def text(self, data: str) -> None:
        if self._in_text:
            self._runs.append(data)


class _Cells(_Events):
    """Rows of a sheet; ``strings`` are the shared ones, of which those met are left in
    ``unused``.
    """

    def __init__(self, strings: list[str], unused: set[int]) -> None:
        super().__init__()
        self._strings = strings
        self._unused = unused
        self._cells: list[str] = []
        self._line = 0
        self._place = 0
        self._kind = ""
        self._value: list[str] | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            given = attributes.get("r", "")
            self._line = int(given) if given.isdecimal() and len(given) < 9 else self._line + 1
            self._cells, self._place = [], 0
        elif name == "c":
            self._place = _column(attributes.get("r", "")) or self._place + 1
            self._kind = attributes.get("t", "")
            self._value = []

    def end(self, name: str) -> None:
        if name == "c" and self._value is not None:
            text = self._written("".join(self._value))
            self._value = None
            if text and self._place <= _WIDEST:
                self._cells += [""] * (self._place - len(self._cells))
                self._cells[self._place - 1] = text
        elif name == "row" and self._cells:
            self.done.append(Row(self._line, self._cells, "\t".join(self._cells)))

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def _written(self, text: str) -> str:
        if self._kind == "s" and text.isdecimal() and int(text) < len(self._strings):
            self._unused.discard(int(text))
            return self._strings[int(text)]
        return text


def _column(reference: str) -> int:
    """Number of a column from 1 of a reference such as ``AB12``; 0 without one."""
    place = 0
    for letter in reference.rstrip("0123456789")[:3]:
        place = place * 26 + ord(letter) - ord("A") + 1 if "A" <= letter <= "Z" else 0
    return place


class Package:
    """What stands in the parts of a workbook or document."""

    def __init__(self, archive: Zip, inside: tuple[str, ...]) -> None:
        self._archive = archive
        self._inside = inside
        self._strings: list[str] = []
        self._unused: set[int] = set()

    def parts(self) -> Iterator[Item | Passage | Entered | Unread | tuple[str, Guarded]]:
        """Cells and paragraphs; parts of other kinds as name and content, to be looked into."""
        yield from self._shared()
        for member in self._archive.members():
            if isinstance(member, Unread):
                yield member
                continue
            name, content = member
            if name == _SHARED or _NOTHING.fullmatch(name):
                continue
            if _SHEET.fullmatch(name):
                events: _Events = _Cells(self._strings, self._unused)
                yield from self._read(name, content, events)
            elif _TEXT.fullmatch(name):
                yield from self._read(name, content, _Paragraphs())
            else:
                yield member
        if self._unused:
            yield Entered((*self._inside, _SHARED))
            for place in sorted(self._unused):
                yield from passages(self._strings[place], place + 1)

    def _shared(self) -> Iterator[Unread | tuple[str, Guarded]]:
        content = self._archive.member(_SHARED)
        if content is None:
            return
        size = 0
        try:
            for text in _Strings().read(content):
                size += len(cast("str", text))
                if size > _MOST_SHARED:
                    yield Unread("too-large", inside=(_SHARED,))
                    break
                self._strings.append(cast("str", text))
        except (_RefusedError, expat.ExpatError):
            self._strings.clear()
            yield from self._as_written(_SHARED, content)
        self._unused = set(range(len(self._strings)))

    def _read(
        self, name: str, content: Guarded, events: _Events
    ) -> Iterator[Item | Passage | Entered | Unread | tuple[str, Guarded]]:
        yield Entered((*self._inside, name))
        titles = Titles()
        faults: list[str] = []
        yield from titles.records(self._told(content, events, faults))
        if faults:
            yield from self._as_written(name, content)

    def _as_written(self, name: str, content: Guarded) -> Iterator[Unread | tuple[str, Guarded]]:
        """A part that is no XML that is read here: told as broken, and read as plain text."""
        yield Unread(content.fault or "broken", inside=(name,))
        again = self._archive.member(name)
        if again is not None and content.fault is None:
            yield name, again

    @staticmethod
    def _told(
        content: Guarded, events: _Events, faults: list[str]
    ) -> Iterator[Row | Passage | Unread]:
        try:
            for number, one in enumerate(events.read(content), 1):
                if isinstance(one, Row):
                    yield one
                else:
                    yield from passages(one, number)
        except (_RefusedError, expat.ExpatError):
            faults.append("broken")

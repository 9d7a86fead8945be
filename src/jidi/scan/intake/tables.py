"""Tables: which row names the columns, and the cells below it; CSV row by row."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from jidi.scan.intake.parts import Item, Pairs, Passage, Unread, passages
from jidi.scan.kinds.fields import Role, role_of

DELIMITERS: Final = ",\t;|\x01"
_LOOKED_AT: Final = 20
"""A header is looked for in so many rows; further ones begin another table."""
_LONGEST_TITLE: Final = 40
_LONGEST_ROW: Final = 1 << 20
_LINES_OF_A_ROW: Final = 1000
_CELL_OVER_LINES: Final = 1 << 18
_SEPARATOR_LINE: Final = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_SHORT: Final = 2
_SHORTEST: Final = 9
"""Shorter cells of ASCII hold nothing: in columns that are told to hold personal data, in others
(as in :func:`jidi.scan.kinds.stretches.field_stretches`).
"""
_DIGITS: Final = re.compile(r"\d")
_VALUE: Final = re.compile(r"[\d\s.:/+-]*\d[\d\s.:/+-]*")
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*+"')
_TOLD: Final = frozenset(
    {"name", "maybe-name", "phone", "address", "room", "identity", "staff", "plate", "card"}
)
"""Roles of columns that hold personal data."""
_IMPERSONAL: Final = frozenset({"identifier", "quantity", "place"})
"""Roles of columns whose numbers are none of telephones, whatever they look like."""
_PLAIN: Final = re.compile(
    r".*(?:状态|类型|类别|种类|序号|备注|说明|原因|省份|城市|区县|国家"
    r"|status|state|type|kind|category|remarks?|notes?|reason|province|city|district|country)",
    re.IGNORECASE,
)
"""Titles that say nothing of persons, and under which anything may stand."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row that begins in ``line``; ``text`` as it was written."""

    line: int
    cells: list[str]
    text: str


class Titles:
    """Finds the header in a run of rows and gives the rows below it as records."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._told: list[bool] = []
        self._held: list[Row] = []
        self._seen = 0

    def records(self, rows: Iterable[Row | Passage | Unread]) -> Iterator[Item | Passage | Unread]:
        """Rows below a header as pairs of title and cell; titles, headers and what stands above
        them as text.
        """
        for row in rows:
            if isinstance(row, Row):
                yield from self._row(row)
            else:
                yield row
        yield from self._released()

    def _row(self, row: Row) -> Iterator[Item | Passage]:
        if not any(row.cells):
            return
        self._seen += 1
        if self._may_be_header(row) and is_header(row.cells, again=bool(self._titles)):
            yield from self._released()
            self._titles = [
                title.strip().lstrip("\ufeff") or str(place)
                for place, title in enumerate(row.cells, 1)
            ]
            self._told = [role_of((title,)) in _TOLD for title in self._titles]
            yield Item(row.line, Pairs((title, None) for title in self._titles), counts=False)
        elif self._titles:
            yield Item(row.line, self._named(row.cells))
        elif self._seen <= _LOOKED_AT:
            self._held.append(row)
        else:
            yield from self._released()
            yield Passage(row.line, row.text)

    def _may_be_header(self, row: Row) -> bool:
        return not self._titles or _DIGITS.search(row.text) is None

    def _released(self) -> Iterator[Passage]:
        held, self._held = self._held, []
        for row in held:
            yield Passage(row.line, row.text)

    def _named(self, cells: list[str]) -> Pairs:
        """Cells with the titles of their columns, without those too short to hold anything."""
        wide = len(self._titles)
        named = Pairs(
            (title, cell)
            for title, told, cell in zip(self._titles, self._told, cells, strict=False)
            if len(cell) >= (_SHORT if told else _SHORTEST) or not cell.isascii() or "@" in cell
        )
        named.extend(
            (str(place), cell)
            for place, cell in enumerate(cells[wide:], wide + 1)
            if len(cell) >= _SHORTEST or not cell.isascii() or "@" in cell
        )
        return named


def is_header(cells: list[str], *, again: bool = False) -> bool:
    """Whether a row names columns: some of its cells are known as titles of personal data, or
    nearly all as titles of identifiers and amounts; hardly any is a value. ``again``: below another
    header, where more is asked for.
    """
    titles = [cell.strip() for cell in cells if cell.strip()]
    if not titles or any(len(title) > _LONGEST_TITLE for title in titles):
        return False
    roles = [role_of((title,)) for title in titles]
    told = sum(role in _TOLD for role in roles)
    known = sum(role != "other" for role in roles)
    values = sum(_VALUE.fullmatch(title) is not None for title in titles)
    if not told:
        return not again and _is_impersonal(titles, roles)
    if 4 * values > len(titles) + (len(titles) > 1):
        return False
    return known >= 2 and 5 * known >= 3 * len(titles) if again else 3 * known >= len(titles)


def _is_impersonal(titles: list[str], roles: list[Role]) -> bool:
    """Whether a row names columns none of which is told to hold personal data: two thirds of them
    are known, and one of them as numbers that look like telephones and are none.
    """
    numbers = sum(role in _IMPERSONAL for role in roles)
    known = numbers + sum(
        role not in _IMPERSONAL and _PLAIN.fullmatch(title) is not None
        for title, role in zip(titles, roles, strict=True)
    )
    digits = any(_DIGITS.search(title) for title in titles)
    return bool(numbers) and not digits and 3 * known >= 2 * len(titles)


def csv_rows(lines: Iterable[tuple[int, str] | Passage]) -> Iterator[Row | Passage | Unread]:
    """Rows of a table in text.

    A quotation mark that is never closed is told once; the lines behind it are read as rows of
    their own.
    """
    source = iter(lines)
    begin = list(islice(source, 2 * _LOOKED_AT))
    delimiter, begin = _delimiter(begin)
    yield from _Reader(delimiter).rows(begin, source)


def delimiter_of(lines: list[str]) -> str:
    """The delimiter that stands equally often in the most lines; empty where none does."""
    best, choice = (0, 0), ""
    plain = [_QUOTED.sub("", line) for line in lines if line.strip()]
    for mark in DELIMITERS:
        counts = Counter(count for line in plain if (count := line.count(mark)))
        if counts:
            modal, frequency = max(counts.items(), key=lambda entry: (entry[1], entry[0]))
            best, choice = max((best, choice), ((frequency, modal), mark), key=lambda one: one[0])
    return choice


def _delimiter(
    begin: list[tuple[int, str] | Passage],
) -> tuple[str, list[tuple[int, str] | Passage]]:
    texts = [one[1] for one in begin if isinstance(one, tuple)]
    said = _SEPARATOR_LINE.fullmatch(texts[0].lstrip("\ufeff")) if texts else None
    if said is not None:
        return said[1], begin[1:]
    return delimiter_of(texts) or ",", begin


class _Reader:
    """Rows of lines, with cells in quotation marks, which may go over lines."""

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        self._delimiter = delimiter
        self._cell = re.compile(rf'\s*"((?:[^"]|"")*+)"[^\S\n]*(?={mark}|$)|([^{mark}]*)')
        self._escaped = re.compile(
            rf'\s*"((?:[^"\\]|\\.|"")*+)"[^\S\n]*(?={mark}|$)|([^{mark}]*)', re.DOTALL
        )
        self._ahead = _LINES_OF_A_ROW
        self._told = False
        self._waiting: deque[tuple[int, str] | Passage] = deque()

    def rows(
        self, begin: list[tuple[int, str] | Passage], rest: Iterator[tuple[int, str] | Passage]
    ) -> Iterator[Row | Passage | Unread]:
        """See :func:`csv_rows`."""
        self._waiting.extend(begin)
        while (line := self._next(rest)) is not None:
            if isinstance(line, Passage):
                yield line
                continue
            number, text = line
            if '"' not in text:
                yield Row(number, text.split(self._delimiter), text)
            elif (row := self._quoted(number, text, rest)) is not None:
                yield row
            else:
                if not self._told:
                    self._told = True
                    yield Unread("open-quote", number)
                yield Row(number, [cell.strip('" ') for cell in text.split(self._delimiter)], text)

    def _next(self, rest: Iterator[tuple[int, str] | Passage]) -> tuple[int, str] | Passage | None:
        return self._waiting.popleft() if self._waiting else next(rest, None)

    def _quoted(
        self, number: int, text: str, rest: Iterator[tuple[int, str] | Passage]
    ) -> Row | None:
        """A row in which a quotation mark stands; ``None`` where one is not closed as it should."""
        taken: list[tuple[int, str] | Passage] = []
        whole = [text]
        while True:
            joined = "\n".join(whole)
            cells = self._cells(joined)
            if cells is not None:
                return Row(number, cells, joined)
            more = self._more(rest, taken) if self._is_open(joined) else []
            if not more:
                self._waiting.extendleft(reversed(taken))
                self._ahead = max(8, self._ahead // 2) if taken else self._ahead
                return None
            whole += more

    def _more(
        self,
        rest: Iterator[tuple[int, str] | Passage],
        taken: list[tuple[int, str] | Passage],
    ) -> list[str]:
        """Lines up to the next that holds a quotation mark, put into ``taken`` too; empty where
        none comes in time.
        """
        more: list[str] = []
        size = 0
        while len(taken) < self._ahead and size < _CELL_OVER_LINES:
            line = self._next(rest)
            if line is None:
                return []
            taken.append(line)
            if isinstance(line, Passage):
                return []
            more.append(line[1])
            size += len(line[1])
            if '"' in line[1]:
                return more
        return []

    def _is_open(self, text: str) -> bool:
        """Whether a cell begins with a quotation mark that nothing closes."""
        opened = re.search(
            rf'(?:^|{re.escape(self._delimiter)})\s*"(?:[^"]|"")*+$', text.replace('\\"', "")
        )
        return opened is not None

    def _cells(self, text: str) -> list[str] | None:
        for pattern in (self._cell, self._escaped) if "\\" in text else (self._cell,):
            cells: list[str] = []
            place = 0
            while (match := pattern.match(text, place)) is not None:
                if match[1] is None and match[2].lstrip().startswith('"'):
                    break
                cells.append(match[2] if match[1] is None else match[1].replace('""', '"'))
                place = match.end() + 1
                if place > len(text):
                    return cells
        return None


def table_lines(
    lines: Iterable[tuple[int, str] | Passage],
) -> Iterator[tuple[int, str] | Passage]:
    """Lines for :func:`csv_rows`: also split at lone carriage returns; one that is very long in
    pieces.
    """
    for one in lines:
        if isinstance(one, Passage):
            yield one
        elif len(one[1]) > _LONGEST_ROW:
            yield from passages(one[1], one[0])
        elif "\r" in one[1]:
            for piece in one[1].rstrip("\r").split("\r"):
                yield one[0], piece
        else:
            yield one

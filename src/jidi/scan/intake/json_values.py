"""JSON however it lies: a document, an array item by item, documents one behind the other, lines;
members are read as pairs, so that of two with one name both are seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from jidi.scan.intake.lines import LONGEST, blocks
from jidi.scan.intake.parts import Block, Item, Number, Pairs, Passage

_BLANK: Final = re.compile("[ \t\r\n\x1e\ufeff]*")
_MARKS: Final = "{["
_NEAR: Final = 64


def _object(pairs: list[tuple[str, Any]]) -> Any:
    mapping = dict(pairs)
    return mapping if len(mapping) == len(pairs) else Pairs(pairs)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=Number,
    parse_float=Number,
    parse_constant=Number,
    strict=False,
)
_read = _DECODER.raw_decode


def records_of_line(text: str, line: int) -> list[Item] | None:
    """The record of a line of NDJSON, each item of an array; ``None``: it is not JSON."""
    begin = _blank(text, 0)
    if text[begin : begin + 1] not in _MARKS or begin == len(text):
        return None
    try:
        value, end = _read(text, begin)
    except (ValueError, RecursionError):
        return None
    found = list(_items(value, line))
    while (end := _blank(text, end)) < len(text):
        try:
            value, end = _read(text, end)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict | list):
            return None
        found += _items(value, line)
    return found


def _items(value: Any, line: int) -> Iterator[Item]:
    if isinstance(value, list) and not isinstance(value, Pairs):
        for place, one in enumerate(value):
            yield Item(line, one, (str(place),))
    else:
        yield Item(line, value)


def _blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match is not None else place


class Documents:
    """Values in a stream of characters, one by one; what is no JSON is handed on as text, line by
    line.
    """

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text = ""
        self._place = 0
        self._line = 1
        self._array: int | None = None
        self._needed = 0

    def parts(self) -> Iterator[Item | Block | Passage]:
        """Records with the lines in which they begin."""
        while self._skipped():
            mark = self._text[self._place]
            if self._array is None and mark == "[":
                self._array = 0
                self._step(1)
            elif self._array is not None and mark in ",]":
                self._array = None if mark == "]" else self._array
                self._step(1)
            elif self._array is not None or mark == "{":
                yield from self._record()
            else:
                yield from self._as_text()

    def _step(self, count: int) -> None:
        end = self._place + count
        self._line += self._text.count("\n", self._place, end)
        self._place = end

    def _skipped(self) -> bool:
        """Go to the next character that is not blank; whether there is one."""
        while True:
            self._step(_blank(self._text, self._place) - self._place)
            if self._place < len(self._text):
                return True
            if not self._fill():
                return False

    def _fill(self) -> bool:
        more = next(self._texts, "")
        self._text = self._text[self._place :] + more
        self._place = 0
        return bool(more)

    def _record(self) -> Iterator[Item | Block | Passage]:
        wanted = 0
        while True:
            held = len(self._text) - self._place
            try:
                value, end = _read(self._text, self._place)
            except RecursionError:
                break
            except json.JSONDecodeError as error:
                complete = self._is_bad(error)
            else:
                if end < len(self._text) or not self._fill():
                    yield self._item(value, end)
                    return
                continue
            wanted = max(wanted, 2 * held)
            if complete or held > LONGEST or not self._filled(wanted):
                break
        yield from self._as_text()

    def _item(self, value: Any, end: int) -> Item:
        path: tuple[str, ...] = ()
        if self._array is not None:
            path = (str(self._array),)
            self._array += 1
        item = Item(self._line, value, path)
        self._step(end - self._place)
        return item

    def _filled(self, wanted: int) -> bool:
        """Read on until so many characters are held; whether any came."""
        came = False
        while len(self._text) - self._place < min(wanted, 2 * LONGEST) and self._fill():
            came = True
        return came

    def _is_bad(self, error: json.JSONDecodeError) -> bool:
        """Whether more characters would not mend it."""
        return error.pos < len(self._text) - _NEAR and not error.msg.startswith("Unterminated")

    def _as_text(self) -> Iterator[Block | Passage]:
        """What stands up to the end of the line, as text; a line without end is left with all that
        follows to those who read lines.
        """
        self._array = None
        searched = self._place
        while (end := self._text.find("\n", searched)) < 0:
            searched = len(self._text) - self._place
            if not self._fill():
                end = len(self._text) - 1
                break
            if len(self._text) > LONGEST:
                rest, self._text, self._place = self._text, "", 0
                yield from blocks(chain((rest,), self._texts), self._line)
                return
        text = self._text[self._place : end + 1]
        yield Block(self._line, text)
        self._step(len(text))

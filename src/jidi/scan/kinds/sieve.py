"""Which lines of a block may hold something at all: asked before the rules, many times quicker.

A line is silent when its numbers have none of the forms, when nothing in it is encoded, and when
the same line with its numbers blotted out is silent under the rules themselves; that is asked once
for all lines that differ in their numbers only. What is silent here has no finding there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

import orjson

from jidi.scan.kinds.layers import STANDARD, is_packed
from jidi.scan.kinds.pairs import fields_in
from jidi.scan.kinds.patterns import fold, number_forms
from jidi.scan.kinds.quiet import is_quiet
from jidi.scan.kinds.stretches import WHOLE, stretches

_BLOT: Final = bytes.maketrans(b"123456789", b"000000000")
_TOKEN: Final = re.compile(
    rb"(?<![0-9A-Za-z\x80-\xff])(?=[a-z]*0)[0-9a-z]{8,}+(?:-[0-9a-z]{4,}+)*+"
    rb"(?![A-Z\x80-\xff])(?![\w.\[\]-]*\\*[\"'`\]]{0,2}\s{0,2}[=:{])"
)
"""Long identifiers that are no names of fields: in small letters, as no room has them (17F1702,
Room 1203), and with no word of Chinese against them.
"""
_RUN: Final = re.compile(rb"(?<![0A-Za-z])0{10}0*+(?![A-DF-WYZa-df-wyz])")
_ZEROS: Final = re.compile(rb"0*+")
_TEN: Final = b"0" * 10
_PRINTED: Final = b"FD00000000000"
"""A number in the language of label printers."""
_FILLED: Final = re.compile(
    rb"(?:00)?(?:86)?1[3-9]\d{9}(?!\d)|950\d{7,9}(?!\d)|400\d{7}(?!\d)|0\d{9,11}(?!\d)"
    rb"|[1-8]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx]|FD"
)
_CARD: Final = re.compile(rb"(?:6|4|5[1-5]|2[2-7]|3|9|10)\d{12,18}(?!\d)")
_SPACED: Final = re.compile(
    rb"000(?:[- ]0000[- ]?0000|0000[- ]0000|0?(?:\) ?|[- ] ?)000000"
    rb"|0[- ]0000[- ]0000|000[- ]0000000000)"
)
_LITERALS: Final = (b"@", b"<", b"&#", b"\\u", b"VALUES", b"values")
_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_SINGLE: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_IN_TOKEN: Final = bytes(ord("x" if code in _ALPHABET + b"-_" else " ") for code in range(256))
_LONG: Final = b"x" * 12
_IN_WORD: Final = bytes(
    ord("x" if chr(code) in "0123456789abcdefghijklmnopqrstuvwxyz" else "y")
    if code > 0x7F or chr(code).isalnum()
    else ord(" ")
    for code in range(256)
)
_LONG_WORD: Final = b" " + b"x" * 8
"""Where in ``_IN_WORD`` a match of ``_TOKEN`` can begin: after what is no letter and no digit."""
_BEGINS: Final = frozenset(
    bytes((_ALPHABET[first], _ALPHABET[second]))
    for first in range(64)
    for second in range(64)
    if (first in {2, *range(8, 32)} and second % 16 not in {1, 8, 9, 10, 11})
    or (first in range(48, 62) and second % 16 in {8, 9, 10, 11})
)
"""Beginnings of tokens whose first byte, and the beginning of the second, would be those of text:
printable ASCII, a tab or line feed, or the first of several bytes.
"""
_SPACED_HINTS: Final = (
    b"000-0000",
    b"000 0000",
    b")000000",
    b") 000000",
    b"0-000000",
    b"0 000000",
    b"- 000000",
    b"  000000",
)
_SPREAD: Final = 9
"""How many characters before one of these hints what it hints at can begin."""
_BRACKET: Final = re.compile(
    rb"(?:\xef\xbb\xbf|[\s\x1e])*(?:\{\s*[\"}]|\[\s*(?:[{\[\"]|true|false|null|-?\d[^:/]*,))"
)
"""How a record begins."""
_BEFORE: Final = 28
_REACH: Final = 48
_MOST: Final = 1 << 16
_DEEP: Final = 200
"""More brackets than any reader of JSON would refuse to follow."""


class Sieve:
    """Remembers lines about which the rules are silent, or are not.

    ``records(line)`` says how many records a line of JSON has that are silent whatever their
    numbers are: 0 where one is not, -1 where the line is no JSON.
    """

    def __init__(self, records: Callable[[str], int] = lambda _: 0) -> None:
        self._records = records
        self._silent: dict[bytes, int] = {}
        self._known: dict[bytes, int] = {}

    def speaking(self, text: str) -> tuple[list[int], int]:
        """Numbers, from 0, of the lines of a block that may hold something, and how many records or
        lines of text the others are.
        """
        data = text.encode("utf-8", "surrogatepass")
        blotted = data.translate(_BLOT)
        lines = blotted.split(b"\n")
        counts = self._counts(lines)
        places = _places(data, blotted)
        if places:
            ends = list(accumulate(len(line) + 1 for line in lines))
            for place, end in places:
                number = bisect_right(ends, place)
                if counts[number]:
                    begin = ends[number - 1] if number else 0
                    line = data[begin : ends[number] - 1]
                    if _BRACKET.match(line) is not None:
                        speaks = not _is_quiet_value(line, place - begin)
                    else:
                        speaks = not end or _is_number(data, place, end)
                    counts[number] = 0 if speaks else counts[number]
        spoken = [number for number, count in enumerate(counts) if not count]
        return spoken, sum(counts)

    def _counts(self, lines: list[bytes]) -> list[int]:
        """How many records each line is, 0 where it may hold something or is blank."""
        if len(self._silent) + len(self._known) > _MOST:
            self._silent.clear()
            self._known.clear()
        known = self._known
        counts = [self._silent.get(line, -1) for line in lines]
        others = [number for number, count in enumerate(counts) if count < 0]
        plain = _without_tokens(b"\n".join([lines[number] for number in others]))
        for number, line in zip(others, plain.split(b"\n"), strict=True) if others else ():
            answer = known.get(line)
            if answer is None:
                answer = known[line] = self._answer(line)
            counts[number] = answer
            if answer and line == lines[number]:
                self._silent[line] = answer
        return counts

    def _answer(self, line: bytes) -> int:
        if not line.strip():
            return 0
        if _BRACKET.match(line) is not None:
            if b"\\" in line:
                return 0
            text = line.replace(b"0", b"1").decode("utf-8", "surrogatepass")
            count = self._records(text)
            if count >= 0:
                return count
        return int(_is_silent(line))


def _each(literal: bytes, data: bytes) -> Iterator[int]:
    """Where ``literal`` stands."""
    place = data.find(literal)
    while place >= 0:
        yield place
        place = data.find(literal, place + 1)


def _places(data: bytes, blotted: bytes) -> list[tuple[int, int]]:
    """Where in a block something is encoded, with 0; and where a number has one of the forms, with
    its end: what stands around it may take it back.
    """
    places = [(place, 0) for literal in _LITERALS for place in _each(literal, data)]
    if b"%" in data:
        places += [(match.start(), 0) for match in _PERCENT.finditer(data)]
    places += [
        (start, end)
        for start, end in _runs(blotted)
        if _FILLED.match(data, start) or _is_checked(data, start, end)
    ]
    places += _spaced(blotted)
    return places + [(start, 0) for start in _tokens(data)]


def _runs(blotted: bytes) -> Iterator[tuple[int, int]]:
    """Where ten digits or more stand together."""
    start = blotted.find(_TEN)
    while start >= 0:
        run = _RUN.match(blotted, start)
        if run is not None:
            yield run.span()
        zeros = _ZEROS.match(blotted, start)
        start = blotted.find(_TEN, zeros.end() if zeros is not None else start + 1)
    for start in _each(_PRINTED, blotted):
        yield start, start + len(_PRINTED)


def _spaced(blotted: bytes) -> Iterator[tuple[int, int]]:
    """Where numbers may stand that are written with blanks, hyphens or brackets inside."""
    looked = 0
    for hinted in sorted(place for hint in _SPACED_HINTS for place in _each(hint, blotted)):
        for place in range(max(looked, hinted - _SPREAD), hinted + 1):
            shape = _SPACED.match(blotted, place)
            if shape is not None:
                yield shape.span()
        looked = hinted + 1


def _without_tokens(blotted: bytes) -> bytes:
    """The text with eight zeros for each long identifier."""
    shape = (b"\n" + blotted).translate(_IN_WORD)
    pieces: list[bytes] = []
    told = 0
    start = shape.find(_LONG_WORD)
    while start >= 0:
        token = _TOKEN.match(blotted, start) if start >= told else None
        if token is not None:
            pieces += blotted[told:start], b"00000000"
            told = token.end()
        start = shape.find(_LONG_WORD, start + len(_LONG_WORD))
    return b"".join((*pieces, blotted[told:]))


def _is_quiet_value(line: bytes, place: int) -> bool:
    """Whether a line is a record and ``place`` lies in a text of it which holds nothing, whatever
    holds it; the name of a member is no such text.
    """
    opened = line.count(b"{") + line.count(b"[")
    if b"\\" in line or opened > _DEEP or not line.count(b'"', 0, place) % 2:
        return False
    start, end = line.rfind(b'"', 0, place) + 1, line.find(b'"', place)
    is_name = line[end + 1 :].lstrip()[:1] == b":"
    if is_name or not is_quiet(line[start:end].decode("utf-8", "replace")):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _tokens(data: bytes) -> Iterator[int]:
    """Where tokens of base64 begin that may be text."""
    shape = data.translate(_IN_TOKEN)
    start = shape.find(_LONG)
    while start >= 0:
        end = shape.find(b" ", start)
        end = len(data) if end < 0 else end
        begins = data[start : start + 2].translate(STANDARD)
        if begins in _BEGINS and is_packed(data[start:end]):
            yield start
        start = shape.find(_LONG, end)


def _is_checked(data: bytes, start: int, end: int) -> bool:
    """Whether a run of digits begins like a number of a card and has its check digit."""
    if _CARD.match(data, start) is None:
        return False
    digits = data[start:end]
    total = sum(digits[::-2].translate(_SINGLE)) + sum(digits[-2::-2].translate(_DOUBLED))
    return total % 10 == 0


def _is_number(data: bytes, start: int, end: int) -> bool:
    window = data[max(0, start - _BEFORE) : end + _REACH].decode("utf-8", "ignore")
    return not window.isascii() or any(True for _ in number_forms(window))


def _is_silent(line: bytes) -> bool:
    """Whether the rules are silent about a line of which the numbers are blotted out, whatever
    these were.
    """
    text = line.decode("utf-8", "surrogatepass")
    if len(text) < 2:
        return True
    plain = fold(text)
    if plain != text and _WIDE.search(text) is not None:
        return False
    if any(field.role in WHOLE for field in fields_in(plain)):
        return False
    return not stretches(plain)


_WIDE: Final = re.compile(
    "[^\x00-\x7f\u2010-\u2027\u3000-\u303f\u3400-\u9fff，：；（）！？、。“”‘’]"
)
"""Characters that may be digits or letters once they are made plain."""

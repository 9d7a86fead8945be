"""Which lines of a block may hold something at all: asked before the rules, many times quicker.

A line is silent when its numbers have none of the forms, when nothing in it is encoded, and when
the same line with its numbers blotted out is silent under the rules themselves; that is asked once
for all lines that differ in their numbers only. What is silent here has no finding there.
"""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

from jidi.scan.kinds.pairs import fields_in
from jidi.scan.kinds.patterns import fold, number_forms
from jidi.scan.kinds.stretches import WHOLE, stretches

_BLOT: Final = bytes.maketrans(b"123456789", b"000000000")
_TOKEN: Final = re.compile(
    rb"(?<![0-9A-Za-z\x80-\xff])(?=[a-z]*0)[0-9a-z]{8,}+(?:-[0-9a-z]{4,}+)*+"
    rb"(?![A-Z\x80-\xff])(?![\w.\[\]-]*\\*[\"'`\]]{0,2}\s{0,2}[=:{])"
)
"""Long identifiers that are no names of fields: in small letters, as no room has them (17F1702,
Room 1203), and with no word of Chinese against them.
"""
_RUN: Final = re.compile(
    rb"0000000000(?<![0A-Za-z]0000000000)0*+(?![A-DF-WYZa-df-wyz])|FD00000000000"
)
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
_IN_TOKEN: Final = bytes(
    ord("x") if bytes((code,)) in {bytes((one,)) for one in _ALPHABET + b"-_"} else ord(" ")
    for code in range(256)
)
_LONG: Final = b"x" * 12
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
)
_BRACKET: Final = re.compile(
    rb"(?:\xef\xbb\xbf|[\s\x1e])*(?:\{\s*[\"}]|\[\s*(?:[{\[\"]|true|false|null|-?\d[^:/]*,))"
)
"""How a record begins."""
_FIRST: Final = 12
_BEFORE: Final = 28
_REACH: Final = 48
_MOST: Final = 1 << 16


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
        places, doubtful = _places(data, blotted)
        if places or doubtful:
            ends = list(accumulate(len(line) + 1 for line in lines))
            for place in places:
                counts[bisect_right(ends, place)] = 0
            for place in doubtful:
                number = bisect_right(ends, place)
                if _BRACKET.match(lines[number]):
                    counts[number] = 0
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
        plain = _TOKEN.sub(b"00000000", b"\n".join([lines[number] for number in others]))
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


def _places(data: bytes, blotted: bytes) -> tuple[list[int], list[int]]:
    """Where in a block a number has one of the forms, or something is encoded; and where it has a
    form that what stands around it takes back in text.
    """
    places = [place for literal in _LITERALS for place in _each(literal, data)]
    doubtful: list[int] = []
    if b"%" in data:
        places += [match.start() for match in _PERCENT.finditer(data)]
    for run in _RUN.finditer(blotted):
        start, end = run.span()
        if _FILLED.match(data, start) or _is_checked(data, start, end):
            (places if _is_number(data, start, end) else doubtful).append(start)
    hinted = any(hint in blotted for hint in _SPACED_HINTS)
    for shape in _SPACED.finditer(blotted) if hinted else ():
        held = _is_number(data, shape.start(), shape.end())
        (places if held else doubtful).append(shape.start())
    places += _tokens(data)
    return places, doubtful


def _tokens(data: bytes) -> Iterator[int]:
    """Where tokens of base64 begin that may be text."""
    shape = data.translate(_IN_TOKEN)
    start = shape.find(_LONG)
    while start >= 0:
        end = shape.find(b" ", start)
        end = len(data) if end < 0 else end
        begins = data[start : start + 2].replace(b"-", b"+").replace(b"_", b"/")
        if begins in _BEGINS and may_be_text(data[start:end]):
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


def may_be_text(token: bytes) -> bool:
    """Whether a token of base64 begins like text."""
    if token.isdigit() or token.isalpha():
        return False
    body = token[:_FIRST].replace(b"-", b"+").replace(b"_", b"/")
    try:
        head = binascii.a2b_base64(body[: len(body.rstrip(b"=")) // 4 * 4])
        plain = head.decode()
    except binascii.Error:
        return True
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        plain = head[: error.start].decode()
    return plain.replace("\n", "").replace("\t", "").isprintable()


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

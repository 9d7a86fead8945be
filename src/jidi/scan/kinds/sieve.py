"""Which lines of a block may hold something at all: asked before the rules, many times quicker.

A line is silent when its numbers have none of the forms, when nothing in it is encoded, and when
the same line with its numbers blotted out is silent under the rules themselves; that is asked once
for all lines that differ in their numbers only. What is silent here has no finding there.
"""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Final

from jidi.scan.kinds.pairs import fields_in
from jidi.scan.kinds.patterns import fold, number_forms
from jidi.scan.kinds.stretches import WHOLE, stretches

_BLOT: Final = bytes.maketrans(b"123456789", b"000000000")
_TOKEN: Final = re.compile(
    rb"(?=[A-Za-z]*0)[0-9A-Za-z]{8,}+(?:-[0-9A-Za-z]{4,}+)*+"
    rb"(?![\w.\[\]-]*\\*[\"'`\]]{0,2}\s{0,2}[=:{])"
)
"""Long identifiers that are no names of fields."""
_RUN: Final = re.compile(
    rb"0000000000(?<![0A-Za-z_]0000000000)0*+(?![A-DF-WYZa-df-wyz])|FD00000000000"
)
_FILLED: Final = re.compile(
    rb"(?:00)?(?:86)?1[3-9]\d{9}(?!\d)|950\d{7,9}(?!\d)|400\d{7}(?!\d)|0\d{9,11}(?!\d)"
    rb"|[1-8]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx]"
    rb"|(?:6|4|5[1-5]|2[2-7]|3|9|10)\d{12,18}(?!\d)|FD"
)
_SPACED: Final = re.compile(
    rb"000(?:[- ]0000[- ]?0000|0000[- ]0000|0?(?:\) ?|[- ] ?)000000"
    rb"|0[- ]0000[- ]0000|000[- ]0000000000)"
)
_LITERALS: Final = (b"@", b"<", b"&#", b"\\u", b"VALUES", b"values")
_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_CARD_LENGTH: Final = 14
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_SINGLE: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_BASE64: Final = re.compile(
    rb"(?<![A-Za-z0-9+/_-])(?:[CI-Za-f][^BIJKLRYZabhopqrx4567\W]|[w-z0-9][I-LY-bo-r4-7])"
    rb"[A-Za-z0-9+/_-]{10,}={0,2}(?![A-Za-z0-9+/_=-])"
)
"""Tokens whose first byte, and the beginning of the second, would be those of text."""
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


def _places(data: bytes, blotted: bytes) -> tuple[list[int], list[int]]:
    """Where in a block a number has one of the forms, or something is encoded; and where it has a
    form that what stands around it takes back in text.
    """
    places: list[int] = []
    doubtful: list[int] = []
    for literal in _LITERALS:
        place = data.find(literal)
        while place >= 0:
            places.append(place)
            place = data.find(literal, place + 1)
    if b"%" in data:
        places += [match.start() for match in _PERCENT.finditer(data)]
    for run in _RUN.finditer(blotted):
        start, end = run.span()
        if _FILLED.match(data, start) and _may_hold(data[start:end]):
            (places if _is_number(data, start, end) else doubtful).append(start)
    for shape in _SPACED.finditer(blotted):
        held = _is_number(data, shape.start(), shape.end())
        (places if held else doubtful).append(shape.start())
    places += [match.start() for match in _BASE64.finditer(data) if may_be_text(match.group())]
    return places, doubtful


def _may_hold(digits: bytes) -> bool:
    """Whether a long run of digits that is no number of identity has the check digit of a card."""
    if len(digits) < _CARD_LENGTH or len(digits) in {15, 17, 18} or not digits.isdigit():
        return True
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

"""Numbers that JSON allows and no reader of doubles can hold, such as 1e400 (RFC 8259, 6)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Text
from jidi.registry.reading.places import pointers_at
from jidi.wording import sentence

_NUMBERS: Final = re.compile(rb'"(?:[^"\\\\]++|\\\\.)*+"|-?[0-9][0-9.eE+-]*+')
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class HugeNumber:
    """A number beyond the range of doubles: ``offset`` in bytes, its ``text``, shortened."""

    offset: int
    text: str

    @property
    def keyword(self) -> str:
        """The keyword that such a number breaks wherever there are bounds at all."""
        return "minimum" if self.text.startswith("-") else "maximum"


def within_range(data: bytes) -> tuple[bytes, list[HugeNumber]]:
    """``data``, as long as it was, with each number beyond the range replaced by one near its end;
    and those numbers.
    """
    found: list[HugeNumber] = []

    def replaced(match: re.Match[bytes]) -> bytes:
        token = match.group()
        if token.startswith(b'"') or not _is_beyond(token):
            return token
        text = token.decode()
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        found.append(HugeNumber(match.start(), shown))
        sign = b"-" if token.startswith(b"-") else b""
        return sign + _near_the_end(len(token) - len(sign))

    return _NUMBERS.sub(replaced, data), found


def _is_beyond(token: bytes) -> bool:
    try:
        return math.isinf(float(token))
    except ValueError:
        return False


def _near_the_end(length: int) -> bytes:
    """A finite number of so many characters; none beyond the range is shorter than five."""
    if length < 7:
        return b"1e308" if length == 5 else b"10e307"
    return b"1." + b"0" * (length - 6) + b"e308"


def places_of(data: bytes, huge: Sequence[HugeNumber]) -> dict[str, HugeNumber]:
    """The JSON Pointer of each of those numbers in ``data``."""
    starts = {len(data[: one.offset].decode("utf-8")): one for one in huge}
    found = pointers_at(data.decode("utf-8"), starts)
    return {pointer: starts[start] for start, pointer in found.items()}


def told_beyond(
    told: Mapping[str, HugeNumber], owners: Mapping[str, str]
) -> Iterator[tuple[str, str, str, Text]]:
    """Pointer, keyword, requirement and sentence of each number; ``owners`` maps pointers to the
    requirement that a fault there breaks.
    """
    for pointer, number in told.items():
        name = pointer.rpartition("/")[2] or "/"
        text = sentence("registry/is-beyond-the-range-of", text=number.text, name=name)
        yield pointer, number.keyword, owners.get(pointer, ""), text

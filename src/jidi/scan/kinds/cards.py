"""Numbers of bank cards: known beginnings, a length that goes with them, a check digit that holds
(ISO/IEC 7812-1, annex B).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(
    r"(?<![0-9A-Za-z_.-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{14,19}"
    r"|\d{6}[ -]\d{10,13}|3\d{3}([ -])\d{6}\2\d{4,5})(?![0-9A-Za-z_]|[-.]\d)"
)
_ISSUED: Final = re.compile(
    r"62\d{14}(?:\d{3})?|4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}"
    r"|3[47]\d{13}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}"
    r"|(?:60|68|69|90|94|95|98)\d{14}(?:\d{3})?"
)
_IN_CONTEXT: Final = re.compile(r"(?:62|60|68|69|90|94|95|98|10)\d{12,17}|[3-6]\d{13,18}")
_NEAR: Final = re.compile(
    r"卡|银行|账号|帐号|账户|储蓄|信用|工行|建行|农行|中行|招行|card|bank|acct|account|pan\b",
    re.IGNORECASE,
)
_WINDOW: Final = 16
_ALONE: Final = frozenset(["62", "4", "51", "52", "53", "54", "55"])


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of cards stand in folded text; beside a word for them any known beginning will
    do, alone only those that are met every day.
    """
    for match in _RUN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        near = _NEAR.search(text, max(0, match.start() - _WINDOW), match.start()) is not None
        if is_card(digits, near=near):
            yield match.span()


def is_card(digits: str, *, near: bool) -> bool:
    """Whether digits are a number of a card; ``near``: something says so."""
    if (_IN_CONTEXT if near else _ISSUED).fullmatch(digits) is None or len(set(digits)) < 3:
        return False
    if not near and digits[:2] not in _ALONE and digits[:1] not in _ALONE:
        return False
    return holds(digits)


def is_card_of_field(value: str) -> bool:
    """Whether a field for cards holds one."""
    digits = re.sub(r"[\s-]", "", value)
    return digits.isdecimal() and is_card(digits, near=True)


def holds(digits: str) -> bool:
    """Whether the check digit is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0

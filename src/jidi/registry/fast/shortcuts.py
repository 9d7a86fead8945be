"""Named rules at a glance: cheap signs that a rule surely holds, so that loops need not ask the
rule itself. A glance never says that one is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Glance = Callable[[Any, Any, str], bool]
_MARKS: Final = "--T::"
_S10_LENGTH: Final = 13
_S10_DIGITS: Final = (5, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_ZERO: Final = ord("0")


def surely_no_wrong_s10(value: Any, _parent: Any, _argument: str) -> bool:
    """Whether ``value`` does not have the form of an S10 identifier, of which the rule says
    nothing, or its check digit fits (UPU S10).
    """
    if not isinstance(value, str):
        return False
    if len(value) != _S10_LENGTH or not value[12].isalpha():
        return True
    sign = value.encode("ascii", "replace")
    total = (
        8 * sign[2]
        + 6 * sign[3]
        + 4 * sign[4]
        + 2 * sign[5]
        + 3 * sign[6]
        + 5 * sign[7]
        + 9 * sign[8]
        + 7 * sign[9]
        - 44 * _ZERO
    )
    return sign[10] - _ZERO == _S10_DIGITS[total % 11]


def surely_not_later(value: Any, parent: Any, argument: str) -> bool:
    """Whether two RFC 3339 times of one offset are in order by their letters.

    Compared are the parts up to the second; the fractions only when they are written alike.
    What only looks like a time holds anyway, since the rule is silent there.
    """
    other = parent.get(argument) if isinstance(parent, dict) else None
    if (
        not isinstance(value, str)
        or not isinstance(other, str)
        or value[4:19:3] != _MARKS
        or other[4:19:3] != _MARKS
    ):
        return False
    if value[19:] == other[19:]:
        return value[:19] <= other[:19]
    return value[:19] < other[:19] and value[-1] == "Z" and other[-1] == "Z"


def surely_not_earlier(value: Any, parent: Any, argument: str) -> bool:
    """As :func:`surely_not_later`, the other way round."""
    return isinstance(parent, dict) and surely_not_later(
        parent.get(argument), {argument: value}, argument
    )


GLANCES: Final[Mapping[str, Glance]] = {
    "s10-check-digit": surely_no_wrong_s10,
    "not-later-than": surely_not_later,
    "not-earlier-than": surely_not_earlier,
}
"""Rule name to function of (value, parent object, argument)."""

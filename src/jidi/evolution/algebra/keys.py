"""JSON values in a form that can be compared, hashed and computed with exactly: keys.

A key is a pair of a tag (``null``, ``bool``, ``num``, ``str``, ``arr``, ``obj``) and what it holds;
numbers are fractions, so that 1 and 1.0 are one value and 0.1 is a tenth.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

Key = tuple[Any, ...]
NULL: Final[Key] = ("null",)
_MOST_DIGITS: Final = 1_500
"""Of a number, before or after its point: more than any engine computes with exactly."""


class UncountableError(ValueError):
    """A number that no engine holds: not finite, or of more digits than anybody writes."""


def key(value: Any) -> Key:
    """The key of a JSON value.

    Raises:
        UncountableError: it holds a number that cannot be compared.
    """
    if value is None:
        return NULL
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, str):
        return ("str", value)
    if isinstance(value, list | tuple):
        return ("arr", tuple(key(item) for item in value))
    if isinstance(value, dict):
        return ("obj", tuple(sorted((name, key(member)) for name, member in value.items())))
    return ("num", exact(value))


def exact(number: float | Decimal) -> Fraction:
    """The number that was written.

    Raises:
        UncountableError: see the class.
    """
    decimal = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not decimal.is_finite() or abs(decimal.adjusted()) > _MOST_DIGITS:
        raise UncountableError(str(number)[:40])
    return Fraction(decimal)


def plain(value: Key) -> Any:
    """The JSON value of a key; a number is an ``int``, else a ``float`` where that is exact, else a
    ``Decimal``.

    Raises:
        UncountableError: a number that has no end when it is written.
    """
    match value[0]:
        case "null":
            return None
        case "num":
            return _written(value[1])
        case "arr":
            return [plain(item) for item in value[1]]
        case "obj":
            return {name: plain(member) for name, member in value[1]}
    return value[1]


def _written(number: Fraction) -> int | float | Decimal:
    if number.denominator == 1:
        return number.numerator
    try:
        near = float(number)
        if Fraction(repr(near)) == number:
            return near
    except (OverflowError, ValueError):
        pass
    places = 0
    rest = number.denominator
    while rest != 1 and places < _MOST_DIGITS:
        rest, places = Fraction(rest, 10).numerator, places + 1
    if rest != 1:
        raise UncountableError(str(number)[:40])
    scaled = number * 10**places
    return Decimal(scaled.numerator).scaleb(-places)


def kind_of(value: Key) -> str:
    """The type of a value, one of :data:`.form_graph.TYPES`."""
    match value[0]:
        case "num":
            return "integer" if value[1].denominator == 1 else "fraction"
        case "null":
            return "null"
        case "bool":
            return "boolean"
        case "str":
            return "string"
    return "array" if value[0] == "arr" else "object"


def size(value: Key) -> int:
    """How much there is of a value, for choosing the smallest of several."""
    match value[0]:
        case "arr":
            return 1 + sum(size(item) for item in value[1])
        case "obj":
            return 1 + sum(len(name) + size(member) for name, member in value[1])
        case "str":
            return 1 + len(value[1])
        case "num":
            return len(str(value[1]))
    return 1

"""Matchers: how a value is compared. Exact in case and type; absent and null are different
values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from jidi.language.compared import ABSENT, canonical, json_equal, show
from jidi.language.expressions import BlockedError


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _each_number(value: Any, test: Callable[[float], bool]) -> bool:
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(_number(item) and test(item) for item in values)


def _bound(operand: Any) -> float:
    """The operand as a number, whatever its size.

    Raises:
        BlockedError: it is none, so that there is nothing to compare with.
    """
    if not _number(operand):
        raise BlockedError(f"what it is compared with is {show(operand)}, which is no number")
    bound: float = operand
    return bound


def _options(operand: Any) -> list[Any]:
    """The operand as a list.

    Raises:
        BlockedError: it is none, so that there is nothing to compare with.
    """
    if not isinstance(operand, list):
        raise BlockedError(f"what it is compared with is {show(operand)}, which is no list")
    return operand


def _at_most(value: Any, operand: Any) -> bool:
    bound = _bound(operand)
    return _each_number(value, lambda number: number <= bound)


def _at_least(value: Any, operand: Any) -> bool:
    bound = _bound(operand)
    return _each_number(value, lambda number: number >= bound)


def _sized(value: Any) -> bool:
    return isinstance(value, Sequence | Mapping) and not isinstance(value, str | bytes)


def _sorted(value: Any, order: Any) -> bool:
    if not isinstance(value, list) or not (
        all(_number(item) for item in value) or all(isinstance(item, str) for item in value)
    ):
        return False
    pairs = list(itertools.pairwise(value))
    return all(a <= b for a, b in pairs) if order != "descending" else all(a >= b for a, b in pairs)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    if not isinstance(value, list):
        return False
    items = wanted if isinstance(wanted, list) else [wanted]
    return all(any(json_equal(item, candidate) for candidate in value) for item in items)


def _lacks(value: Any, unwanted: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    parts = unwanted if isinstance(unwanted, list) else [unwanted]
    return (
        parts != []
        and all(isinstance(part, str) and part != "" for part in parts)
        and all(isinstance(text, str) and part not in text for text in texts for part in parts)
    )


def _consecutive(value: Any, start: Any) -> bool:
    first = _bound(start)
    return isinstance(value, list) and json_equal(
        value, [first + index for index in range(len(value))]
    )


MATCHERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "equals": json_equal,
    "same-as": json_equal,
    "differs-from": lambda value, operand: value is not ABSENT and not json_equal(value, operand),
    "in": lambda value, operand: any(json_equal(value, item) for item in _options(operand)),
    "not-in": lambda value, operand: (
        value is not ABSENT and not any(json_equal(value, item) for item in _options(operand))
    ),
    "matches": lambda value, operand: (
        isinstance(value, str) and re.fullmatch(str(operand), value) is not None
    ),
    "present": lambda value, _: value is not ABSENT and value is not None,
    "absent": lambda value, _: value is ABSENT,
    "at-most": _at_most,
    "at-least": _at_least,
    "contains": _contains,
    "lacks": _lacks,
    "count": lambda value, operand: _sized(value) and len(value) == operand,
    "count-at-least": lambda value, operand: _sized(value) and len(value) >= _bound(operand),
    "distinct": lambda value, operand: (
        isinstance(value, list)
        and len({canonical(item) for item in value}) == (len(value) if operand is True else operand)
    ),
    "sorted": _sorted,
    "consecutive-from": _consecutive,
    "same-items-as": lambda value, operand: (
        isinstance(value, list)
        and isinstance(operand, list)
        and sorted(map(canonical, value)) == sorted(map(canonical, operand))
    ),
}
"""Every matcher: (value, operand) to whether it holds. A value of the wrong kind never matches and
never raises; an operand of the wrong kind, which an expression may give, raises
:class:`BlockedError`: there is nothing to compare with.
"""

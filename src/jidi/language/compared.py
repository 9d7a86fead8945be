"""JSON values as the language compares them: which are equal, how one is shown, and the value that
stands for nothing. Exact in case and type; absent and null are different values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_SHOWN: Final = 300


class _Absent:
    """Type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""What an expression gives when its source is there but holds nothing at that place. Not the same
as ``null``.
"""


def json_equal(left: Any, right: Any) -> bool:
    """Equality of JSON values: ``1`` equals ``1.0``, ``true`` does not equal ``1``, member order
    does not matter.
    """
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(
            json_equal(left[key], right[key]) for key in left
        )
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(
            json_equal(a, b) for a, b in zip(left, right, strict=True)
        )
    if left is ABSENT or right is ABSENT:
        return left is right
    return _is_comparable(left, right) and bool(left == right)


def _is_comparable(left: Any, right: Any) -> bool:
    """Whether both are of one kind of JSON, for which ``true`` is no number."""
    if type(left) is type(right):
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    return isinstance(left, int | float) and isinstance(right, int | float)


def canonical(value: Any) -> str:
    """A text that is equal for values that are JSON-equal; for counting distinct ones."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value))
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return json.dumps(value) if value is not ABSENT else "(absent)"


def show(value: Any, most: int = _SHOWN) -> str:
    """``value`` for a sentence: one line of at most ``most`` characters."""
    if value is ABSENT:
        return "(absent)"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"

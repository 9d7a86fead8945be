"""Expressions of the scenario language: ``$name.attribute#/json/pointer ~ RFC 9535 query``.

There is no evaluation of code, no operator and no template: an expression only points at something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jsonpath import JSONPathEnvironment

from jidi.errors import DataError

_SHAPE: Final = re.compile(
    r"^\$(?P<root>[a-z][a-z0-9_-]*)(?P<path>(?:\.[a-z0-9_-]+)*)(?P<pointer>#(?:/[^ ~]*(?:~[01][^ ~]*)*)?)?(?: ~ (?P<query>\$.*))?$"
)
_JSONPATH: Final = JSONPathEnvironment(strict=True)


_HUGE: Final = 1e15
"""Bound of a scaled number: a candidate may send integers that no float can hold."""


class _Absent:
    """Type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""What an expression gives when its source is there but holds nothing at that place. Not the same
as ``null``.
"""


class BlockedError(Exception):
    """The source of an expression never came about, so nothing can be said about it.

    ``reason`` names the step or variable that is missing.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; ``path`` are attribute names, ``pointer`` an RFC 6901 pointer or
    ``None``, ``query`` an RFC 9535 query or empty.
    """

    text: str
    root: str
    path: tuple[str, ...]
    pointer: str | None
    query: str


def is_expression(value: object) -> bool:
    """Whether ``value`` is a string that stands for something else."""
    return isinstance(value, str) and _SHAPE.match(value) is not None


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse ``text``.

    Raises:
        DataError: it is not an expression.
    """
    found = _SHAPE.match(text)
    if found is None:
        raise DataError(
            f"'{text}' is not an expression.",
            next_step="Write $name, $name.body#/pointer or $name.items ~ $[*].x.",
        )
    path = tuple(part for part in found["path"].split(".") if part)
    pointer = found["pointer"]
    return Expression(
        text, found["root"], path, None if pointer is None else pointer[1:], found["query"] or ""
    )


def point(document: Any, pointer: str) -> Any:
    """The value at RFC 6901 ``pointer`` in ``document``, or :data:`ABSENT`."""
    current = document
    for raw in pointer.split("/")[1:]:
        token = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(current, Mapping):
            if token not in current:
                return ABSENT
            current = current[token]
        elif isinstance(current, Sequence) and not isinstance(current, str | bytes):
            if not re.fullmatch(r"0|[1-9][0-9]{0,8}", token) or int(token) >= len(current):
                return ABSENT
            current = current[int(token)]
        else:
            return ABSENT
    return current


def resolve(expression: Expression, scope: Mapping[str, Any]) -> Any:
    """The value of ``expression`` in ``scope``, a mapping of root names to plain values or views
    with ``attribute(name)``.

    Raises:
        BlockedError: the root, or what it should hold, never came about.
    """
    if expression.root not in scope:
        raise BlockedError(f"step '{expression.root}' did not take place")
    value = scope[expression.root]
    for name in expression.path:
        value = _attribute(value, name)
        if value is ABSENT:
            return ABSENT
    if hasattr(value, "attribute"):
        value = value.attribute("body")
    if expression.pointer is not None:
        value = point(value, expression.pointer)
    if expression.query and value is not ABSENT:
        value = _JSONPATH.findall(expression.query, value) if isinstance(value, list | dict) else []
    return value


def _attribute(value: Any, name: str) -> Any:
    getter = getattr(value, "attribute", None)
    if getter is not None:
        return getter(name)
    if isinstance(value, Mapping):
        return value.get(name, ABSENT)
    return ABSENT


def evaluate(value: Any, scope: Mapping[str, Any]) -> Any:
    """``value`` with every expression in it (at any depth) replaced by what it points at; absent
    members stay :data:`ABSENT`.

    A mapping ``{of: expression, times: number, plus: number}`` is a scaled number.

    Raises:
        BlockedError: a source never came about, or a scaled number has nothing to scale.
    """
    if isinstance(value, str):
        return resolve(parse(value), scope) if is_expression(value) else value
    if isinstance(value, Mapping):
        if "of" in value and set(value) <= {"of", "times", "plus"}:
            return _scaled(value, scope)
        return {key: evaluate(item, scope) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [evaluate(item, scope) for item in value]
    return value


def _scaled(value: Mapping[str, Any], scope: Mapping[str, Any]) -> float:
    base = evaluate(value["of"], scope)
    if isinstance(base, bool) or not isinstance(base, int | float):
        raise BlockedError(f"{value['of']} is not a number")
    return float(max(-_HUGE, min(base, _HUGE))) * float(value.get("times", 1)) + float(
        value.get("plus", 0)
    )

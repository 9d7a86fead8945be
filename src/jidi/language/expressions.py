"""Expressions of the scenario language: ``$name.attribute#/json/pointer ~ RFC 9535 query``.

There is no evaluation of code, no operator and no template: an expression only points at something.
One rule tells them from plain text: **every text that begins with** ``$`` **is an expression**.
What does not parse is an author's error and never a text, because a check that compares a mistyped
expression with something would hold whatever the candidate does.

    expression = "$" root *("." attribute) ["#" pointer] [" ~ " query]
    root       = a small letter, then small letters, digits, "_", "-"
    attribute  = small letters, digits, "_", "-"
    pointer    = RFC 6901, without blanks
    query      = RFC 9535, begins with "$"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from jidi.errors import DataError
from jidi.language.compared import ABSENT
from jidi.model.text import Text
from jidi.registry import pointers
from jidi.wording import sentence

SIGN: Final = "$"
_SHAPE: Final = re.compile(
    r"\$(?P<root>[a-z][a-z0-9_-]*)"
    r"(?P<path>(?:\.[a-z0-9_-]+)*)"
    r"(?P<pointer>#(?:/(?:[^\s~/]|~[01])*)*)?"
    r"(?: ~ (?P<query>\$[^\r\n]*))?"
)
_JSONPATH: Final = JSONPathEnvironment(strict=True)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_HUGE: Final = 1e15
"""Bound of a scaled number: a candidate may send integers that no float can hold."""


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


@dataclass(frozen=True, slots=True)
class Reference:
    """One expression in a file: the pointer of the place where it stands, and its text."""

    place: str
    text: str


def is_expression(value: object) -> bool:
    """Whether ``value`` is a text that stands for something else: one that begins with ``$``."""
    return isinstance(value, str) and value.startswith(SIGN)


def fault(text: str) -> Text | None:
    """Why ``text`` is not a well-formed expression, or ``None`` when it is one."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return sentence("language/is-not-an-expression-write-name-then", text=text)
    try:
        _query(found["query"] or "")
    except (JSONPathError, ValueError) as error:
        cause = " ".join(str(error).split())
        return sentence("language/is-no-rfc-9535-query", query=found["query"], cause=cause)
    return None


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse ``text``.

    Raises:
        DataError: it is not an expression.
    """
    wrong = fault(text)
    found = _SHAPE.fullmatch(text)
    if wrong is not None or found is None:
        said = wrong or Text("", "")
        raise DataError(
            said.en,
            next_step="Write $name, $name.body#/pointer or $name.items ~ $[*].x.",
            zh=said.zh,
            zh_next_step="请写作 $名称、$名称.body#/指针 或 $名称.items ~ $[*].x。",
        )
    path = tuple(part for part in found["path"].split(".") if part)
    pointer = found["pointer"]
    return Expression(
        text, found["root"], path, None if pointer is None else pointer[1:], found["query"] or ""
    )


@lru_cache(maxsize=1024)
def _query(text: str) -> JSONPath | CompoundJSONPath | None:
    return _JSONPATH.compile(text) if text else None


def compiled(expression: Expression) -> JSONPath | CompoundJSONPath | None:
    """The query of an expression, ready to be used, or ``None`` when it has none."""
    return _query(expression.query)


def references(value: Any, path: pointers.Path = ()) -> Iterator[Reference]:
    """Every expression in ``value``, at any depth, which stands at ``path``; well formed or not."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from references(item, (*path, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from references(item, (*path, index))
    elif is_expression(value):
        yield Reference(pointers.encode(path), value)


def point(document: Any, pointer: str) -> Any:
    """The value at RFC 6901 ``pointer`` in ``document``, or :data:`ABSENT`."""
    current = document
    for token in pointers.decode(pointer):
        if isinstance(current, Mapping):
            if token not in current:
                return ABSENT
            current = current[token]
        elif isinstance(current, Sequence) and not isinstance(current, str | bytes):
            if not _INDEX.fullmatch(token) or int(token) >= len(current):
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
    query = _query(expression.query)
    if query is not None and value is not ABSENT:
        value = query.findall(value) if isinstance(value, list | dict) else []
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
        DataError: a text begins with ``$`` and is no expression.
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
    plus = evaluate(value.get("plus", 0), scope)
    if isinstance(plus, bool) or not isinstance(plus, int | float):
        raise BlockedError(f"{value['plus']} is not a number")
    return _bounded(base) * float(value.get("times", 1)) + _bounded(plus)


def _bounded(number: float) -> float:
    return float(max(-_HUGE, min(number, _HUGE)))

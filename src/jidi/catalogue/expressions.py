"""What can be said about an expression before any run: is it well formed, and what does it refer
to. The judge's own parser gives it a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from jidi.model.text import Text
from jidi.registry import pointers

ROOT = re.compile(r"\$([a-z][a-z0-9_-]*)")
_SHAPE = re.compile(
    r"\$(?P<root>[a-z][a-z0-9_-]*)(?P<parts>(?:\.[A-Za-z0-9_-]+)*)(?P<pointer>#(?:/(?:[^~/]|~[01])*)*)?\Z"
)
_DELAY = "delay:"
_STRICT = JSONPathEnvironment(strict=True)


@dataclass(frozen=True, slots=True)
class Reference:
    """One expression in a file: where it stands, its text, its root and the first part after the
    root (empty when there is none).
    """

    pointer: str
    text: str
    root: str
    part: str


def is_expression(value: Any) -> bool:
    """Whether a value is an expression and not plain text: it begins with ``$`` and a small
    letter.
    """
    return isinstance(value, str) and ROOT.match(value) is not None


def fault(text: str) -> Text | None:
    """Why the expression is not well formed, if it is not."""
    head, tilde, query = text.partition(" ~ ")
    if not _SHAPE.match(head):
        return Text(
            f"'{head}' is no expression; write $name, then .part and #/pointer.",
            f"“{head}”不是表达式；请写作 $名称，后接 .部分 与 #/指针。",
        )
    if tilde:
        try:
            _STRICT.compile(query)
        except (JSONPathError, ValueError) as error:
            cause = " ".join(str(error).split())
            return Text(
                f"'{query}' is no RFC 9535 query: {cause}", f"“{query}”不是 RFC 9535 查询：{cause}"
            )
    return None


def references(value: Any, path: pointers.Path) -> Iterator[Reference]:
    """Every expression in ``value``, which stands at ``path``."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from references(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(item, (*path, index))
    elif isinstance(value, str):
        text = value.removeprefix(_DELAY)
        if is_expression(text):
            found = _SHAPE.match(text.partition(" ~ ")[0])
            root = ROOT.match(text)
            part = found["parts"][1:].partition(".")[0] if found else ""
            yield Reference(pointers.encode(path), text, root[1] if root else "", part)

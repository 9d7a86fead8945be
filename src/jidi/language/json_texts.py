"""Reading JSON that a stranger sent: strict, bounded, and never an exception of another kind."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 200
_GREATEST: Final = 1.7976931348623157e308


class NotJsonError(ValueError):
    """The text is not one JSON document as RFC 8259 has it; the message says where and why."""


def read_json(text: str) -> Any:
    """The JSON document in ``text``: duplicate names, NaN, infinities (1e400 is one), lone
    surrogates and nesting beyond 200 levels are refused.

    Raises:
        NotJsonError: with the reason.
    """
    if _too_deep(text):
        raise NotJsonError(f"nested deeper than {MAX_DEPTH} levels")
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_constant, parse_float=_finite
        )
    except NotJsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error
    if _SURROGATE.search(text) and _half_a_character(value):
        raise NotJsonError(
            "a string holds half of a surrogate pair, which is no text (RFC 8259, 8.2)"
        )
    return value


def read_loosely(data: bytes | str) -> Any:
    """What a common parser makes of ``data``: doubled names, NaN and halves of characters pass.

    For what is looked at and not judged by its form; nothing about it can end the kit.

    Raises:
        NotJsonError: it is not even that, or nested deeper than :data:`MAX_DEPTH` levels.
    """
    try:
        text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
        deep = _too_deep(text)
        value = None if deep else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error
    if deep:
        raise NotJsonError(f"nested deeper than {MAX_DEPTH} levels")
    return value


_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _half_a_character(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


# Possessive: a pattern that may go back remembers 150 bytes for each character of a long string.
_STRINGS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def _too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for character in _STRINGS.sub("", text):
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif character in "]}":
            depth -= 1
    return False


def figure(value: object) -> float | None:
    """A number of JSON as a double, ``None`` for anything else: integers of JSON may be beyond
    every double, and are the greatest then.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(max(-_GREATEST, min(value, _GREATEST)))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJsonError(f"the member name {twice[:40]!r} occurs twice in one object")
    return members


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NotJsonError(f"the number {text[:40]} is beyond every range (RFC 8259, 6)")
    return value


def _constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not JSON")

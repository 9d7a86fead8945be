"""Reads JSON strictly: what two parsers could read differently is refused (RFC 7493 in spirit)."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from jidi_reference.domain.problems import Problem

MAX_DEPTH = 64
MAX_VALUES = 30_000
_MAX_DIGITS = 400


def parse_json(raw: bytes) -> Any:
    """The value in ``raw``.

    Raises:
        Problem: ``malformed-json`` for bytes that are not UTF-8 or not JSON, duplicate names, NaN
            or infinity, lone surrogates,
            numbers beyond a double, or nesting deeper than 64; ``body-too-large`` for more than
            30,000 values, half as many again as the
            largest legal batch holds: naming every fault in millions of values would stop the
            service for seconds (DS-08.4).
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError:
        raise _malformed(f"nesting is deeper than {MAX_DEPTH}") from None
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _malformed("an object names a member twice")
    return members


def _refuse_constant(_text: str) -> NoReturn:
    raise _malformed("NaN and infinity are not JSON")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _malformed("a number is too large for a double")
    return number


def _int(text: str) -> int:
    if len(text) > _MAX_DIGITS or not math.isfinite(float(text)):
        raise _malformed("a number is too large for a double")
    return int(text)


def _check(value: Any) -> None:
    waiting = [(value, 1)]
    seen = 0
    while waiting:
        item, depth = waiting.pop()
        seen += 1
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, dict | list):
            if depth > MAX_DEPTH:
                raise _malformed(f"nesting is deeper than {MAX_DEPTH}")
            parts = item if isinstance(item, list) else [*item.keys(), *item.values()]
            if seen + len(waiting) + len(parts) > MAX_VALUES:
                raise Problem(
                    "body-too-large",
                    f"The body holds more than {MAX_VALUES} values; send fewer items at once.",
                )
            waiting += [(part, depth + 1) for part in parts]


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _malformed("a string holds half of a surrogate pair") from None


def _malformed(detail: str) -> Problem:
    return Problem("malformed-json", detail)

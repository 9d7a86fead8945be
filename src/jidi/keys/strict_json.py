"""JSON that is signed: one value has one text, and no text has two readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import rfc8785

from jidi.language.json_texts import NotJsonError, read_json

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a signed document at most, unless somebody asks for more."""


class StrictJsonError(ValueError):
    """Bytes that are no JSON document of the kind that is signed; the text never quotes them."""


def canonical(value: Any) -> bytes:
    """``value`` as RFC 8785 writes it: UTF-8, members sorted, no blanks, no line end.

    Raises:
        ValueError: an integer beyond 2^53, a number that is none, or what is no JSON.
    """
    return rfc8785.dumps(value)


def read_strictly(data: bytes, largest: int = LARGEST) -> Any:
    """The value of ``data``: UTF-8 of at most ``largest`` bytes, each member once, no fractions and
    no integers beyond 2^53, so that every reader reads the same.

    Raises:
        StrictJsonError: it is anything else.
    """
    if len(data) > largest:
        raise StrictJsonError("too large")
    try:
        value = read_json(data.decode("utf-8"))
    except (NotJsonError, UnicodeDecodeError) as error:
        raise StrictJsonError("not JSON in UTF-8") from error
    if not _is_exact(value):
        raise StrictJsonError("a number that readers may read otherwise")
    return value


def _is_exact(value: Any) -> bool:
    if isinstance(value, dict | list):
        inside: Iterable[Any] = value.values() if isinstance(value, dict) else value
        return all(map(_is_exact, inside))
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) >= 2**53)

"""Arguments of named judgements as they come: from a candidate, so of any kind.

What a judgement looks *at* may be anything, and garbage there is its finding. What it looks
*with* (a list of ids, a declared number) must be there: where it is not, nothing can be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi.language.compared import show
from jidi.language.expressions import BlockedError


def listed(value: Any) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; nothing else counts."""
    return [one for one in listed(value) if isinstance(one, Mapping)]


def yardstick(given: Mapping[str, Any], name: str) -> list[Any]:
    """A list that something is measured with; empty when it is not given.

    Raises:
        BlockedError: it is something else than a list.
    """
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BlockedError(f"{name} is {show(value)}, which is no list")
    return value


def names_of(given: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts that something is measured with.

    Raises:
        BlockedError: it is something else.
    """
    value = yardstick(given, name)
    texts = [one for one in value if isinstance(one, str)]
    if len(texts) != len(value):
        raise BlockedError(f"{name} is {show(value)}, which is no list of texts")
    return texts


def declared_number(given: Mapping[str, Any], name: str) -> float:
    """A number that something is measured with.

    Raises:
        BlockedError: it is no number, or beyond every sensible one.
    """
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise BlockedError(f"{name} is {show(value)}, which is no usable number")
    return float(value)

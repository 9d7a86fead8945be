"""RFC 6901 pointers and the paths that they write down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]
MISSING: Any = object()


def encode(path: Iterable[str | int]) -> str:
    """Pointer for a path; the empty string for the whole document."""
    return "".join("/" + encode_step(str(step)) for step in path)


def encode_step(step: str) -> str:
    """One step as it stands between slashes."""
    return step.replace("~", "~0").replace("/", "~1")


def decode(pointer: str) -> tuple[str, ...]:
    """Steps of a pointer; array positions stay text."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def step_into(value: Any, step: str | int) -> Any:
    """Member or item ``step`` of ``value``, or ``MISSING``."""
    if isinstance(value, dict):
        return value.get(str(step), MISSING)
    if isinstance(value, list):
        text = str(step)
        if text.isdecimal() and text.isascii() and int(text) < len(value):
            return value[int(text)]
    return MISSING


def lookup(value: Any, path: Iterable[str | int]) -> Any:
    """What lies at ``path``, or ``MISSING``."""
    for step in path:
        value = step_into(value, step)
        if value is MISSING:
            return MISSING
    return value

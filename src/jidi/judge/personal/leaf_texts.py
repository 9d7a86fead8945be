"""The texts of a JSON value, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, bytes]]:
    """Every text, number and member name of a JSON value as UTF-8, with its pointer."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            below = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield below, str(name).encode("utf-8", "surrogatepass")
            yield from leaves(item, below)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{index}")
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield pointer, str(value).encode("utf-8", "surrogatepass")

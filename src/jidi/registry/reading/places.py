"""Where the places of a JSON text stand in it: an editor opens a line, not a JSON Pointer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Open:
    """A container that is being read: ``step`` is the last part of the pointer to what stands in it
    now, ``count`` an array's items so far.
    """

    array: bool
    step: str = ""
    count: int = 0
    awaits_name: bool = False


def locate(text: str, wanted: Collection[str]) -> dict[str, int]:
    """Offset, in characters, of each wanted JSON Pointer that ``text`` holds: of a member where its
    name begins, of an item where the item begins.

    ``text`` must be JSON. The empty pointer is the first character that is no space. One pass,
    without recursion; it ends when all are found.
    """
    left, found = set(wanted), dict[str, int]()
    containers: list[_Open] = []
    for token in _TOKEN.finditer(text):
        if not left:
            break
        mark = token.group()
        if _begins(mark, containers):
            pointer = "".join(container.step for container in containers)
            if pointer in left:
                left.discard(pointer)
                found[pointer] = token.start()
        _advance(mark, containers)
    return found


def _begins(mark: str, containers: list[_Open]) -> bool:
    """Whether ``mark`` is where a pointer points to: a member's name, an array's item, or the
    whole; the innermost container then knows its step.
    """
    if mark in {"}", "]", ",", ":"}:
        return False
    inner = containers[-1] if containers else None
    if inner is None:
        return True
    if inner.array:
        inner.step = f"/{inner.count}"
        inner.count += 1
        return True
    if inner.awaits_name:
        inner.step = "/" + str(json.loads(mark)).replace("~", "~0").replace("/", "~1")
        return True
    return False


def _advance(mark: str, containers: list[_Open]) -> None:
    if mark in {"{", "["}:
        containers.append(_Open(mark == "[", awaits_name=mark == "{"))
    elif mark in {"}", "]"}:
        containers.pop()
    elif mark == "," and not containers[-1].array:
        containers[-1].awaits_name = True
    elif mark == ":":
        containers[-1].awaits_name = False

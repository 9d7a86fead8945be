"""Where the places of a JSON text stand in it: an editor opens a line, not a JSON Pointer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Open:
    """A container that is being read: ``step`` is the last part of the pointer to what stands in it
    now, ``count`` an array's items so far, ``names`` an object's members so far.
    """

    array: bool
    step: str = ""
    count: int = 0
    awaits_name: bool = False
    names: set[str] = field(default_factory=set)


def locate(text: str, wanted: Collection[str]) -> dict[str, int]:
    """Offset, in characters, of each wanted JSON Pointer that ``text`` holds: of a member where its
    name begins, of an item where the item begins.

    ``text`` must be JSON. The empty pointer is the first character that is no space. One pass,
    without recursion; it ends when all are found.
    """
    left, found = set(wanted), dict[str, int]()
    for start, begins, containers in _tokens(text):
        if not left:
            break
        pointer = _pointer(containers) if begins else None
        if pointer in left:
            left.discard(pointer)
            found[pointer] = start
    return found


def locate_twin(text: str) -> tuple[str, int] | None:
    """Pointer and offset, in characters, of the first name in ``text`` that its object has already;
    ``None`` when no object names a member twice. ``text`` must be JSON.
    """
    for start, begins, containers in _tokens(text):
        inner = containers[-1] if containers else None
        if not begins or inner is None or inner.array:
            continue
        if inner.step in inner.names:
            return _pointer(containers), start
        inner.names.add(inner.step)
    return None


def pointers_at(text: str, offsets: Collection[int]) -> dict[int, str]:
    """The JSON Pointer of each value that begins at one of ``offsets``, in characters; ``text``
    must be JSON.
    """
    return {
        start: _pointer(containers) for start, _, containers in _tokens(text) if start in offsets
    }


def _pointer(containers: list[_Open]) -> str:
    return "".join(container.step for container in containers)


def _tokens(text: str) -> Iterator[tuple[int, bool, list[_Open]]]:
    """Each token as its offset, whether a pointer points to it, and the containers around it."""
    containers: list[_Open] = []
    for token in _TOKEN.finditer(text):
        mark = token.group()
        yield token.start(), _begins(mark, containers), containers
        _advance(mark, containers)


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

"""Values of a JSON tree that are somebody's number or name only together: its digits or characters
lie in neighbouring items of a list, in members that stand side by side, or in one member of each
item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from jidi.drive.keeping.seeking.plain_texts import HAN

LONGEST_PIECE: Final = 17
"""Characters; one more makes an identity number by itself."""
_LONGEST: Final = 48
"""Characters of pieces that are read together; no number of a person has as many."""
_DIGITS: Final = re.compile(r"[0-9]+[Xx]?")
_HAN: Final = re.compile(f"[{HAN}]{{1,2}}")
_KINDS: Final = (_DIGITS, _HAN)
Piece = tuple[str, str]
"""Pointer and text of one value."""


def spread(document: Any, is_strange: Callable[[str], bool]) -> frozenset[str]:
    """Pointers of the values that are parts of something strange, of which none shows it alone.

    Only a whole row of digits, or of one or two Chinese characters each, is read together: of any
    stretch of it one would be somebody's number by chance.
    """
    found: set[str] = set()
    for group in _groups(document):
        for row in _rows(group):
            if is_strange("".join(text for _, text in row)):
                found.update(pointer for pointer, _ in row)
    return frozenset(found)


def _groups(document: Any) -> Iterator[Sequence[Piece | None]]:
    """Values that stand beside each other; what is no piece parts them."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        children = _children(pointer, value)
        yield [_piece(one) for one in children]
        if isinstance(value, list | tuple):
            yield from _columns(children)
        waiting += [one for one in children if isinstance(one[1], dict | list | tuple)]


def _children(pointer: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [
            (f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", item)
            for name, item in value.items()
        ]
    if isinstance(value, list | tuple):
        return [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
    return []


def _columns(items: Sequence[tuple[str, Any]]) -> Iterator[Sequence[Piece | None]]:
    """The values that items of a list have under one name, or in one place."""
    columns: dict[str, list[Piece | None]] = {}
    for pointer, item in items:
        for one in _children(pointer, item):
            columns.setdefault(one[0].removeprefix(pointer), []).append(_piece(one))
    yield from columns.values()


def _piece(one: tuple[str, Any]) -> Piece | None:
    pointer, value = one
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**LONGEST_PIECE:
        return (pointer, str(value))
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PIECE:
        return None
    return (pointer, value)


def _rows(group: Sequence[Piece | None]) -> Iterator[Sequence[Piece]]:
    """Rows of two pieces or more that are of one kind each."""
    for kind in _KINDS:
        row: list[Piece] = []
        for piece in (*group, None):
            if piece is not None and kind.fullmatch(piece[1]):
                row.append(piece)
                continue
            if len(row) > 1 and sum(len(text) for _, text in row) <= _LONGEST:
                yield row
            row = []

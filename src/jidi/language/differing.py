"""Where two JSON values differ: member by member, each place with what was wanted and what came.

A value that is long is shown around the place at which it begins to differ, never cut before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from jidi.language.compared import ABSENT, canonical, json_equal, show
from jidi.model.verdict import Difference, DifferenceKind
from jidi.registry.pointers import encode_step

MOST: Final = 50
"""Differences that are told of two values; a candidate may differ in as many places as it likes."""
_SHOWN: Final = 80
_BEFORE: Final = 16
"""Characters of a long text before the one that differs."""


def differences(wanted: Any, seen: Any) -> tuple[Difference, ...]:
    """Every place at which ``seen`` is not ``wanted``, in the order of ``wanted``; at most
    :data:`MOST`. Empty exactly when both are equal.
    """
    return tuple(islice(_at("", wanted, seen), MOST))


def lacking(wanted: Sequence[Any], seen: Sequence[Any]) -> tuple[Difference, ...]:
    """Items of ``wanted`` that are nowhere in ``seen``."""
    there = {canonical(item) for item in seen}
    missing = (
        Difference(f"/{index}", "missing", _short(item), "")
        for index, item in enumerate(wanted)
        if canonical(item) not in there
    )
    return tuple(islice(missing, MOST))


def _at(pointer: str, wanted: Any, seen: Any) -> Iterator[Difference]:
    if json_equal(wanted, seen):
        return
    if seen is ABSENT:
        yield Difference(pointer, "missing", _short(wanted), "")
    elif wanted is ABSENT:
        yield Difference(pointer, "added", "", _short(seen))
    elif isinstance(wanted, Mapping) and isinstance(seen, Mapping):
        yield from _in_object(pointer, wanted, seen)
    else:
        yield from _of_others(pointer, wanted, seen)


def _in_object(
    pointer: str, wanted: Mapping[str, Any], seen: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in (*wanted, *(name for name in seen if name not in wanted)):
        inner = f"{pointer}/{encode_step(str(name))}"
        yield from _at(inner, wanted.get(name, ABSENT), seen.get(name, ABSENT))


def _of_others(pointer: str, wanted: Any, seen: Any) -> Iterator[Difference]:
    if _is_list(wanted) and _is_list(seen):
        yield from _in_list(pointer, wanted, seen)
    elif isinstance(wanted, str) and isinstance(seen, str):
        yield _of_texts(pointer, wanted, seen)
    else:
        kind: DifferenceKind = "changed" if _sort(wanted) == _sort(seen) else "type"
        yield Difference(pointer, kind, _short(wanted), _short(seen))


def _in_list(pointer: str, wanted: Sequence[Any], seen: Sequence[Any]) -> Iterator[Difference]:
    if 0 < len(seen) < len(wanted) and json_equal(wanted[: len(seen)], seen):
        yield Difference(pointer, "cut-short", str(len(wanted)), str(len(seen)))
    elif Counter(map(canonical, wanted)) == Counter(map(canonical, seen)):
        yield Difference(pointer, "reordered", _short(wanted), _short(seen))
    elif len(wanted) == len(seen):
        for index, (one, other) in enumerate(zip(wanted, seen, strict=True)):
            yield from _at(f"{pointer}/{index}", one, other)
    else:
        yield from _unpaired(pointer, wanted, seen)


def _unpaired(pointer: str, wanted: Sequence[Any], seen: Sequence[Any]) -> Iterator[Difference]:
    """Items that only one list has; two objects that are alike in most are one that was changed."""
    lost, found = _left_of(wanted, seen), _left_of(seen, wanted)
    for index, item in lost[:MOST]:
        twin = next((other for other in found[:MOST] if _alike(item, other[1])), None)
        if twin is None:
            yield Difference(f"{pointer}/{index}", "missing", _short(item), "")
        else:
            found.remove(twin)
            yield from _at(f"{pointer}/{twin[0]}", item, twin[1])
    for index, item in found:
        yield Difference(f"{pointer}/{index}", "added", "", _short(item))


def _left_of(these: Sequence[Any], others: Sequence[Any]) -> list[tuple[int, Any]]:
    """Items that the others lack, wherever they stand there, with their indices."""
    left = Counter(map(canonical, others))
    found = []
    for index, item in enumerate(these):
        key = canonical(item)
        if left[key]:
            left[key] -= 1
        else:
            found.append((index, item))
    return found


def _alike(one: Any, other: Any) -> bool:
    """Whether two objects share more members than they differ in."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    equal = sum(name in other and json_equal(one[name], other[name]) for name in one)
    return 2 * equal > len({*one, *other})


def _of_texts(pointer: str, wanted: str, seen: str) -> Difference:
    if seen and wanted.startswith(seen):
        begin = max(0, len(seen) - _BEFORE)
        shown = (f"{_around(text, begin)} ({len(text)})" for text in (wanted, seen))
        return Difference(pointer, "cut-short", *shown)
    pairs = enumerate(zip(wanted, seen, strict=False))
    begin = max(0, next((at for at, (one, other) in pairs if one != other), 0) - _BEFORE)
    return Difference(pointer, "changed", _around(wanted, begin), _around(seen, begin))


def _around(text: str, begin: int) -> str:
    """A text from a little before the place that matters."""
    if len(text) <= _SHOWN:
        return show(text)
    return _short(text) if begin == 0 else "…" + _short(text[begin:])


def _short(value: Any) -> str:
    return show(value, _SHOWN)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _sort(value: Any) -> str:
    """What kind of JSON value it is."""
    if isinstance(value, bool) or value is None:
        return str(type(value))
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, Mapping) else "array" if _is_list(value) else "string"

"""Compares two sides: two schemas, two OpenAPI documents, or two folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.evolution.changes import Changes
from jidi.evolution.comparing import Answer, Comparison
from jidi.evolution.differences import Difference, Part, Role
from jidi.evolution.libraries import library
from jidi.evolution.schemas.library import Library
from jidi.evolution.sides import Source

_NOWHERE: Final = "urn:jidi:nothing"


def diff(old: Source, new: Source, *, asserted: bool) -> Difference:
    """Every part of both sides compared; ``asserted`` says whether formats are asserted.

    Raises:
        OperatorError: a document is neither a schema of 2020-12 nor of OpenAPI 3.1.
    """
    pairs = list(_pairs(old, new))
    parts = [part for pair in pairs for part in _compared(old, new, pair, asserted=asserted)]
    return Difference(old.name, new.name, tuple(parts), asserted)


def _pairs(old: Source, new: Source) -> Iterator[tuple[str, str]]:
    """Names of files that belong together; empty for one that is not there."""
    if len(old.files) == len(new.files) == 1:
        yield next(iter(old.files)), next(iter(new.files))
        return
    for name in sorted({*old.files, *new.files}):
        yield name if name in old.files else "", name if name in new.files else ""


def _compared(old: Source, new: Source, pair: tuple[str, str], *, asserted: bool) -> list[Part]:
    sides = [
        library(source, name) if name else nothing()
        for source, name in zip((old, new), pair, strict=True)
    ]
    names = (old.name, new.name) if len(old.files) == len(new.files) == 1 else pair
    return [part_of((sides[0], sides[1]), names, "data", asserted=asserted)]


def nothing() -> Library:
    """A library whose root allows nothing, for what is not there."""
    return Library({_NOWHERE: False}, _NOWHERE)


def part_of(
    sides: tuple[Library, Library], names: tuple[str, str], role: Role, *, asserted: bool
) -> Part:
    """One part: both directions, and what changed."""
    old, new = sides
    if old.foreign_dialect or new.foreign_dialect:
        unknown = Answer("undecided", reason="dialect")
        return Part(*names, role, unknown, unknown, ())
    comparison = Comparison(old, new, asserted=asserted)
    seeds = [*examples(old), *examples(new)]
    first, second = comparison.old_under_new(seeds), comparison.new_under_old(seeds)
    changes = Changes(old, new, comparison.effects).between(old.start, new.start)
    return Part(*names, role, first, second, tuple(changes))


def examples(library: Library) -> list[Any]:
    """Examples that the root itself gives."""
    root = library.start.value
    found = root.get("examples") if isinstance(root, dict) else None
    return found[:20] if isinstance(found, list) else []

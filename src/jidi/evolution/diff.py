"""Compares two sides: two schemas, two OpenAPI documents, or two folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from jidi.errors import OperatorError
from jidi.evolution.changes import Change, Changes
from jidi.evolution.comparing import Answer, Comparison
from jidi.evolution.differences import Difference, Part, Role
from jidi.evolution.libraries import library
from jidi.evolution.openapi.apis import Exchange, exchanges, foreign_dialect, is_api, located
from jidi.evolution.openapi.described import Document
from jidi.evolution.schemas.library import Library
from jidi.evolution.sides import Source
from jidi.wording import sentence

_NOWHERE: Final = "urn:jidi:nothing"


def diff(old: Source, new: Source, *, asserted: bool) -> Difference:
    """Every part of both sides compared; ``asserted`` says whether formats are asserted.

    Raises:
        OperatorError: a document is neither a schema of 2020-12 nor of OpenAPI 3.1.
    """
    for side in (old, new):
        for why in side.unread.values():
            raise OperatorError(
                sentence("evolution/unread", why=why),
                next_step=sentence("evolution/correct-the-document"),
            )
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
        library(source, name) if name else None
        for source, name in zip((old, new), pair, strict=True)
    ]
    names = (old.name, new.name) if len(old.files) == len(new.files) == 1 else pair
    apis = [side is not None and is_api(side.start.value) for side in sides]
    if not any(apis):
        before, after = (nothing() if side is None else side for side in sides)
        return [part_of((before, after), names, "data", asserted=asserted)]
    documents = [
        _document(side if is_one else None) for side, is_one in zip(sides, apis, strict=True)
    ]
    return list(_operations(documents[0], documents[1], names, asserted=asserted))


def _document(side: Library | None) -> Document:
    """The OpenAPI document of a side; one without operations where it has none."""
    if side is None:
        return Document(Library({_NOWHERE: {}}, _NOWHERE), _NOWHERE)
    return Document(side, side.root)


def _operations(
    old: Document, new: Document, names: tuple[str, str], *, asserted: bool
) -> Iterator[Part]:
    foreign = foreign_dialect(old.place.value) or foreign_dialect(new.place.value)
    for one in exchanges(old, new):
        sides = (one.old or nothing(), one.new or nothing())
        named = tuple(
            f"{name} {one.name}" if side is not None else ""
            for name, side in zip(names, (one.old, one.new), strict=True)
        )
        if foreign:
            unknown = Answer("undecided", reason="dialect")
            yield Part(named[0], named[1], one.role, unknown, unknown, ())
            continue
        part = part_of(sides, (named[0], named[1]), one.role, asserted=asserted)
        yield replace(part, changes=tuple(_located(change, one) for change in part.changes))


def _located(change: Change, one: Exchange) -> Change:
    """A change whose places are those of the document, where they were those of what was made."""
    if not change.made:
        return change
    return replace(
        change,
        old_pointer=located(change.old_pointer, one.at[0], one.statuses[0]),
        new_pointer=located(change.new_pointer, one.at[1], one.statuses[1]),
    )


def nothing() -> Library:
    """A library whose root allows nothing, for what is not there."""
    return Library({_NOWHERE: False}, _NOWHERE)


def part_of(
    sides: tuple[Library, Library], names: tuple[str, str], role: Role, *, asserted: bool
) -> Part:
    """One part: both directions, and what changed."""
    old, new = sides
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

"""Source documents and their inventory, read from files into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.model.requirement import Document, Requirement
from jidi.model.text import Text

LEFT_OUT: Final = "…"
"""Stands in a quotation for words of the sentence that are left out."""
_CLAUSE: Final = re.compile("[^，；：。]+")


@dataclass(frozen=True, slots=True)
class Apart:
    """Words of a sentence (``quote``; empty for the whole of it) that no row holds. ``kind`` is
    ``scope``, ``unobservable`` or ``uncovered``.
    """

    quote: str
    kind: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``zh`` verbatim, ``en`` a translation of this project, for information.

    ``binds`` are those whom it addresses; ``sourced`` the rows that name it as their source, in
    the order of the ledger, ``beside`` those that bear upon it besides, with the words on which
    they do (empty: the whole).
    """

    id: str
    article: int
    paragraph: int
    text: Text
    binds: tuple[str, ...]
    sourced: tuple[str, ...]
    beside: Mapping[str, str]
    apart: tuple[Apart, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Ids of all its rows, those of which it is the source first."""
        return (*self.sourced, *self.beside)


@dataclass(frozen=True, slots=True)
class Article:
    """One article; 0 is what stands before the first. ``label`` and ``heading`` are empty where the
    document has none; ``part`` is the heading of the part that begins with it.
    """

    number: int
    label: str
    heading: Text
    part: Text
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source document, whole, in its order."""

    document: Document
    title: Text
    origin: Text
    applies_from: str
    articles: tuple[Article, ...]

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in order."""
        for article in self.articles:
            yield from article.sentences


def source_text(
    content: Mapping[str, Any], inventory: Mapping[str, Any], rows: Iterable[Requirement]
) -> SourceText:
    """The document of a source file, joined with its inventory and the ledger.

    A sentence that the inventory does not know addresses nobody and has nothing apart.
    """
    by_source: dict[str, list[str]] = {}
    for row in rows:
        if row.source is not None:
            by_source.setdefault(row.source.sentence, []).append(row.id)
    entries = {entry["sentence"]: entry for entry in inventory.get("sentences", ())}
    return SourceText(
        content["document"],
        Text.from_json(content["title"]),
        Text.from_json(content["origin"]),
        content["applies_from"],
        tuple(_article(article, entries, by_source) for article in content["articles"]),
    )


def _article(
    article: Mapping[str, Any],
    entries: Mapping[str, Mapping[str, Any]],
    by_source: Mapping[str, Sequence[str]],
) -> Article:
    nothing = {"en": "", "zh": ""}
    return Article(
        article["article"],
        article.get("label", ""),
        Text.from_json(article.get("heading", nothing)),
        Text.from_json(article.get("part", nothing)),
        tuple(
            _sentence(
                (article["article"], number),
                written,
                entries.get(written["id"], {}),
                by_source.get(written["id"], ()),
            )
            for number, paragraph in enumerate(article["paragraphs"], start=1)
            for written in paragraph
        ),
    )


def _sentence(
    place: tuple[int, int],
    written: Mapping[str, str],
    entry: Mapping[str, Any],
    rows: Iterable[str],
) -> Sentence:
    return Sentence(
        written["id"],
        *place,
        Text.from_json(written),
        tuple(entry.get("binds", ())),
        tuple(rows),
        {beside["row"]: beside.get("quote", "") for beside in entry.get("also", ())},
        tuple(
            Apart(part.get("quote", ""), part["as"], Text.from_json(part["reason"]))
            for part in entry.get("apart", ())
        ),
    )


def is_quoted(quote: str, sentence: str) -> bool:
    """Whether each piece of ``quote`` between its marks of omission stands in ``sentence``, one
    after the other, character by character.
    """
    return len(list(passages(quote, sentence))) == len(quote.split(LEFT_OUT))


def passages(quote: str, sentence: str) -> Iterator[range]:
    """Where the pieces of a quotation stand in its sentence; ends with the first that does not."""
    at = 0
    for piece in quote.split(LEFT_OUT):
        found = sentence.find(piece, at)
        if found < 0 or not piece:
            return
        at = found + len(piece)
        yield range(found, at)


def untouched(sentence: str, quotes: Iterable[str]) -> list[str]:
    """Clauses of a sentence (what stands between its commas) of which no quotation holds a piece,
    in their order.
    """
    told = {at for quote in quotes for piece in passages(quote, sentence) for at in piece}
    return [
        match.group()
        for match in _CLAUSE.finditer(sentence)
        if told.isdisjoint(range(*match.span()))
    ]

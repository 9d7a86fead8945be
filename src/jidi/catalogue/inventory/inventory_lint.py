"""Whether the ledger says what the source says: every sentence leads somewhere, every quotation is
verbatim, and no row claims more of the text than its words bear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jidi.catalogue.data_file import DataFile, digest_of
from jidi.catalogue.inventory.source_text import is_quoted, untouched
from jidi.registry import LintFinding
from jidi.wording import sentence

BINDING: Final = frozenset({"应当", "应", "要", "不得", "严禁"})
"""Words of a source that lay down a duty or a prohibition."""
_SPACE: Final = re.compile(r"\s+")
_FORCES: Final = frozenset({"应当", "不得", "严禁", "支持", "鼓励", "可以"})
_COMPOUNDS: Final = re.compile("应当|应急|响应|相应|对应|必要|需要|主要|要求|可以|可能|许可")
"""Words that hold 应, 要 or 可 without their force."""


def inventory_findings(
    sources: Sequence[DataFile], inventories: Sequence[DataFile], ledgers: Sequence[DataFile]
) -> Iterator[LintFinding]:
    """Every contradiction between source documents, their inventories and the ledger."""
    written = {one["id"]: one["zh"] for file in sources for one in _sentences(file.content)}
    dates = {file.content["document"]: file.content["applies_from"] for file in sources}
    rows = {row["id"]: row for file in ledgers for row in file.content["requirements"]}
    binds = {
        entry["sentence"]: set(entry["binds"])
        for file in inventories
        for entry in file.content["sentences"]
    }
    for file in sources:
        yield from _source_findings(file)
        yield from _missing(file, inventories)
    for file in inventories:
        yield from _Entries(file, written, rows).findings()
    for file in ledgers:
        for index, row in enumerate(file.content["requirements"]):
            at = f"/requirements/{index}"
            if "source" in row:
                yield from _cited(file, at, row, written)
                yield from _borne(file, at, row, (binds, dates.get(file.content["document"])))


def _sentences(content: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for article in content["articles"]:
        for paragraph in article["paragraphs"]:
            yield from paragraph


def _source_findings(file: DataFile) -> Iterator[LintFinding]:
    """Articles and ids in order, and the whole of the document."""
    content = file.content
    number = content["articles"][0]["article"]
    for index, article in enumerate(content["articles"]):
        at = f"/articles/{index}"
        if article["article"] != number + index:
            text = sentence("catalogue/the-articles-are-not-in-order", article=article["article"])
            yield file.finding(f"{at}/article", "order", text)
        prefix = f"{content['document']}-{article['article']:02d}.s"
        wanted = 0
        for group, paragraph in enumerate(article["paragraphs"]):
            for place, one in enumerate(paragraph):
                wanted += 1
                if one["id"] != f"{prefix}{wanted}":
                    text = sentence(
                        "catalogue/the-sentence-should-be", id=one["id"], wanted=f"{prefix}{wanted}"
                    )
                    yield file.finding(f"{at}/paragraphs/{group}/{place}/id", "order", text)
    characters, digest = _witness(file)
    if (characters, digest) != (content["characters"], content["digest"]):
        text = sentence(
            "catalogue/the-document-is-not-whole",
            characters=characters,
            said=content["characters"],
            digest=digest,
        )
        yield file.finding("/digest", "whole", text)


def _missing(file: DataFile, inventories: Sequence[DataFile]) -> Iterator[LintFinding]:
    """Sentences that no inventory knows."""
    known = {
        entry["sentence"] for inventory in inventories for entry in inventory.content["sentences"]
    }
    for one in _sentences(file.content):
        if one["id"] not in known:
            text = sentence("catalogue/the-inventory-lacks", id=one["id"])
            yield file.finding("/articles", "unmapped", text)


class _Entries:
    """Looks at the entries of one inventory."""

    def __init__(
        self, file: DataFile, written: Mapping[str, str], rows: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._file = file
        self._written = written
        self._rows = rows
        self._sourced: dict[str, dict[str, str]] = {}
        for row in rows.values():
            if "source" in row:
                cited = self._sourced.setdefault(row["source"]["sentence"], {})
                cited[row["id"]] = row["source"]["quote"]

    def findings(self) -> Iterator[LintFinding]:
        """Sentences known, once, mapped; rows known; quotations verbatim."""
        seen: set[str] = set()
        for index, entry in enumerate(self._file.content["sentences"]):
            at, identity = f"/sentences/{index}", entry["sentence"]
            if identity not in self._written:
                yield self._unknown(f"{at}/sentence", identity)
                continue
            if identity in seen:
                text = sentence("catalogue/the-sentence-stands-twice", id=identity)
                yield self._file.finding(f"{at}/sentence", "duplicate-id", text)
            seen.add(identity)
            yield from self._also(f"{at}/also", entry)
            yield from self._quotes(at, entry, "also")
            yield from self._quotes(at, entry, "apart")
            yield from self._whole(f"{at}/sentence", entry)

    def _whole(self, at: str, entry: Mapping[str, Any]) -> Iterator[LintFinding]:
        """Every clause is in the words of a row, or of what stands apart."""
        identity = entry["sentence"]
        written = self._written[identity]
        parts = [*entry.get("also", ()), *entry.get("apart", ())]
        quotes = [part.get("quote", written) for part in parts]
        quotes += self._sourced.get(identity, {}).values()
        for clause in untouched(written, quotes):
            text = sentence("catalogue/the-words-lead-nowhere", id=identity, clause=clause)
            yield self._file.finding(at, "unmapped", text)

    def _unknown(self, pointer: str, identity: str) -> LintFinding:
        text = sentence("catalogue/there-is-no-sentence", id=identity)
        return self._file.finding(pointer, "sentence", text)

    def _also(self, at: str, entry: Mapping[str, Any]) -> Iterator[LintFinding]:
        sourced = self._sourced.get(entry["sentence"], {})
        for index, beside in enumerate(entry.get("also", ())):
            identity = beside["row"]
            if identity not in self._rows:
                text = sentence("catalogue/is-not-in-the-ledger", identity=identity)
                yield self._file.finding(f"{at}/{index}/row", "requirement", text)
            elif identity in sourced:
                text = sentence("catalogue/names-the-sentence-itself", identity=identity)
                yield self._file.finding(f"{at}/{index}/row", "duplicate-id", text)

    def _quotes(self, at: str, entry: Mapping[str, Any], name: str) -> Iterator[LintFinding]:
        for index, part in enumerate(entry.get(name, ())):
            quote = part.get("quote", "")
            if quote and not is_quoted(quote, self._written[entry["sentence"]]):
                text = sentence("catalogue/does-not-say", id=entry["sentence"], quote=quote)
                yield self._file.finding(f"{at}/{name}/{index}/quote", "quote", text)


def _cited(
    file: DataFile, at: str, row: Mapping[str, Any], written: Mapping[str, str]
) -> Iterator[LintFinding]:
    """The sentence exists, says these words, and the force is among them."""
    cited = row["source"]
    if cited["sentence"] not in written:
        text = sentence("catalogue/there-is-no-sentence", id=cited["sentence"])
        yield file.finding(f"{at}/source/sentence", "sentence", text)
    elif not is_quoted(cited["quote"], written[cited["sentence"]]):
        text = sentence("catalogue/does-not-say", id=cited["sentence"], quote=cited["quote"])
        yield file.finding(f"{at}/source/quote", "quote", text)
    if not _has_force(cited["quote"], cited["force"]):
        text = sentence("catalogue/the-quotation-has-another-force", force=cited["force"])
        yield file.finding(f"{at}/source/force", "force", text)


def _has_force(quote: str, force: str) -> bool:
    if force == "none":
        return not any(word in quote for word in _FORCES)
    return force in (quote if len(force) > 1 else _COMPOUNDS.sub("", quote))


def _borne(
    file: DataFile,
    at: str,
    row: Mapping[str, Any],
    known: tuple[Mapping[str, set[str]], str | None],
) -> Iterator[LintFinding]:
    """What is said to be of the text is as strong, as wide and as old as the text."""
    binds, date = known
    if row["basis"] == "own":
        return
    force, bound = row["source"]["force"], binds.get(row["source"]["sentence"], set())
    if row["modality"] != "NONE" and (row["modality"] == "MUST") != (force in BINDING):
        text = sentence("catalogue/the-force-does-not-bear", modality=row["modality"], force=force)
        yield file.finding(f"{at}/basis", "force", text)
    if row["roles"] and not bound & set(row["roles"]):
        text = sentence("catalogue/the-sentence-addresses-none-of", id=row["source"]["sentence"])
        yield file.finding(f"{at}/roles", "addressee", text)
    if date is not None and row["applies_from"] != date:
        text = sentence("catalogue/the-document-is-of", date=date)
        yield file.finding(f"{at}/applies_from", "date", text)


def _witness(file: DataFile) -> tuple[int, str]:
    """Number and digest of the characters of a source file's document, without white space."""
    text = _SPACE.sub("", "".join(_words(file.content)))
    return len(text), digest_of([("", text.encode())])


def _words(content: Mapping[str, Any]) -> Iterator[str]:
    """Everything that the document says, in its order."""
    yield content["title"]["zh"]
    if "addressee" in content:
        yield content["addressee"]["zh"]
    for article in content["articles"]:
        if "part" in article:
            yield article["part"]["zh"]
        yield article.get("label", "")
        if "heading" in article:
            yield article["heading"]["zh"]
        for paragraph in article["paragraphs"]:
            yield from (sentence["zh"] for sentence in paragraph)
    yield from content["closing"]

"""What ``jidi explain`` says of the source of a requirement: the sentence, its force, and whether
the requirement is what the sentence says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.catalogue.inventory.source_text import Sentence
from jidi.cli.language import current_language, translate
from jidi.model.requirement import Cited, Requirement
from jidi.model.text import Text
from jidi.wording import family, sentence


def heading(text: str) -> Styled:
    """A line above what it names."""
    return Styled(text, style="bold")


def sentences_of(catalogue: Catalogue) -> dict[str, Sentence]:
    """Every sentence of the source documents by its id, in their order."""
    return {one.id: one for source in catalogue.sources for one in source.sentences}


def source_lines(row: Requirement, sentences: Mapping[str, Sentence]) -> Iterator[str | Styled]:
    """Sentences on which a requirement rests, its own first, and its basis, in both languages."""
    yield heading(translate(sentence("cli/source")))
    cited = row.source
    own = sentences.get(cited.sentence) if cited is not None else None
    yield from _own_words(own, cited)
    beside = [one for one in sentences.values() if row.id in one.beside]
    for one in beside:
        yield from _words(one)
        if one.beside[row.id]:
            yield translate(sentence("cli/quotation", quote=one.beside[row.id]))
    if own is None and not beside:
        yield translate(sentence("cli/no-sentence-says-so"))
    yield heading(translate(sentence("cli/basis")))
    yield from _both(family("cli", "basis-")[row.basis])
    if row.note is not None:
        yield from _both(row.note)
    if own is not None:
        yield from _widened(row, own)


def _own_words(own: Sentence | None, cited: Cited | None) -> Iterator[str | Styled]:
    if own is not None and cited is not None:
        yield from _words(own)
        yield from _quoted(cited)


def _quoted(cited: Cited) -> Iterator[str]:
    yield translate(sentence("cli/quotation", quote=cited.quote))
    meaning = family("cli", "force-")[cited.force]
    if cited.force != "none":
        meaning = sentence("cli/of-quotation-force", force=cited.force, meaning=meaning)
    yield from _both(meaning)


def _widened(row: Requirement, own: Sentence) -> Iterator[str]:
    """Roles that the sentence does not address, where it is more than the whole of the row."""
    others = [role for role in row.roles if role not in own.binds]
    if row.basis != "own" and others:
        yield from _both(
            sentence("cli/bound-by-own-choice", roles=", ".join(others), roles_zh="、".join(others))
        )


def sentence_lines(
    one: Sentence, requirements: Mapping[str, Requirement]
) -> Iterator[str | Styled]:
    """A sentence, whom it addresses, its requirements, and what of it is in none."""
    yield from _words(one)
    yield (
        translate(
            sentence("cli/addresses", binds=", ".join(one.binds), binds_zh="、".join(one.binds))
        )
        if one.binds
        else translate(sentence("cli/addresses-nobody"))
    )
    if one.rows:
        yield heading(translate(sentence("cli/requirements-on-it")))
    for row in (requirements[name] for name in one.rows if name in requirements):
        text = row.text.for_language(current_language()).strip()
        yield f"  {row.id} · {row.modality} · {row.basis} · {text}"
    if one.apart:
        yield heading(translate(sentence("cli/not-in-any-row")))
    for part in one.apart:
        quote = f"“{part.quote}” " if part.quote else ""
        yield f"  {part.kind} {quote}· {part.reason.for_language(current_language()).strip()}"


def _words(one: Sentence) -> Iterator[str | Styled]:
    place = sentence("cli/sentence-of-article", id=one.id, paragraph=one.paragraph)
    yield f"  {translate(place)}"
    told = sentence("cli/translation-for-information", text=one.text.en)
    yield f"  zh  {one.text.zh}"
    yield f"  en  {translate(told)}"


def _both(text: Text) -> Iterable[str]:
    yield f"  en  {text.en.strip()}"
    yield f"  zh  {text.zh.strip()}"

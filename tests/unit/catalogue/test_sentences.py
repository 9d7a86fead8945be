"""The source documents are there word for word, and every sentence leads to the ledger or to a
reason; whatever breaks one of these is found.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.catalogue.data_file import DataFile
from jidi.catalogue.files import Tree
from jidi.catalogue.inventory.inventory_lint import BINDING, inventory_findings
from jidi.catalogue.inventory.matrix_page import matrix_page
from jidi.catalogue.inventory.source_text import SourceText, is_quoted, untouched
from jidi.model.text import Language
from jidi.registry import Registry
from jidi.registry.schema_set import SchemaSet

ROOT = resources.conformance_root()
ORIGINALS = Path(__file__).parents[2] / "data" / "sources"
COPIES = {"DS": "guidance-2019.zh.txt", "PI": "personal-information-rules-2023.zh.txt"}
CHINESE = re.compile("[\u3400-\u9fff]")
BEFORE = {"DS": "### ", "PI": ""}
Files = dict[str, list[DataFile]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The data that come with jidi."""
    return Catalogue.load(Registry.load())


@pytest.fixture(scope="module")
def files() -> Files:
    """Files of sources, inventory and ledger as read."""
    tree = Tree(ROOT, SchemaSet.read(ROOT / "meta"))
    return {
        "sources": list(tree.files("sources", "source")),
        "inventory": list(tree.files("inventory/v1.0", "inventory")),
        "ledger": list(tree.files("requirements/v1.0", "requirement")),
    }


def original(document: str) -> str:
    """The copy from which the data were made, from its title on, without its markup."""
    text = (ORIGINALS / COPIES[document]).read_text("utf-8")
    return re.sub(r"[#*]", "", text[text.index(BEFORE[document]) :])


def without_space(text: str) -> str:
    """The characters alone."""
    return re.sub(r"\s", "", text)


def words(content: Any) -> str:
    """Every Chinese word of a source file's document, in the order of the file."""
    if isinstance(content, dict):
        if "zh" in content:
            return str(content["zh"])
        return "".join(words(content[key]) for key in content if key in WORDY)
    return "".join(words(one) for one in content) if isinstance(content, list) else str(content)


WORDY = {"title", "addressee", "articles", "part", "label", "heading", "paragraphs", "closing"}


@pytest.mark.parametrize("document", ["DS", "PI"])
def test_document_is_whole_character_by_character(files: Files, document: str) -> None:
    """Title, headings, numbers, sentences and closing together are the copy: nothing is missing,
    nothing stands twice, nothing is in another place.
    """
    file = next(one for one in files["sources"] if one.content["document"] == document)
    assert without_space(words(file.content)) == without_space(original(document))
    assert len(without_space(original(document))) == file.content["characters"]


def test_sentences_keep_even_their_spaces(catalogue: Catalogue) -> None:
    """Each stands in the copy as it is, once lines that the copy breaks are joined."""
    for source in catalogue.sources:
        joined = original(source.document).replace("\n", "")
        assert [one.id for one in source.sentences if one.text.zh not in joined] == []


def test_every_article_of_both_documents_is_there(catalogue: Catalogue) -> None:
    """12 and 23 articles, and the introduction of the guidance."""
    assert [[article.number for article in source.articles] for source in catalogue.sources] == [
        list(range(13)),
        list(range(1, 24)),
    ]


def test_no_sentence_holds_the_end_of_another(catalogue: Catalogue) -> None:
    """A full stop ends a sentence and stands nowhere else."""
    for source in catalogue.sources:
        assert all(one.text.zh.index("。") == len(one.text.zh) - 1 for one in source.sentences)


def test_rows_say_what_the_text_says_or_that_it_is_their_own(catalogue: Catalogue) -> None:
    """What rests on support or encouragement alone denies no certificate in the text's name."""
    sentences = {one.id: one for source in catalogue.sources for one in source.sentences}
    for row in catalogue.requirements.values():
        if row.basis == "own":
            assert row.note is not None
            continue
        assert row.source is not None
        if row.modality == "MUST":
            assert row.source.force in BINDING
        assert not row.roles or set(row.roles) & set(sentences[row.source.sentence].binds)


def test_sentence_lists_the_rows_that_name_it_and_those_beside(catalogue: Catalogue) -> None:
    """In the order of the ledger, the sources first."""
    rows = {one.id: one.rows for source in catalogue.sources for one in source.sentences}
    assert rows["PI-14.s1"] == ("PI-14.1", "PI-14.3", "DS-08.1", "DS-08.2", "PI-14.2")
    assert rows["DS-05.s2"] == ()


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("应当妥善存储", True),
        ("电子…用户数据。", True),
        ("电子…应当…数据", True),
        ("应当…电子", False),
        ("应当善存储", False),
        ("存储…存储", False),
        ("…", False),
        ("应当…", False),
        ("", False),
    ],
)
def test_quotation_stands_in_its_sentence(quote: str, said: bool) -> None:
    """Piece after piece, each verbatim and after the one before; an empty piece says nothing."""
    assert is_quoted(quote, "电子商务经营者应当妥善存储用户数据。") is said


@pytest.mark.parametrize(
    ("quotes", "left"),
    [
        ([], ["双方应当协商", "做出安排"]),
        (["应当协商"], ["做出安排"]),
        (["应当…做出"], []),
        (["应当协商", "安排"], []),
        (["商，做"], []),
        (["，", "。"], ["双方应当协商", "做出安排"]),
        (["无此语"], ["双方应当协商", "做出安排"]),
    ],
)
def test_clause_that_nobody_quotes_is_found(quotes: list[str], left: list[str]) -> None:
    """A clause is touched by a character of a quotation that stands in it."""
    assert untouched("双方应当协商，做出安排。", quotes) == left


Change = Callable[[Any], object]


def changed(files: Files, kind: str, document: str, change: Change) -> list[tuple[str, str]]:
    """Rule and message of what is found after one change to one file."""
    spoilt = dict(files)
    index = next(
        index
        for index, file in enumerate(files[kind])
        if f"{file.content['document']}-{file.content.get('article', '')}".startswith(document)
    )
    content = copy.deepcopy(files[kind][index].content)
    change(content)
    spoilt[kind] = list(files[kind])
    spoilt[kind][index] = replace(files[kind][index], content=content)
    found = list(inventory_findings(spoilt["sources"], spoilt["inventory"], spoilt["ledger"]))
    for finding in found:
        assert CHINESE.search(finding.message_zh)
        assert finding.line is not None
    return [(finding.rule, finding.message) for finding in found]


def _first(content: Any) -> Any:
    return content["articles"][1]["paragraphs"][0][0]


def _row(content: Any) -> Any:
    return content["requirements"][0]


def _text(content: Any, old: str, new: str) -> None:
    one = _first(content)
    assert old in one["zh"]
    one["zh"] = one["zh"].replace(old, new, 1)


def _entry(content: Any, identity: str) -> Any:
    return next(one for one in content["sentences"] if one["sentence"] == identity)


SPOILT: list[tuple[str, str, str, Change, str]] = [
    ("a character missing", "sources", "DS", lambda c: _text(c, "及时", "及"), "whole"),
    ("a character doubled", "sources", "DS", lambda c: _text(c, "及时", "及时时"), "whole"),
    ("two characters swapped", "sources", "DS", lambda c: _text(c, "及时", "时及"), "whole"),
    ("a sentence missing", "sources", "PI", lambda c: c["articles"].pop(3), "whole"),
    ("a closing line missing", "sources", "DS", lambda c: c["closing"].pop(), "whole"),
    ("an article out of order", "sources", "PI", lambda c: c["articles"].reverse(), "order"),
    ("another id", "sources", "DS", lambda c: _first(c).update(id="DS-01.s9"), "order"),
    ("the count changed", "sources", "DS", lambda c: c.update(characters=1), "whole"),
    ("an entry missing", "inventory", "DS", lambda c: c["sentences"].pop(4), "unmapped"),
    (
        "an entry twice",
        "inventory",
        "PI",
        lambda c: c["sentences"].append(c["sentences"][0]),
        "duplicate-id",
    ),
    (
        "an entry of no sentence",
        "inventory",
        "PI",
        lambda c: c["sentences"].append({"sentence": "PI-01.s2", "binds": []}),
        "sentence",
    ),
    (
        "nothing said of a sentence",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-05.s2").pop("apart"),
        "unmapped",
    ),
    (
        "a row beside that is not there",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-04.s4").update(also=[{"row": "PI-12.9"}]),
        "requirement",
    ),
    (
        "a row beside that is the source",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-04.s1").update(also=[{"row": "DS-04.3"}]),
        "duplicate-id",
    ),
    (
        "words apart that are not there",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-06.s2")["apart"][0].update(quote="善意"),
        "quote",
    ),
    (
        "words beside that are not there",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-07.s2")["also"][0].update(quote="妥当安排"),
        "quote",
    ),
    (
        "half a sentence in no row",
        "inventory",
        "DS",
        lambda c: _entry(c, "DS-07.s2").pop("also"),
        "unmapped",
    ),
    ("words left out unmarked", "ledger", "DS-9", lambda c: _quoted(c, "…", ""), "quote"),
    ("a row gone, and its words", "ledger", "DS-9", lambda c: c["requirements"].pop(), "unmapped"),
    ("a quotation changed", "ledger", "DS-9", lambda c: _quoted(c, "立即", "即刻"), "quote"),
    ("a quotation of another sentence", "ledger", "DS-9", lambda c: _cite(c, "DS-08.s1"), "quote"),
    ("a source that is not there", "ledger", "DS-9", lambda c: _cite(c, "DS-09.s3"), "sentence"),
    ("another force", "ledger", "DS-9", lambda c: _row(c)["source"].update(force="不得"), "force"),
    ("no force", "ledger", "DS-9", lambda c: _row(c)["source"].update(force="none"), "force"),
    ("support called a duty", "ledger", "DS-1", lambda c: _row(c).update(basis="text"), "force"),
    (
        "support called derived",
        "ledger",
        "DS-1",
        lambda c: _row(c).update(basis="derived"),
        "force",
    ),
    ("a duty lowered", "ledger", "DS-9", lambda c: _row(c).update(modality="SHOULD"), "force"),
    ("roles of nobody", "ledger", "DS-9", lambda c: _row(c).update(roles=["user"]), "addressee"),
    (
        "platforms alone",
        "ledger",
        "PI-16",
        lambda c: _row(c).update(roles=["platform"]),
        "addressee",
    ),
    (
        "an earlier date",
        "ledger",
        "DS-9",
        lambda c: _row(c).update(applies_from="2019-06-11"),
        "date",
    ),
]


def _quoted(content: Any, old: str, new: str) -> None:
    source = _row(content)["source"]
    assert old in source["quote"]
    source["quote"] = source["quote"].replace(old, new)


def _cite(content: Any, sentence: str) -> None:
    _row(content)["source"]["sentence"] = sentence


@pytest.mark.parametrize(
    ("kind", "document", "change", "rule"),
    [case[1:] for case in SPOILT],
    ids=[case[0] for case in SPOILT],
)
def test_lint_finds_what_was_spoilt(
    files: Files, kind: str, document: str, change: Change, rule: str
) -> None:
    """One change gives a finding of its rule, with a line, in both languages."""
    assert rule in [found for found, _ in changed(files, kind, document, change)]


def test_untouched_data_hold_no_contradiction(files: Files) -> None:
    """From which each spoilt one departs."""
    assert list(inventory_findings(files["sources"], files["inventory"], files["ledger"])) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    basis: derived\n", ""),
        ("    basis: derived\n", "    basis: guessed\n"),
        ("    basis: derived\n", "    basis: text\n    source_of: x\n"),
        ("      force: 应当\n", "      force: 必要\n"),
        ("      sentence: DS-09.s2\n", "      sentence: DS-09.2\n"),
    ],
)
def test_schema_of_the_ledger_refuses(old: str, new: str, tmp_path: Path) -> None:
    """A row without a basis, with a word of its own making, or that cites a row as a sentence."""
    folder = tmp_path / "requirements"
    folder.mkdir()
    text = (ROOT / "requirements" / "v1.0" / "ds-09.yaml").read_text("utf-8")
    assert old in text
    (folder / "ds-09.yaml").write_text(text.replace(old, new, 1), "utf-8")
    tree = Tree(tmp_path, SchemaSet.read(ROOT / "meta"))
    assert list(tree.files("requirements", "requirement")) == []
    assert tree.findings


def test_own_choice_without_a_reason_is_refused(tmp_path: Path) -> None:
    """And what is of the text needs its sentence."""
    text = (ROOT / "requirements" / "v1.0" / "ds-10.yaml").read_text("utf-8")
    reason = text[text.index("    note:\n") : text.index("    text:\n", text.index("    note:\n"))]
    for spoilt in (text.replace(reason, ""), text.replace("basis: own", "basis: text")):
        (tmp_path / "ds-10.yaml").write_text(spoilt, "utf-8")
        tree = Tree(tmp_path, SchemaSet.read(ROOT / "meta"))
        assert list(tree.files("", "requirement")) == []


def test_sources_are_sorted_by_document(catalogue: Catalogue) -> None:
    """DS before PI, both whole."""
    found: list[SourceText] = list(catalogue.sources)
    assert [source.document for source in found] == ["DS", "PI"]
    assert [len(list(source.sentences)) for source in found] == [28, 37]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_holds_every_sentence_and_every_row(catalogue: Catalogue, language: Language) -> None:
    """Nothing of either is left out, and what is not covered yet is said."""
    page = matrix_page(catalogue.sources, catalogue.requirements, language)
    sentences = [one for source in catalogue.sources for one in source.sentences]
    assert [one.id for one in sentences if f"**{one.id}**" not in page] == []
    assert [one.id for one in sentences if f"> {one.text.zh}" not in page] == []
    assert [name for name in catalogue.requirements if f"`{name}`" not in page] == []
    apart = [part.reason.for_language(language) for one in sentences for part in one.apart]
    assert apart
    assert all(reason.strip() in page for reason in apart)


def test_page_marks_whom_a_sentence_does_not_address(catalogue: Catalogue) -> None:
    """In brackets, and only there."""
    page = matrix_page(catalogue.sources, catalogue.requirements, "en")
    (row,) = [line for line in page.splitlines() if line.startswith("| `PI-16.1` |")]
    assert "| courier (platform, integrator) |" in row
    (row,) = [line for line in page.splitlines() if line.startswith("| `DS-12` |")]
    assert "| authorities |" in row

"""One word for one thing: sentences in both languages are held to the tables of the glossary."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

ROOT: Final = Path(__file__).parents[2]
GLOSSARY: Final = ROOT / "docs" / "glossary.md"
HEAD: Final = "| term | 中文 | 也作 · also | 不用 · not | meaning |"
EVERYDAY: Final = "…"
CODE: Final = re.compile(
    r"'[^' ]*'|`[^`]*`|\{[^}]*\}|<[^>]*>|[\w-]*[._/][\w./-]*|\w+:\w+|\b[A-Z_]{3,}\b"
)
"""What is never translated: quoted words, fields, paths, names in capitals."""
HAN: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Term:
    """A row: the English forms, the Chinese ones, what may stand for them, what must not."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    banned: tuple[str, ...]
    everyday: bool

    def is_in(self, english: str) -> bool:
        """Whether the term stands in a sentence, in singular or plural, as a word of its own."""
        lower = english.lower()
        return any(form.lower() in lower and _whole(form).search(english) for form in self.english)


@cache
def _whole(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{re.escape(form)})(?:s|es)?(?![\w-])", re.IGNORECASE)


class Pair(NamedTuple):
    """One sentence in both languages, and where it stands."""

    place: str
    en: str
    zh: str

    @property
    def prose(self) -> str:
        """The English without what stands in it as code."""
        return _prose(self.en)


@cache
def _prose(text: str) -> str:
    return CODE.sub(" ", text)


@cache
def terms() -> tuple[Term, ...]:
    """Every row of the glossary."""
    found = []
    for line in GLOSSARY.read_text("utf-8").splitlines():
        if line.startswith("| ") and line != HEAD:
            english, chinese, also, banned, _ = (cell.strip() for cell in line[1:-1].split("|"))
            listed = (chinese, *(also.split("、") if also not in {"", EVERYDAY} else ()))
            found.append(
                Term(
                    tuple(english.split(", ")),
                    tuple(word for words in listed for word in words.split("、")),
                    tuple(filter(None, banned.split("、"))),
                    also == EVERYDAY,
                )
            )
    return tuple(found)


@cache
def pairs() -> tuple[Pair, ...]:
    """Sentences of the wording, the ledger, the profiles, the scenarios and what is generated;
    titles of the published schemas and code lists, every text of the kit's own schemas, and what
    stands in its code.
    """
    found: list[Pair] = []
    for path in sorted((ROOT / "src" / "jidi" / "wording").glob("*.json")):
        found += _pairs(json.loads(path.read_text("utf-8")), path.name)
    for path in sorted((ROOT / "conformance").rglob("*.yaml")):
        if path.parent.name == "sources":
            continue  # the words of the law are its own
        found += _pairs(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), path.name)
    for path in sorted((ROOT / "conformance" / "meta").glob("*.json")):
        found += _pairs(json.loads(path.read_text("utf-8")), path.name)
    for path in sorted((ROOT / "schemas" / "v1.0").glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        titles = {name: schema[name] for name in ("title", "x-title-zh") if name in schema}
        found += _pairs(titles, path.name)
    for path in sorted((ROOT / "src" / "jidi").rglob("*.py")):
        found += in_code(ast.parse(path.read_text("utf-8")), path.name)
    return tuple(found)


def in_code(module: ast.Module, place: str) -> Iterator[Pair]:
    """Two texts side by side, of which the second is Chinese: arguments of a call, or a pair."""
    for node in ast.walk(module):
        given = [*node.args] if isinstance(node, ast.Call) else []
        given = [*node.elts] if isinstance(node, ast.Tuple) else given
        texts = [_written(one) for one in given]
        for english, chinese in pairwise(texts):
            if english and chinese and not HAN.search(english) and HAN.search(chinese):
                yield Pair(f"{place}/{node.lineno}", english, chinese)


def _written(node: ast.expr) -> str:
    """A text as it stands in the code, with what is filled in as braces; else empty."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(_written(part) or "{}" for part in node.values)


def _pairs(node: Any, place: str) -> Iterator[Pair]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _pairs(item, f"{place}/{index}")
    elif isinstance(node, dict):
        for name, value in node.items():
            other = node.get("zh" if name == "en" else f"x-{name}-zh")
            if isinstance(value, str) and isinstance(other, str):
                yield Pair(f"{place}/{name}", value, other)
            yield from _pairs(value, f"{place}/{name}")


def test_every_kind_of_text_is_held_to_the_glossary() -> None:
    """Neither sentences nor rows got lost on the way."""
    places = {pair.place.partition("/")[0] for pair in pairs()}
    assert {"cli.json", "ds-01.yaml", "courier-core.yaml", "run.schema.json"} <= places
    assert {"consignment.schema.json", "generated.yaml", "deeds.py", "scan.py"} <= places
    assert len(pairs()) > 1800
    assert len(terms()) > 80


def test_rows_agree_with_each_other() -> None:
    """No term of one row is forbidden in another, and none stands twice."""
    chinese = [word for term in terms() for word in term.chinese]
    banned = [word for term in terms() for word in term.banned]
    assert [word for word in chinese if any(other in word for other in banned)] == []
    english = [form for term in terms() for form in term.english]
    assert len(english) == len(set(english))
    assert len(banned) == len(set(banned))


def test_chinese_sentences_use_the_words_of_the_glossary() -> None:
    """None has a word that is not to be used; each has the term where the English has it."""
    wrong = [
        (term.english[0], pair)
        for pair in pairs()
        for term in terms()
        if any(word in pair.zh for word in term.banned)
        or (
            not term.everyday
            and term.is_in(pair.prose)
            and not any(word in pair.zh for word in term.chinese)
        )
    ]
    assert wrong == []


def test_terms_are_found_as_words_of_their_own() -> None:
    """In the plural too, and not as a part of another word or of code."""
    courier = next(term for term in terms() if term.english == ("courier",))
    assert courier.is_in("Couriers answer.")
    assert not courier.is_in("A couriership.")
    assert not courier.is_in(CODE.sub(" ", "See couriers.near, 'courier' and {courier}."))


def test_sentences_are_found_in_code() -> None:
    """As arguments and in tables, filled in or not; one language alone is no sentence in two."""
    module = ast.parse(
        'a = Text("A courier.", "快递企业。")\nb = {"x": ("no text", f"非{a}文本")}\n'
        'c = f("zh", "en")\nd = ("一", "二")'
    )
    assert [(pair.en, pair.zh) for pair in in_code(module, "here")] == [
        ("A courier.", "快递企业。"),
        ("no text", "非{}文本"),
    ]

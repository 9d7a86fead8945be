"""The sentences are whole: each is said, each is in both languages, and both have the same
fields.
"""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest
from tests.sources import calls

from jidi.model.text import Text
from jidi.wording import ROOMS, family, sentences

ALL = [(room, slug) for room in ROOMS for slug in sentences(room)]


def fields_of(template: str) -> set[str]:
    """Names of the fields that a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def calls_of(function: str) -> list[tuple[str, ast.Call]]:
    """Every call of a function of that name in the kit, beyond the module that defines it."""
    return [(name, call) for name, call in calls(function) if name != "wording/__init__.py"]


def literal(call: ast.Call, index: int) -> str:
    """An argument that has to stand in the code as it is."""
    argument = call.args[index]
    assert isinstance(argument, ast.Constant), "keys are never computed"
    return str(argument.value)


def test_what_is_said_is_written() -> None:
    """Key and fields stand in the code as they are written in the room's file."""
    wrong = []
    for path, call in calls_of("sentence"):
        room, _, slug = literal(call, 0).partition("/")
        given = {keyword.arg for keyword in call.keywords}
        text = sentences(room).get(slug)
        if text is None or given != fields_of(text.en) | fields_of(text.zh):
            wrong.append(f"{path}:{call.lineno}: {room}/{slug} {sorted(map(str, given))}")
    assert wrong == []


def test_what_is_written_is_said() -> None:
    """No sentence is left over."""
    said = {literal(call, 0) for _, call in calls_of("sentence")}
    families = [(literal(call, 0), literal(call, 1)) for _, call in calls_of("family")]
    said |= {f"{room}/{prefix}{rest}" for room, prefix in families for rest in family(room, prefix)}
    assert {f"{room}/{slug}" for room, slug in ALL} == said


@pytest.mark.parametrize("room", ROOMS)
def test_sentences_are_in_both_languages(room: str) -> None:
    """English without Chinese, Chinese where there are words, and the same fields, save those that
    are given in either language.
    """
    wrong = []
    for slug, text in sentences(room).items():
        english, chinese = fields_of(text.en), fields_of(text.zh)
        own = {name for name in chinese - english if name.endswith("_zh")}
        words = re.sub(r"\{[^{}]*\}|`[^`]*`|[^A-Za-z]", "", text.en)
        if (
            re.search(r"[\u4e00-\u9fff]", text.en)
            or chinese - english - own
            or (english - chinese and not own)
            or (words and not re.search(r"[\u3000-\u9fff\uff00-\uffef{]", text.zh))
        ):
            wrong.append(f"{slug}: {text.en} | {text.zh}")
    assert wrong == []


def test_field_that_is_a_text_speaks_the_language_around_it() -> None:
    """And what is filled in is no sentence: its braces stay."""
    filled = Text("to {who}", "致{who}").filled(who=Text("courier {0}", "快递企业{0}"))
    assert filled == Text("to courier {0}", "致快递企业{0}")

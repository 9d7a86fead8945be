"""Untrusted text is shown, never obeyed."""

from __future__ import annotations

import json
import unicodedata
from html.parser import HTMLParser

import miniature
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from jidi.report.escaping import (
    is_plain,
    markdown_block,
    markdown_text,
    one_line,
    visible,
    well_formed,
    xml_text,
)


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202eabc", "\\u202eabc"),
        ("a\x00b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("\x9b2J", "\\x9b2J"),
        ("\U000e0041", "\\U000e0041"),
        ("寄递\t\n", "寄递\t\n"),
    ],
)
def test_visible_text_shows_each_unseen_character_as_its_escape(sent: str, seen: str) -> None:
    """Escape sequences, marks of direction, NUL and half pairs are readable; ordinary text
    stays.
    """
    assert visible(sent) == seen


def test_visible_text_says_how_much_was_cut() -> None:
    """A text beyond the limit is not silently shortened."""
    assert visible("x" * 12, 10) == "xxxxxxxxxx… (+2)"


@given(st.text(st.characters()))
def test_visible_text_holds_no_control_or_surrogate_whatever_comes(sent: str) -> None:
    """For any string, what is shown encodes as UTF-8 and drives no terminal."""
    seen = visible(sent, None)
    assert is_plain(seen)
    seen.encode("utf-8")
    assert not [
        character
        for character in seen
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n"
    ]
    assert "\n" not in one_line(sent)


def test_well_formed_value_is_taken_by_a_strict_encoder() -> None:
    """Half a surrogate pair in a key or a value does not break the report."""
    json.dumps(well_formed({"\ud800": ["\udfff", 1, None]}), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("kind", sorted(miniature.HOSTILE))
def test_xml_text_is_free_of_markup_and_forbidden_characters(kind: str) -> None:
    """No angle bracket survives, so neither an element nor the end of a CDATA section does."""
    written = xml_text(miniature.HOSTILE[kind])
    assert "<" not in written
    assert ">" not in written
    assert is_plain(written)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("kind", sorted(miniature.HOSTILE))
def test_markdown_text_renders_as_one_plain_paragraph(kind: str) -> None:
    """A Markdown reader makes no link, image, code, heading or HTML of it, and shows what was
    sent.
    """
    parser = _Tags()
    parser.feed(
        MarkdownIt("gfm-like", {"linkify": False}).render(
            "x " + markdown_text(miniature.HOSTILE[kind])
        )
    )
    assert set(parser.tags) == {"p"}
    shown = "".join(parser.texts)
    assert visible(miniature.HOSTILE[kind]).split("\n")[0].strip() in shown


def test_markdown_block_outlasts_backticks_in_its_text() -> None:
    """A text that holds a fence cannot end the block early."""
    assert MarkdownIt().render(markdown_block("```\n<b>x</b>\n````")).count("<pre>") == 1
    assert "<b>" not in MarkdownIt().render(markdown_block("```\n<b>x</b>\n````"))

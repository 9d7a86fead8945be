"""Strict JSON: what RFC 8259 parsers read differently is refused."""

from __future__ import annotations

import tracemalloc

import pytest

from jidi.language.json_texts import MAX_DEPTH, NotJsonError, read_json


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 2}', "occurs twice"),
        ('{"x": {"a": 1, "b": 2, "a": 1}}', "occurs twice"),
        ("NaN", "NaN is not JSON"),
        ("[Infinity]", "Infinity"),
        ("-Infinity", "Infinity"),
        ("", "Expecting value"),
        ("{} {}", "Extra data"),
        ("{'a': 1}", "Expecting"),
        ("[1,]", "Illegal|Expecting"),
        ("[" * 100_000, "nested deeper"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested deeper"),
        ('{"a":' * 300 + "1" + "}" * 300, "nested deeper"),
        ("1" * 5000, "Exceeds the limit"),
    ],
)
def test_read_json_refuses(text: str, why: str) -> None:
    """The one error that comes is ours and says why."""
    with pytest.raises(NotJsonError, match=why):
        read_json(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("[]", []),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),
        ('"[[[["', "[[[["),
        ("1.0", 1.0),
        ('"\\u4e2d"', "中"),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
    ],
)
def test_read_json_accepts(text: str, value: object) -> None:
    """Plain documents, brackets inside texts, and nesting up to the bound."""
    made = read_json(text)
    assert made == value or text.startswith("[[[")


def test_read_json_does_not_count_brackets_inside_texts() -> None:
    """A thousand brackets in a text, escaped quotes among them, are no nesting."""
    assert read_json('["' + '\\"[' * 1000 + '"]') == ['"[' * 1000]


@pytest.mark.parametrize(
    "text", ['{"a": 1e400}', '{"a": -1e999999}', '{"a": "\\ud800"}', '{"\\udfff": 1}']
)
def test_what_no_reader_can_hold_is_no_json_document(text: str) -> None:
    """Numbers beyond range and lone surrogates would break whoever reads on (RFC 8259, 6 and
    8.2).
    """
    with pytest.raises(NotJsonError):
        read_json(text)


def test_surrogate_pairs_and_escaped_backslashes_are_text() -> None:
    """Only half a pair is refused."""
    assert read_json('["\\ud83d\\ude00", "\\\\ud800"]') == ["😀", "\\ud800"]


def test_a_long_string_takes_little_more_memory_than_itself() -> None:
    """A candidate may answer with strings as long as the kit reads, full of brackets (issue 3,
    hostile candidates).
    """
    text = '{"a":"' + "[" * 1_000_000 + '"}'
    tracemalloc.start()
    try:
        read_json(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * len(text)

"""YAML 1.2 without the surprises of 1.1."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.errors import DataError
from jidi.registry.reading.yaml_reader import load_yaml, load_yaml_lines


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("012", "012"),
        ("12:30:00", "12:30:00"),
        ("2026-11-21", "2026-11-21"),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  12\n", "12\n"),
    ],
)
def test_scalar_is_read_by_the_core_schema(text: str, value: Any) -> None:
    """Value and type."""
    read = load_yaml(f"a: {text}", "x")["a"]
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: 1\na: 2", "x:2:1", "twice"),
        ("a: &b 1\nc: *b", "x:1:4", "anchors"),
        ("a: {<<: {b: 1}}", "x:1:5", "merge"),
        ("a: !!str 1", "x:1:4", "tag"),
        ("a: !!python/object:os.system 1", "x:1:4", "tag"),
        ("a: .nan", "x:1:4", "no JSON number"),
        ("a: 1\n--- \nb: 2", "x:2:1", "second document"),
        ("? [a]\n: 1", "x:1:3", "key"),
        ("a: [1", "x:", "not YAML"),
        ("[" * 70, "x:1:66", "nesting"),
    ],
)
def test_trap_is_refused_with_its_place(text: str, place: str, what: str) -> None:
    """Line, column and reason."""
    with pytest.raises(DataError) as caught:
        load_yaml(text, "x")
    assert caught.value.message.startswith(place)
    assert what in caught.value.message


def test_deep_nesting_is_refused_quickly() -> None:
    """A hundred thousand brackets neither crash nor take long."""
    with pytest.raises(DataError):
        load_yaml("[" * 100_000, "x")


def test_lines_are_those_of_the_keys_and_items() -> None:
    """Each pointer leads to where a reader would look."""
    value, lines = load_yaml_lines("a:\n  - 1\n  - b/c: 2\n", "x")
    assert value == {"a": [1, {"b/c": 2}]}
    assert lines == {"": 1, "/a": 1, "/a/0": 2, "/a/1": 3, "/a/1/b~1c": 3}


def test_keys_are_text_as_written() -> None:
    """A status code as key is the text of an OpenAPI document."""
    assert load_yaml("200: a\ntrue: b", "x") == {"200": "a", "true": "b"}


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**9), 10**9)
        | st.floats(allow_nan=False, allow_infinity=False, width=32)
        | st.text(
            alphabet=st.characters(
                min_codepoint=32,
                max_codepoint=0x9FFF,
                exclude_characters="\x7f\x85\xa0",
                exclude_categories=("Cs", "Cc"),
            ),
            max_size=8,
        ),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(alphabet="abc é张", min_size=1, max_size=4), inner, max_size=3
            )
        ),
        max_leaves=10,
    )
)
def test_json_is_yaml(value: Any) -> None:
    """Every JSON text reads as the same value."""
    assert load_yaml(json.dumps(value, ensure_ascii=False), "x") == value

"""Expressions point at something and do nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from jidi.errors import DataError
from jidi.language.compared import ABSENT
from jidi.language.expressions import (
    BlockedError,
    evaluate,
    fault,
    is_expression,
    parse,
    point,
    references,
    resolve,
)

SCOPE: dict[str, Any] = {
    "step": {
        "body": {
            "items": [{"id": "a", "n": 1}, {"id": "b", "n": 2}],
            "a/b": 1,
            "m~n": 2,
            "null": None,
        }
    },
    "key": "value",
    "limit": 4,
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$key", "value"),
        ("$step.body#/items/0/id", "a"),
        ("$step.body#/items/1/n", 2),
        ("$step.body#/a~1b", 1),
        ("$step.body#/m~0n", 2),
        ("$step.body#/null", None),
        ("$step.body#", SCOPE["step"]["body"]),
        ("$step.body#/items ~ $[*].id", ["a", "b"]),
        ("$step.body#/items ~ $[?@.n > 1].id", ["b"]),
        ("$step.body#/items ~ $[?@.id == 'zz']", []),
        ("$step.body ~ $['a/b']", [1]),
    ],
)
def test_resolve_gives_what_is_pointed_at(text: str, wanted: object) -> None:
    """Roots, attributes, pointers with their escapes, and RFC 9535 queries."""
    assert resolve(parse(text), SCOPE) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "$step.body#/nothing",
        "$step.body#/items/2",
        "$step.body#/items/-1",
        "$step.body#/items/00",
        "$step.body#/items/x",
        "$step.nothing",
        "$step.body#/null/x",
        "$key.x",
        "$step.body#/items/0/id/0",
    ],
)
def test_resolve_tells_absent_from_null(text: str) -> None:
    """What is not there is absent, never null and never an error."""
    assert resolve(parse(text), SCOPE) is ABSENT


def test_resolve_of_an_unknown_root_is_blocked() -> None:
    """A step that never came off blocks; the message names it."""
    with pytest.raises(BlockedError, match="'later' did not take place"):
        resolve(parse("$later.body"), SCOPE)


def test_query_on_a_scalar_selects_nothing() -> None:
    """A query has no nodes in a text."""
    assert resolve(parse("$key ~ $[*]"), SCOPE) == []


def test_query_on_what_is_absent_stays_absent() -> None:
    """A query does not turn absence into an empty list."""
    assert resolve(parse("$step.body#/gone ~ $[*]"), SCOPE) is ABSENT


@pytest.mark.parametrize("text", ["key", "", "x $a", " $a", "#/x"])
def test_plain_text_is_no_expression(text: str) -> None:
    """What does not begin with the sign stands for itself; parsing it is an author's error."""
    assert not is_expression(text)
    assert evaluate(text, {}) == text
    with pytest.raises(DataError, match="is not an expression"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "$",
        "$Key",
        "$a b",
        "$a.b~ $[*]",
        "$1x",
        "$a ~ x",
        "$a.Body#/x",
        "$a.body#/no such member",
        "$a.body#x",
        "$a.body# /x",
        "$a.body#/~2",
        "$a.body#/x\n",
        "$a.items ~  $[*]",
        "$$a",
        "$5.00",
    ],
)
def test_a_mistyped_expression_never_passes_for_a_text(text: str) -> None:
    """What begins with the sign and does not parse is an error wherever it is met."""
    assert is_expression(text)
    assert fault(text) is not None
    for use in (parse, lambda one: evaluate([one], {})):
        with pytest.raises(DataError, match="is not an expression"):
            use(text)


@pytest.mark.parametrize("query", ["$[", "$[?@.x ==]", "$.x[", "$[*] | $.y", "$.x y"])
def test_a_query_that_does_not_compile_is_a_fault(query: str) -> None:
    """The query is looked at with the rest, before any run."""
    told = fault(f"$a.body ~ {query}")
    assert told is not None
    assert "RFC 9535" in told.en
    assert "RFC 9535" in told.zh


def test_references_are_found_at_any_depth_with_their_places() -> None:
    """In members and items; names of members are no expressions."""
    found = list(references({"a": ["x", "$one"], "$b": {"c/d": "$two.x y"}}, ("steps", 0)))
    assert [(one.place, one.text) for one in found] == [
        ("/steps/0/a/1", "$one"),
        ("/steps/0/$b/c~1d", "$two.x y"),
    ]


def test_parse_takes_an_expression_apart() -> None:
    """Root, attributes, pointer and query."""
    parsed = parse("$step.request.body#/items ~ $[0]")
    assert (parsed.root, parsed.path, parsed.pointer, parsed.query) == (
        "step",
        ("request", "body"),
        "/items",
        "$[0]",
    )
    assert parse("$step.status").pointer is None


def test_evaluate_replaces_expressions_at_any_depth() -> None:
    """Members and items are evaluated, plain values stay as they are."""
    made = evaluate({"a": ["$key", "plain", 1, None, True], "b": {"c": "$limit"}}, SCOPE)
    assert made == {"a": ["value", "plain", 1, None, True], "b": {"c": 4}}


def test_evaluate_keeps_absence_visible() -> None:
    """An absent member is not silently dropped."""
    assert evaluate({"a": "$step.body#/gone"}, SCOPE)["a"] is ABSENT


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"of": "$limit"}, 4.0),
        ({"of": "$limit", "times": 2}, 8.0),
        ({"of": "$limit", "plus": 1}, 5.0),
        ({"of": "$limit", "times": 0.5, "plus": 3}, 5.0),
        ({"of": 7}, 7.0),
        ({"of": "$limit", "plus": "$limit"}, 8.0),
    ],
)
def test_evaluate_scales_numbers(given: dict[str, Any], wanted: float) -> None:
    """``of`` times ``times`` plus ``plus``."""
    assert evaluate(given, SCOPE) == wanted


@pytest.mark.parametrize("of", ["$key", "$step.body#/gone", True])
def test_evaluate_blocks_on_a_scaled_thing_that_is_no_number(of: object) -> None:
    """A limit that was never declared makes a wait impossible, not zero."""
    with pytest.raises(BlockedError, match="is not a number"):
        evaluate({"of": of}, SCOPE)


@pytest.mark.parametrize("plus", ["$key", "$step.body#/gone", False])
def test_evaluate_blocks_on_an_addend_that_is_no_number(plus: object) -> None:
    """What is added is a value of the candidate's like any other."""
    with pytest.raises(BlockedError, match="is not a number"):
        evaluate({"of": 1, "plus": plus}, SCOPE)


def test_evaluate_leaves_a_mapping_with_more_members_than_a_scale_alone() -> None:
    """A body that happens to have a member called ``of`` is a body."""
    assert evaluate({"of": "$key", "kind": "x"}, SCOPE) == {"of": "value", "kind": "x"}


def test_point_walks_lists_and_objects_only() -> None:
    """Texts are not lists of letters."""
    assert point("abc", "/0") is ABSENT
    assert point(["x"], "/0") == "x"
    assert point({"": 1}, "/") == 1
    assert point({"a": 1}, "") == {"a": 1}

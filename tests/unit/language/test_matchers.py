"""Matchers are exact in case and type and never raise, whatever a candidate sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.language.compared import ABSENT, canonical, json_equal, show
from jidi.language.expectations import expectation
from jidi.language.matchers import MATCHERS

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)

HOLDS: list[tuple[str, Any, Any]] = [
    ("equals", "a", "a"),
    ("equals", 1, 1.0),
    ("equals", [1, {"a": None}], [1, {"a": None}]),
    ("same-as", {"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ("equals", True, True),
    ("equals", None, None),
    ("differs-from", "a", "b"),
    ("differs-from", None, 0),
    ("in", 2, [1, 2]),
    ("not-in", 3, [1, 2]),
    ("not-in", "A", ["a"]),
    ("matches", "abc", "a.c"),
    ("matches", "", ""),
    ("present", 0, True),
    ("present", "", True),
    ("present", False, True),
    ("absent", ABSENT, True),
    ("at-most", 3, 3),
    ("at-most", [1, 2.5], 3),
    ("at-least", 3, 3),
    ("at-least", [3, 4], 3),
    ("contains", "abc", "b"),
    ("contains", [1, 2], 2),
    ("contains", [1, 2, 3], [3, 1]),
    ("contains", [[1]], [[1]]),
    ("contains", [], []),
    ("lacks", "abc", "x"),
    ("lacks", ["a", "b"], "x"),
    ("lacks", ["a", "b"], ["x", "y"]),
    ("count", [1, 2], 2),
    ("count", {}, 0),
    ("count-at-least", [1, 2], 1),
    ("count-at-least", [1], 1),
    ("distinct", [1, 2], True),
    ("distinct", [], True),
    ("distinct", [1, 1, 2], 2),
    ("distinct", ["a", "a"], 1),
    ("sorted", [1, 1, 2], True),
    ("sorted", ["a", "b"], True),
    ("sorted", [3, 2], "descending"),
    ("sorted", [], True),
    ("consecutive-from", [1, 2, 3], 1),
    ("consecutive-from", [], 1),
    ("same-items-as", [1, 2], [2, 1]),
]
FAILS: list[tuple[str, Any, Any]] = [
    ("equals", "a", "A"),
    ("equals", 1, True),
    ("equals", 0, False),
    ("equals", "1", 1),
    ("equals", None, ABSENT),
    ("equals", ABSENT, None),
    ("equals", [1], [1, 2]),
    ("equals", {"a": 1}, {"a": 1, "b": 1}),
    ("equals", {"a": 1}, {"b": 1}),
    ("same-as", [1, 2], [2, 1]),
    ("differs-from", "a", "a"),
    ("differs-from", ABSENT, "a"),
    ("in", 3, [1, 2]),
    ("in", True, [1]),
    ("not-in", 2, [1, 2]),
    ("not-in", ABSENT, [1]),
    ("matches", "abcd", "a.c"),
    ("matches", 5, "5"),
    ("matches", ABSENT, ".*"),
    ("present", None, True),
    ("present", ABSENT, True),
    ("absent", None, True),
    ("absent", 0, True),
    ("at-most", 4, 3),
    ("at-most", [1, 4], 3),
    ("at-most", "1", 3),
    ("at-most", True, 3),
    ("at-most", [], 3),
    ("at-most", ABSENT, 3),
    ("at-least", 2, 3),
    ("at-least", [2, 4], 3),
    ("at-least", [], 0),
    ("contains", "abc", "x"),
    ("contains", [1], 2),
    ("contains", [1, 2], [1, 3]),
    ("contains", 12, 1),
    ("contains", ABSENT, 1),
    ("contains", "1", 1),
    ("lacks", "abc", "b"),
    ("lacks", ["a", "xb"], "b"),
    ("lacks", "abc", ["x", "c"]),
    ("lacks", "abc", []),
    ("lacks", "abc", ["x", ""]),
    ("lacks", ABSENT, "b"),
    ("lacks", "abc", ""),
    ("lacks", "abc", ABSENT),
    ("lacks", [1], "b"),
    ("count", [1], 2),
    ("count", "ab", 2),
    ("count", ABSENT, 0),
    ("count-at-least", [], 1),
    ("count-at-least", "abc", 1),
    ("distinct", [1, 1.0], True),
    ("distinct", "ab", True),
    ("distinct", [1, 2], 1),
    ("distinct", [], 1),
    ("sorted", [2, 1], True),
    ("sorted", [2, 3], "descending"),
    ("sorted", [1, "a"], True),
    ("sorted", "ab", True),
    ("sorted", ABSENT, True),
    ("consecutive-from", [1, 3], 1),
    ("consecutive-from", [2, 3], 1),
    ("consecutive-from", [2, 1], 1),
    ("consecutive-from", "12", 1),
    ("same-items-as", [1, 1, 2], [1, 2, 2]),
    ("same-items-as", [1], [1, 1]),
    ("same-items-as", ABSENT, []),
    ("same-items-as", [], ABSENT),
]


@pytest.mark.parametrize(("matcher", "value", "operand"), HOLDS)
def test_matcher_holds(matcher: str, value: object, operand: object) -> None:
    """Values that match."""
    assert MATCHERS[matcher](value, operand) is True


@pytest.mark.parametrize(("matcher", "value", "operand"), FAILS)
def test_matcher_fails(matcher: str, value: object, operand: object) -> None:
    """Values that do not, among them every look-alike."""
    assert MATCHERS[matcher](value, operand) is False


def test_every_matcher_has_both_kinds_of_example() -> None:
    """No matcher stands here that was never shown to fail."""
    assert {matcher for matcher, _, _ in HOLDS} == set(MATCHERS)
    assert {matcher for matcher, _, _ in FAILS} == set(MATCHERS)


@given(json_values)
def test_json_equal_is_reflexive(value: object) -> None:
    """Every value equals itself."""
    assert json_equal(value, value)


@given(json_values, json_values)
def test_canonical_agrees_with_equality(one: object, other: object) -> None:
    """Two values have one canonical text exactly when they are equal."""
    assert json_equal(one, other) == (canonical(one) == canonical(other))


@given(json_values, st.sampled_from(sorted(MATCHERS)))
def test_matchers_never_raise_on_foreign_values(value: object, matcher: str) -> None:
    """A candidate can send anything; the answer is yes or no."""
    operand: Any = {
        "in": [1],
        "not-in": [1],
        "at-most": 1,
        "at-least": 1,
        "count": 1,
        "count-at-least": 1,
        "consecutive-from": 1,
    }.get(matcher, "x")
    assert MATCHERS[matcher](value, operand) in {True, False}


def test_expectation_speaks_both_languages() -> None:
    """What was expected, for either reader."""
    text = expectation("$a.status", "equals", 5)
    assert text.en == "$a.status equal to 5"
    assert text.zh == "$a.status 等于 5"
    assert {
        matcher
        for matcher in MATCHERS
        if expectation("x", matcher, 1).zh != expectation("x", matcher, 1).en
    } == set(MATCHERS)


def test_show_is_bounded_and_names_absence() -> None:
    """A long value is cut, an absent one is said to be absent, an odd one does not raise."""
    assert show(ABSENT) == "(absent)"
    assert len(show("x" * 1000)) == 300
    assert show("x" * 1000).endswith("…")
    assert show({1, 2}).startswith("{")

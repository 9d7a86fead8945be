"""Two values that differ are told apart at the places where they do, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jidi.judge.checks.difference_texts import told_of, where_it_differs
from jidi.language.compared import ABSENT, json_equal
from jidi.language.differing import MOST, differences

ADDRESS = {"city": "杭州市", "detail": "长青路226号7栋", "lines": ["a", "b", "c"]}
LONG = "0123456789" * 30


def _changed(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ADDRESS, **changes}.items() if value is not ABSENT}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (_changed(city=ABSENT), [("/city", "missing", '"杭州市"', "")]),
        (_changed(note=1), [("/note", "added", "", "1")]),
        (_changed(city="宁波市"), [("/city", "changed", '"杭州市"', '"宁波市"')]),
        (_changed(city=7), [("/city", "type", '"杭州市"', "7")]),
        (_changed(city=None), [("/city", "type", '"杭州市"', "null")]),
        (
            _changed(detail="长青路"),
            [("/detail", "cut-short", '"长青路226号7栋" (9)', '"长青路" (3)')],
        ),
        (_changed(lines=["a", "b"]), [("/lines", "cut-short", "3", "2")]),
        (
            _changed(lines=["b", "a", "c"]),
            [("/lines", "reordered", '["a", "b", "c"]', '["b", "a", "c"]')],
        ),
        (_changed(lines=["b", "c"]), [("/lines/0", "missing", '"a"', "")]),
        (_changed(lines=["a", "b", "x", "c"]), [("/lines/2", "added", "", '"x"')]),
        (
            _changed(lines=[]),
            [(f"/lines/{at}", "missing", f'"{one}"', "") for at, one in enumerate("abc")],
        ),
        (_changed(**{"a/b": {"c~": 1}}), [("/a~1b", "added", "", '{"c~": 1}')]),
        (
            _changed(city="", lines=["a", "b", 3]),
            [("/city", "changed", '"杭州市"', '""'), ("/lines/2", "type", '"c"', "3")],
        ),
        ("text", [("", "type", "", "")]),
    ],
)  # fmt: skip
def test_places_are_told_with_both_values(seen: Any, told: list[tuple[str, str, str, str]]) -> None:
    """What lacks, what is too much, what is another value, another type, cut short, or in another
    order.
    """
    found = [
        (one.pointer, one.kind, one.expected, one.actual) for one in differences(ADDRESS, seen)
    ]
    if seen == "text":
        assert [(pointer, kind) for pointer, kind, _, _ in found] == [("", "type")]
    else:
        assert found == told


@pytest.mark.parametrize("at", [0, 1, 20, 150, 298, 299])
def test_long_texts_are_shown_around_the_place_that_differs(at: int) -> None:
    """However far behind it lies, the character that differs is in what is shown."""
    (found,) = differences(LONG, f"{LONG[:at]}X{LONG[at + 1 :]}")
    assert "X" in found.actual
    assert len(found.expected) < 100
    assert found.expected != found.actual


@pytest.mark.parametrize("size", [MOST - 1, MOST, MOST + 1, 5000])
def test_differences_are_bounded_and_said_to_be(size: int) -> None:
    """A candidate may differ in as many places as it likes."""
    found = differences(dict.fromkeys(map(str, range(size)), 0), {})
    assert len(found) == min(size, MOST)
    assert f"{MOST}+" in told_of(found).en or size < MOST


JSON = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, 0.0, 1.0, "", "a", "ab", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab/~"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, JSON)
@settings(max_examples=300, deadline=None)
def test_there_is_a_difference_exactly_when_values_are_not_equal(one: Any, other: Any) -> None:
    """Nothing that failed is without its place, and no place is told of what is equal."""
    assert (differences(one, other) == ()) == json_equal(one, other)
    assert differences(one, one) == ()


@pytest.mark.parametrize(
    ("matcher", "wanted", "seen", "pointers"),
    [
        ("same-as", ADDRESS, _changed(city="宁波市"), ["/city"]),
        ("equals", LONG, LONG[:-1], [""]),
        ("equals", "A", "B", [""]),
        ("equals", 1, 2, []),
        ("same-as", ADDRESS, ABSENT, []),
        ("contains", ["e1", "e2"], ["e2", "e3"], ["/0"]),
        ("contains", "e1", ["e2"], ["/0"]),
        ("at-most", 3, 4, []),
    ],
)
def test_places_are_looked_for_where_values_are_compared_whole(
    matcher: str, wanted: Any, seen: Any, pointers: list[str]
) -> None:
    """Members, items and texts; a number beside a bound is a place of its own."""
    assert [one.pointer for one in where_it_differs(matcher, wanted, seen)] == pointers


def test_sentence_names_the_first_places_and_how_many_there_are() -> None:
    """In both languages, the member first."""
    text = told_of(differences({"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 1, "b": 3}))
    assert text.en == (
        "3 places differ: /b is 3, expected 2; /c is missing, 3 was expected; "
        "/d is missing, 4 was expected"
    )
    assert told_of(differences({}, dict.fromkeys("abcde", 0))).zh.endswith("；另有 2 处")
    assert text.zh == "3 处不同：/b 为 3，应为 2；缺少 /c，应为 3；缺少 /d，应为 4"

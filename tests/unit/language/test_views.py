"""What expressions and checks read of the evidence: bodies, headers, answers, pushes and gaps, also
where something lacks.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert
from tests.unit.judge.journals import exchange, exchange_view, push, step_view

from jidi.language.compared import ABSENT, canonical
from jidi.language.json_texts import NotJsonError, read_json
from jidi.language.matchers import MATCHERS
from jidi.language.views import body_bytes, header_value
from jidi.model.journal import Body


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"text": "寄 1"}, b"\xe5\xaf\x84 1"),
        ({"text": "\ud800"}, b"\xed\xa0\x80"),
        ({"base64": "AP8="}, b"\x00\xff"),
        ({"text": "a", "base64": "AP8="}, b"a"),
        ({"digest": "sha-256:00", "size": 3}, b""),
    ],
)
def test_bytes_of_a_body_are_those_that_were_kept(body: Any, data: bytes) -> None:
    """A text, also one with half a character; bytes; or nothing but a digest."""
    assert body_bytes(convert({"digest": "", "size": 0, **body}, Body)) == data


@pytest.mark.parametrize(
    ("name", "value"),
    [("x-one", "1"), ("X-ONE", "1"), ("x-two", "2"), ("x-three", ABSENT), ("1", ABSENT)],
)
def test_first_value_of_a_header_counts_whatever_its_case(name: str, value: Any) -> None:
    """A header that was not sent is absent, not empty."""
    assert header_value([["X-One", "1"], ["x-one", "3"], ["x-TWO", "2"]], name) == value


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (exchange("a", None), {"status": None, "headers": {}, "body": None}),
        (
            exchange("a", 200, "<html>", headers={"X-A": "1"}),
            {"status": 200, "headers": {"x-a": "1"}, "body": None},
        ),
        (
            exchange("a", 201, {"b": 1}, headers={}),
            {"status": 201, "headers": {}, "body": {"b": 1}},
        ),
    ],
)
def test_exchange_is_shown_with_null_where_there_is_no_document(
    record: Any, shown: dict[str, Any]
) -> None:
    """No response, something else than JSON, a document."""
    assert exchange_view(record).as_json() == shown


def test_push_is_shown_with_null_where_it_holds_no_document() -> None:
    """Headers, time and reply are there all the same."""
    assert step_view("a", [push("a", "<html>", 3.0, {"Webhook-Id": "m"})]).pushes == [
        {"headers": {"webhook-id": "m"}, "body": None, "at": 3.0, "reply": 204}
    ]


def test_items_are_those_of_pages_that_are_objects() -> None:
    """A page of another kind has none."""
    pages = [
        exchange("a", 200, page, page=number)
        for number, page in enumerate(
            [[1], {"items": [2, 3]}, {"items": "x"}, "text", {"items": [4]}]
        )
    ]
    assert step_view("a", pages).attribute("items") == [2, 3, 4]


def test_text_of_a_paged_step_is_that_of_all_pages() -> None:
    """What may be nowhere is looked for on every page, not on the last alone."""
    pages = [exchange("a", 200, page, page=number) for number, page in enumerate(["x", "y", "z"])]
    assert step_view("a", pages).attribute("text").split() == ["x", "y", "z"]


def test_text_of_a_step_that_was_tried_again_is_that_of_the_last_answer() -> None:
    """Attempts are no pages: what was told before counts no longer."""
    tries = [exchange("a", 200, told, attempt=number) for number, told in enumerate(["x", "y"])]
    assert step_view("a", tries).attribute("text") == "y"


@pytest.mark.parametrize(
    ("reply", "gaps"),
    [
        (199, [1.0, 2.0]),
        (200, [1.0]),
        (201, [1.0]),
        (299, [1.0]),
        (300, [1.0, 2.0]),
        (503, [1.0, 2.0]),
        (None, [1.0, 2.0]),
    ],
)
def test_gaps_end_at_the_first_reply_of_class_two(reply: int | None, gaps: list[float]) -> None:
    """From 200 to 299; what comes after it is no retry."""
    pushes = [push("a", {}, moment, index=index) for index, moment in enumerate((10.0, 11.0, 13.0))]
    for record, status in zip(pushes, (503, reply, 204), strict=True):
        record["response"] = (
            None if status is None else {"status": status, "headers": [], "body": {}}
        )
    assert step_view("a", pushes).attribute("gaps") == gaps


def test_absent_value_is_named_as_such() -> None:
    """In whatever message it may turn up."""
    assert repr(ABSENT) == "(absent)"


@pytest.mark.parametrize("text", ["1e999", "9" * 400 + ".0", "-1e400"])
def test_number_beyond_every_range_is_told_up_to_its_fortieth_character(text: str) -> None:
    """Enough to find it."""
    with pytest.raises(NotJsonError) as refused:
        read_json(text)
    assert str(refused.value) == f"the number {text[:40]} is beyond every range (RFC 8259, 6)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, 2.0], "a": "寄"}, '{"a":"\\u5bc4","b":[1,2]}'),
        ({}, "{}"),
        ([], "[]"),
        ((1.5, None, True), "[1.5,null,true]"),
        (ABSENT, "(absent)"),
    ],
)
def test_canonical_text_is_the_same_for_equal_values(value: Any, text: str) -> None:
    """Members in order, whole numbers without a fraction, nothing for a value that is not there."""
    assert canonical(value) == text


@pytest.mark.parametrize(
    ("matcher", "value", "operand", "holds"),
    [
        ("sorted", [3, 2, 2, 1], "descending", True),
        ("sorted", [3, 2, 2, 3], "descending", False),
        ("sorted", [1, 2, 2], "ascending", True),
        ("lacks", "abc", "XXXX", True),
        ("lacks", "abc", "", False),
        ("lacks", ["abc", "b"], "c", False),
    ],
)
def test_matcher_holds_for_neighbours_that_are_equal_and_never_for_an_empty_text(
    matcher: str, value: Any, operand: Any, holds: bool
) -> None:
    """Sorted is not strictly sorted; every text holds the empty one."""
    assert MATCHERS[matcher](value, operand) is holds

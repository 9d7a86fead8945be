"""Faults: causes without echoes, with pointer and requirement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jidi.errors import DataError
from jidi.registry import Fault, Registry
from jidi.registry.linting.reference_engine import validate_slow

BLUE: dict[str, Any] = {
    "number": "ABC123",
    "colour": "blue",
    "recipient": {"name": "张三", "phone": "13800000000"},
}


def told(faults: list[Fault]) -> list[tuple[str, str, str]]:
    return [(fault.pointer, fault.keyword, fault.requirement) for fault in faults]


CASES: list[tuple[str, dict[str, Any], list[tuple[str, str, str]]]] = [
    ("missing member", {"number": ...}, [("/number", "required", "DS-02.2")]),
    ("excess member", {"birthday": "x"}, [("/birthday", "unevaluatedProperties", "PI-07.1")]),
    (
        "two excess members",
        {"b": 1, "a": 2},
        [("/a", "unevaluatedProperties", "PI-07.1"), ("/b", "unevaluatedProperties", "PI-07.1")],
    ),
    ("pointer is escaped", {"a/b~c": 1}, [("/a~1b~0c", "unevaluatedProperties", "PI-07.1")]),
    ("enum", {"colour": "green"}, [("/colour", "enum", "DS-01.2")]),
    ("own requirement of a member", {"number": "a"}, [("/number", "pattern", "DS-02.2")]),
    (
        "requirement through a reference",
        {"recipient": {"name": "张三"}},
        [("/recipient/phone", "required", "DS-01.3")],
    ),
    (
        "nearest branch",
        {"recipient": {"token": "x"}},
        [("/recipient/token", "minLength", "DS-01.3")],
    ),
    (
        "branch and excess",
        {"recipient": {"token": "good", "zz": 1}},
        [("/recipient/zz", "unevaluatedProperties", "PI-07.1")],
    ),
    ("neither branch by type", {"recipient": 3}, [("/recipient", "type", "DS-01.3")]),
    ("choice of members", {"contact": {}}, [("/contact", "anyOf", "DS-01.2")]),
    (
        "dependent member",
        {"sent_at": "2026-01-01T00:00:00Z"},
        [("/received_at", "dependentRequired", "DS-01.2")],
    ),
    ("condition", {"colour": "red"}, [("/reason", "required", "DS-01.2")]),
    ("array item", {"items": ["ok", 3]}, [("/items/1", "type", "DS-01.2")]),
    (
        "format",
        {"sent_at": "2026-02-30T00:00:00Z", "received_at": "2026-03-01T00:00:00Z"},
        [("/sent_at", "format", "DS-01.2")],
    ),
]


@pytest.mark.parametrize(
    ("change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_validate_names_the_cause_and_its_requirement(
    small: Registry, change: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    """Each change gives exactly the faults that it causes, by both engines."""
    instance = {name: value for name, value in {**BLUE, **change}.items() if value is not ...}
    assert told(small.validate("parcel", instance, request=True)) == expected
    assert told(validate_slow(small, "parcel", instance, request=True)) == expected


def test_validate_gives_excess_in_an_answer_to_the_schemas_requirement(small: Registry) -> None:
    """Only a request can collect too much."""
    assert told(small.validate("parcel", {**BLUE, "zz": 1})) == [
        ("/zz", "unevaluatedProperties", "DS-01.2")
    ]


def test_validate_drops_the_echo_but_not_the_unknown_member(small: Registry) -> None:
    """A failed condition hides its members from the engine; they are known all the same, and only
    'foo' is not.
    """
    instance = {**BLUE, "colour": "red", "red_only": True, "foo": 1}
    assert told(small.validate("parcel", instance, request=True)) == [
        ("/foo", "unevaluatedProperties", "PI-07.1"),
        ("/reason", "required", "DS-01.2"),
    ]


def test_validate_tells_a_member_of_a_condition_that_does_not_apply(small: Registry) -> None:
    """'red_only' belongs to red parcels; on a blue one it is excess even beside other faults."""
    assert ("/red_only", "unevaluatedProperties", "PI-07.1") in told(
        small.validate("parcel", {**BLUE, "red_only": True, "weight_g": 0}, request=True)
    )


def test_validate_reports_all_faults_at_once(small: Registry) -> None:
    """Every cause is named, ordered by pointer."""
    instance = {
        "number": 1,
        "colour": "green",
        "recipient": {"name": "*", "phone": "1"},
        "weight_g": 0,
    }
    assert [fault.pointer for fault in small.validate("parcel", instance)] == [
        "/colour",
        "/number",
        "/recipient/name",
        "/recipient/phone",
        "/weight_g",
    ]


def test_fault_messages_never_quote_free_text(small: Registry) -> None:
    """What breaks a pattern may be a name or a phone number."""
    faults = small.validate("parcel", {**BLUE, "recipient": {"name": "张三*", "phone": "12345"}})
    assert faults
    assert all(
        "张三" not in text and "12345" not in text
        for fault in faults
        for text in (fault.message, fault.message_zh)
    )


def test_fault_messages_come_in_both_languages(small: Registry) -> None:
    """A missing member reads well in English and Chinese."""
    fault = small.validate("parcel", {"colour": "blue", "recipient": BLUE["recipient"]})[0]
    assert (fault.message, fault.message_zh) == (
        "The member 'number' is missing.",
        "缺少成员“number”。",
    )


def test_validate_refuses_an_unknown_schema(small: Registry) -> None:
    """The error lists what there is."""
    with pytest.raises(DataError, match="parcel"):
        small.validate("nothing", {})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "number",
                    "colour",
                    "recipient",
                    "token",
                    "name",
                    "phone",
                    "zz",
                    "contact",
                    "email",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    changes=st.dictionaries(
        st.sampled_from(
            [
                "number",
                "colour",
                "recipient",
                "contact",
                "weight_g",
                "items",
                "zz",
                "red_only",
                "sent_at",
            ]
        ),
        json_values,
        max_size=4,
    )
)
def test_both_engines_tell_the_same_faults_of_any_instance(
    small: Registry, changes: dict[str, Any]
) -> None:
    """Whatever stands in the instance: same pointers and keywords, never an empty answer for an
    invalid one.
    """
    instance = {**BLUE, **changes}
    fast, slow = small.validate("parcel", instance), validate_slow(small, "parcel", instance)
    assert [fault for fault in told(fast) if fault[1] != "format"] == [
        fault for fault in told(slow) if fault[1] != "format"
    ]
    assert small.checker("parcel")(instance) is (not fast)

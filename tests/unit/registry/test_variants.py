"""The quick question of the bulk loop has the answer of the published schemas, whatever is
asked.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jidi.judge.rules import document_rules as rules
from jidi.registry import Registry
from jidi.registry.fast.shortcuts import GLANCES
from jidi.registry.fast.variants import checked_by_variants
from jidi.registry.tree import Node

REGISTRY = Registry.load()
VALID = [
    (example.thing, example.instance)
    for thing in ("shipment-event", "consignment", "shipment", "status")
    for example in REGISTRY.examples("valid", thing)
]
WORDS = sorted(
    {
        value
        for _, instance in VALID
        if isinstance(instance, dict)
        for value in instance.values()
        if isinstance(value, str)
    }
    | {
        word
        for name in ("event_code", "state")
        for word in REGISTRY.schema("types")["$defs"][name]["enum"]
    }
    | {"EST", "ACT", "REVERSE", "FORWARD", "PROXY", "PICKUP_POINT"}
)
VALUES = (
    st.sampled_from(WORDS)
    | st.none()
    | st.booleans()
    | st.integers(-1, 2)
    | st.builds(list)
    | st.builds(dict)
    | st.just("")
)
EVENT_NAMES = sorted(REGISTRY.schema("shipment-event")["properties"])


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object in ``value``, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] * isinstance(value, dict) + [found for item in inner for found in objects(item)]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """A valid example with up to four members removed, replaced or added."""
    thing, instance = draw(st.sampled_from(VALID))
    instance = copy.deepcopy(instance)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.sampled_from(objects(instance)))
        name = draw(st.sampled_from([*sorted(place), *EVENT_NAMES, "excess"]))
        if draw(st.booleans()):
            place.pop(name, None)
        else:
            donor = draw(st.sampled_from(VALID))[1].get(name)
            place[name] = (
                copy.deepcopy(donor) if donor is not None and draw(st.booleans()) else draw(VALUES)
            )
    return thing, instance


@settings(max_examples=1500, deadline=None)
@given(case=mutated())
def test_quick_question_has_the_published_answer(case: tuple[str, Any]) -> None:
    """Accepted quickly means valid, and valid means accepted quickly."""
    thing, instance = case
    assert REGISTRY.checker(thing)(instance) is REGISTRY.is_valid(thing, instance)


_OF_SOME_CODES = {"corrects", "handed_over_to", "signatory_type", "real_name", "proof_of_delivery"}


def test_every_combination_of_codes_has_the_published_answer() -> None:
    """Each event code with each direction, classifier and state, whatever else the event holds."""
    checker = REGISTRY.checker("shipment-event")
    types = REGISTRY.schema("types")["$defs"]
    full = {
        name: value
        for thing, instance in VALID
        if thing == "shipment-event"
        for name, value in instance.items()
    }
    bare = {name: full[name] for name in REGISTRY.schema("shipment-event")["required"]}
    some = {name: value for name, value in full.items() if name not in _OF_SOME_CODES}
    accepted = 0
    for code in [*types["event_code"]["enum"], "UNKNOWN", 1, None]:
        for direction in ("FORWARD", "REVERSE", "SIDEWAYS"):
            for classifier in ("ACT", "EST"):
                for state in types["state"]["enum"]:
                    for donor in (bare, {**some, "expected_at": bare["recorded_at"]}, full):
                        event = {
                            **donor,
                            "event_code": code,
                            "direction": direction,
                            "classifier": classifier,
                            "state": state,
                        }
                        assert checker(event) is REGISTRY.is_valid("shipment-event", event), event
                        accepted += checker(event)
    assert accepted > 100


@pytest.mark.parametrize(
    "instance",
    [
        None,
        [],
        "x",
        1,
        {},
        {"event_code": []},
        {"event_code": {}, "classifier": 1, "direction": None},
    ],
)
def test_what_has_no_codes_is_asked_of_the_whole_schema(instance: Any) -> None:
    """Nothing that is no event trips the dispatch."""
    assert REGISTRY.checker("shipment-event")(instance) is False


def test_schema_that_refers_to_its_own_top_keeps_one_validator() -> None:
    """A variant would change the meaning of the reference."""
    uri = "https://meta.invalid/loop.schema.json"
    schema = {
        "$id": uri,
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "inner": {"$ref": "#"}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
                "then": {"required": ["x"]},
            }
        ],
    }
    engine = type(REGISTRY._quick[1])({uri: schema})
    check = checked_by_variants(engine, Node(uri, (), schema))
    assert check({"kind": "b", "inner": {"kind": "b"}})
    assert not check({"kind": "b", "inner": {"kind": "a"}})


TIMES = st.builds(
    lambda day, mark, hour, second, fraction, offset: (
        f"2026-{day}{mark}{hour}:00:{second}{fraction}{offset}"
    ),
    st.sampled_from(["01-01", "01-02", "W01-1", "13-01"]),
    st.sampled_from(["T", "t", " "]),
    st.sampled_from(["00", "23", "24"]),
    st.sampled_from(["00", "59", "60"]),
    st.sampled_from(["", ".5", ".50", ",5"]),
    st.sampled_from(["Z", "z", "+08:00", "-08:00", "+0800", ""]),
)


@pytest.mark.thorough
@settings(max_examples=1500, deadline=None)
@given(
    first=TIMES,
    second=TIMES | st.none(),
    rule=st.sampled_from(["not-later-than", "not-earlier-than"]),
)
def test_glance_at_times_never_hides_a_broken_rule(
    first: str, second: str | None, rule: str
) -> None:
    """What a glance lets pass the rule itself lets pass, times of any form."""
    parent = {"other": second}
    if GLANCES[rule](first, parent, "other"):
        assert rules.apply(f"{rule}:other", first, parent) is None


@pytest.mark.thorough
@settings(max_examples=1500, deadline=None)
@given(
    value=st.from_regex(r"\A[A-Z]{2}[0-9]{9}[A-Za-z]{2}\Z")
    | st.text(alphabet="RB0123456789cnCN张", min_size=12, max_size=14)
)
def test_glance_at_waybill_numbers_never_hides_a_wrong_check_digit(value: str) -> None:
    """For S10 identifiers glance and rule are of one mind; what has another form passes."""
    if GLANCES["s10-check-digit"](value, {}, ""):
        assert rules.apply("s10-check-digit", value, {}) is None
    else:
        assert len(value) == 13


def test_glance_settles_what_events_mostly_hold() -> None:
    """Otherwise it would be no help."""
    parent = {"recorded_at": "2026-11-16T21:00:20+08:00"}
    assert GLANCES["not-later-than"]("2026-11-16T21:00:00+08:00", parent, "recorded_at")
    assert not GLANCES["not-later-than"]("2026-11-16T21:00:21+08:00", parent, "recorded_at")
    assert GLANCES["s10-check-digit"]("RB123456785CN", {}, "")
    assert not GLANCES["s10-check-digit"]("RB123456784CN", {}, "")

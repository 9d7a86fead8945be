"""What a check looks at has a name, whatever its subject."""

from __future__ import annotations

from typing import Any

import pytest

from jidi.language.looked_at import place_of
from jidi.model.scenario import Check
from jidi.model.verdict import CheckVerdict, Difference, Outcome
from jidi.run.data import load_data


@pytest.mark.parametrize(
    ("subject", "argument", "place"),
    [
        ("status", 201, "status"),
        ("in-time", True, "time"),
        ("media-type", "application/json", "header:content-type"),
        ("problem", "not-found", "/type"),
        ("pointers", ["/a"], "/errors"),
        ("absent-header", ["Server"], "header:server"),
        ("value", "$a.body#/payload_digest", "/payload_digest"),
        ("value", "$a.body#/items ~ $[*].consignment.recipient", "/items/-/consignment/recipient"),
        ("value", "$a.headers ~ $['retry-after']", "header:retry-after"),
        ("value", "$a.status", "status"),
        ("value", "$other.body#/x", ""),
        ("value", "$a b", ""),
        ("transitions", "$a.body#/items", "/items"),
        ("rule", {"name": "same-members", "with": {"one": "$a.body#/items"}}, "/items"),
        ("rule", {"name": "gaps-grow", "with": {"initial": "$discovery#/limits"}}, "time"),
        ("rule", "same-bytes", ""),
        ("schema", "event-page", ""),
    ],
)
def test_place_is_what_the_check_looks_at(subject: str, argument: Any, place: str) -> None:
    """A member, a header, the status or a time; nothing where there is no one place."""
    assert place_of(Check("c", "DS-01.2", subject, argument), "a") == place


def test_most_checks_of_the_kit_name_a_place() -> None:
    """A failure without a member is the exception: schemas and planted values name it themselves,
    of some named judgements it is the whole answer.
    """
    by_themselves = {"schema", "canaries", "internals", "quiet"}
    scenarios = load_data("1.0")[1].scenarios("courier")
    asked = [
        (step.id, check)
        for scenario in scenarios
        for step in scenario.steps
        for check in step.checks
        if check.subject not in by_themselves
    ]
    nameless = [check for step, check in asked if not place_of(check, step)]
    assert len(nameless) < len(asked) / 20


@pytest.mark.parametrize(
    ("place", "pointer", "member"),
    [
        ("/consignment", "/remark", "/consignment/remark"),
        ("/items/-/consignment", "/3/remark", "/items/3/consignment/remark"),
        ("/items/-/sequence", "/3", "/items/3/sequence"),
        ("/items/-/sequence", "", "/items/-/sequence"),
        ("header:allow", "/0", "header:allow"),
        ("", "/a", "/a"),
    ],
)
def test_member_of_a_difference_is_its_place_in_the_answer(
    place: str, pointer: str, member: str
) -> None:
    """The pointer below the place; where that stands for all items, of the one that differs."""
    differences = (Difference(pointer, "changed", "1", "2"),)
    verdict = CheckVerdict("s/a/c", "DS-01.2", Outcome.FAIL, differences=differences, place=place)
    assert verdict.members == (member,)

"""One defect is one block, and nothing that failed is left out of all blocks."""

from __future__ import annotations

import miniature
import pytest

from jidi.model.verdict import CheckVerdict, Difference, DifferenceKind, Outcome
from jidi.report.causes import blocks, cause, same_cause


def _check(name: str, reason: str = "equals", *pointers: str) -> CheckVerdict:
    kind: DifferenceKind = "changed"
    return miniature.check(
        "DS-01.2",
        name,
        Outcome.FAIL,
        reason=reason,
        differences=tuple(Difference(pointer, kind, "1", "2") for pointer in pointers),
    )


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (_check("a/place/digest"), _check("b[x]/place/digest"), True),
        (_check("a/place/digest"), _check("b/place/waybill"), False),
        (_check("a/place/digest"), _check("b/place/digest", "present"), False),
        (
            _check("a/read/x", "same-as", "/remark"),
            _check("b/list/y", "same-as", "/0/remark"),
            True,
        ),
        (
            _check("a/read/x", "same-as", "/items/3/consignment/remark"),
            _check("sweep/consignment-kept", "consignment-kept", "/consignment/remark"),
            True,
        ),
        (_check("a/read/x", "same-as", "/remark"), _check("a/read/x", "same-as", "/weight"), False),
        (_check("a/read/x", "same-as", "/a/b"), _check("a/read/x", "same-as", "/b"), False),
    ],
)
def test_checks_of_one_cause_are_one_block(
    one: CheckVerdict, other: CheckVerdict, alike: bool
) -> None:
    """The member that differs and how, or the name and the reason, wherever it was noticed."""
    assert (cause(one) == cause(other)) is alike
    assert len(blocks((one, other))) == (1 if alike else 2)


def test_blocks_hold_every_check_once_and_scenarios_lead() -> None:
    """What a sweep saw first is shown by a scenario, which can be played again by itself."""
    checks = (
        _check("sweep/consignment-kept", "consignment-kept", "/consignment/remark"),
        _check("a/read/unaltered", "same-as", "/remark"),
        _check("b/place/digest"),
        _check("c/list/unaltered", "same-as", "/7/remark"),
    )
    found = blocks(checks)
    held = [check for block in found for check in (block.lead, *block.others)]
    assert sorted(check.check for check in held) == sorted(check.check for check in checks)
    assert [block.lead.check for block in found] == ["a/read/unaltered", "b/place/digest"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_others_are_few_and_their_number_is_true(language: str) -> None:
    """A hundred checks of one cause are one line."""
    (block,) = blocks(_check(f"s{number}/place/digest") for number in range(101))
    said = same_cause(block, "zh" if language == "zh" else "en")
    assert "100" in said
    assert said.count("/place/digest") == 3
    assert same_cause(blocks([_check("a/place/digest")])[0], "en") == ""

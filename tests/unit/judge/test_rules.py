"""Named cross-field rules with published and computed vectors (facts 2.4, 5)."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum.cn import uscc
from tests.unit.judge.journals import REGISTRY

from jidi.judge.rules.document_rules import RULES, apply
from jidi.language.compared import ABSENT


def said(rule: str, value: Any, parent: Any) -> str:
    """What a rule says in English, empty when it holds; the Chinese is another text."""
    text = apply(rule, value, parent)
    assert text is None or (text.zh and text.zh != text.en)
    return "" if text is None else text.en


@pytest.mark.parametrize("code", ["91110000600037341L", "91440300708461136T"])
def test_uscc_agrees_with_stdnum(code: str) -> None:
    """What stdnum computes, our rule accepts; any other check character is refused and the right
    one named.
    """
    good = code[:17] + uscc.calc_check_digit(code[:17])
    assert said("uscc-check-digit", good, {}) == ""
    for wrong in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        if wrong != good[17]:
            assert f"it should be {good[17]}" in said("uscc-check-digit", good[:17] + wrong, {})


def test_uscc_accepts_a_leading_letter() -> None:
    """Codes of some registration departments begin with a letter; stdnum refuses them, the rule
    does not.
    """
    body = "A1100000600037341"
    accepted = [
        last
        for last in "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if said("uscc-check-digit", body + last, {}) == ""
    ]
    assert len(accepted) == 1


@pytest.mark.parametrize("value", ["", "short", "I" * 18, 5, None, "91110000600037341l"])
def test_uscc_refuses_what_has_another_shape(value: object) -> None:
    """Length, alphabet and case."""
    assert "not an 18-character" in said("uscc-check-digit", value, {})


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("RB123456785GB", ""),
        ("RB123456786US", "it should be 5"),
        ("ZZ0000000000000", ""),
        ("SF1234567890123", ""),
        (5, ""),
    ],
)
def test_s10_is_checked_only_where_the_form_is_s10(value: object, fault: str) -> None:
    """The published pair, and numbers of other forms."""
    assert fault in said("s10-check-digit", value, {})
    assert bool(said("s10-check-digit", value, {})) is bool(fault)


def test_s10_maps_ten_and_eleven() -> None:
    """11 - s mod 11 = 10 becomes 0, 11 becomes 5: both occur among serial numbers and exactly one
    digit is accepted for each.
    """
    seen = set()
    for serial in range(200):
        good = [
            digit
            for digit in range(10)
            if said("s10-check-digit", f"RB{serial:08d}{digit}CN", {}) == ""
        ]
        assert len(good) == 1
        weighted = (
            sum(w * int(c) for w, c in zip((8, 6, 4, 2, 3, 5, 9, 7), f"{serial:08d}", strict=True))
            % 11
        )
        seen.add((weighted, good[0]))
    assert {(1, 0), (0, 5)} <= seen


@pytest.mark.parametrize(
    ("rule", "value", "parent", "fault"),
    [
        ("not-later-than:b", "2026-01-01T00:00:00Z", {"b": "2026-01-01T08:00:00+08:00"}, ""),
        (
            "not-later-than:b",
            "2026-01-01T00:00:01Z",
            {"b": "2026-01-01T08:00:00+08:00"},
            "later than b",
        ),
        (
            "not-later-than:/b",
            "2026-01-02T00:00:00Z",
            {"b": "2026-01-01T00:00:00Z"},
            "later than /b",
        ),
        ("not-later-than:b", "2026-01-01T00:00:00Z", {}, ""),
        ("not-later-than:b", "nonsense", {"b": "2026-01-01T00:00:00Z"}, ""),
        ("not-earlier-than:b", "2026-01-01T00:00:00Z", {"b": "2026-01-01T00:00:00Z"}, ""),
        (
            "not-earlier-than:b",
            "2025-12-31T23:59:59Z",
            {"b": "2026-01-01T00:00:00Z"},
            "earlier than b",
        ),
        ("same-length-as:b", 2, {"b": [1, 2]}, ""),
        ("same-length-as:b", 3, {"b": [1, 2]}, "3 but b holds 2"),
        ("no-such-rule", 1, {}, "unknown rule no-such-rule"),
    ],
)
def test_rules_compare_with_siblings(rule: str, value: Any, parent: Any, fault: str) -> None:
    """Times and counts against their sibling; an unknown rule cannot pass unnoticed."""
    assert said(rule, value, parent) == fault


def test_absent_values_break_no_rule() -> None:
    """Absence is the schema's business."""
    assert {said(f"{name}:x", ABSENT, {}) for name in RULES} == {""}


def test_every_rule_that_the_schemas_name_exists() -> None:
    """No schema asks for a rule that nobody wrote."""
    named = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            named.update(rule.partition(":")[0] for rule in node.get("x-rules", []))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for name in REGISTRY.schema_names:
        walk(REGISTRY.schema(name))
    assert named
    assert named <= set(RULES)

"""An answer is about what was asked for, and what is made is what was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import DISCOVERY, exchange, judge_sweeps, with_discovery
from tests.unit.judge.test_sweeps import BASE, SWEEPS, answer

ABLE = {"push": True, "consents": True, "processing_agreements": True}
CONTEXT = with_discovery(
    {
        **DISCOVERY,
        "versions": [{"version": "1.0", "base_url": BASE}],
        "capabilities": ABLE,
    }
)


def outcome(sweep: str, *records: dict[str, Any]) -> str:
    """What a sweep says, or nothing."""
    verdicts = judge_sweeps(records, [SWEEPS[sweep]], CONTEXT)
    return verdicts[0].outcome.value if verdicts else ""


@pytest.mark.parametrize(
    ("operation", "path", "told", "expected"),
    [
        ("getConsignment", "/consignments/c1", {"consignment_id": "c1"}, "pass"),
        ("getConsignment", "/consignments/c1?x=c2", {"consignment_id": "c1"}, "pass"),
        ("getConsignment", "/consignments/c1", {"consignment_id": "c"}, "fail"),
        ("getConsignment", "/consignments/c1", {"consignment_id": "C1"}, "fail"),
        ("getConsignment", "/consignments/c1", {"consignment_id": None}, "fail"),
        ("getConsignment", "/consignments/c1", {}, ""),
        ("getConsignment", "/consignments/%63", {"consignment_id": "c"}, ""),
        ("cancelConsignment", "/consignments/c1/cancellation", {"consignment_id": "c1"}, "pass"),
        ("cancelConsignment", "/consignments/c1/cancellation", {"consignment_id": "c2"}, "fail"),
        ("getLabel", "/consignments/c1/label", {"consignment_id": "c2"}, "fail"),
        ("listConsignments", "/consignments", {"consignment_id": "c2"}, ""),
        ("getConsignment", "/consignments/c1", {"consignment_id": "⟦withheld 1⟧"}, ""),
    ],
)
def test_answer_is_about_the_object_that_was_asked_for(
    operation: str, path: str, told: dict[str, Any], expected: str
) -> None:
    """To the letter, where it tells an id at all."""
    assert outcome("asked-consignment", answer(operation, 200, told, path=path)) == expected


SENT = {"service": "s1", "purposes": ["A", "B"], "given_at": "2026-11-21T00:00:00Z"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (SENT, "pass"),
        ({**SENT, "purposes": ["B", "A"], "state": "IN_FORCE"}, "pass"),
        ({**SENT, "given_at": "2026-11-21T08:00:00+08:00"}, "pass"),
        ({"service": "s1"}, "pass"),
        ({**SENT, "service": "s"}, "fail"),
        ({**SENT, "service": None}, "fail"),
        ({**SENT, "purposes": ["A"]}, "fail"),
        ({**SENT, "purposes": ["A", "C"]}, "fail"),
        ({**SENT, "given_at": "2026-11-21T00:00:00+08:00"}, "fail"),
        ({**SENT, "service": "⟦withheld 1⟧"}, "pass"),
        ({"state": "IN_FORCE"}, ""),
        ([SENT], ""),
    ],
)
def test_what_is_made_is_what_was_asked_for(told: Any, expected: str) -> None:
    """Times are moments, lists have no order, and what is added is nobody's matter."""
    made = exchange("a", 201, told, operation="createConsent", sent=SENT)
    assert outcome("consent-as-asked", made) == expected


def test_what_was_refused_is_not_held_against_its_request() -> None:
    """Only what was made is told as it was sent."""
    refused = exchange("a", 422, {"service": "s"}, operation="createConsent", sent=SENT)
    assert outcome("consent-as-asked", refused) == ""

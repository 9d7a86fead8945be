"""Named judgements of what is passed on: each with a case that passes and a case for each
reason.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import CONTEXT, done, exchange, step_view

from jidi.judge.rules.named import NAMED
from jidi.judge.rules.network_rules import NETWORK_RULES

ORDER: dict[str, Any] = {
    "order_no": "ORD-1",
    "ordered_at": "2026-11-20T10:00:00+08:00",
    "recipient": {"name": "李芷若", "phone": {"kind": "mobile", "number": "14012345678"}},
    "contents": {"category_code": "BOOKS", "items": [{"name": "散文集", "quantity": 1}]},
    "real_name": {"verified_at": "2026-11-20T09:00:00+08:00"},
    "remark": "请放前台",
}


def rule(name: str, given: dict[str, Any], *records: dict[str, Any]) -> str:
    """The reason that a judgement gives, empty when it passes."""
    return NAMED[name](given, step_view("a", [*records, done("a")]), CONTEXT).reason


def changed(**members: Any) -> dict[str, Any]:
    """The order with other members; ``None`` of a name with ``_`` at its end takes it away."""
    return {name: value for name, value in {**ORDER, **members}.items() if value is not Ellipsis}


@pytest.mark.parametrize(
    ("arrived", "reason"),
    [
        (ORDER, ""),
        (changed(ordered_at="2026-11-20T12:00:00+08:00"), ""),
        (changed(real_name={"verified_at": "2026-11-20T01:00:00Z"}), ""),
        (changed(remark=...), "field-missing"),
        (changed(remark=""), "field-empty"),
        (changed(contents={}), "field-empty"),
        (changed(remark="  "), "field-blank"),
        (changed(remark="请放后门"), "field-altered"),
        (changed(source="app"), "field-added"),
        (changed(waybill_no="XS1"), "field-added"),
        (changed(recipient={**ORDER["recipient"], "name": "李**"}), "masked-without-token"),
        (changed(recipient={"display_name": "李**"}), "masked-without-token"),
        (
            changed(
                contents={"category_code": "BOOKS", "items": [{"name": "散文集", "quantity": 2}]}
            ),
            "field-altered",
        ),
        (changed(contents={"category_code": "BOOKS", "items": []}), "field-empty"),
        ("nothing", "field-missing"),
    ],
)
def test_order_is_carried_member_by_member(arrived: Any, reason: str) -> None:
    """Each way to spoil an order has a reason of its own (DS-01.1)."""
    assert rule("order-carried", {"order": ORDER, "arrived": arrived}) == reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-11-20T02:00:00Z", ""),
        ("2026-11-20T10:00:01+08:00", "forged-time"),
        (None, "field-empty"),
        (..., "field-missing"),
    ],
)
def test_time_of_the_order_is_looked_at_when_named(at: Any, reason: str) -> None:
    """The same moment may be written otherwise; another one is forged (DS-01.4)."""
    assert (
        rule(
            "order-carried",
            {
                "order": ORDER,
                "arrived": changed(ordered_at=at, remark="x"),
                "members": ["ordered_at"],
            },
        )
        == reason
    )


@pytest.mark.parametrize(
    ("arrived", "reason"),
    [
        (ORDER, ""),
        (changed(waybill_no="XS1"), ""),
        (changed(other=1), "field-added"),
        (changed(remark=...), "field-missing"),
        (changed(ordered_at="2026-11-20T02:00:00Z"), "field-altered"),
        ([ORDER], "field-altered"),
    ],
)
def test_value_is_passed_on_as_it_came(arrived: Any, reason: str) -> None:
    """Nothing is altered, left out or added but what may be (DS-01.6)."""
    assert (
        rule("passed-on", {"sent": ORDER, "arrived": arrived, "may-add": ["waybill_no"]}) == reason
    )


def test_lists_are_passed_on_item_by_item() -> None:
    """A list that grew or shrank is no longer the same."""
    assert rule("passed-on", {"sent": [1, 2], "arrived": [1, 2]}) == ""
    assert rule("passed-on", {"sent": [1, 2], "arrived": [1]}) == "field-missing"
    assert rule("passed-on", {"sent": [1], "arrived": [1, 2]}) == "field-added"
    assert rule("passed-on", {"sent": 1, "arrived": 1.5}) == "field-altered"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (changed(remark="another"), ""),
        (
            changed(
                contents={
                    "category_code": "TOYS",
                    "items": [{"name": "a", "quantity": 1}, {"name": "b", "quantity": 1}],
                }
            ),
            "",
        ),
        (changed(contents={"category_code": "TOYS", "items": [{"name": "a"}]}), "fields-withheld"),
        (changed(remark=...), "fields-withheld"),
    ],
)
def test_two_objects_have_the_same_pointers(other: Any, reason: str) -> None:
    """Whichever courier was chosen gets the same members, at every depth (DS-01.5)."""
    assert rule("same-members", {"one": ORDER, "other": other}) == reason


def test_two_lists_of_objects_have_the_same_members() -> None:
    """An empty side cannot pass (DS-02.6)."""
    assert rule("same-members", {"one": [], "other": []}) == "empty"
    assert rule("same-members", {"one": [{"a": 1}], "other": [{"a": 2}]}) == ""


def attempt(index: int, key: str | None, sent: Any) -> dict[str, Any]:
    """One arrival at a played courier."""
    headers = [["Idempotency-Key", key]] if key is not None else []
    return exchange(
        "a",
        503,
        {},
        sent=sent,
        request_headers=headers,
        direction="received",
        index=index,
        started=float(index),
    )


@pytest.mark.parametrize(
    ("attempts", "reason"),
    [
        ([("k", {"a": 1}), ("k", {"a": 1})], ""),
        ([("k", {"a": 1}), ("l", {"a": 1})], "new-key-on-retry"),
        ([("k", {"a": 1}), ("k", {"a": 2})], "bytes-changed"),
        ([("k", {"a": 1}), (None, {"a": 1})], "key-missing"),
        ([], "key-missing"),
    ],
)
def test_attempts_are_one_request(attempts: list[tuple[str | None, Any]], reason: str) -> None:
    """A retry repeats key and bytes (DS-01.7)."""
    assert (
        rule("same-request", {}, *(attempt(index, *one) for index, one in enumerate(attempts)))
        == reason
    )


def test_gaps_between_attempts_are_told_by_the_idempotency_key() -> None:
    """Without a webhook-id the key tells which arrivals are retries of the first; another order's
    arrival is none.
    """
    records = [attempt(0, "k", {}), attempt(1, "other", {}), attempt(3, "k", {})]
    assert step_view("a", records).attribute("gaps") == [3.0]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([("e1", "W", 1), ("v1", "V", 1), ("e2", "W", 2), ("e1", "W", 1)], ""),
        ([("e2", "W", 2), ("e1", "W", 1)], "out-of-order"),
        ([], "no-events"),
    ],
)
def test_first_deliveries_come_in_sequence(events: list[tuple[str, str, int]], reason: str) -> None:
    """A repeated event is no disorder, nor is one of another waybill (DS-01.6)."""
    given = [
        {"event_id": identifier, "waybill_no": waybill, "sequence": sequence}
        for identifier, waybill, sequence in events
    ]
    assert rule("in-sequence", {"events": given}) == reason


def test_every_judgement_of_this_kind_stands_in_a_test_above() -> None:
    """A check that cannot fail is a defect."""
    assert set(NETWORK_RULES) == {
        "in-sequence",
        "order-carried",
        "passed-on",
        "same-members",
        "same-request",
    }

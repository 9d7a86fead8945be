"""Answers held to the whole contract: what breaks it, what is legal beside it, and to which
requirement a fault belongs.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from tests.unit.judge.journals import REGISTRY, judge_sweeps
from tests.unit.judge.test_sweeps import BASE, CONTEXT, JSON, PROBLEM, SWEEPS, answer, pushed

from jidi.fuzz.declared import requirement_columns
from jidi.judge.sweeps import Already

SHIPMENT: Final[dict[str, Any]] = next(iter(REGISTRY.examples("valid", "shipment"))).instance
REFUSED: Final = {"type": f"{REGISTRY.base_uri}problems/not-found", "title": "x", "status": 404}
ELSEWHERE: Final = {"issueToken", "performSandboxAction"}
"""Operations whose answers are held to the contract by other rules, or that are the kit's tool."""


def judged(sweep: str, *records: dict[str, Any], **told: Any) -> str:
    """What one sweep says of a run, and of what it says it."""
    (verdict,) = judge_sweeps(records, [SWEEPS[sweep]], CONTEXT, already=Already(**told)) or [None]
    return "nothing" if verdict is None else verdict.outcome.value


def shown(status: int, body: Any, name: str = "getShipment", **headers: str) -> dict[str, Any]:
    """An answer as the contract has it, but for what is said."""
    usual = JSON if status < 400 else PROBLEM
    return answer(name, status, body, headers={**usual, **headers})


def test_every_operation_is_held_to_the_contract_by_one_sweep() -> None:
    """Under the requirement on which what is generated of it bears, too."""
    held: dict[str, list[str]] = {}
    for sweep in SWEEPS.values():
        if sweep.rule == "answers-by-contract":
            for name in sweep.arguments["operations"]:
                held.setdefault(name, []).append(sweep.requirement)
    assert {operation.id for operation in REGISTRY.operations()} - ELSEWHERE == held.keys()
    columns = requirement_columns()
    assert held == {
        name: [columns[name]["answers"] if name in columns else rows[0]]
        for name, rows in held.items()
    }


@pytest.mark.parametrize(
    ("outcome", "record"),
    [
        ("pass", shown(200, SHIPMENT)),
        ("fail", shown(200, {**SHIPMENT, "event_count": "one"})),
        ("fail", shown(200, {**SHIPMENT, "excess": 1})),
        ("fail", shown(200, {})),
        ("fail", shown(200, "nothing of JSON")),
        ("fail", shown(200, "")),
        ("fail", shown(207, {})),
        ("pass", shown(200, "<svg/>", **{"Content-Type": "image/svg+xml"})),
        ("nothing", shown(404, REFUSED)),
        ("nothing", shown(204, "")),
    ],
)
def test_success_is_held_to_its_schema(outcome: str, record: dict[str, Any]) -> None:
    """What is no JSON by its media type is another sweep's."""
    assert judged("contract-of-shipments", record) == outcome


@pytest.mark.parametrize(
    ("outcome", "record"),
    [
        ("pass", shown(404, REFUSED)),
        ("pass", shown(404, {**REFUSED, "more": [1]})),
        (
            "pass",
            shown(
                400,
                {
                    **REFUSED,
                    "type": f"{REGISTRY.base_uri}problems/validation-failed",
                    "status": 400,
                },
            ),
        ),
        ("fail", shown(404, {**REFUSED, "type": "about:blank"})),
        ("fail", shown(404, {**REFUSED, "type": f"{REGISTRY.base_uri}problems/erased"})),
        ("fail", shown(404, {**REFUSED, "status": 400})),
        ("fail", shown(404, [REFUSED])),
        ("fail", shown(404, "not found")),
        ("nothing", shown(429, "not now")),
        ("nothing", shown(418, "a teapot")),
        ("nothing", shown(200, SHIPMENT)),
    ],
)
def test_refusal_is_a_problem_of_a_type_that_goes_with_it(
    outcome: str, record: dict[str, Any]
) -> None:
    """Extensions are allowed, and a gateway may say 429 as it likes."""
    assert judged("contract-of-refusals", record) == outcome


@pytest.mark.parametrize(
    ("outcome", "records"),
    [
        ("pass", [answer("createConsignmentBatch", 207, {})]),
        ("pass", [answer("replaySubscription", 200, {})]),
        ("fail", [answer("listEvents", 203, {})]),
        ("fail", [answer("listEvents", 418, {})]),
        ("fail", [answer("listEvents", 302, {}, headers={"Location": f"{BASE}/more"})]),
        ("pass", [answer("listEvents", 308, {}, headers={"Location": "https://x.example/v1"})]),
        ("pass", [answer("listEvents", 431, {})]),
        ("nothing", [answer("listSubscriptions", 404, {})]),
        ("fail", [answer("listEvents", 200, {}), answer("listEvents", 404, {})]),
        ("nothing", [answer("listEvents", 503, {})]),
        ("nothing", [answer("", 418, {})]),
    ],
)
def test_status_is_one_of_the_contract(outcome: str, records: list[dict[str, Any]]) -> None:
    """Or one that may stand for it, or that HTTP itself gives; what is nowhere served may be
    unknown.
    """
    assert judged("contract-of-statuses", *records) == outcome


def test_fault_of_a_push_belongs_to_the_requirement_that_its_schema_names() -> None:
    """And where no sweep has that, to the requirement of the pushes."""
    envelope = next(iter(REGISTRY.examples("valid", "push-envelope"))).instance
    event = {**envelope["data"]["events"][0], "sequence": "first"}
    push = pushed(event)
    body = json.dumps({**envelope, "data": {**envelope["data"], "events": [event]}})
    request = {**push["request"], "headers": [["Content-Type", "application/json"]]}
    push = {**push, "request": {**request, "body": {"text": body, "size": len(body)}}}
    both = frozenset({"DS-02.2", "DS-02.5"})
    assert judged("contract-of-events", push, rows=both) == "fail"
    assert judged("contract-of-subscriptions", push, rows=frozenset({"DS-02.5"})) == "fail"


def test_what_another_check_tells_is_not_told_twice() -> None:
    """One fault turns one row red; the same row may say it again."""
    wrong = shown(200, {**SHIPMENT, "event_count": "one"})
    place = ("sent", "getShipment")
    elsewhere, here = frozenset({"DS-02.7"}), frozenset({"DS-02.6"})
    assert judged("contract-of-shipments", wrong, told={place: elsewhere}) == "pass"
    assert judged("contract-of-shipments", wrong, told={place: here}) == "fail"
    other = ("received", "getShipment")
    assert judged("contract-of-shipments", wrong, told={other: elsewhere}) == "fail"

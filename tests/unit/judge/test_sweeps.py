"""Sweeps over whole runs: what breaks each, a legal twin beside it, and what is not known is not
judged.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import DISCOVERY, REGISTRY, exchange, judge_sweeps, with_discovery

from jidi.catalogue import Catalogue
from jidi.judge import SWEEP_RULES
from jidi.model.verdict import CheckVerdict

BASE = "http://127.0.0.1:1/v1"
CONTEXT = with_discovery({**DISCOVERY, "versions": [{"version": "1.0", "base_url": BASE}]})
SWEEPS = {one.id: one for one in Catalogue.load(REGISTRY).sweeps()}
JSON = {"Content-Type": "application/json", "Standard-Version": "1.0"}
PROBLEM = {**JSON, "Content-Type": "application/problem+json"}
EVENT = {
    "event_id": "e1",
    "waybill_no": "W1",
    "event_code": "ACCEPTED",
    "sequence": 2,
    "recorded_at": "2026-11-21T08:00:00+08:00",
}
GARBAGE: list[Any] = [None, True, -1, 1e300, "", "x" * 5000, [], {}, [[None]], {"items": 7}]


def answer(name: str, status: int, body: Any = "", **changes: Any) -> dict[str, Any]:
    """An answer to operation ``name``; ``path`` is below the version."""
    number = changes.pop("number", 1)
    request = {
        "method": changes.pop("method", "GET"),
        "url": BASE + changes.pop("path", "/x"),
        "headers": [],
        "body": {"text": "", "size": 0},
    }
    made = exchange("a", status, body, operation=name, request=request, **changes)
    return {**made, "id": f"x{number}"}


def pushed(event: dict[str, Any]) -> dict[str, Any]:
    """A push of one event."""
    sent = {"id": "m", "data": {"events": [event]}}
    return exchange("p", 200, {}, sent=sent, direction="received", operation="", receiver="hook")


def page(*events: dict[str, Any], number: int = 1, path: str = "/events") -> dict[str, Any]:
    """A page of events."""
    return answer("listEvents", 200, {"items": list(events)}, number=number, path=path)


def judged(sweep: str, *records: dict[str, Any]) -> CheckVerdict:
    """What one sweep says of a run."""
    (verdict,) = judge_sweeps(records, [SWEEPS[sweep]], CONTEXT)
    return verdict


MADE = {"consignment_id": "c1", "waybill_no": "W1"}
HERE = f"{BASE}/consignments/c1"
CASES: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("challenge-with-401", "pass", [answer("", 401, headers={"WWW-Authenticate": "Bearer"})]),
    ("challenge-with-401", "fail", [answer("getStatus", 401)]),
    ("challenge-with-401", "fail", [answer("", 401, headers={"WWW-Authenticate": " "})]),
    ("challenge-with-401", "not-exercised", [answer("issueToken", 401)]),
    ("challenge-with-401", "not-exercised", [answer("getStatus", 403)]),
    ("methods-with-405", "pass", [answer("", 405, headers={"allow": "GET"})]),
    ("methods-with-405", "fail", [answer("", 405)]),
    ("pause-with-429", "fail", [answer("listEvents", 429)]),
    (
        "pause-with-interruption",
        "fail",
        [answer("getStatus", 503, {"type": "https://x.example/problems/interruption"})],
    ),
    ("version-named-everywhere", "pass", [answer("getConsignment", 404, headers=PROBLEM)]),
    ("version-named-everywhere", "fail", [answer("getConsignment", 404)]),
    (
        "version-named-everywhere",
        "fail",
        [answer("getStatus", 200, headers={**JSON, "Standard-Version": "1.1"})],
    ),
    ("version-named-everywhere", "not-exercised", [answer("getStatus", 503)]),
    ("version-named-everywhere", "not-exercised", [answer("", 404)]),
    ("media-type-documented", "pass", [answer("getStatus", 200, "{}", headers=JSON)]),
    (
        "media-type-documented",
        "pass",
        [
            answer(
                "getStatus", 200, "{}", headers={"Content-Type": "Application/JSON; Charset=UTF-8"}
            )
        ],
    ),
    (
        "media-type-documented",
        "fail",
        [answer("getStatus", 200, "{}", headers={"Content-Type": "application/json;charset=gbk"})],
    ),
    ("media-type-documented", "fail", [answer("getStatus", 200, "{}", headers={})]),
    ("media-type-documented", "not-exercised", [answer("deleteSubscription", 204, headers={})]),
    ("problems-are-problems", "pass", [answer("getConsignment", 404, "{}", headers=PROBLEM)]),
    ("problems-are-problems", "fail", [answer("getConsignment", 404, "{}", headers=JSON)]),
    *(
        ("address-of-consignment", outcome, [answer("createConsignment", 201, MADE, headers=told)])
        for outcome, told in (
            ("pass", {"Location": HERE}),
            ("pass", {"Location": "/v1/consignments/c1"}),
            ("pass", {"Location": "HTTP://127.0.0.1:1/v1/consignments/c1/"}),
            ("fail", {"Location": "http://10.0.0.7/v1/consignments/c1"}),
            ("fail", {"Location": f"{BASE}/consignments"}),
            ("fail", {}),
        )
    ),
    ("event-same-everywhere", "pass", [page(EVENT), pushed(EVENT)]),
    (
        "event-same-everywhere",
        "pass",
        [page(EVENT), pushed({**EVENT, "recorded_at": "2026-11-21T00:00:00.000Z"})],
    ),
    ("event-same-everywhere", "pass", [page({**EVENT, "description": "x"}), page(EVENT)]),
    (
        "event-same-everywhere",
        "fail",
        [page(EVENT), pushed({**EVENT, "recorded_at": "2026-11-21T08:00:01+08:00"})],
    ),
    ("event-whole-everywhere", "fail", [page(EVENT), page({**EVENT, "facility": {"id": "f"}})]),
    ("event-same-everywhere", "pass", [page(EVENT), page({**EVENT, "facility": {"id": "f"}})]),
    ("event-whole-everywhere", "pass", [page(EVENT), page({**EVENT, "contact": "x"})]),
    ("event-same-everywhere", "fail", [page(EVENT), page({**EVENT, "waybill_no": "W2"})]),
    ("event-same-everywhere", "not-exercised", [page(EVENT)]),
    ("sequence-once", "fail", [page(EVENT), pushed({**EVENT, "event_id": "e2"})]),
    (
        "sequence-once",
        "not-exercised",
        [
            page({**EVENT, "event_code": "ORDER_CREATED"}),
            page({**EVENT, "event_code": "ORDER_CREATED", "event_id": "e2"}),
        ],
    ),
    ("consignment-identity", "pass", [answer("a", 201, MADE), answer("b", 200, MADE)]),
    (
        "consignment-identity",
        "fail",
        [answer("a", 201, MADE), answer("b", 200, {"items": [{**MADE, "waybill_no": "W2"}]})],
    ),
    (
        "consignment-identity",
        "not-exercised",
        [answer("a", 201, MADE), answer("b", 404, {**MADE, "waybill_no": "W2"})],
    ),
    ("pages-hold-events-once", "pass", [page(EVENT, {**EVENT, "event_id": "e2"})]),
    ("pages-hold-events-once", "fail", [page(EVENT, EVENT)]),
    (
        "pages-hold-events-once",
        "fail",
        [page(EVENT, {**EVENT, "event_id": "e2"}, path="/events?limit=1")],
    ),
    ("pages-hold-events-once", "pass", [page(EVENT, path="/events?limit=1&limit=0")]),
]


@pytest.mark.parametrize(("sweep", "outcome", "records"), CASES)
def test_sweep_tells_what_breaks_it_from_what_is_legal(
    sweep: str, outcome: str, records: list[dict[str, Any]]
) -> None:
    """And from what says nothing either way, which is never a pass."""
    assert judged(sweep, *records).outcome.value == outcome


def test_contradiction_names_both_exchanges_and_the_place_at_which_they_differ() -> None:
    """So that whoever reads it finds both at once."""
    other = {**EVENT, "sequence": 3}
    verdict = judged("event-same-everywhere", page(EVENT, number=7), page(other, number=9))
    assert verdict.exchanges == ("x7", "x9")
    assert "x7 at /items/0/sequence and x9 at /items/0/sequence: 2 / 3" in verdict.actual.en


def test_driver_is_one_of_those_who_tell_of_an_event() -> None:
    """What it gave for a scan and what is shown differ."""
    scan = {
        "kind": "drive",
        "action": "record-scan",
        "result": {"event_id": "e1", "sequence": 2, "recorded_at": "2026-11-21T09:00:00+08:00"},
    }
    assert judged("event-same-everywhere", page(EVENT), scan).outcome.value == "fail"
    scan["result"] = {**scan["result"], "recorded_at": EVENT["recorded_at"]}
    assert judged("event-same-everywhere", page(EVENT), scan).outcome.value == "pass"


def test_what_was_withheld_is_not_judged() -> None:
    """Two commitments may stand for one value, if the journal was written in two runs."""
    marked = [{**EVENT, "description": f"⟦quasi:{digit * 12}⟧"} for digit in "ab"]
    assert judged("event-same-everywhere", *map(page, marked)).outcome.value == "pass"


def test_sweep_that_saw_nothing_in_a_part_of_a_run_says_nothing() -> None:
    """Nor does one whose matter need not occur; in a whole run the others are not exercised."""
    sweeps = [SWEEPS["challenge-with-401"], SWEEPS["methods-with-405"]]
    assert judge_sweeps([], sweeps, CONTEXT, narrowed=True) == []
    (verdict,) = judge_sweeps([], sweeps, CONTEXT)
    assert (verdict.check, verdict.reason) == ("sweep/challenge-with-401", "not-exercised")


def test_every_rule_is_used_by_a_sweep() -> None:
    """A rule that no sweep names would never be made."""
    assert {one.rule for one in SWEEPS.values()} == set(SWEEP_RULES)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_no_sweep_falls_over_what_a_candidate_says(sweep: str) -> None:
    """Whatever stands in the place of a body, of a list, of an item or of a member."""
    assert [fallen for garbage in GARBAGE for fallen in _fallen(sweep, garbage)] == []


def _fallen(sweep: str, garbage: Any) -> list[str]:
    made = SWEEPS[sweep].arguments
    operations = [*made.get("operations", []), made.get("operation", ""), "listEvents"]
    names = [*EVENT, "consignment_id", "consignment", "created_at", str(made.get("id", "x"))]
    bodies = [
        garbage,
        {"items": garbage},
        {"items": [garbage, garbage]},
        *({**EVENT, **MADE, "consignment": {}, name: garbage} for name in names),
    ]
    records = [
        {**answer(name, status, body, headers={"Location": "http://["}), "scenario": "generated"}
        for name in operations
        for status in (200, 201, 401)
        for body in bodies
    ]
    drives = [
        {"kind": "drive", "action": action, "result": result, "parameters": {}}
        for action in ("record-scan", "place-order", "read-clock")
        for result in (garbage if isinstance(garbage, dict) else None, {"event_id": garbage})
    ]
    pushes = [
        exchange("p", 200, {}, sent=body, direction="received", operation=name, receiver="h")
        for name in ("", "createConsignment")
        for body in bodies
    ]
    found = judge_sweeps([*records, *drives, *pushes], [SWEEPS[sweep]], CONTEXT)
    return [one.actual.en for one in found if one.outcome.value == "harness-error"]

"""Verdicts of single scenarios from small journals: who is blamed, for what, and what stays
not-exercised.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import (
    CONTEXT,
    REGISTRY,
    body,
    check,
    done,
    events,
    exchange,
    judge_scenario,
    outcomes,
    push,
    scenario,
    started,
    step,
    step_view,
)

from jidi.errors import KitFaultError
from jidi.judge import scenario_verdicts as subject
from jidi.judge.rules.signatures import sign
from jidi.judge.scenario_verdicts import absent_verdicts
from jidi.language.conditions import conditions_hold, push_matches
from jidi.language.step_reading import conditions_of
from jidi.model.text import Text
from jidi.model.verdict import Outcome

PROBLEM = {"Content-Type": "application/problem+json"}
BASE = REGISTRY.base_uri + "problems/"


def judged(*steps_and_records: Any, case: dict[str, Any] | None = None) -> list[Any]:
    """Verdicts over one scenario; steps first, then records."""
    steps = [one for one in steps_and_records if not isinstance(one, dict)]
    records = [one for one in steps_and_records if isinstance(one, dict)]
    return judge_scenario(scenario(*steps, case=case), records, CONTEXT)


def test_passing_checks_pass_with_what_was_expected_and_seen() -> None:
    """A pass tells its reader as much as a fail."""
    (verdict,) = judged(
        step("a", check("status", [200, 201])), started(), exchange("a", 201), done("a")
    )
    assert verdict.outcome is Outcome.PASS
    assert verdict.check == "s/a/status"
    assert (verdict.expected.en, verdict.actual.en) == ("status [200, 201]", "201")
    assert verdict.exchanges == ("x-a-0-0-0",)


@pytest.mark.parametrize(
    ("wanted", "status", "outcome"),
    [
        (200, 200, "pass"),
        (200, 201, "fail"),
        ("4XX", 404, "pass"),
        ("4xx", 500, "fail"),
        ([200, "4XX"], 422, "pass"),
        ([], 200, "fail"),
    ],
)
def test_status_takes_numbers_classes_and_lists(wanted: Any, status: int, outcome: str) -> None:
    """The three ways to say which status is right."""
    assert outcomes(
        judged(step("a", check("status", wanted)), exchange("a", status), done("a"))
    ) == [outcome]


def test_status_of_requests_at_once_holds_for_each_of_them() -> None:
    """One wrong twin is enough."""
    one = step("a", check("status", [201, 409]), modifiers={"at-once": 3})
    good = [exchange("a", status, index=index) for index, status in enumerate((201, 409, 409))]
    assert outcomes(judged(one, *good, done("a"))) == ["pass"]
    assert outcomes(judged(one, *good[:2], exchange("a", 500, index=2), done("a"))) == ["fail"]


def test_failed_status_keeps_other_checks_of_the_step_from_being_judged() -> None:
    """One fault turns one check red: the rest rests on it."""
    one = step("a", check("schema", "receipt"), check("status", 201))
    verdicts = judged(one, exchange("a", 500, {"x": 1}), done("a"))
    assert outcomes(verdicts) == ["not-exercised", "fail"]
    assert "'status'" in verdicts[0].actual.en


def test_check_on_a_step_that_never_came_off_is_not_exercised() -> None:
    """A blocked step blames nobody, and neither does whatever refers to it."""
    first, second = (
        step("a", check("status", 201)),
        step("b", check("value", "$a.body#/id", "present", True)),
    )
    verdicts = judged(
        first, second, done("a", state="blocked", reason="no driver"), exchange("b"), done("b")
    )
    assert outcomes(verdicts) == ["not-exercised", "not-exercised"]
    assert verdicts[0].actual.en == "no driver"
    assert "'a' did not take place" in verdicts[1].actual.en


def test_own_missing_value_is_a_fail() -> None:
    """The answer came and lacks what it should hold."""
    verdicts = judged(
        step("a", check("value", "$a.body#/id", "equals", "x")),
        exchange("a", 200, {"other": 1}),
        done("a"),
    )
    assert outcomes(verdicts) == ["fail"]
    assert (verdicts[0].reason, verdicts[0].actual.en) == ("equals", "(absent)")


def test_unmet_precondition_makes_the_step_and_its_dependents_not_exercised() -> None:
    """Set-up is nobody's requirement here."""
    first = step("a", check("value", "$a.body#/id", "present", True), expect={"status": 201})
    second = step("b", check("value", "$a.body#/id", "present", True))
    verdicts = judged(
        first, second, exchange("a", 503, {"id": 1}), done("a"), exchange("b"), done("b")
    )
    assert outcomes(verdicts) == ["not-exercised", "not-exercised"]
    assert "503" in verdicts[0].actual.en


def test_run_that_broke_off_leaves_the_rest_not_exercised() -> None:
    """Nothing is green that was not seen."""
    verdicts = judged(
        step("a", check("status", 200)), step("b", check("status", 200)), exchange("a"), done("a")
    )
    assert outcomes(verdicts) == ["pass", "not-exercised"]
    assert "broke off" in verdicts[1].actual.en


def test_exchange_without_its_step_end_is_not_judged() -> None:
    """A step that was cut in the middle has no verdict, even if its answer looks good."""
    assert outcomes(judged(step("a", check("status", 200)), exchange("a"))) == ["not-exercised"]


def test_kit_fault_is_a_harness_error_and_not_the_candidates() -> None:
    """Our own mistakes are named as ours."""
    (verdict,) = judged(
        step("a", check("status", 200)), done("a", state="kit-fault", reason="KeyError: 'x'")
    )
    assert (verdict.outcome, verdict.reason, verdict.actual.en) == (
        Outcome.HARNESS_ERROR,
        "kit-fault",
        "KeyError: 'x'",
    )


@pytest.mark.parametrize(
    ("kind", "outcome", "reason"),
    [
        ("timeout", "fail", "no-answer-timeout"),
        ("reset", "fail", "no-answer-reset"),
        ("refused", "not-exercised", "unreachable"),
        ("unresolved", "not-exercised", "unreachable"),
    ],
)
def test_silence_is_a_fail_unless_nobody_was_ever_there(
    kind: str, outcome: str, reason: str
) -> None:
    """A hang is the candidate's; an absent candidate is no evidence."""
    silent = exchange("a", None, failure={"kind": kind, "detail": "x"})
    (verdict,) = judged(step("a", check("status", 200)), silent, done("a"))
    assert (verdict.outcome.value, verdict.reason) == (outcome, reason)


def test_host_that_the_target_does_not_declare_is_the_operators_to_allow() -> None:
    """The kit went nowhere, so nothing is known of the candidate; and nothing is green either."""
    silent = exchange(
        "a",
        None,
        failure={"kind": "forbidden-host", "detail": "other.example:443 is not among the hosts"},
    )
    (verdict,) = judged(step("a", check("status", 200)), silent, done("a"))
    assert (verdict.outcome.value, verdict.reason) == ("config-error", "host-not-declared")
    assert "add it to hosts" in verdict.actual.en


def test_refusal_after_an_answer_in_the_same_scenario_is_a_crash() -> None:
    """It was alive a moment ago."""
    gone = exchange("b", None, failure={"kind": "refused", "detail": "x"})
    verdicts = judged(
        step("a", check("status", 200)),
        step("b", check("status", 200)),
        exchange("a"),
        done("a"),
        gone,
        done("b"),
    )
    assert (verdicts[1].outcome.value, verdicts[1].reason) == ("fail", "no-answer-refused")


def test_broken_answer_counts_as_no_answer() -> None:
    """A body that broke off is not judged as if it were whole."""
    broken = exchange("a", 200, {"id": 1}, failure={"kind": "too-large", "detail": "x"})
    (verdict,) = judged(step("a", check("value", "$a.body#/id", "equals", 1)), broken, done("a"))
    assert (verdict.outcome.value, verdict.reason) == ("fail", "no-answer-too-large")


def test_step_that_sent_nothing_is_not_exercised() -> None:
    """No exchange, no verdict."""
    assert outcomes(judged(step("a", check("status", 200)), done("a"))) == ["not-exercised"]


EVENTUALLY = {"eventually": {"within": 2, "until": [{"value": "$a.body#/ready", "equals": True}]}}


@pytest.mark.parametrize(
    ("unmet", "met", "outcome", "actual"),
    [
        (11.0, 11.5, "pass", "after 1.00 s"),
        (12.0, 13.9, "pass", "after 2.00 s"),
        (12.01, 12.1, "late", "after 2.01 s"),
        (10.5, 14.1, "late", "after 2.10 s"),
    ],
)
def test_wait_is_late_only_when_a_poll_after_the_limit_saw_nothing(
    unmet: float, met: float, outcome: str, actual: str
) -> None:
    """Neither the distance between polls nor an answer of up to two seconds is held against the
    candidate (DS-02.3).
    """
    attempts = [exchange("a", 200, {"ready": False}, attempt=0, started=unmet, finished=unmet)]
    attempts += [
        exchange("a", 200, {"ready": True}, attempt=number, started=met, finished=met)
        for number in (1, 2)
    ]
    observed = {"within": 2.0, "origin": 10.0, "wanted": 1, "listened": 9.0}
    verdicts = judged(
        step("a", check("in-time", True), check("status", 200), modifiers=EVENTUALLY),
        *attempts,
        done("a", observed=observed),
    )
    assert (verdicts[0].reason or verdicts[0].outcome.value, verdicts[0].actual.en) == (
        outcome,
        actual,
    )
    assert verdicts[1].outcome is Outcome.PASS


def test_wait_that_never_ends_fails_and_gates_the_rest() -> None:
    """What never came is not judged further."""
    observed = {"within": 2.0, "origin": 10.0, "wanted": 1, "listened": 8.0}
    one = step(
        "a", check("in-time", True), check("value", "$a.body#/x", "equals", 1), modifiers=EVENTUALLY
    )
    verdicts = judged(
        one, exchange("a", 200, {"ready": False, "x": 1}), done("a", observed=observed)
    )
    assert outcomes(verdicts) == ["fail", "not-exercised"]
    assert verdicts[0].reason == "never"
    assert "8.0 s" in verdicts[0].actual.en


def received(
    *moments: float, ids: list[str] | None = None, wanted: int = 1, **arguments: Any
) -> list[Any]:
    """Verdicts over a receive step with pushes at these seconds (origin 10, limit 5)."""
    names = ids or [f"m{index}" for index in range(len(moments))]
    pushes = [
        push("a", {"id": name}, moment, {"webhook-id": name}, index=index)
        for index, (moment, name) in enumerate(zip(moments, names, strict=True))
    ]
    observed = {"within": 5.0, "origin": 10.0, "wanted": wanted, "listened": 11.0}
    return judged(
        step("a", check("in-time", True), kind="receive", arguments=arguments),
        *pushes,
        done("a", observed=observed),
    )


@pytest.mark.parametrize(
    ("moments", "ids", "wanted", "arguments", "outcome", "reason"),
    [
        ((11.0,), None, 1, {}, "pass", ""),
        ((15.0,), None, 1, {}, "pass", ""),
        ((15.1,), None, 1, {}, "fail", "late"),
        ((), None, 1, {}, "fail", "never"),
        ((11.0, 12.0), None, 2, {}, "pass", ""),
        ((11.0, 16.0), None, 2, {}, "fail", "late"),
        ((11.0, 12.0), ["m", "m"], 2, {}, "pass", ""),
        ((11.0, 12.0), ["m", "m"], 2, {"count": "distinct"}, "fail", "never"),
        ((11.0, 12.0, 13.0), ["m", "m", "n"], 2, {"count": "distinct"}, "pass", ""),
    ],
)
def test_receipt_counts_deliveries_or_distinct_ids_in_time(
    *, moments: Any, ids: Any, wanted: int, arguments: Any, outcome: str, reason: str
) -> None:
    """Retries count unless only distinct pushes are asked for."""
    (verdict,) = received(*moments, ids=ids, wanted=wanted, **arguments)
    assert (verdict.outcome.value, verdict.reason) == (outcome, reason)


def test_checks_on_pushes_that_never_came_are_not_exercised() -> None:
    """Lateness has its own check; what did not come has no signature to judge."""
    one = step("a", check("signature", "whsec_AAAA"), kind="receive")
    assert outcomes(judged(one, done("a", observed={"within": 1, "origin": 0}))) == [
        "not-exercised"
    ]


def test_quiet_fails_on_anything_that_arrives() -> None:
    """One push breaks the silence."""
    one = step("a", check("quiet", True), kind="quiet")
    assert outcomes(judged(one, done("a"))) == ["pass"]
    verdicts = judged(one, push("a", {}, 11.0), done("a"))
    assert (verdicts[0].outcome.value, verdicts[0].reason) == ("fail", "not-quiet")


def test_number_of_verdicts_always_equals_number_of_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that would be lost is a fault of the kit and stops the run."""
    monkeypatch.setattr(subject, "_judge_step", lambda *_: [])
    with pytest.raises(KitFaultError, match="left 0 verdicts"):
        judged(step("a", check("status", 200)), exchange("a"), done("a"))


def test_absent_verdicts_carry_one_reason_for_all() -> None:
    """A scenario that was not run at all."""
    verdicts = absent_verdicts(
        scenario(step("a", check("status", 1), check("schema", "x"))),
        Outcome.NOT_APPLICABLE,
        "no-capability-batch",
        Text("e", "z"),
    )
    assert [(one.check, one.outcome, one.reason, one.actual.zh) for one in verdicts] == [
        ("s/a/status", Outcome.NOT_APPLICABLE, "no-capability-batch", "z"),
        ("s/a/schema", Outcome.NOT_APPLICABLE, "no-capability-batch", "z"),
    ]


def test_variables_cases_discovery_and_target_are_in_scope() -> None:
    """Four roots that every expression may use."""
    one = step(
        "a",
        check("value", "$mine", "equals", "v", id="one"),
        check("value", "$case.name", "equals", "c", id="two"),
        check("value", "$discovery#/limits/max_body_bytes", "equals", 1000, id="three"),
        check("value", "$target.role", "equals", "courier", id="four"),
    )
    assert (
        outcomes(judged(one, started(mine="v"), exchange("a"), done("a"), case={"name": "c"}))
        == ["pass"] * 4
    )


PUSH_EVENT = {
    "id": "m",
    "type": "shipment.events",
    "data": {
        "events": [
            {"waybill_no": "W1", "event_code": "ACCEPTED"},
            {"waybill_no": "W2", "event_code": "DELIVERED"},
        ]
    },
}


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ({}, True),
        ({"waybill_no": "W1"}, True),
        ({"waybill_no": "W1", "event_code": "ACCEPTED"}, True),
        ({"waybill_no": "W1", "event_code": "DELIVERED"}, False),
        ({"waybill_no": "W3"}, False),
        ({"type": "shipment.events"}, True),
        ({"type": "heartbeat"}, False),
        ({"type": "shipment.events", "waybill_no": "W2"}, True),
        ({"type": "heartbeat", "waybill_no": "W2"}, False),
    ],
)
def test_push_matches_by_one_event_that_has_every_member(
    where: dict[str, str], matches: bool
) -> None:
    """All members must hold of one and the same event."""
    assert push_matches(where, PUSH_EVENT) is matches


@pytest.mark.parametrize(
    "foreign", [None, [], "x", {"data": 5}, {"data": {"events": {}}}, {"data": {"events": [5]}}]
)
def test_push_matches_survives_foreign_bodies(foreign: object) -> None:
    """Garbage matches nothing and raises nothing."""
    assert push_matches({"waybill_no": "W1"}, foreign) is False


def test_condition_is_false_where_nothing_came() -> None:
    """No answer fulfils no condition."""
    view = step_view("a", [exchange("a", None, failure={"kind": "reset", "detail": ""})])
    assert conditions_hold(conditions_of({"status": 200}), view, {"a": view}) is False
    assert (
        conditions_hold(conditions_of({"value": "$a.body#/x", "absent": True}), view, {"a": view})
        is False
    )
    assert conditions_hold(conditions_of({"status": 200}), step_view("a", []), {}) is False


def problem(status: int = 422, **changes: Any) -> dict[str, Any]:
    """A problem document of type validation-failed."""
    plain = {
        "type": BASE + "validation-failed",
        "title": "t",
        "status": status,
        "errors": [{"pointer": "/a/b", "code": "required", "detail": "d"}],
    }
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("answer", "headers", "wanted", "reason"),
    [
        (problem(), PROBLEM, "validation-failed", ""),
        (
            problem(),
            {"content-type": "Application/Problem+JSON; charset=utf-8"},
            ["malformed-json", "validation-failed"],
            "",
        ),
        (problem(), PROBLEM, "any", ""),
        (problem(extra={"x": 1}), PROBLEM, "any", ""),
        (problem(), {"Content-Type": "application/json"}, "any", "problem-media-type"),
        (problem(), {}, "any", "problem-media-type"),
        ("<html>", PROBLEM, "any", "problem-body"),
        ([], PROBLEM, "any", "problem-body"),
        (problem(title=5), PROBLEM, "any", "problem-schema"),
        (problem(status=400), PROBLEM, "any", "problem-status"),
        (problem(), PROBLEM, "not-found", "problem-type"),
    ],
)
def test_problem_is_judged_step_by_step(
    answer: Any, headers: dict[str, str], wanted: Any, reason: str
) -> None:
    """Media type, shape, status, type: each with its reason."""
    (verdict,) = judged(
        step("a", check("problem", wanted)), exchange("a", 422, answer, headers=headers), done("a")
    )
    assert verdict.reason == reason
    assert verdict.outcome is (Outcome.FAIL if reason else Outcome.PASS)


@pytest.mark.parametrize(
    ("named", "wanted", "outcome"),
    [
        (["/a/b"], ["/a/b"], "pass"),
        (["/a"], ["/a/b"], "pass"),
        ([""], ["/a/b"], "fail"),
        (["/ab"], ["/a/b"], "fail"),
        (["/a/b/c"], ["/a/b"], "fail"),
        (["/a/b"], ["/a/b", "/c"], "fail"),
        (["/a/b", "/c"], ["/a/b", "/c"], "pass"),
        ([""], [{"pointer": "/a", "keyword": "required"}], "pass"),
        ([""], [{"pointer": "/a", "keyword": "unevaluatedProperties"}], "pass"),
        ([""], [{"pointer": "/a/b", "keyword": "required"}], "fail"),
        ([""], [{"pointer": "/a", "keyword": "pattern"}], "fail"),
        ([], ["/a"], "fail"),
    ],
)
def test_pointers_accept_the_fault_or_an_ancestor_but_never_the_bare_root(
    named: list[str], wanted: Any, outcome: str
) -> None:
    """Validators differ in depth; a problem that names only the whole body names nothing."""
    answer = problem(errors=[{"pointer": pointer, "code": "c", "detail": "d"} for pointer in named])
    assert outcomes(
        judged(
            step("a", check("pointers", wanted)),
            exchange("a", 422, answer, headers=PROBLEM),
            done("a"),
        )
    ) == [outcome]


@pytest.mark.parametrize("answer", ["x", [], {"errors": "x"}, {"errors": [5]}, {}])
def test_pointers_fail_on_answers_without_a_list(answer: Any) -> None:
    """No list, no pointer."""
    assert outcomes(
        judged(step("a", check("pointers", ["/a"])), exchange("a", 422, answer), done("a"))
    ) == ["fail"]


def test_schema_faults_at_redacted_places_come_from_before_redaction() -> None:
    """A value that was withheld is judged by what was found before, not by the marker that stands
    in its place.
    """
    record = REGISTRY.example(
        "valid/consignment-record/" + REGISTRY.examples("valid", "consignment-record")[0].name
    )
    record["consignment"]["sender"]["phone"]["number"] = "⟦direct:0123456789ab⟧"
    redaction = {
        "pointer": "/consignment/sender/phone/number",
        "pi_class": "direct",
        "commitment": "x",
        "faults": [],
    }
    one = step("a", check("schema", "consignment-record"))
    assert outcomes(judged(one, exchange("a", 200, record, redactions=[redaction]), done("a"))) == [
        "pass"
    ]
    assert outcomes(
        judged(
            one,
            exchange("a", 200, record, redactions=[{**redaction, "faults": ["pattern"]}]),
            done("a"),
        )
    ) == ["fail"]
    assert outcomes(judged(one, exchange("a", 200, record), done("a"))) == ["fail"]


def test_schema_check_reads_every_page_and_every_push() -> None:
    """The second page counts as much as the first."""
    good, bad = {"items": [], "next_cursor": None, "resume_cursor": "c"}, {"items": []}
    paged = step("a", check("schema", "event-page"), modifiers={"pages": {"limit": 2}})
    assert outcomes(
        judged(paged, exchange("a", 200, good), exchange("a", 200, good, page=1), done("a"))
    ) == ["pass"]
    assert outcomes(
        judged(paged, exchange("a", 200, good), exchange("a", 200, bad, page=1), done("a"))
    ) == ["fail"]
    pushed = step("a", check("schema", "push-envelope"), kind="receive")
    assert outcomes(judged(pushed, push("a", {"id": 1}, 11.0), done("a"))) == ["fail"]


def test_schema_check_applies_named_rules() -> None:
    """What a schema cannot hold is judged with it."""
    page = REGISTRY.example(
        "valid/shipment-event/" + REGISTRY.examples("valid", "shipment-event")[0].name
    )
    one = step("a", check("schema", "shipment-event"))
    assert outcomes(judged(one, exchange("a", 200, page), done("a"))) == ["pass"]
    page["occurred_at"] = "2099-01-01T00:00:00+08:00"
    (verdict,) = judged(one, exchange("a", 200, page), done("a"))
    assert verdict.outcome is Outcome.FAIL
    assert "later than" in verdict.actual.en


def test_body_that_is_not_json_breaks_every_schema() -> None:
    """Text, duplicate members and nothing at all."""
    for answer in ("<html>", '{"a":1,"a":2}', ""):
        (verdict,) = judged(
            step("a", check("schema", "receipt")), exchange("a", 200, answer), done("a")
        )
        assert "not one JSON document" in verdict.actual.en


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Content-Type": "application/json"}, "pass"),
        ({"content-type": "APPLICATION/JSON; charset=utf-8"}, "pass"),
        ({"Content-Type": "text/json"}, "fail"),
        ({}, "fail"),
    ],
)
def test_media_type_ignores_case_and_parameters(headers: dict[str, str], outcome: str) -> None:
    """RFC 9110: type and subtype are case-insensitive, parameters do not matter here."""
    assert outcomes(
        judged(
            step("a", check("media-type", "application/json")),
            exchange("a", 200, {}, headers=headers),
            done("a"),
        )
    ) == [outcome]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ("application/json", "pass"),
        ("Application/JSON; charset=utf-8", "pass"),
        ("text/html", "fail"),
        ("text/html; charset=utf-8", "fail"),
        ("application/problem+json", "fail"),
        ("application/json, text/html", "fail"),
        ("", "fail"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_media_type_that_is_said_twice_is_one(more: str, outcome: str, first: bool) -> None:
    """RFC 9110, 8.3: whoever says two things says neither, in whatever order."""
    record = exchange("a", 200, {}, headers={"Content-Type": "application/json"})
    record["response"]["headers"].insert(0 if first else 1, ["content-type", more])
    made = step("a", check("media-type", "application/json"))
    assert outcomes(judged(made, record, done("a"))) == [outcome]


@pytest.mark.parametrize(
    ("answer", "headers", "outcome"),
    [
        ("fine", {}, "pass"),
        ('Traceback (most recent call last):\n File "a.py", line 3', {}, "fail"),
        ("{}", {"Server": "nginx/1.25.3"}, "fail"),
        ("{}", {"Server": "nginx"}, "pass"),
    ],
)
def test_internals_look_at_body_and_headers(
    answer: str, headers: dict[str, str], outcome: str
) -> None:
    """A stack trace and a version banner."""
    assert outcomes(
        judged(
            step("a", check("internals", True)),
            exchange("a", 500, answer, headers=headers),
            done("a"),
        )
    ) == [outcome]


def test_absent_header_fails_when_it_is_there_in_any_case() -> None:
    """Header names have no case."""
    one = step("a", check("absent-header", "X-Secret"))
    assert outcomes(judged(one, exchange("a"), done("a"))) == ["pass"]
    (verdict,) = judged(one, exchange("a", headers={"x-secret": "v"}), done("a"))
    assert (verdict.outcome.value, verdict.actual.en) == ("fail", "v")


SECRET = "whsec_" + "A" * 44


def signed(text: str, secret: str = SECRET) -> dict[str, Any]:
    """A push whose signature fits ``text``; arrival is the epoch second of the record."""
    at = "1795219200"
    return {
        "webhook-id": "m",
        "webhook-timestamp": at,
        "webhook-signature": sign(secret, "m", at, text.encode()),
    }


def test_signature_check_verifies_each_push_over_its_raw_bytes() -> None:
    """A single altered byte in one of them fails the check."""
    one = step("a", check("signature", SECRET), kind="receive")
    good = push("a", '{"id": "m"}', 11.0, signed('{"id": "m"}'))
    bad = push("a", '{"id":"m"}', 12.0, signed('{"id": "m"}'))
    assert outcomes(judged(one, good, done("a"))) == ["pass"]
    (verdict,) = judged(one, good, bad, done("a"))
    assert verdict.outcome.value == "fail"
    right = sign(SECRET, "m", "1795219200", b'{"id":"m"}')
    for told in (
        "signature-mismatch",
        signed('{"id": "m"}')["webhook-signature"],
        right,
        "written anew",
    ):
        assert told in verdict.actual.en


@pytest.mark.parametrize(
    ("ahead", "outcome"),
    [
        ([3600.0], "pass"),
        ([60.0, 3600.0], "pass"),
        ([], "fail"),
        ([7200.0], "fail"),
        (["3600"], "fail"),
    ],
)
def test_signature_check_knows_how_far_the_clock_was_moved(ahead: list[Any], outcome: str) -> None:
    """A push of a sandbox that is an hour ahead tells the sandbox's time."""
    late = push("a", "{}", 11.0, signed("{}"), facts={"ahead_s": ahead})
    late["started_at"] = "2026-11-20T23:00:00Z"
    one = step("a", check("signature", SECRET), kind="receive")
    assert outcomes(judged(one, late, done("a"))) == [outcome]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"signatures": {"signature": ""}}, "pass"),
        ({"signatures": {"signature": "signature-mismatch"}}, "fail"),
        ({}, "fail"),
    ],
)
def test_signature_of_a_redacted_push_rests_on_the_fact_made_before(
    facts: dict[str, Any], outcome: str
) -> None:
    """Redaction changes the bytes; without a recorded fact the check cannot pass."""
    redaction = {"pointer": "/data", "pi_class": "direct", "commitment": "x", "faults": []}
    altered = push(
        "a",
        '{"id": "⟦direct:0123456789ab⟧"}',
        11.0,
        signed('{"id": "m"}'),
        redactions=[redaction],
        facts=facts,
    )
    assert outcomes(
        judged(step("a", check("signature", [SECRET]), kind="receive"), altered, done("a"))
    ) == [outcome]


def test_transitions_check_groups_by_waybill_and_orders_by_sequence() -> None:
    """Two interleaved courses are two courses."""
    one = events("ORDER_CREATED", "ACCEPTED", "DELIVERED", waybill_no="W1")
    other = events("ORDER_CREATED", "CANCELLED", waybill_no="W2")
    mixed = [one[2], other[1], one[0], other[0], one[1]]
    checked = step("a", check("transitions", "$a.body#/items"))
    (verdict,) = judged(checked, exchange("a", 200, {"items": mixed}), done("a"))
    assert (verdict.outcome.value, verdict.reason) == ("warn", "unusual-move")
    (verdict,) = judged(
        checked, exchange("a", 200, {"items": [*mixed, *events("RETURNED")]}), done("a")
    )
    assert (verdict.outcome.value, verdict.reason) == ("fail", "bad-beginning")
    (verdict,) = judged(checked, exchange("a", 200, {"items": []}), done("a"))
    assert (verdict.outcome.value, verdict.reason) == ("fail", "no-events")


def test_bodies_may_be_binary_without_harm() -> None:
    """What is kept as digest only is not JSON."""
    record = exchange("a", 200)
    record["response"]["body"] = {"digest": body("x")["digest"], "size": 1}
    assert outcomes(
        judged(step("a", check("value", "$a.body#/x", "absent", True)), record, done("a"))
    ) == ["pass"]

"""What checks say: reason, what was expected and what was seen, in both languages, at the borders
of what passes.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import (
    CONTEXT,
    REGISTRY,
    check,
    done,
    events,
    exchange,
    judge_scenario,
    push,
    scenario,
    started,
    step,
)

from jidi.judge.rules.signatures import secrets_of, sign
from jidi.judge.scenario_verdicts import absent_verdicts
from jidi.language.conditions import push_matches
from jidi.model.scenario import Check
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome

PROBLEM = {"Content-Type": "application/problem+json"}
OTHER = REGISTRY.base_uri + "problems/not-found"
COURSE = Text("a legal course of states", "合法的状态变化过程")


def verdict(asked: Check, *records: dict[str, Any], **changes: Any) -> CheckVerdict:
    """The verdict on the one check of step ``a``; ``changes`` are those of the step."""
    (found,) = judge_scenario(
        scenario(step("a", asked, **changes)), [started(), *records, done("a")], CONTEXT
    )
    return found


def told(asked: Check, *records: dict[str, Any], **changes: Any) -> tuple[str, str, Text, Text]:
    """Outcome, reason, expected and actual of :func:`verdict`."""
    found = verdict(asked, *records, **changes)
    return found.outcome.value, found.reason, found.expected, found.actual


def problem(**changes: Any) -> dict[str, Any]:
    """A problem document; a member that is ``None`` is left out."""
    plain = {
        "type": REGISTRY.base_uri + "problems/validation-failed",
        "title": "t",
        "status": 422,
        "errors": [{"pointer": "/a", "code": "c", "detail": "d"}],
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("headers", "seen"), [({"Content-Type": "text/html"}, "text/html"), ({}, "(none)")]
)
def test_media_type_tells_the_one_that_came(headers: dict[str, str], seen: str) -> None:
    """Or that none came."""
    expected = Text("media type application/json", "媒体类型 application/json")
    assert told(check("media-type", "application/json"), exchange("a", headers=headers)) == (
        "fail",
        "media-type",
        expected,
        Text(seen, seen),
    )


@pytest.mark.parametrize(
    ("answer", "headers", "reason", "actual"),
    [
        (
            problem(),
            {"Content-Type": "text/html"},
            "problem-media-type",
            Text("media type text/html", "媒体类型 text/html"),
        ),
        (problem(), {}, "problem-media-type", Text("media type (none)", "媒体类型 （无）")),
        ([], PROBLEM, "problem-body", Text("not a JSON object", "不是 JSON 对象")),
        (
            problem(status=400),
            PROBLEM,
            "problem-status",
            Text("member status is 400", "成员 status 为 400"),
        ),
        (problem(type=OTHER), PROBLEM, "problem-type", Text(OTHER, OTHER)),
    ],
)
def test_problem_tells_what_is_wrong_with_it(
    answer: Any, headers: dict[str, str], reason: str, actual: Text
) -> None:
    """Each step of the judgement names the types that were wanted and the member that is not
    right.
    """
    slugs = ["malformed-json", "validation-failed"]
    expected = Text(
        "an application/problem+json body of type malformed-json or validation-failed",
        "application/problem+json 正文，类型为 malformed-json 或 validation-failed",
    )
    assert told(check("problem", slugs), exchange("a", 422, answer, headers=headers)) == (
        "fail",
        reason,
        expected,
        actual,
    )


def test_problem_that_breaks_its_schema_tells_five_faults_at_most() -> None:
    """With the pointer of each."""
    many = verdict(
        check("problem", "any"), exchange("a", 422, problem(errors=[5] * 8), headers=PROBLEM)
    ).actual.en.split("; ")
    assert [one.partition(":")[0] for one in many] == [f"/errors/{index}" for index in range(5)]


@pytest.mark.parametrize(
    ("named", "wanted", "outcome"),
    [
        ("/a/b", "/a/b", "pass"),
        ("", {"pointer": "/a", "keyword": "additionalProperties"}, "pass"),
        ("", {"pointer": "/a", "keyword": "minProperties"}, "pass"),
        ("", {"pointer": "/a"}, "fail"),
        ("", "/a", "fail"),
    ],
)
def test_pointers_take_one_pointer_as_well_as_a_list(named: str, wanted: Any, outcome: str) -> None:
    """The parent stands for a missing or excess member, whichever keyword says so."""
    answer = problem(errors=[{"pointer": named, "code": "c", "detail": "d"}])
    assert (
        told(check("pointers", wanted), exchange("a", 422, answer, headers=PROBLEM))[0] == outcome
    )


def test_secrets_are_texts_whether_one_or_many_are_given() -> None:
    """During a rotation two may have signed."""
    assert secrets_of("one") == ["one"]
    assert secrets_of(["one", 2]) == ["one", "2"]


def test_signature_tells_each_fault_once() -> None:
    """In the order in which they came."""
    pushes = [push("a", {}, 11.0, {"x": "y"}), push("a", {}, 12.0, {"x": "y"}, index=1)]
    late = {"webhook-id": "m", "webhook-timestamp": "soon", "webhook-signature": "v1,x"}
    found = verdict(
        check("signature", "whsec_AAAA"),
        *pushes,
        push("a", {}, 13.0, late, index=2),
        kind="receive",
    )
    assert (found.reason, found.actual) == (
        "signature",
        Text("missing-webhook-id, bad-timestamp", "missing-webhook-id, bad-timestamp"),
    )


def test_signature_of_altered_evidence_without_an_earlier_finding_is_told() -> None:
    """What was not verified before redaction cannot be verified after it."""
    altered = push(
        "a",
        {},
        11.0,
        redactions=[{"pointer": "/id", "pi_class": "direct", "commitment": "x", "faults": []}],
    )
    assert verdict(check("signature", "whsec_AAAA"), altered, kind="receive").actual == Text(
        "no-fact", "no-fact"
    )


@pytest.mark.parametrize(("seconds", "reason"), [(0, ""), (1, "outside-time-window")])
def test_signature_that_arrived_at_no_time_is_taken_as_from_the_beginning_of_time(
    seconds: int, reason: str
) -> None:
    """Evidence whose clock reads nothing makes no push genuine but one from then."""
    timestamp = str(int(CONTEXT.skew_s) + seconds)
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": timestamp,
        "webhook-signature": sign("whsec_AAAA", "m", timestamp, b"{}"),
    }
    found = verdict(
        check("signature", "whsec_AAAA"),
        push("a", {}, 11.0, headers, started_at="never"),
        kind="receive",
    )
    assert found.actual.en == (reason or "1 verified")


def course(argument: Any) -> tuple[str, str, Text, Text]:
    """What the check of transitions says of these events."""
    return told(check("transitions", "$a.body#/items"), exchange("a", 200, {"items": argument}))


@pytest.mark.parametrize("items", ["x", 5, [], [5]])
def test_transitions_of_nothing_are_told_as_such(items: Any) -> None:
    """No list, an empty one, one without events."""
    assert course(items) == ("fail", "no-events", COURSE, Text("no events at all", "没有任何事件"))


def test_transitions_that_are_legal_or_unusual_are_told_with_what_was_expected() -> None:
    """A warning is as complete as a fail."""
    assert course(events("ORDER_CREATED", "ACCEPTED")) == (
        "pass",
        "",
        COURSE,
        Text("legal", "合法"),
    )
    unusual = Text(
        "unusual move from ACCEPTED to DELIVERED", "不常见的状态变化：ACCEPTED → DELIVERED"
    )
    assert course(events("ACCEPTED", "DELIVERED")) == ("warn", "unusual-move", COURSE, unusual)


def test_transitions_tell_five_faults_at_most_in_both_languages() -> None:
    """All of one kind here: the same terminal state again and again."""
    _, reason, _, actual = course(events("ACCEPTED", "OUT_FOR_DELIVERY", *["DELIVERED"] * 8))
    assert reason == "after-terminal"
    assert actual.en.split("; ") == ["DELIVERED after the terminal state DELIVERED"] * 5
    assert actual.zh.split("；") == ["终态 DELIVERED 之后又出现 DELIVERED"] * 5


def test_transitions_put_an_event_without_a_sequence_first() -> None:
    """It counts as number 0, so that it stands before number 1."""
    created, accepted = events("ORDER_CREATED", "ACCEPTED")
    del created["sequence"]
    assert course([{**accepted, "sequence": 1}, created])[0] == "pass"


def test_internals_tell_every_sign_or_that_there_is_none() -> None:
    """A binary body shows nothing by itself."""
    expected = Text("nothing of the inside of the system", "不暴露系统内部信息")
    shown = exchange(
        "a", 500, "Traceback (most recent call last)", headers={"Server": "nginx/1.2.3"}
    )
    both = "python-traceback, version-banner-server"
    assert told(check("internals", True), shown) == (
        "fail",
        "internals",
        expected,
        Text(both, both),
    )
    binary = exchange("a")
    del binary["response"]["body"]["text"]
    assert told(check("internals", True), binary) == ("pass", "", expected, Text("none", "无"))


def test_header_that_must_not_be_there_is_told_with_its_value() -> None:
    """Whatever its case."""
    expected = Text("no header x-trace", "无头部 x-trace")
    assert told(check("absent-header", "X-Trace"), exchange("a", headers={"x-TRACE": "on"})) == (
        "fail",
        "header-present",
        expected,
        Text("on", "on"),
    )
    assert told(check("absent-header", "X-Trace"), exchange("a")) == (
        "pass",
        "",
        expected,
        Text("absent", "无"),
    )


@pytest.mark.parametrize(
    ("record", "en"),
    [
        (None, "nothing"),
        (exchange("a", None), "no response (nothing)"),
        (exchange("a", None, failure={"kind": "reset", "detail": "x"}), "no response (reset)"),
        (exchange("a", 503), "503"),
    ],
)
def test_unmet_set_up_step_tells_what_it_got(record: dict[str, Any] | None, en: str) -> None:
    """Nothing at all, no response and why, or another status."""
    records = [] if record is None else [record]
    found = verdict(check("status", 200), *records, expect={"status": 201})
    assert (found.outcome, found.expected) == (Outcome.NOT_EXERCISED, Text("", ""))
    assert found.actual == Text(f"the set-up step 'a' got {en}", f"准备步骤“a”得到 {en}")


def waited(observed: dict[str, Any] | None, *moments: float) -> tuple[str, str, Text, Text]:
    """What a wait for pushes says that came at these seconds."""
    finished = done("a", **({} if observed is None else {"observed": observed}))
    if observed is None:
        del finished["observed"]
    pushes = [
        push("a", {}, moment, {"webhook-id": str(moment)}, index=index)
        for index, moment in enumerate(moments)
    ]
    (found,) = judge_scenario(
        scenario(step("a", check("in-time", True), kind="receive")), [*pushes, finished], CONTEXT
    )
    return found.outcome.value, found.reason, found.expected, found.actual


LIMIT = Text("within 5 s", "5 秒之内")


@pytest.mark.parametrize(
    ("observed", "moments", "found"),
    [
        (
            None,
            (0.5,),
            ("fail", "late", Text("within 0 s", "0 秒之内"), Text("after 0.50 s", "用时 0.50 秒")),
        ),
        (
            {},
            (0.5,),
            ("fail", "late", Text("within 0 s", "0 秒之内"), Text("after 0.50 s", "用时 0.50 秒")),
        ),
        (
            {"within": 5, "origin": 10},
            (11.0,),
            ("pass", "", LIMIT, Text("after 1.00 s", "用时 1.00 秒")),
        ),
        (
            {"within": 5, "origin": 10},
            (9.0,),
            ("pass", "", LIMIT, Text("after 0.00 s", "用时 0.00 秒")),
        ),
        (
            {"within": 5, "origin": 10},
            (),
            (
                "fail",
                "never",
                LIMIT,
                Text(
                    "not within 5.0 s, when listening stopped", "5.0 秒后停止等待时仍未达到（0/1）"
                ),
            ),
        ),
        (
            {"within": 5, "origin": 10, "wanted": 2, "listened": 8},
            (11.0,),
            (
                "fail",
                "never",
                Text("2 within 5 s", "5 秒之内共 2 次"),
                Text("1 of 2 in 8.0 s", "8.0 秒后停止等待时仍未达到（1/2）"),
            ),
        ),
        (
            {"within": 5, "wanted": 0},
            (),
            (
                "pass",
                "",
                Text("0 within 5 s", "5 秒之内共 0 次"),
                Text("after 0.00 s", "用时 0.00 秒"),
            ),
        ),
        (
            {"within": 5, "wanted": 0},
            (2.0,),
            (
                "pass",
                "",
                Text("0 within 5 s", "5 秒之内共 0 次"),
                Text("after 0.00 s", "用时 0.00 秒"),
            ),
        ),
    ],
)
def test_wait_tells_its_limit_and_how_long_it_took(
    observed: dict[str, Any] | None, moments: tuple[float, ...], found: Any
) -> None:
    """What the journal does not say is nothing: no limit, no origin, one push."""
    assert waited(observed, *moments) == found


def polled(until: dict[str, Any], *records: dict[str, Any], **observed: Any) -> list[CheckVerdict]:
    """Verdicts on a wait by polling and on a value of the last answer."""
    checks = check("in-time", True), check("value", "$a.body#/x", "equals", 1)
    one = step("a", *checks, modifiers={"eventually": {"within": 5, "until": [until]}})
    return judge_scenario(
        scenario(one),
        [*records, done("a", observed={"within": 5.0, "wanted": 1, **observed})],
        CONTEXT,
    )


def test_wait_that_the_first_poll_fulfils_began_at_the_beginning() -> None:
    """An answer of less than two seconds is no lateness, whatever the clock says."""
    found = polled(
        {"value": "$a.body#/x", "equals": 1},
        exchange("a", 200, {"x": 1}, started=0.0, finished=1.5),
    )
    assert found[0].actual.en == "after 0.00 s"


def test_wait_that_came_late_leaves_the_rest_to_be_judged() -> None:
    """It is there, so that what it says can be right or wrong."""
    found = polled(
        {"value": "$a.body#/x", "equals": 1},
        exchange("a", 200, {}, started=9.0),
        exchange("a", 200, {"x": 1}, attempt=1, started=9.5, finished=9.6),
    )
    assert [(one.outcome.value, one.reason) for one in found] == [("fail", "late"), ("pass", "")]


@pytest.mark.parametrize(
    "until", [{"value": "$a.mark", "equals": "m"}, {"value": "$a.result#/ok", "equals": True}]
)
def test_wait_may_look_at_what_was_observed_and_at_results(until: dict[str, Any]) -> None:
    """A poll is judged with everything else that the step left behind."""
    drive = {"kind": "drive", "step": "a", "action": "x", "result": {"ok": True}}
    assert (
        polled(until, drive, exchange("a", 200, {"x": 1}, started=0.0, finished=0.1), mark="m")[
            0
        ].outcome
        is Outcome.PASS
    )


def test_scenario_that_was_not_run_expects_nothing() -> None:
    """There is one text, and it says why."""
    (found,) = absent_verdicts(
        scenario(step("a", check("status", 1))),
        Outcome.NOT_APPLICABLE,
        "no-capability-batch",
        Text("e", "z"),
    )
    assert found == CheckVerdict(
        "s/a/status",
        "DS-01.2",
        Outcome.NOT_APPLICABLE,
        "no-capability-batch",
        Text("", ""),
        Text("e", "z"),
    )


@pytest.mark.parametrize(
    ("where", "matches"),
    [({"id": "m"}, True), ({"id": "n"}, False), ({"id": "m", "waybill_no": "W1"}, True)],
)
def test_push_is_matched_by_its_own_id_too(where: dict[str, str], matches: bool) -> None:
    """Type and id are members of the envelope, all others those of an event."""
    assert push_matches(where, {"id": "m", "data": {"events": [{"waybill_no": "W1"}]}}) is matches


@pytest.mark.parametrize(
    ("wanted", "statuses", "changes", "reason", "texts"),
    [
        (201, (201,), {}, "", ("201", "201")),
        (["4xx", 201], (500,), {}, "status", ('["4xx", 201]', "500")),
        (201, (500, 201), {}, "", ("201", "201")),
        (201, (201, 409, 201), {"modifiers": {"at-once": 3}}, "status", ("201", "201, 409")),
        (
            [201, 409],
            (201, 409, 201),
            {"modifiers": {"at-once": 3}},
            "",
            ("[201, 409]", "201, 409"),
        ),
    ],
)
def test_status_tells_what_was_wanted_and_each_that_came(
    wanted: Any,
    statuses: tuple[int, ...],
    changes: dict[str, Any],
    reason: str,
    texts: tuple[str, str],
) -> None:
    """Of several attempts the last counts; of requests at once all do, each status told once."""
    records = [exchange("a", status, attempt=number) for number, status in enumerate(statuses)]
    found = told(check("status", wanted), *records, **changes)
    assert found == (
        "fail" if reason else "pass",
        reason,
        Text(f"status {texts[0]}", f"状态码 {texts[0]}"),
        Text(texts[1], texts[1]),
    )


PAGE = Text("a body that is valid under the schema event-page", "正文符合模式 event-page")
GOOD: dict[str, Any] = {"items": [], "next_cursor": None, "resume_cursor": "c"}
NOT_JSON = "not one JSON document / 不是单个 JSON 文档"


@pytest.mark.parametrize(
    ("answers", "changes", "actual"),
    [
        ([GOOD], {}, ""),
        (["<html>", GOOD], {}, ""),
        ([GOOD, GOOD], {"modifiers": {"pages": {"limit": 2}}}, ""),
        (["<html>"], {}, NOT_JSON),
        (["<html>", GOOD, "x"], {"modifiers": {"pages": {"limit": 2}}}, f"{NOT_JSON}; {NOT_JSON}"),
        (["x"] * 7, {"modifiers": {"pages": {"limit": 2}}}, "; ".join([NOT_JSON] * 5)),
    ],
)
def test_schema_tells_its_name_and_five_faults_at_most(
    answers: list[Any], changes: dict[str, Any], actual: str
) -> None:
    """Of attempts the last counts, of pages all do."""
    member = "page" if changes else "attempt"
    records = [
        exchange("a", 200, answer, **{member: number}) for number, answer in enumerate(answers)
    ]
    found = told(check("schema", "event-page"), *records, **changes)
    assert found == (
        ("fail", "schema", PAGE, Text(actual, actual))
        if actual
        else ("pass", "", PAGE, Text("valid", "符合"))
    )


def test_schema_of_pushes_is_held_to_what_was_received() -> None:
    """The reply of the kit is no part of it, and every push counts."""
    envelope = REGISTRY.example(
        "valid/push-envelope/" + REGISTRY.examples("valid", "push-envelope")[0].name
    )
    bad, good = push("a", "<html>", 11.0), push("a", envelope, 12.0, index=1)
    asked = check("schema", "push-envelope")
    assert told(asked, good, kind="receive")[3] == Text("valid", "符合")
    assert told(asked, bad, good, kind="receive")[3] == Text(NOT_JSON, NOT_JSON)


def test_schema_fault_of_a_whole_document_stands_at_the_bare_slash() -> None:
    """It has no member to point at."""
    assert verdict(check("schema", "event-page"), exchange("a", 200, [])).actual.en.startswith(
        "/: "
    )


@pytest.mark.parametrize(
    ("asked", "outcome", "expected", "seen"),
    [
        (
            check("value", "$a.body#/x", "equals", 1),
            "pass",
            Text("$a.body#/x equal to 1", "$a.body#/x 等于 1"),
            "1",
        ),
        (
            check("value", "$a.body#/x", "equals", "$a.body#/y"),
            "fail",
            Text("$a.body#/x equal to 2", "$a.body#/x 等于 2"),
            "1",
        ),
        (
            check("value", ["$a.body#/x", "$a.body#/y"], "distinct", True),
            "pass",
            Text("value distinct: true", "value 互不相同：true"),
            "[1, 2]",
        ),
        (
            check("value", "plain", "equals", "other"),
            "fail",
            Text('value equal to "other"', 'value 等于 "other"'),
            '"plain"',
        ),
    ],
)
def test_value_tells_its_expression_and_both_sides(
    asked: Check, outcome: str, expected: Text, seen: str
) -> None:
    """What is no expression is just a value."""
    reason = "equals" if outcome == "fail" else ""
    assert told(asked, exchange("a", 200, {"x": 1, "y": 2})) == (
        outcome,
        reason,
        expected,
        Text(seen, seen),
    )


NOTHING = Text("", "")


@pytest.mark.parametrize(
    ("asked", "records", "changes", "found"),
    [
        (
            check("quiet", True),
            [],
            {"kind": "quiet"},
            ("pass", "", Text("nothing arrives", "不应再有推送到达"), Text("nothing", "无")),
        ),
        (
            check("quiet", True),
            [push("a", {}, 11.0)],
            {"kind": "quiet"},
            (
                "fail",
                "not-quiet",
                Text("nothing arrives", "不应再有推送到达"),
                Text("1 arrived", "到达 1 次"),
            ),
        ),
        (
            check("schema", "x"),
            [],
            {"kind": "receive"},
            (
                "not-exercised",
                "not-exercised",
                NOTHING,
                Text("nothing arrived", "没有任何推送到达"),
            ),
        ),
        (
            check("status", 200),
            [],
            {},
            ("not-exercised", "not-exercised", NOTHING, Text("nothing was sent", "未发送任何请求")),
        ),
        (
            check("status", 200),
            [exchange("a", None)],
            {},
            (
                "fail",
                "no-answer-nothing",
                Text("an answer", "应答"),
                Text("no response: nothing, ", "无响应：nothing，"),
            ),
        ),
        (
            check("status", 200),
            [exchange("a", None, failure={"kind": "timeout", "detail": "5 s"})],
            {},
            (
                "fail",
                "no-answer-timeout",
                Text("an answer", "应答"),
                Text("no response: timeout, 5 s", "无响应：timeout，5 s"),
            ),
        ),
        (
            check("status", 200),
            [exchange("a", None, failure={"kind": "refused", "detail": "x"})],
            {},
            (
                "not-exercised",
                "unreachable",
                NOTHING,
                Text("no response: refused, x", "无响应：refused，x"),
            ),
        ),
        (
            check("status", 200),
            [exchange("a", None, failure={"kind": "forbidden-host", "detail": "x"})],
            {},
            (
                "config-error",
                "host-not-declared",
                NOTHING,
                Text("x; add it to hosts in the target file", "x；请将其加入目标文件的 hosts"),
            ),
        ),
    ],
)
def test_silence_is_told_in_both_languages(
    asked: Check, records: list[dict[str, Any]], changes: dict[str, Any], found: Any
) -> None:
    """Nothing sent, nothing come, no answer and why."""
    assert told(asked, *records, **changes) == found


@pytest.mark.parametrize(
    ("finished", "found"),
    [
        (
            [],
            (
                Outcome.NOT_EXERCISED,
                NOTHING,
                Text("the run broke off before this step", "运行在此步骤之前中断"),
            ),
        ),
        (
            [done("a", state="kit-fault", reason="KeyError")],
            (Outcome.HARNESS_ERROR, NOTHING, Text("KeyError", "KeyError")),
        ),
        (
            [done("a", state="blocked", reason="no driver")],
            (Outcome.NOT_EXERCISED, NOTHING, Text("no driver", "no driver")),
        ),
    ],
)
def test_step_that_did_not_come_off_tells_why(finished: list[dict[str, Any]], found: Any) -> None:
    """The run ended, the kit erred, or something lacked."""
    (seen,) = judge_scenario(scenario(step("a", check("status", 200))), finished, CONTEXT)
    assert (seen.outcome, seen.expected, seen.actual) == found

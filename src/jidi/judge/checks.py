"""Checks: each subject of the scenario language as a pure function of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.personal.canaries import Automaton
from jidi.judge.personal.internals import signs
from jidi.judge.personal.leaks import EXPECTED, Watch, reason_of
from jidi.judge.rules.document_rules import apply
from jidi.judge.rules.named import NAMED
from jidi.judge.rules.signatures import AHEAD, Window, fault_of
from jidi.judge.rules.transitions import course_faults, instant
from jidi.language.conditions import status_matches
from jidi.language.expressions import (
    ABSENT,
    BlockedError,
    evaluate,
    is_expression,
    parse,
    references,
    resolve,
)
from jidi.language.matchers import MATCHERS, expectation, show
from jidi.language.views import ExchangeView, StepView, body_bytes
from jidi.model.scenario import Check, Step
from jidi.model.text import Text
from jidi.model.verdict import Outcome

NO_TEXT: Final = Text("", "")
CANARIES_ROOT: Final = "canaries"
"""Root of the scope under which the canaries of the scenario lie; reserved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to, before it is given its name."""

    outcome: Outcome
    reason: str = ""
    expected: Text = NO_TEXT
    actual: Text = NO_TEXT


@dataclass(frozen=True)
class Question:
    """One check with everything that it may look at."""

    check: Check
    step: Step
    view: StepView
    scope: Mapping[str, Any]
    context: JudgingContext

    @property
    def argument(self) -> Any:
        """The argument of the subject with its expressions replaced."""
        return evaluate(self.check.argument, self.scope)

    @property
    def argument_list(self) -> list[Any]:
        """The same as a list, whether one was written or not."""
        argument = self.argument
        return argument if isinstance(self.check.argument, list) else [argument]


def both(text: str) -> Text:
    """A text without words, the same in both languages."""
    return Text(text, text)


def passed(expected: Text, actual: Text) -> Finding:
    """A pass that still says what was wanted and seen."""
    return Finding(Outcome.PASS, "", expected, actual)


def failed(reason: str, expected: Text, actual: Text) -> Finding:
    """A fail with a stable reason."""
    return Finding(Outcome.FAIL, reason, expected, actual)


def _status(question: Question) -> Finding:
    wanted = question.argument
    expected = Text(f"status {show(wanted)}", f"状态码 {show(wanted)}")
    seen = (
        [view.status for view in question.view.exchanges]
        if "at-once" in question.step.modifiers
        else [_last(question).status]
    )
    actual = both(", ".join(str(status) for status in dict.fromkeys(seen)))
    if all(status_matches(status, wanted) for status in seen):
        return passed(expected, actual)
    return failed("status", expected, actual)


def _last(question: Question) -> ExchangeView:
    last = question.view.last
    if last is None:  # a named action that left nothing; of a call the caller has said so before
        raise BlockedError(f"step '{question.step.id}' left no exchange")
    return last


def _answer(question: Question) -> tuple[Sequence[Sequence[str]], str, Any]:
    response = _last(question).response
    if response is None:
        raise BlockedError(f"step '{question.step.id}' got no response")
    text = response.attribute("text")
    return response.headers, "" if text is ABSENT else text, response.json


def _schema(question: Question) -> Finding:
    name = question.argument
    expected = Text(f"a body that is valid under the schema {name}", f"正文符合模式 {name}")
    faults: list[str] = []
    for view in (
        question.view.exchanges
        if question.step.kind == "receive" or "pages" in question.step.modifiers
        else [_last(question)]
    ):
        faults.extend(_schema_faults(question, view, name))
    if faults:
        return failed("schema", expected, both("; ".join(faults[:5])))
    return passed(expected, Text("valid", "符合"))


def _schema_faults(question: Question, view: ExchangeView, name: str) -> list[str]:
    message = view.request if question.step.kind == "receive" else view.response
    instance = ABSENT if message is None else message.json
    if instance is ABSENT:
        return ["not one JSON document / 不是单个 JSON 文档"]
    redacted = {
        redaction["pointer"]: redaction["faults"] for redaction in view.record["redactions"]
    }
    book = question.context.book
    faults = [
        f"{fault.pointer or '/'}: {fault.message}"
        for fault in book.validate(name, instance)
        if fault.pointer not in redacted
    ]
    faults += [
        f"{pointer}: {keyword}" for pointer, keywords in redacted.items() for keyword in keywords
    ]
    for site in book.rule_sites(name, instance):
        if site.pointer not in redacted and (sentence := apply(site.rule, site.value, site.parent)):
            faults.append(f"{site.pointer}: {sentence.en}")
    return faults


def _media_type(question: Question) -> Finding:
    headers, _, _ = _answer(question)
    wanted = question.argument_list
    shown = " or ".join(map(str, wanted)), " 或 ".join(map(str, wanted))
    seen = next((value for name, value in headers if name.lower() == "content-type"), "")
    expected = Text(f"media type {shown[0]}", f"媒体类型 {shown[1]}")
    if seen.split(";")[0].strip().lower() in wanted:
        return passed(expected, both(seen))
    return failed("media-type", expected, both(seen or "(none)"))


def _problem(question: Question) -> Finding:
    headers, _, body = _answer(question)
    wanted = question.argument
    slugs = wanted if isinstance(wanted, list) else [wanted]
    expected = Text(
        f"an application/problem+json body of type {' or '.join(slugs)}",
        f"application/problem+json 正文，类型为 {' 或 '.join(slugs)}",
    )
    media = (
        next((value for name, value in headers if name.lower() == "content-type"), "")
        .split(";")[0]
        .strip()
        .lower()
    )
    if media != "application/problem+json":
        return failed(
            "problem-media-type",
            expected,
            Text(f"media type {media or '(none)'}", f"媒体类型 {media or '（无）'}"),
        )
    if not isinstance(body, Mapping):
        return failed("problem-body", expected, Text("not a JSON object", "不是 JSON 对象"))
    faults = [
        f"{fault.pointer or '/'}: {fault.message}"
        for fault in question.context.book.validate("problem", body)
    ]
    if faults:
        return failed("problem-schema", expected, both("; ".join(faults[:5])))
    if body.get("status") not in {None, _last(question).status}:
        return failed(
            "problem-status",
            expected,
            Text(f"member status is {body.get('status')}", f"成员 status 为 {body.get('status')}"),
        )
    base = question.context.problem_base
    slug = str(body.get("type", "")).removeprefix(base)
    if slug not in question.context.problem_statuses or ("any" not in slugs and slug not in slugs):
        return failed("problem-type", expected, both(str(body.get("type"))))
    return passed(expected, both(slug))


def _pointers(question: Question) -> Finding:
    _, _, body = _answer(question)
    wanted = question.argument if isinstance(question.argument, list) else [question.argument]
    errors = body.get("errors") if isinstance(body, Mapping) else None
    named = (
        [
            str(error["pointer"])
            for error in errors
            if isinstance(error, Mapping) and "pointer" in error
        ]
        if isinstance(errors, list)
        else []
    )
    expected = Text(f"errors[] that point at {show(wanted)}", f"errors[] 指向 {show(wanted)}")
    missing = [
        show(one) for one in wanted if not any(_points_at(pointer, one) for pointer in named)
    ]
    if missing:
        return failed(
            "pointers", expected, Text(f"named: {show(named)}", f"指出的有：{show(named)}")
        )
    return passed(expected, both(show(named)))


def _points_at(named: str, wanted: Any) -> bool:
    """Equal, or an ancestor that is not the root; for a missing or excess member also its parent,
    be it the root (validators differ).
    """
    pointer = wanted["pointer"] if isinstance(wanted, Mapping) else str(wanted)
    keyword = wanted.get("keyword", "") if isinstance(wanted, Mapping) else ""
    if named == pointer:
        return True
    if (
        keyword in {"required", "unevaluatedProperties", "additionalProperties", "minProperties"}
        and named == pointer.rpartition("/")[0]
    ):
        return True
    return named != "" and pointer.startswith(named + "/")


def secrets_of(argument: Any) -> list[str]:
    """The secrets that a ``signature`` check allows: one, or a list."""
    return [str(secret) for secret in argument] if isinstance(argument, list) else [str(argument)]


def _signature(question: Question) -> Finding:
    secrets = secrets_of(question.argument)
    expected = Text(
        "every push carries a Standard Webhooks v1 signature over its raw bytes, in time",
        "每次推送均带有对原始字节的 Standard Webhooks v1 签名，且在时间窗内",
    )
    faults = [
        fault
        for view in question.view.exchanges
        if (fault := _signature_fault(question, view, secrets))
    ]
    if faults:
        return failed("signature", expected, both(", ".join(dict.fromkeys(faults))))
    return passed(
        expected,
        Text(
            f"{len(question.view.exchanges)} verified",
            f"{len(question.view.exchanges)} 次均通过验证",
        ),
    )


def _signature_fault(question: Question, view: ExchangeView, secrets: Sequence[str]) -> str:
    """Computed again from the evidence; only where redaction changed the bytes the finding made
    before it has to stand in.
    """
    if view.record["redactions"]:
        return str(view.record["facts"].get("signatures", {}).get(question.check.id, "no-fact"))
    arrived = instant(view.record["started_at"])
    at = arrived.timestamp() if arrived else 0.0
    return fault_of(
        view.request.attribute("headers"),
        body_bytes(view.request.body),
        secrets,
        Window(at, question.context.skew_s, _moved_clock(view.record["facts"])),
    )


def _moved_clock(facts: Mapping[str, Any]) -> tuple[float, ...]:
    """By how much the sandbox's clock was ahead when a push came, as the run noted it."""
    noted = facts.get(AHEAD, [])
    return tuple(float(one) for one in noted if isinstance(one, int | float))


def _transitions(question: Question) -> Finding:
    events = (
        [event for event in question.argument if isinstance(event, Mapping)]
        if isinstance(question.argument, list)
        else []
    )
    expected = Text("a legal course of states", "合法的状态变化过程")
    if not events:
        return failed("no-events", expected, Text("no events at all", "没有任何事件"))
    by_waybill: dict[str, list[Mapping[str, Any]]] = {}
    for event in sorted(
        events, key=lambda one: one["sequence"] if isinstance(one.get("sequence"), int) else 0
    ):
        by_waybill.setdefault(str(event.get("waybill_no")), []).append(event)
    faults = [
        fault
        for course in by_waybill.values()
        for fault in course_faults(course, question.context.table)
    ]
    errors = [fault for fault in faults if fault.severity == "error"]
    shown = errors or faults
    actual = Text(
        "; ".join(fault.text.en for fault in shown[:5]) or "legal",
        "；".join(fault.text.zh for fault in shown[:5]) or "合法",
    )
    if errors:
        return failed(errors[0].slug, expected, actual)
    return (
        Finding(Outcome.WARN, faults[0].slug, expected, actual)
        if faults
        else passed(expected, actual)
    )


def _internals(question: Question) -> Finding:
    headers, text, _ = _answer(question)
    found = signs(headers, text)
    expected = Text("nothing of the inside of the system", "不暴露系统内部信息")
    return (
        failed("internals", expected, both(", ".join(found)))
        if found
        else passed(expected, Text("none", "无"))
    )


def _absent_header(question: Question) -> Finding:
    headers, _, _ = _answer(question)
    wanted = [str(one).lower() for one in question.argument_list]
    expected = Text(f"no header {', '.join(wanted)}", f"无头部 {'、'.join(wanted)}")
    found = next((value for name, value in headers if name.lower() in wanted), None)
    return (
        passed(expected, Text("absent", "无"))
        if found is None
        else failed("header-present", expected, both(found))
    )


def _given(value: Any, question: Question) -> Any:
    """What a check measures by, with its expressions replaced.

    Raises:
        BlockedError: an earlier step, which was to give it, did not: that is its own fault, and
            told there. What the step under judgement does not give stays absent.
    """
    for reference in references(value):
        expression = parse(reference.text)
        if expression.root != question.step.id and resolve(expression, question.scope) is ABSENT:
            raise BlockedError(f"nothing is there at {reference.text}, by which it is measured")
    return evaluate(value, question.scope)


def _value(question: Question) -> Finding:
    check = question.check
    value = question.argument
    operand = _given(check.operand, question)
    subject = str(check.argument) if is_expression(check.argument) else "value"
    expected = expectation(subject, check.matcher, operand)
    actual = both(show(value))
    return (
        passed(expected, actual)
        if MATCHERS[check.matcher](value, operand)
        else failed(check.matcher, expected, actual)
    )


def _rule(question: Question) -> Finding:
    argument = question.check.argument
    name = argument["name"] if isinstance(argument, Mapping) else argument
    given = _given(argument.get("with", {}), question) if isinstance(argument, Mapping) else {}
    ruling = NAMED[name](given, question.view, question.context)
    return Finding(ruling.outcome, ruling.reason, ruling.expected, ruling.actual)


def _canaries(question: Question) -> Finding:
    """``true``: the table of places decides; ``none``: no canary at all; a list of kinds: these may
    show; expressions: only there, and none.
    """
    argument = question.check.argument
    listed = argument if isinstance(argument, list) else [argument]
    kinds = (
        None
        if argument is True
        else frozenset(one for one in listed if not is_expression(one)) - {"none"}
    )
    known = question.scope.get(CANARIES_ROOT, ())
    if not known:
        raise BlockedError("nothing personal was planted in this scenario")
    watch = Watch(Automaton(known), question.context, frozenset(), kinds)
    if any(is_expression(one) for one in listed):
        found = [
            ("values", leak)
            for leak in watch.in_texts(
                [value for value in question.argument_list if value is not ABSENT]
            )
        ]
    else:
        found = [
            (view.record["operation"] or view.record["direction"], leak)
            for view in question.view.exchanges
            for leak in watch.leaks(view)
        ]
        found += [("observed", leak) for leak in watch.in_texts(dict(question.view.observed))]
    if not found:
        return passed(EXPECTED, Text(f"none of {len(known)}", f"{len(known)} 个植入值均未出现"))
    told = list(dict.fromkeys(leak.told(where) for where, leak in found))
    return failed(reason_of([leak for _, leak in found]), EXPECTED, both("; ".join(told[:5])))


SUBJECTS: Final[Mapping[str, Callable[[Question], Finding]]] = {
    "status": _status,
    "schema": _schema,
    "media-type": _media_type,
    "problem": _problem,
    "pointers": _pointers,
    "signature": _signature,
    "transitions": _transitions,
    "internals": _internals,
    "canaries": _canaries,
    "absent-header": _absent_header,
    "value": _value,
    "rule": _rule,
}
"""Every subject but ``in-time`` and ``quiet``, which belong to the waits."""

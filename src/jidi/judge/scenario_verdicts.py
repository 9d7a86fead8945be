"""Verdicts of one scenario: exactly one for each declared check, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from jidi.errors import KitFaultError
from jidi.judge.checks import (
    CANARIES_ROOT,
    SUBJECTS,
    Finding,
    Question,
    both,
    failed,
    passed,
)
from jidi.judge.checks.in_place import HELD, in_place
from jidi.judge.checks.in_place import REASON as IN_PLACE_REASON
from jidi.judge.context import JudgingContext
from jidi.judge.guarding import REASON as JUDGEMENT_FAILED
from jidi.judge.guarding import guarded
from jidi.judge.personal.canaries import planted_canaries
from jidi.language.conditions import base_scope, conditions_hold
from jidi.language.expressions import BlockedError
from jidi.language.looked_at import place_of
from jidi.language.views import ExchangeView, StepView, delivery_key, step_view
from jidi.model.journal import PlayedRecord, ScenarioFinished, ScenarioStarted, StepRecord
from jidi.model.scenario import Check, Scenario, Step
from jidi.model.step import Call, Condition, Receive
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

_SLOW_ANSWER_S: Final = 2.0
"""Seconds that the answer to a poll may take without counting as lateness of what is polled for."""
_ROUNDED_S: Final = 0.05
"""Seconds by which what was listened may be written too short."""
_AWAY: Final = frozenset({"refused", "unresolved", "tls"})


@dataclass(frozen=True)
class _Seen:
    """What is known when the checks of one step are judged."""

    scope: Mapping[str, Any]
    context: JudgingContext
    alive: bool


_Kind = TypeVar("_Kind", bound=PlayedRecord)


def _first(records: Sequence[PlayedRecord], kind: type[_Kind]) -> _Kind | None:
    return next((record for record in records if isinstance(record, kind)), None)


def _by_step(records: Sequence[PlayedRecord]) -> dict[str, list[PlayedRecord]]:
    found: dict[str, list[PlayedRecord]] = {}
    for record in records:
        if not isinstance(record, ScenarioStarted | ScenarioFinished):
            found.setdefault(record.step, []).append(record)
    return found


def judge_scenario(
    scenario: Scenario, records: Sequence[PlayedRecord], context: JudgingContext
) -> list[CheckVerdict]:
    """One verdict for each check of ``scenario`` in the order declared, from its journal records
    alone.

    Raises:
        KitFaultError: the number of verdicts is not the number of checks.
    """
    by_step = _by_step(records)
    started = _first(records, ScenarioStarted)
    scope = base_scope(
        scenario.case,
        {} if started is None else started.variables,
        discovery=context.discovery,
        target=context.target,
    )
    scope[CANARIES_ROOT] = planted_canaries([started] if started is not None else [])
    verdicts: list[CheckVerdict] = []
    alive = False
    for step in scenario.steps:
        view = step_view(step.id, by_step.get(step.id, []))
        finished = _first(by_step.get(step.id, []), StepRecord)
        seen = _Seen({**scope, step.id: view}, context, alive)
        verdicts += _judge_step(scenario, step, view, finished, seen)
        if (
            finished is not None
            and finished.state == "done"
            and guarded(lambda: _precondition_met(step, view, seen), lambda _: False)  # noqa: B023 - called at once
        ):
            scope[step.id] = view
        alive = alive or any(exchange.status is not None for exchange in view.exchanges)
    if len(verdicts) != sum(len(step.checks) for step in scenario.steps):
        raise KitFaultError(
            f"Scenario {scenario.id} left {len(verdicts)} verdicts for its checks.",
            next_step="Report this as a fault of the kit.",
        )
    return verdicts


def _judge_step(
    scenario: Scenario, step: Step, view: StepView, finished: StepRecord | None, seen: _Seen
) -> list[CheckVerdict]:
    obstacle = guarded(lambda: _obstacle(step, view, finished, seen), _unjudged)
    if obstacle is not None:
        return [_verdict(scenario, step, check, view, obstacle) for check in step.checks]
    found: dict[str, Finding] = {}
    gate = ""
    for check in sorted(step.checks, key=_rank):
        if gate and check.subject not in {"status", "in-time", "quiet"}:
            found[check.id] = _not_exercised(
                f"it rests on the check '{gate}', which failed", f"其前提检查“{gate}”未通过"
            )
            continue
        found[check.id] = _finding(check, step, view, finished, seen)
        if (
            check.subject in {"status", "in-time"}
            and found[check.id].outcome is not Outcome.PASS
            and not _late_but_there(check, found[check.id])
        ):
            gate = gate or check.id
    return [_verdict(scenario, step, check, view, found[check.id]) for check in step.checks]


def _rank(check: Check) -> int:
    return {"status": 0, "in-time": 0}.get(check.subject, 1)


def _late_but_there(check: Check, finding: Finding) -> bool:
    return check.subject == "in-time" and finding.reason == "late"


def _obstacle(
    step: Step, view: StepView, finished: StepRecord | None, seen: _Seen
) -> Finding | None:
    """Why nothing in this step can be judged, or ``None``."""
    if finished is None:
        return _not_exercised("the run broke off before this step", "运行在此步骤之前中断")
    if finished.state == "kit-fault":
        return Finding(Outcome.HARNESS_ERROR, "kit-fault", Text("", ""), both(finished.reason))
    if finished.state in {"blocked", "cut"}:
        return _not_exercised(finished.reason, finished.reason)
    if not _precondition_met(step, view, seen):
        return _not_exercised(
            f"the set-up step '{step.id}' got {_came(view)}",
            f"准备步骤“{step.id}”得到 {_came(view)}",
        )
    return None


def _precondition_met(step: Step, view: StepView, seen: _Seen) -> bool:
    return conditions_hold(step.expect, view, seen.scope)


def _came(view: StepView) -> str:
    if view.last is None:
        return "nothing"
    if view.last.status is None:
        failure = view.last.record.failure
        return f"no response ({'nothing' if failure is None else failure.kind})"
    return str(view.last.status)


def _not_exercised(en: str, zh: str) -> Finding:
    return Finding(Outcome.NOT_EXERCISED, "not-exercised", Text("", ""), Text(en, zh))


def _finding(
    check: Check, step: Step, view: StepView, finished: StepRecord | None, seen: _Seen
) -> Finding:
    try:
        return guarded(lambda: _found(check, step, view, finished, seen), _unjudged)
    except BlockedError as blocked:
        return _not_exercised(blocked.reason, blocked.reason)


def _unjudged(told: Text) -> Finding:
    return Finding(Outcome.HARNESS_ERROR, JUDGEMENT_FAILED, Text("", ""), told)


def _found(
    check: Check, step: Step, view: StepView, finished: StepRecord | None, seen: _Seen
) -> Finding:
    if check.requirement not in HELD and in_place(step, view.exchanges, seen.scope):
        told = sentence("judge/another-answered-in-its-place", status=_came(view))
        return Finding(Outcome.NOT_EXERCISED, IN_PLACE_REASON, Text("", ""), told)
    if check.subject == "in-time":
        return _in_time(step, view, finished, seen)
    if check.subject == "quiet":
        return _quiet(view, finished, seen)
    silent = _silence(step, view, seen)
    if silent is not None:
        return silent
    return SUBJECTS[check.subject](Question(check, step, view, seen.scope, seen.context))


def _is_unanswered(exchange: ExchangeView) -> bool:
    return exchange.status is None or bool(exchange.record.failure)


def _silence(step: Step, view: StepView, seen: _Seen) -> Finding | None:
    """No response at all: a fail of the candidate, unless it was never there (then nothing is
    known).
    """
    if step.kind == "receive" and not view.exchanges:
        return _not_exercised("nothing arrived", "没有任何推送到达")
    if step.kind not in {"call", "push"}:
        lost = {one.record.id for one in view.exchanges} & seen.context.gone.exchanges
        return _gone(seen) if lost else None
    if not view.exchanges:
        return _not_exercised("nothing was sent", "未发送任何请求")
    unanswered = next(filter(_is_unanswered, view.exchanges), None)
    if unanswered is None:
        return None
    failure = unanswered.record.failure
    kind, detail = ("nothing", "") if failure is None else (failure.kind, failure.detail)
    actual = sentence("judge/no-response", kind=kind, detail=detail)
    excuse = _excuse(unanswered, (kind, detail), actual, seen)
    return excuse or failed("no-answer-" + kind, sentence("judge/an-answer"), actual)


def _excuse(
    unanswered: ExchangeView, failure: tuple[str, str], actual: Text, seen: _Seen
) -> Finding | None:
    """Why an answer that did not come is not the candidate's fault, if it is not."""
    kind, detail = failure
    if (
        kind == "forbidden-host" and unanswered.status is None
    ):  # the kit itself would not go there, and the operator can allow it
        hint = sentence("judge/add-it-to-hosts-in-the-target", detail=detail)
        return Finding(Outcome.CONFIG_ERROR, "host-not-declared", Text("", ""), hint)
    if unanswered.record.id in seen.context.gone.exchanges:
        return _gone(seen)
    if kind == "run-over" or (kind in _AWAY and not seen.alive):
        slug = "run-over" if kind == "run-over" else "unreachable"
        return Finding(Outcome.NOT_EXERCISED, slug, Text("", ""), actual)
    return None


def _quiet(view: StepView, finished: StepRecord | None, seen: _Seen) -> Finding:
    expected = sentence("judge/nothing-arrives")
    if count := len(view.exchanges):
        return failed("not-quiet", expected, sentence("judge/arrived", count=count))
    listened, wanted = view.observed.get("listened", 0), view.observed.get("for", 0)
    if listened < wanted - _ROUNDED_S:
        return _not_listened(listened, wanted)
    if _ended_after_it_was_gone(finished, seen):
        return _gone(seen)
    return passed(expected, sentence("judge/nothing"))


def _not_listened(listened: float, wanted: float) -> Finding:
    """A wait that was shorter than it should be says nothing about what did not come."""
    return _not_exercised(
        f"listened for {listened:.2f} of {wanted:g} s only",
        f"仅等待了 {wanted:g} 秒中的 {listened:.2f} 秒",
    )


def _ended_after_it_was_gone(finished: StepRecord | None, seen: _Seen) -> bool:
    return finished is not None and (finished.scenario, finished.step) in seen.context.gone.steps


def _gone(seen: _Seen) -> Finding:
    since = seen.context.gone.since
    text = sentence("judge/the-candidate-had-stopped-answering-for-good", since=since)
    return Finding(Outcome.NOT_EXERCISED, "stopped-answering", Text("", ""), text)


def _in_time(step: Step, view: StepView, finished: StepRecord | None, seen: _Seen) -> Finding:
    """A wait: what was awaited came, and within the limit counted from the step that set it
    going.
    """
    observed = {} if finished is None else finished.observed
    within, origin = float(observed.get("within", 0)), float(observed.get("origin", 0))
    wanted = int(observed.get("wanted", 1))
    expected = (
        sentence("judge/within-s", within=within)
        if wanted == 1
        else sentence("judge/in-time-within-s", wanted=wanted, within=within)
    )
    moments = _moments(step, view, seen) if wanted else []
    if len(moments) < wanted:
        listened = float(observed.get("listened", within))
        if listened < within - _ROUNDED_S:
            return _not_listened(listened, within)
        if _ended_after_it_was_gone(finished, seen):
            return _gone(seen)
        en = (
            f"{len(moments)} of {wanted} in {listened:.1f} s"
            if wanted > 1
            else f"not within {listened:.1f} s, when listening stopped"
        )
        return failed(
            "never",
            expected,
            Text(en, f"{listened:.1f} 秒后停止等待时仍未达到（{len(moments)}/{wanted}）"),
        )
    took = max(0.0, moments[wanted - 1] - origin) if wanted else 0.0
    actual = sentence("judge/after-s", took=took)
    return passed(expected, actual) if took <= within else failed("late", expected, actual)


def _moments(step: Step, view: StepView, seen: _Seen) -> list[float]:
    """Monotonic times before which the awaited thing was not there.

    For a poll that is when the last one without it was sent: how far apart the polls are is no
    lateness, nor is how long an answer takes, within reason.
    """
    if step.kind == "receive":
        return [exchange.record.started for exchange in _first_deliveries(step, view)]
    deed = step.deed
    until = deed.eventually.until if isinstance(deed, Call) and deed.eventually else ()
    unmet_at = 0.0
    for exchange in view.exchanges:
        if _met(until, exchange, view, seen):
            return [max(unmet_at, exchange.record.finished - _SLOW_ANSWER_S)]
        unmet_at = exchange.record.started
    return []


def _first_deliveries(step: Step, view: StepView) -> Iterable[ExchangeView]:
    if isinstance(step.deed, Receive) and step.deed.count == "deliveries":
        return view.exchanges
    firsts: dict[Any, ExchangeView] = {}
    for exchange in view.exchanges:
        firsts.setdefault(delivery_key(exchange.request.attribute("headers")), exchange)
    return firsts.values()


def _met(until: Sequence[Condition], exchange: ExchangeView, view: StepView, seen: _Seen) -> bool:
    return conditions_hold(
        until, StepView(view.step, (exchange,), view.observed, view.results), seen.scope
    )


def _verdict(
    scenario: Scenario, step: Step, check: Check, view: StepView, finding: Finding
) -> CheckVerdict:
    return CheckVerdict(
        check=f"{scenario.id}/{step.id}/{check.id}",
        requirement=check.requirement,
        outcome=finding.outcome,
        reason=finding.reason,
        expected=finding.expected,
        actual=finding.actual,
        exchanges=tuple(exchange.record.id for exchange in view.exchanges[-20:]),
        differences=finding.differences,
        place=place_of(check, step.id) if finding.place is None else finding.place,
    )


def absent_verdicts(
    scenario: Scenario, outcome: Outcome, reason: str, text: Text
) -> list[CheckVerdict]:
    """Verdicts of a scenario that was not run at all: every check comes to ``outcome`` for the same
    reason.
    """
    return [
        CheckVerdict(
            f"{scenario.id}/{step.id}/{check.id}",
            check.requirement,
            outcome,
            reason,
            Text("", ""),
            text,
        )
        for step in scenario.steps
        for check in step.checks
    ]

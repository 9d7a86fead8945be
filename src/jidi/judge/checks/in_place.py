"""Answers that stand in the place of another, which nobody then saw: *not now* (429, 503), or a
gateway that speaks for the system behind it (502, 504).

They count for what lays down that the system stands up (DS-08.4) and serves within its declared
rate (DS-08.5), and for nothing else: who is refused by a gateway was not believed, and who is told
to come again was not answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from jidi.judge.checks.instead import IN_PLACE, SERVING, STANDING_UP
from jidi.judge.context import JudgingContext
from jidi.language.conditions import base_scope
from jidi.language.expressions import BlockedError, evaluate
from jidi.language.views import ExchangeView, step_view
from jidi.model.journal import PlayedRecord, ScenarioStarted, StepRecord
from jidi.model.scenario import Scenario, Step
from jidi.model.step import Call, Compares, Condition, Push, StatusIs
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

HELD: Final = frozenset({STANDING_UP, SERVING})
"""Requirements for which such an answer is an answer."""
REASON: Final = "in-place"
_LIMITS: Final = "limits"
"""Area of scenarios that ask for such answers, and judge what comes of it themselves."""
_SHOWN: Final = 5


def in_place(step: Step, views: Sequence[ExchangeView], scope: Any) -> tuple[ExchangeView, ...]:
    """Those of ``views`` that stand in the place of an answer: of a poll the last one counts. A
    status that the step names itself is an answer, a class such as ``4xx`` names none.
    """
    if not isinstance(step.deed, Call | Push):
        return ()
    polled = isinstance(step.deed, Call) and step.deed.eventually is not None
    found = [view for view in (views[-1:] if polled else views) if view.status in IN_PLACE]
    if not found or _looks_at_the_status(step):
        return ()
    named = _named(step, scope)
    return tuple(view for view in found if named is not None and str(view.status) not in named)


def _conditions(step: Step) -> Iterator[Condition]:
    yield from step.expect
    if isinstance(step.deed, Call) and step.deed.eventually is not None:
        yield from step.deed.eventually.until


def _looks_at_the_status(step: Step) -> bool:
    """Whether the step compares the status with something, as it does where several answers are
    held against each other.
    """
    compared = [one.value for one in _conditions(step) if isinstance(one, Compares)]
    compared += [str(check.argument) for check in step.checks if check.subject in {"value", "rule"}]
    return any("status" in one for one in compared)


def _named(step: Step, scope: Any) -> frozenset[str] | None:
    """Every status that the step names; ``None`` where nobody can say which."""
    written = [one.wanted for one in _conditions(step) if isinstance(one, StatusIs)]
    written += [check.argument for check in step.checks if check.subject == "status"]
    try:
        wanted = [evaluate(one, scope) for one in written]
    except BlockedError:
        return None
    flat = [item for one in wanted for item in (one if isinstance(one, list) else [one])]
    return frozenset(str(item) for item in flat)


def judge_in_place(
    played: Iterable[tuple[Scenario, Sequence[PlayedRecord]]], context: JudgingContext
) -> Iterator[CheckVerdict]:
    """What such answers come to over a run: 429 for :data:`SERVING`, the others for
    :data:`STANDING_UP`; none where there was none, nor of scenarios that bring them about.
    """
    found = [
        view
        for scenario, records in played
        if scenario.area != _LIMITS
        for view in _of_scenario(scenario, records, context)
    ]
    for requirement, told in (
        (STANDING_UP, [view for view in found if view.status != 429]),
        (SERVING, [view for view in found if view.status == 429]),
    ):
        if told:
            yield _verdict(requirement, told)


def _of_scenario(
    scenario: Scenario, records: Sequence[PlayedRecord], context: JudgingContext
) -> Iterator[ExchangeView]:
    started = next((one for one in records if isinstance(one, ScenarioStarted)), None)
    variables = {} if started is None else started.variables
    scope = base_scope(scenario.case, variables, discovery=context.discovery, target=context.target)
    for step in scenario.steps:
        if any(check.requirement in HELD for check in step.checks):
            continue  # it judges such an answer itself
        own = [
            one
            for one in records
            if not isinstance(one, ScenarioStarted) and getattr(one, "step", "") == step.id
        ]
        if any(isinstance(one, StepRecord) for one in own):
            yield from in_place(step, step_view(step.id, own).exchanges, scope)


def _verdict(requirement: str, told: Sequence[ExchangeView]) -> CheckVerdict:
    kinds = [
        f"{view.status} on {view.record.operation or view.record.request.method}" for view in told
    ]
    return CheckVerdict(
        "sweep/answered",
        requirement,
        Outcome.FAIL,
        REASON,
        sentence("judge/an-answer-of-the-system-itself"),
        sentence(
            "judge/in-place-of-an-answer",
            count=len(told),
            kinds=", ".join(list(dict.fromkeys(kinds))[:_SHOWN]),
        ),
        tuple(view.record.id for view in told[:_SHOWN]),
    )

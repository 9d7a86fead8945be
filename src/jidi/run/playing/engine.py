"""Plays one scenario step by step and records everything; a fault of the kit is recorded too, never
hidden.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from jidi.drive.played.played_courier import PlayedCourier
from jidi.judge.seen import Canary, disguises
from jidi.language.conditions import base_scope, conditions_hold
from jidi.language.expressions import BlockedError
from jidi.model.journal import (
    NoteRecord,
    ScenarioFinished,
    ScenarioStarted,
    StepRecord,
    StepState,
)
from jidi.model.scenario import Scenario, Step
from jidi.model.texts.seeded import seeded
from jidi.run.playing.making.filling import filled
from jidi.run.playing.making.generator import Generator
from jidi.run.playing.making.usual_forms import manner
from jidi.run.playing.play import Play, Trace, UndoneError
from jidi.run.playing.stage import Stage

Kinds = Mapping[str, Callable[[Step, Play], Trace]]
"""How a step of each kind is carried out."""


def play_scenario(scenario: Scenario, stage: Stage, kinds: Kinds) -> None:
    """Play ``scenario`` to its end, teardown included, whatever the candidate does; the journal
    holds what happened. ``kinds`` carry out its steps.
    """
    pick = seeded(f"{stage.seed}/{stage.nonce}/{scenario.id}/client")
    stage = replace(stage, cast=_cast(scenario, stage), manner=manner(pick, stage.registry.version))
    play = Play(scenario, stage, {})
    variables, canaries = _prepare(play)
    planted = tuple(canary.as_planted() for canary in canaries)
    stage.recorder.write(
        ScenarioStarted(scenario=scenario.id, variables=variables, canaries=planted)
    )
    try:
        for step in scenario.steps:
            _step(step, play, kinds, stage.end.at)
        play.given_up = ""
        for step in scenario.teardown:
            _step(step, play, kinds, stage.end.last)
    finally:
        for endpoint in play.endpoints.values():
            stage.receiver.close(endpoint)
        _part(play)
        stage.recorder.write(ScenarioFinished(scenario=scenario.id, state="done", reason=""))


def _cast(scenario: Scenario, stage: Stage) -> dict[str, PlayedCourier]:
    """The played couriers of the scenario by their names in it: those of the run, those that people
    entered for it, and fresh ones.
    """
    couriers = stage.couriers
    return (
        {}
        if couriers is None
        else {name: couriers.enters(scenario.base, name) for name in scenario.couriers}
    )


def _part(play: Play) -> None:
    """End the scenario's scripts; couriers of its own go, and what arrived there and nobody asked
    for is written down.
    """
    couriers = play.stage.couriers
    if couriers is None:
        return
    for courier in play.stage.cast.values():
        courier.unscript(play.owner)
    own = [courier for courier in play.stage.cast.values() if courier.name not in couriers.shared]
    couriers.record_rest(play.stage.recorder, own)
    for courier in own:
        couriers.leaves(courier)


def _as_variable(courier: PlayedCourier, play: Play) -> dict[str, Any]:
    """What expressions may say of a played courier."""
    couriers = play.stage.couriers
    made: dict[str, Any] = {"code": courier.code, "url": courier.base_url}
    if couriers is not None and courier.name in couriers.shared:
        return {**made, "client_id": couriers.client_ids.get(courier.name, "")}
    return {**made, "connection": courier.connection}


def _prepare(play: Play) -> tuple[dict[str, Any], list[Canary]]:
    """Open the receivers and make the values that the scenario asks for, with the canaries among
    them; their JSON form goes into the journal.
    """
    scenario, stage = play.scenario, play.stage
    variables: dict[str, Any] = {}
    for name in scenario.receivers:
        play.endpoints[name] = stage.receiver.open(name)
        variables[name] = {"url": play.endpoints[name].url}
    for name, courier in stage.cast.items():
        if stage.couriers is not None:
            play.begun[name] = stage.couriers.since(courier)
        variables[name] = _as_variable(courier, play)
    generator = Generator(
        stage.seed, stage.nonce, scenario.id, stage.now + stage.clock.ahead, stage.registry
    )
    scope = base_scope(
        scenario.case,
        variables,
        discovery=stage.context.discovery,
        target=stage.context.target,
    )
    for name, wanted in scenario.generate.items():
        settings = dict(wanted) if isinstance(wanted, Mapping) else {"kind": wanted}
        kind = str(settings.pop("kind"))
        try:
            given = filled(settings, scope, name)
        except BlockedError:  # a limit that is not declared; what uses the value is blocked by that
            continue
        variables[name] = generator.make(kind, given)
        scope[name] = variables[name]
    stage.recorder.plant_words_of(scenario)
    stage.recorder.plant([variables, [disguises(canary) for canary in generator.canaries]])
    play.scope.update(scope)
    return variables, generator.canaries


_RUN_OVER: Final = "the time allowed for the run was over"
_ACTING: Final = frozenset({"drive", "push"})
"""Kinds of steps that change what later ones find, whether or not these say so."""


def _step(step: Step, play: Play, kinds: Kinds, until: float) -> None:
    """Carry out ``step`` and record it, unless it would begin after ``until`` (monotonic)."""
    started = time.monotonic()
    state: StepState = "done"
    reason, trace = "", Trace()
    if started >= until:
        state, reason = "blocked", _RUN_OVER
    elif play.given_up:
        state, reason = "blocked", play.given_up
    else:
        try:
            trace = kinds[step.kind](step, play)
            state, reason = _how_it_ended(trace)
            if state == "done":
                _enter(step, play, trace)
        except BlockedError as blocked:
            state, reason = "blocked", blocked.reason
            play.given_up = (
                reason if step.kind in _ACTING or isinstance(blocked, UndoneError) else ""
            )
        except Exception as error:
            state, reason = "kit-fault", f"{type(error).__name__}: {error}"
            play.stage.recorder.write(
                NoteRecord(
                    scenario=play.scenario.id, step=step.id, trace=traceback.format_exc(limit=8)
                )
            )
    finished = time.monotonic()
    play.finished[step.id] = finished
    if state in {"blocked", "cut"}:
        play.blocked[step.id] = reason
    play.stage.recorder.write(
        StepRecord(
            scenario=play.scenario.id,
            step=step.id,
            state=state,
            reason=reason,
            started=started,
            finished=finished,
            observed=trace.observed,
        )
    )


def _how_it_ended(trace: Trace) -> tuple[StepState, str]:
    """State and reason of a step that raised nothing: what the end of the run cut short says
    nothing about the candidate.
    """
    failures = (record.failure for record in trace.exchanges)
    if any(failure is not None and failure.kind == "run-over" for failure in failures):
        return "cut", _RUN_OVER
    return ("cut", trace.cut) if trace.cut else ("done", "")


def _enter(step: Step, play: Play, trace: Trace) -> None:
    """Let later steps see this one, unless its precondition was not met."""
    view = trace.view(step.id)
    if not conditions_hold(step.expect, view, play.scope):
        return
    play.scope[step.id] = view

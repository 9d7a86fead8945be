"""How each kind of step is carried out. Nothing is judged here: what happened is recorded, and the judge reads the record."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jidi.drive import Endpoint, Place, ReceivedPush
from jidi.judge.checks import secrets_of
from jidi.judge.evidence import ExchangeView, StepView, header_map
from jidi.judge.expressions import BlockedError, point
from jidi.judge.scenarios import conditions_hold, push_matches
from jidi.judge.signatures import fault_of
from jidi.judge.transitions import instant
from jidi.model.journal import ExchangeRecord
from jidi.model.scenario import Scenario, Step
from jidi.run.actions import ACTIONS
from jidi.run.calls import build, filled
from jidi.run.stage import Stage

_LONGEST: Final = 300.0
"""Seconds that one step waits at most; enough for five retries at the longest back-off that a profile allows."""
_GRACE: Final = 6.0
"""Seconds for which the kit keeps listening past a limit, so as to say how late something came."""


@dataclass
class Play:
    """One scenario being played: its scope grows with every step that came off."""

    scenario: Scenario
    stage: Stage
    scope: dict[str, Any]
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)


@dataclass
class Trace:
    """What one step leaves: exchanges and results as they really were (not redacted), and what the engine observed."""

    exchanges: list[ExchangeRecord] = field(default_factory=list)
    results: list[Mapping[str, Any]] = field(default_factory=list)
    observed: dict[str, Any] = field(default_factory=dict)

    def view(self, step: str) -> StepView:
        """The step as expressions see it."""
        return StepView(step, tuple(ExchangeView(record) for record in self.exchanges), self.observed, tuple(self.results))


def _number(value: Any, play: Play, what: str) -> float:
    made = filled(value, play.scope, what)
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise BlockedError(f"{what} is {made!r}, which is no number")
    return float(max(0, min(made, _LONGEST)))


def call(step: Step, play: Play) -> Trace:
    """Send one request, or many: together, again and again until a condition holds, or page by page."""
    modifiers = step.modifiers
    if "at-once" in modifiers:
        return _together(step, play)
    if "eventually" in modifiers:
        return _eventually(step, play)
    if "pages" in modifiers:
        return _pages(step, play)
    trace = Trace()
    _send(step, play, trace, _place(step, play))
    return trace


def _place(step: Step, play: Play, *, attempt: int = 0, index: int = 0, page: int = 0) -> Place:
    return Place("", play.scenario.id, step.id, attempt, index, page)


def _arguments(step: Step, play: Play) -> Mapping[str, Any]:
    if "again" not in step.modifiers:
        return step.arguments
    before = next(other for other in play.scenario.steps if other.id == step.modifiers["again"])
    return {**before.arguments, **step.arguments}


def _send(step: Step, play: Play, trace: Trace, place: Place, query: Mapping[str, Any] | None = None) -> ExchangeView:
    outgoing = build(_arguments(step, play), play.scope, play.stage, query)
    exchange = play.stage.client.send(outgoing)
    record = play.stage.recorder.exchange(exchange, place)
    trace.exchanges.append(record)
    return ExchangeView(record)


def _together(step: Step, play: Play) -> Trace:
    trace = Trace()
    count = play.stage.client.pace.most_at_once(int(step.modifiers["at-once"]))
    outgoings = [build(_arguments(step, play), play.scope, play.stage) for _ in range(count)]  # each with a key of its own unless the step gives one
    for index, exchange in enumerate(play.stage.client.send_together(outgoings)):
        trace.exchanges.append(play.stage.recorder.exchange(exchange, _place(step, play, index=index)))
    return trace


def _eventually(step: Step, play: Play) -> Trace:
    wait = step.modifiers["eventually"]
    within = _number(wait["within"], play, "within")
    origin = play.finished.get(wait.get("after", ""), time.monotonic())
    trace = Trace(observed={"within": within, "origin": origin, "wanted": 1})
    attempt = 0
    while True:
        view = _send(step, play, trace, _place(step, play, attempt=attempt))
        if conditions_hold(wait["until"], StepView(step.id, (view,)), play.scope):
            break
        if time.monotonic() - origin > within + _GRACE or time.monotonic() > play.stage.deadline:
            break
        attempt += 1
        time.sleep(float(wait.get("every", 0.1)))
    trace.observed["listened"] = round(time.monotonic() - origin, 3)
    return trace


def _pages(step: Step, play: Play) -> Trace:
    pages = step.modifiers["pages"]
    trace = Trace()
    cursor: Any = filled(pages["cursor"], play.scope, "cursor") if "cursor" in pages else None
    for number in range(int(pages.get("at-most", 50))):
        query = {"limit": _page_size(pages["limit"], play), **({"cursor": cursor} if cursor is not None else {})}
        view = _send(step, play, trace, _place(step, play, page=number), query)
        body = None if view.response is None else view.response.json
        cursor = body.get("next_cursor") if isinstance(body, Mapping) else None
        between = pages.get("between")
        if between is not None and number == int(between.get("after-page", 0)):
            _act(between["drive"], step, play, trace)
        if not isinstance(cursor, str):
            break
    trace.observed["pages-read"] = len(trace.exchanges)
    return trace


def _page_size(wanted: int, play: Play) -> int:
    """``wanted``, or what the candidate declares as the most if that is less."""
    most = point(play.stage.discovery, "/limits/max_page_items")
    return int(min(wanted, most)) if isinstance(most, int | float) and not isinstance(most, bool) and most >= 1 else wanted


def drive(step: Step, play: Play) -> Trace:
    """Ask the candidate to act, once or for each member of ``sequence`` in order."""
    trace = Trace()
    _act(step.arguments, step, play, trace)
    return trace


def _act(arguments: Mapping[str, Any], step: Step, play: Play, trace: Trace) -> None:
    base = filled(arguments.get("parameters", {}), play.scope, "parameters")
    for index, overlay in enumerate(arguments.get("sequence", [{}])):
        parameters = {**base, **filled(dict(overlay), play.scope, "sequence")}
        outcome = play.stage.driver.act(arguments["action"], parameters)
        play.stage.recorder.drive(_place(step, play, index=index), arguments["action"], parameters, outcome)
        if outcome.result is None:
            if arguments.get("may-fail"):
                trace.observed["refused"] = outcome.failure
                return
            raise BlockedError(f"the candidate's driver did not do {arguments['action']}: {outcome.failure}")
        trace.results.append(outcome.result)
        play.stage.clock.follow(arguments["action"], parameters, play.stage.client.credentials.forget_tokens)


def receive(step: Step, play: Play) -> Trace:
    """Wait for pushes that match; record those that came since the receiver was last cut."""
    arguments = step.arguments
    within = _number(arguments["within"], play, "within")
    origin = play.finished.get(arguments.get("after", ""), time.monotonic())
    wanted = int(arguments.get("at-least", arguments.get("exactly", 1)))
    where = filled(dict(arguments.get("where", {})), play.scope, "where")
    endpoint = play.endpoints[arguments["receiver"]]
    distinct = arguments.get("count", "deliveries") == "distinct"

    def enough(pushes: tuple[ReceivedPush, ...]) -> bool:
        found = _matching(pushes, where)
        return len({push.header("webhook-id") for push in found} if distinct else found) >= wanted

    endpoint.wait(enough, min(origin + within + _GRACE, play.stage.deadline))
    if "settle" in arguments:
        endpoint.wait(lambda _: False, time.monotonic() + _number(arguments["settle"], play, "settle"))
    trace = Trace(observed={"within": within, "origin": origin, "wanted": wanted, "listened": round(time.monotonic() - origin, 3)})
    _record_pushes(_matching(endpoint.pushes, where), step, play, trace)
    return trace


def _matching(pushes: tuple[ReceivedPush, ...], where: Mapping[str, Any]) -> list[ReceivedPush]:
    return [push for push in pushes if push_matches(where, _push_body(push))]


def _push_body(push: ReceivedPush) -> Any:
    try:
        return json.loads(push.body)
    except (ValueError, RecursionError):
        return None


def _record_pushes(pushes: list[ReceivedPush], step: Step, play: Play, trace: Trace) -> None:
    for index, push in enumerate(pushes):
        facts = {"signatures": _signature_facts(push, step, play)}
        place = Place("", play.scenario.id, step.id, index=index, receiver=push.endpoint, facts=facts)
        trace.exchanges.append(play.stage.recorder.exchange(push.exchange, place))


def _signature_facts(push: ReceivedPush, step: Step, play: Play) -> dict[str, str]:
    """What each signature check finds on the raw bytes; needed once redaction has changed them."""
    arrived = instant(push.exchange.started_at)
    at = arrived.timestamp() if arrived is not None else 0.0
    headers = header_map(push.exchange.request.headers)
    facts = {}
    for check in step.checks:
        if check.subject == "signature":
            secrets = secrets_of(filled(check.argument, play.scope, "signature"))
            facts[check.id] = fault_of(headers, push.body, secrets, at=at, skew=play.stage.context.skew_s)
    return facts


def quiet(step: Step, play: Play) -> Trace:
    """Listen for ``for`` seconds and record every matching push that arrives after the step began."""
    arguments = step.arguments
    where = filled(dict(arguments.get("where", {})), play.scope, "where")
    endpoint = play.endpoints[arguments["receiver"]]
    origin = time.monotonic()
    length = _number(arguments["for"], play, "for")
    endpoint.wait(lambda pushes: any(push.received > origin for push in _matching(pushes, where)), min(origin + length, play.stage.deadline))
    trace = Trace(observed={"listened": round(time.monotonic() - origin, 3)})
    _record_pushes([push for push in _matching(endpoint.pushes, where) if push.received > origin], step, play, trace)
    return trace


def fault(step: Step, play: Play) -> Trace:
    """Script the answers of the kit's own receiver."""
    where = filled(dict(step.arguments.get("where", {})), play.scope, "where")
    reply = filled(list(step.arguments["reply"]), play.scope, "reply")
    play.endpoints[step.arguments["receiver"]].script(reply, lambda push: push_matches(where, _push_body(push)))
    return Trace()


def wait(step: Step, play: Play) -> Trace:
    """Let time pass."""
    time.sleep(_number(step.arguments["for"], play, "for"))
    return Trace()


def do(step: Step, play: Play) -> Trace:
    """A named action of the kit: what YAML should not say."""
    trace = Trace()
    exchanges, observed = ACTIONS[step.arguments["name"]](filled(dict(step.arguments.get("with", {})), play.scope, "with"), play.stage)
    trace.observed.update(observed)
    for index, exchange in enumerate(exchanges):
        trace.exchanges.append(play.stage.recorder.exchange(exchange, _place(step, play, index=index)))
    return trace


KINDS: Final[Mapping[str, Callable[[Step, Play], Trace]]] = {
    "call": call,
    "receive": receive,
    "quiet": quiet,
    "wait": wait,
    "fault": fault,
    "drive": drive,
    "do": do,
}
"""Every kind of step."""

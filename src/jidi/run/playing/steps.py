"""How steps are carried out that send, ask or wait. Nothing is judged here: what happened is
recorded, and the judge reads the record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from jidi.drive.keeping import Place
from jidi.language.conditions import conditions_hold
from jidi.language.expressions import BlockedError, point
from jidi.language.step_reading import REQUEST, deed_of_kind, written_of
from jidi.language.views import ExchangeView, StepView
from jidi.model.incoming.drive_outcome import WORKED, DriveOutcome
from jidi.model.outgoing import Outgoing
from jidi.model.scenario import Step
from jidi.model.step import Call, Do, Drive, Eventually, Pages, Wait
from jidi.run.playing.acting.actions import PLAIN_ACTIONS
from jidi.run.playing.acting.batch_actions import BATCH_ACTIONS
from jidi.run.playing.acting.privacy_actions import PRIVACY_ACTIONS
from jidi.run.playing.acting.token_actions import TOKEN_ACTIONS
from jidi.run.playing.calls import build
from jidi.run.playing.making.filling import filled
from jidi.run.playing.partners import RECORDS
from jidi.run.playing.play import GRACE, Play, Trace, UndoneError, cut_short, number, place_of
from jidi.run.playing.played_couriers import Couriers
from jidi.wording import sentence

ACTIONS: Final = {**PLAIN_ACTIONS, **BATCH_ACTIONS, **PRIVACY_ACTIONS, **TOKEN_ACTIONS}
"""Every named action, by the name that scenarios use."""
_ROUTE: Final = "east"
"""The played courier to which consignments of a new platform go unless a scenario says otherwise.
"""


def call(step: Step, play: Play) -> Trace:
    """Send one request, or many: together, again and again until a condition holds, or page by
    page.
    """
    deed = deed_of_kind(step, Call)
    if deed.at_once:
        return _together(step, play, deed.at_once)
    if deed.eventually is not None:
        return _eventually(step, play, deed.eventually)
    if deed.pages is not None:
        return _pages(step, play, deed.pages)
    trace = Trace()
    _send(step, play, trace, place_of(step, play))
    return trace


def _request(step: Step, play: Play) -> Call:
    """What is sent: what is written, laid over the request of the step that is done again."""
    deed = deed_of_kind(step, Call)
    if not deed.again:
        return deed
    before = next(other for other in play.scenario.steps if other.id == deed.again)
    written = written_of(deed)
    return replace(
        deed_of_kind(before, Call), **{name: written[name] for name in REQUEST if name in written}
    )


def _outgoing(step: Step, play: Play, query: Mapping[str, Any] | None = None) -> Outgoing:
    return replace(
        build(_request(step, play), play.scope, play.stage, query), paced_as=play.scenario.id
    )


def _send(
    step: Step, play: Play, trace: Trace, place: Place, query: Mapping[str, Any] | None = None
) -> ExchangeView:
    outgoing = _outgoing(step, play, query)
    record = play.stage.recorder.exchange(play.stage.client.send(outgoing), place)
    trace.exchanges.append(record)
    view = ExchangeView(record)
    _require_living_token(outgoing, view, play)
    return view


def _require_living_token(outgoing: Outgoing, view: ExchangeView, play: Play) -> None:
    """Raises BlockedError where a fixed token ended because this run moved the sandbox's clock on:
    no other can be fetched, and the candidate is right.
    """
    party = play.stage.client.credentials.party(outgoing.party)
    fixed = outgoing.credential == "party" and party is not None and party.auth.type == "bearer"
    if fixed and view.status == 401 and play.stage.clock.moved:
        raise BlockedError(
            f"the fixed token of {outgoing.party} was refused after the sandbox's clock had been "
            "moved; give one that outlives it"
        )


def _together(step: Step, play: Play, at_once: int) -> Trace:
    trace = Trace()
    count = play.stage.client.pace.most_at_once(at_once)
    outgoings = [
        _outgoing(step, play) for _ in range(count)
    ]  # each with a key of its own unless the step gives one
    for index, exchange in enumerate(play.stage.client.send_together(outgoings)):
        trace.exchanges.append(
            play.stage.recorder.exchange(exchange, place_of(step, play, index=index))
        )
    return trace


def _eventually(step: Step, play: Play, wait: Eventually) -> Trace:
    within = number(wait.within, play, "within")
    origin = play.end_of(wait.after, time.monotonic())
    trace = Trace(observed={"within": within, "origin": origin, "wanted": 1})
    attempt = 0
    while True:
        view = _send(step, play, trace, place_of(step, play, attempt=attempt))
        if conditions_hold(wait.until, StepView(step.id, (view,)), play.scope):
            break
        listened = time.monotonic() - origin
        if listened > within + GRACE or not play.stage.end.sleep(wait.every):
            trace.cut = cut_short(listened, within)
            break
        attempt += 1
    trace.observed["listened"] = round(time.monotonic() - origin, 3)
    return trace


def _pages(step: Step, play: Play, pages: Pages) -> Trace:
    trace = Trace()
    cursor: Any = None if pages.cursor is None else filled(pages.cursor, play.scope, "cursor")
    for page in range(pages.at_most):
        query = {
            "limit": _page_size(pages.limit, play),
            **({"cursor": cursor} if cursor is not None else {}),
        }
        view = _send(step, play, trace, place_of(step, play, page=page), query)
        body = None if view.response is None else view.response.json
        cursor = body.get("next_cursor") if isinstance(body, Mapping) else None
        if pages.between is not None and page == pages.between.after_page:
            _act(pages.between.drive, step, play, trace)
        if not isinstance(cursor, str):
            break
    trace.observed["pages-read"] = len(trace.exchanges)
    return trace


def _page_size(wanted: int, play: Play) -> int:
    """``wanted``, or what the candidate declares as the most if that is less."""
    most = point(play.stage.discovery, "/limits/max_page_items")
    return (
        int(min(wanted, most))
        if isinstance(most, int | float) and not isinstance(most, bool) and most >= 1
        else wanted
    )


def drive(step: Step, play: Play) -> Trace:
    """Ask the candidate to act, once or for each member of ``sequence`` in order."""
    trace = Trace()
    _act(deed_of_kind(step, Drive), step, play, trace)
    return trace


def _act(deed: Drive, step: Step, play: Play, trace: Trace) -> None:
    base = filled(deed.parameters or {}, play.scope, "parameters")
    action = deed.action
    sequence = [{}] if deed.sequence is None else deed.sequence
    for index, overlay in enumerate(_overlays(sequence, play)):
        parameters = _routed(action, {**base, **overlay}, play)
        play.stage.clock.expect(action, parameters)
        outcome = _done(action, parameters, play)
        play.stage.recorder.drive(place_of(step, play, index=index), action, parameters, outcome)
        if outcome.result is None:
            if deed.may_fail and outcome.refused:
                trace.observed["refused"] = outcome.failure.en
                return
            raise UndoneError(f"{action} was not done: {outcome.failure.en}")
        trace.results.append(outcome.result)
        play.stage.clock.follow(
            action, parameters, outcome.result, play.stage.client.credentials.forget_tokens
        )


def _overlays(sequence: Any, play: Play) -> list[dict[str, Any]]:
    """Parameters of each action of a sequence, which is written out or one for each item of a
    list.

    Raises:
        BlockedError: what should be the list is none.
    """
    if isinstance(sequence, list):
        return [filled(dict(overlay), play.scope, "sequence") for overlay in sequence]
    items = filled(sequence["each"], play.scope, "sequence")
    if not isinstance(items, list):
        raise BlockedError(f"{sequence['each']} is no list")
    return [{sequence["as"]: item} for item in items]


def _routed(action: str, parameters: dict[str, Any], play: Play) -> dict[str, Any]:
    """``parameters`` with the courier of a new platform at an integrator: the first connected,
    which it would be, may be one of an earlier run.
    """
    couriers = play.stage.couriers
    new_platform = (
        action == "provision-partner"
        and play.stage.target.role == "integrator"
        and "role" not in parameters
    )
    if not new_platform or couriers is None or _ROUTE not in couriers.connected:
        return parameters
    return {"courier_code": couriers.shared[_ROUTE].code, **parameters}


def _done(action: str, parameters: Mapping[str, Any], play: Play) -> DriveOutcome:
    """What came of one action: by the candidate, but a scan of a parcel that was sent to a played
    courier by that courier.
    """
    couriers = play.stage.couriers
    if couriers is None:
        return play.stage.driver.act(action, parameters)
    if action == "record-scan":
        return _scanned(parameters, play)
    if action == "connect-courier":
        return _connected(parameters, couriers, play)
    return play.stage.driver.act(action, parameters)


def _connected(parameters: Mapping[str, Any], couriers: Couriers, play: Play) -> DriveOutcome:
    """What came of connecting a courier: by the candidate, or by people before the run."""
    code = parameters.get("courier_code")
    courier = next((one for one in play.stage.cast.values() if one.code == code), None)
    gave = {} if courier is None else couriers.gave(courier)
    now = time.monotonic()
    outcome = (
        DriveOutcome(gave, WORKED, False, now, now)
        if gave
        else play.stage.driver.act("connect-courier", parameters)
    )
    if courier is not None and outcome.result is not None:
        couriers.adopt(courier, outcome.result)
    return outcome


def _scanned(parameters: Mapping[str, Any], play: Play) -> DriveOutcome:
    """What came of a scan; its pushes are no part of the step, which may be about something
    else.
    """
    stage = play.stage
    waybill = str(parameters.get("waybill_no"))
    courier = (
        stage.couriers.holder(waybill, stage.cast.values(), stage.deadline)
        if stage.couriers is not None
        else None
    )
    if courier is None:
        now = time.monotonic()
        text = sentence("run/no-consignment-with-the-waybill-number", waybill=waybill)
        return DriveOutcome(None, text, False, now, now)
    outcome = courier.scan(parameters)
    stage.recorder.plant(outcome.result)
    for index, exchange in enumerate(courier.attempts(str((outcome.result or {}).get("event_id")))):
        stage.recorder.exchange(exchange, Place("", RECORDS, courier.name, index=index))
    stage.recorder.take(RECORDS)
    return outcome


def wait(step: Step, play: Play) -> Trace:
    """Let time pass, but not beyond the end of the run."""
    length, begun = number(deed_of_kind(step, Wait).length, play, "for"), time.monotonic()
    play.stage.end.sleep(length)
    waited = time.monotonic() - begun
    return Trace(
        observed={"for": length, "waited": round(waited, 3)}, cut=cut_short(waited, length)
    )


def do(step: Step, play: Play) -> Trace:
    """A named action of the kit: what YAML should not say."""
    trace = Trace()
    deed = deed_of_kind(step, Do)
    given = filled(dict(deed.given or {}), play.scope, "with")
    exchanges, observed = ACTIONS[deed.name](given, play.stage)
    trace.observed.update(observed)
    for index, exchange in enumerate(exchanges):
        trace.exchanges.append(
            play.stage.recorder.exchange(exchange, place_of(step, play, index=index))
        )
    return trace


STEPS: Final[Mapping[str, Callable[[Step, Play], Trace]]] = {
    "call": call,
    "wait": wait,
    "drive": drive,
    "do": do,
}
"""Kinds of step that send, ask or wait."""

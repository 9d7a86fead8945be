"""The ``push`` step: a played courier tells the candidate what happened, rightly or wrongly signed
(docs/scenario-language.md).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from jidi.counterparty.pushes import NoSuchSecretError, PushPlan, encoded, fresh_id
from jidi.drive.played.played_courier import PlayedCourier
from jidi.language.expressions import BlockedError, point
from jidi.language.json_texts import read_loosely
from jidi.language.step_reading import deed_of_kind
from jidi.model.outgoing import Outgoing
from jidi.model.scenario import Step
from jidi.model.step import Push
from jidi.run.playing.making.filling import apply_patch, filled
from jidi.run.playing.play import Play, Trace, UndoneError, place_of

_SUBSCRIPTION_S: Final = 5.0
_LARGEST_BODY: Final = 64 * 1024 * 1024
_USUAL_SKEW_S: Final = 300.0
_JSON: Final = "application/json"


def push(step: Step, play: Play) -> Trace:
    """Send one push to the callback of the courier's subscription, or many at once; never again on
    its own.

    Raises:
        BlockedError: the candidate has no subscription there, or an expression points at nothing.
    """
    deed = deed_of_kind(step, Push)
    courier = play.stage.cast[deed.courier]
    _await_subscription(courier, play)
    client = play.stage.client
    count = client.pace.most_at_once(deed.at_once or 1)
    outgoings = [_outgoing(step, play, courier) for _ in range(count)]
    exchanges = client.send_together(outgoings) if deed.at_once else (client.send(outgoings[0]),)
    trace = Trace()
    for index, exchange in enumerate(exchanges):
        trace.exchanges.append(
            play.stage.recorder.exchange(
                replace(exchange, party=courier.party), place_of(step, play, index=index)
            )
        )
    return trace


def _await_subscription(courier: PlayedCourier, play: Play) -> None:
    until = time.monotonic() + _SUBSCRIPTION_S
    while not courier.subscribed:
        if time.monotonic() > until:
            raise UndoneError(
                f"the candidate has no subscription at the played courier '{courier.name}'"
            )
        if not play.stage.end.sleep(0.05):
            raise BlockedError("the time allowed for the run was over")


def _outgoing(step: Step, play: Play, courier: PlayedCourier) -> Outgoing:
    """One push as it goes out; its id, bytes and headers are kept for steps that send it again."""
    plan = _plan(deed_of_kind(step, Push), play, courier)
    try:
        outgoing = courier.prepared(plan)
    except NoSuchSecretError as error:
        raise UndoneError(f"the candidate never rotated its secret at '{courier.name}'") from error
    if outgoing is None:
        raise UndoneError(
            f"the candidate has no subscription at the played courier '{courier.name}'"
        )
    if plan.sign == "of-another":
        outgoing = _by_another(outgoing, plan, courier, play)
    play.pushed[step.id] = (plan.message_id, outgoing.body or b"", outgoing.headers)
    return outgoing


def _by_another(outgoing: Outgoing, plan: PushPlan, courier: PlayedCourier, play: Play) -> Outgoing:
    """The push as another courier of the run would sign it, to the same address."""
    couriers = play.stage.couriers
    others = [] if couriers is None else list(couriers.shared.values())
    for other in others:
        signed = None if other is courier else other.prepared(replace(plan, sign="good"))
        if signed is not None:
            return replace(outgoing, headers=signed.headers)
    raise UndoneError("no other courier of the run has a subscription of the candidate")


def _plan(deed: Push, play: Play, courier: PlayedCourier) -> PushPlan:
    skew = _skew(play)
    if deed.again:
        if deed.again not in play.pushed:
            raise BlockedError(f"step '{deed.again}' did not take place")
        message_id, body, headers = play.pushed[deed.again]
        return PushPlan(message_id, body, deed.sign, headers if deed.verbatim else None, skew)
    written = deed.message_id
    message_id = str(filled(written, play.scope, "id")) if written else fresh_id()
    body = _padded(_body(deed, play, courier, message_id), deed, play)
    media_type = deed.media_type or _JSON
    return PushPlan(message_id, body, deed.sign, None, skew, media_type)


def _body(deed: Push, play: Play, courier: PlayedCourier, message_id: str) -> bytes:
    if deed.raw is not None:
        return str(filled(deed.raw, play.scope, "raw")).encode("utf-8", "surrogatepass")
    events = [] if deed.events is None else filled(deed.events, play.scope, "events")
    envelope = courier.envelope(message_id, events if isinstance(events, list) else [events])
    patch = filled(list(deed.patch or ()), play.scope, "patch")
    return encoded(apply_patch(read_loosely(encoded(envelope)), patch))


def _padded(body: bytes, deed: Push, play: Play) -> bytes:
    if deed.pad_to is None:
        return body
    size = filled(deed.pad_to, play.scope, "pad-to")
    if (
        isinstance(size, bool)
        or not isinstance(size, int | float)
        or not 0 <= size <= _LARGEST_BODY
    ):
        raise BlockedError(f"pad-to is {size!r}, with which nothing can be tried")
    return body + b" " * max(0, int(size) - len(body))


def _skew(play: Play) -> float:
    """The window for signatures that the candidate declares, in seconds."""
    declared = point(play.stage.discovery, "/limits/clock_skew_s")
    usable = (
        isinstance(declared, int | float)
        and not isinstance(declared, bool)
        and 0 <= declared <= 86_400
    )
    return float(declared) if usable else _USUAL_SKEW_S

"""Steps that listen: what arrives at the kit's receivers and at the couriers that it plays, and how
that is answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from jidi.counterparty.scripts import Reply
from jidi.drive.keeping import Place
from jidi.drive.played.played_courier import PlayedCourier
from jidi.judge.seen import AHEAD, Window, fault_of, instant, secrets_of
from jidi.language.compared import ABSENT
from jidi.language.conditions import push_matches
from jidi.language.expressions import point
from jidi.language.json_texts import read_loosely
from jidi.language.step_reading import deed_of_kind
from jidi.language.views import delivery_key, header_map
from jidi.model.incoming.arrivals import ReceivedPush
from jidi.model.scenario import Step
from jidi.model.step import Fault, Quiet, Receive
from jidi.run.playing.making.filling import filled
from jidi.run.playing.play import GRACE, Play, Trace, cut_short, number

_ABOUT = frozenset({"order_no", "waybill_no", "consignment_id"})
Pushes = tuple[ReceivedPush, ...]


class _Ear(Protocol):
    """Something that listens."""

    @property
    def heard(self) -> Pushes:
        """What arrived and concerns this step, in order."""

    @property
    def dropped(self) -> int:
        """How many arrivals were not kept."""

    def wait(self, predicate: Callable[[Pushes], bool], deadline: float) -> bool:
        """Wait until ``predicate`` holds over what is heard."""

    def record(self, push: ReceivedPush, step: Step, play: Play, index: int) -> Place:
        """Where ``push`` stands in the journal."""


@dataclass(frozen=True)
class _AtReceiver:
    """A receiver of the scenario."""

    play: Play
    name: str
    where: Mapping[str, Any]

    @property
    def heard(self) -> Pushes:
        return self._those(self.play.endpoints[self.name].pushes)

    @property
    def dropped(self) -> int:
        return self.play.endpoints[self.name].dropped

    def wait(self, predicate: Callable[[Pushes], bool], deadline: float) -> bool:
        return self.play.endpoints[self.name].wait(
            lambda pushes: predicate(self._those(pushes)), deadline
        )

    def record(self, push: ReceivedPush, step: Step, play: Play, index: int) -> Place:
        ahead = [one for one in play.stage.clock.recent if one]
        facts: dict[str, Any] = {"signatures": _signature_facts(push, step, play, ahead)}
        if ahead:
            facts[AHEAD] = ahead
        return Place(
            "", play.scenario.id, step.id, index=index, receiver=push.endpoint, facts=facts
        )

    def _those(self, pushes: Pushes) -> Pushes:
        return tuple(push for push in pushes if push_matches(self.where, _push_body(push)))


@dataclass(frozen=True)
class _AtCourier:
    """A played courier, from the scenario's begin on."""

    courier: PlayedCourier
    since: int
    operation: str
    where: Mapping[str, Any]

    @property
    def heard(self) -> Pushes:
        return self._those(self.courier.arrivals[self.since :])

    @property
    def dropped(self) -> int:
        return self.courier.dropped

    def wait(self, predicate: Callable[[Pushes], bool], deadline: float) -> bool:
        return self.courier.wait(
            lambda arrivals: predicate(self._those(arrivals)), deadline, self.since
        )

    def record(self, push: ReceivedPush, step: Step, play: Play, index: int) -> Place:
        if play.stage.couriers is not None:
            play.stage.couriers.noted(self.courier, push)
        return Place(
            "",
            play.scenario.id,
            step.id,
            index=index,
            receiver=self.courier.name,
            facts={"about": dict(push.about)},
        )

    def _those(self, arrivals: Pushes) -> Pushes:
        return tuple(
            one
            for one in arrivals
            if (not self.operation or one.operation == self.operation)
            and arrival_matches(self.where, one)
        )


def arrival_matches(where: Mapping[str, Any], arrival: ReceivedPush) -> bool:
    """Whether a request at a played courier is meant: by what it is about, by a parameter, by a
    member of its body, or by a pointer into it.
    """
    return all(_named(name, arrival) == value for name, value in where.items())


def _named(name: str, arrival: ReceivedPush) -> Any:
    if name.startswith("/"):
        return point(arrival.document, name)
    if name in _ABOUT:
        return arrival.about.get(name, ABSENT)
    if name in arrival.parameters:
        return arrival.parameters[name]
    return (arrival.document or {}).get(name, ABSENT)


def _ear(deed: Receive | Quiet, play: Play) -> _Ear:
    where = filled(dict(deed.where or {}), play.scope, "where")
    if not deed.courier:
        return _AtReceiver(play, deed.receiver, where)
    name = deed.courier
    return _AtCourier(play.stage.cast[name], play.begun[name], deed.op, where)


def receive(step: Step, play: Play) -> Trace:
    """Wait for messages that match; record those that came since the scenario began, or since the
    step that ``since`` names.
    """
    deed = deed_of_kind(step, Receive)
    within = number(deed.within, play, "within")
    begun = time.monotonic()
    origin = play.end_of(deed.after, begun)
    counts = [one for one in (deed.at_least, deed.exactly) if one is not None]
    wanted = int(number(counts[0] if counts else 1, play, "count"))
    ear = _ear(deed, play)
    distinct, since = deed.count == "distinct", play.end_of(deed.since, 0.0)

    def enough(found: Pushes) -> bool:
        arrived = [push for push in found if not push.asked_again and push.received > since]
        keys = {delivery_key(header_map(push.exchange.request.headers)) for push in arrived}
        return len(keys if distinct else arrived) >= wanted

    came = ear.wait(enough, min(origin + within + GRACE, play.stage.deadline))
    trace = Trace(observed={"within": within, "origin": origin, "wanted": wanted})
    if not came:
        trace.cut = cut_short(time.monotonic() - origin, within)
    if deed.settle is not None and not trace.cut:
        _settle(number(deed.settle, play, "settle"), ear, play, trace)
    trace.observed["listened"] = round(time.monotonic() - origin, 3)
    trace.cut = _gap(ear) or trace.cut
    found = tuple(push for push in ear.heard if push.received > since)
    if found and deed.courier:
        trace.observed["lag"] = round(max(0.0, found[0].received - origin), 3)
    _record(found, ear, step, play, trace)
    return trace


def _settle(length: float, ear: _Ear, play: Play, trace: Trace) -> None:
    """Listen for ``length`` seconds more, whatever arrives."""
    begun = time.monotonic()
    ear.wait(lambda _: False, min(begun + length, play.stage.deadline))
    settled = time.monotonic() - begun
    trace.observed |= {"settle": length, "settled": round(settled, 3)}
    trace.cut = cut_short(settled, length)


def quiet(step: Step, play: Play) -> Trace:
    """Listen for ``for`` seconds and record every match that arrives after the step began, or after
    the step that ``after`` names.
    """
    deed = deed_of_kind(step, Quiet)
    ear, begun = _ear(deed, play), time.monotonic()
    origin = play.end_of(deed.after, begun)
    length = number(deed.length, play, "for")
    came = ear.wait(
        lambda found: any(push.received > origin for push in found),
        min(begun + length, play.stage.deadline),
    )
    listened = time.monotonic() - begun
    trace = Trace(observed={"for": length, "listened": round(listened, 3)})
    trace.cut = _gap(ear) or ("" if came else cut_short(listened, length))
    _record(tuple(push for push in ear.heard if push.received > origin), ear, step, play, trace)
    return trace


def fault(step: Step, play: Play) -> Trace:
    """Script the answers of one of the kit's own receivers, or of a courier that it plays."""
    deed = deed_of_kind(step, Fault)
    where = filled(dict(deed.where or {}), play.scope, "where")
    replies = list(filled(deed.reply, play.scope, "reply"))
    if not deed.courier:
        play.endpoints[deed.receiver].script(
            replies, lambda push: push_matches(where, _push_body(push))
        )
        return Trace()
    play.stage.cast[deed.courier].script(
        deed.op,
        [Reply.of(reply) for reply in replies],
        (where, lambda arrival: arrival_matches(where, arrival)),
        play.owner,
        lasting=deed.lasting,
    )
    return Trace()


def _push_body(push: ReceivedPush) -> Any:
    try:
        return read_loosely(push.body)
    except (ValueError, RecursionError):
        return None


def _gap(ear: _Ear) -> str:
    """Why nothing can be said of what is listened to, where the receiver could not keep all."""
    return f"{ear.dropped} arrivals were more than the kit keeps" if ear.dropped else ""


def _record(found: Pushes, ear: _Ear, step: Step, play: Play, trace: Trace) -> None:
    for index, push in enumerate(found):
        trace.exchanges.append(
            play.stage.recorder.exchange(push.exchange, ear.record(push, step, play, index))
        )


def _signature_facts(
    push: ReceivedPush, step: Step, play: Play, ahead: Sequence[float]
) -> dict[str, str]:
    """What each signature check finds on the raw bytes; needed once redaction has changed them."""
    arrived = instant(push.exchange.started_at)
    at = arrived.timestamp() if arrived is not None else 0.0
    headers = header_map(push.exchange.request.headers)
    window = Window(at, play.stage.context.skew_s, tuple(ahead))
    facts = {}
    for check in step.checks:
        if check.subject == "signature":
            secrets = secrets_of(filled(check.argument, play.scope, "signature"))
            facts[check.id] = fault_of(headers, push.body, secrets, window)
    return facts


LISTENING: Final[Mapping[str, Callable[[Step, Play], Trace]]] = {
    "receive": receive,
    "quiet": quiet,
    "fault": fault,
}
"""Kinds of step that listen, or script how what comes is answered."""

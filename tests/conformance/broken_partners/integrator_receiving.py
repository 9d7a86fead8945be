"""Integrators that break DS-02.8, DS-02.9 and PI-07.1: which pushes of couriers are believed, what
becomes of them, and what nobody needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners import (
    minimisation,
    platform_believing,
    platform_minimisation,
    platform_receiving,
)
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import (
    carried,
    integrator_fault,
    of_integrator,
)
from tests.conformance.broken_partners.platform_seams import held_for_courier
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Event,
    Forward,
    Inside,
    Told,
    Wrap,
)

_ALSO: Final[Mapping[str, Mapping[str, str]]] = {
    "platform-late-event-refused": {
        "DS-01.6": "what comes late never comes out on the other side."
    },
}


def _from_couriers(faults: Iterable[Fault], left_out: Iterable[str] = ()) -> tuple[Fault, ...]:
    """All of a platform's faults, caught where couriers push to an integrator."""
    return tuple(
        replace(
            of_integrator(
                fault,
                *_there(fault.caught_by),
                also=_ALSO.get(fault.name),
                name=_NAMES.get(fault.name, ""),
            ),
            spares=_there(fault.spares),
        )
        for fault in faults
        if fault.name not in left_out
    )


def _there(checks: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"integrator-{check}" for check in checks)


_NAMES: Final[Mapping[str, str]] = {
    **{
        f"platform-{name}": f"integrator-{name}-in-push"
        for name in (
            "identity-number-accepted",
            "face-template-accepted",
            "email-accepted",
            "birthday-accepted",
        )
    },
    "platform-signature-over-reserialised-json": "integrator-verified-over-reserialised-json",
}
"""Names of faults that the side of platforms has, too."""


def _passed_up_only(healthy: Any) -> Any:
    """Events of hubs are passed on and forgotten, so that the courier does not find them."""

    def feed(stored: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
        return [
            row
            for row in healthy(stored, owners, wanted, after, count)
            if row.event_code != "HUB_DEPARTED"
        ]

    return feed


def _pass_up(context: Any, unit: Any, event: Event) -> None:
    """Pass an event on, whatever was said to the courier; not one that was taken before."""
    held = held_for_courier(unit, str(event.get("waybill_no")))
    known = held is None or unit.received.find(held.owner, event["event_id"]) is not None
    dispatch = None if known else unit.dispatches.find(held.consignment_id)
    row = (
        None
        if dispatch is None
        else unit.consignments.find_consignment(None, dispatch.source_id or "", lock=True)
    )
    if row is not None:
        seams.healthy("release.event")(context, unit, row, event)


class _RefusedYetPassedUp(Wrap):
    """A push that is not believed is refused, and its events go on; should the same come again
    rightly, they are known.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()

    def prepare(self, settings: Any) -> Any:
        """Replace the passing on, which knows no event twice."""
        healthy, told = seams.healthy("release.event"), self._told

        def pass_on(context: Any, unit: Any, row: Any, event: Mapping[str, Any]) -> Any:
            return row if event["event_id"] in told else healthy(context, unit, row, event)

        seams.stand_in("release.event", pass_on)
        return settings

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that passes on what it refuses."""
        context, told = _app.context, self._told

        async def handler(asked: Asked, forward: Forward) -> Told:
            answer = await forward(asked)
            whole = asked.header("webhook-signature") and not context.contract.faults(
                "push-envelope", asked.json
            )
            for event in (
                asked.json["data"].get("events", []) if whole and answer.status == 401 else ()
            ):
                if event["event_id"] not in told:
                    with context.storage.write() as unit:
                        _pass_up(context, unit, event)
                    told.add(event["event_id"])
            return answer

        return Around(("receiveShipmentEvents",), handler).around(_app, asgi)


def _again_passed_up(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """An event that is known already is passed on once more, under an id of its own."""

    def refusal(context: Any, unit: Any, courier: Any, event: Event) -> Any:
        if unit.received.find(courier.party, event["event_id"]) == event:
            _pass_up(
                context,
                unit,
                {**event, "event_id": f"{event['event_id'][:50]}-{time.time_ns() % 10**9}"},
            )
        return healthy(context, unit, courier, event)

    return refusal


class _GoodOnesKeptBack(Wrap):
    """What is accepted beside an invalid event is shown to the courier, and never passed on."""

    def prepare(self, settings: Any) -> Any:
        """Replace the judging of a push and how its events wait."""
        judge, add = map(seams.healthy, ("receiving.judge", "received.stored-add"))
        here = threading.local()

        def judged(
            context: Any, unit: Any, courier: Any, batch: tuple[list[Any], Mapping[int, str]]
        ) -> Any:
            here.bad = bool(batch[1])
            try:
                return judge(context, unit, courier, batch)
            finally:
                here.bad = False

        def kept(stored: Any, row: Any, release_at: float | None) -> None:
            add(stored, row, None if getattr(here, "bad", False) else release_at)

        seams.stand_in("receiving.judge", judged)
        seams.stand_in("received.stored-add", kept)
        return settings


def _rejected_yet_passed_up(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """An event with members that nobody needs is rejected, and passed on without them."""

    def judge(
        context: Any, unit: Any, courier: Any, batch: tuple[list[Any], Mapping[int, str]]
    ) -> Any:
        result = healthy(context, unit, courier, batch)
        for index in batch[1]:
            event = batch[0][index]
            excess = (
                {"id_number", "email", "birthday"} & set(event)
                if isinstance(event, dict)
                else set()
            )
            if excess:
                _pass_up(
                    context,
                    unit,
                    {name: value for name, value in event.items() if name not in excess},
                )
        return result

    return judge


_OWN: Final = (
    integrator_fault(
        "passed-up-but-not-shown",
        "DS-02.8/bad-item-loses-batch",
        "Departures are accepted and passed on, but the courier does not find them among what was "
        "taken.",
        "integrator-push-taken/feed/available-in-time",
        Inside("received.stored-feed", _passed_up_only),
    ),
    integrator_fault(
        "known-events-passed-up-again",
        "DS-02.8/duplicate-counted-twice",
        "An event that comes twice counts once for the courier, and is passed on twice.",
        "integrator-push-twice/passed-on/passed-on-once#equals",
        Inside("receiving.refusal", _again_passed_up),
    ),
    integrator_fault(
        "good-items-not-passed-up",
        "DS-02.8/bad-item-loses-batch",
        "What stands beside an invalid event is accepted, and never passed on.",
        "integrator-push-bad-item[member-missing]/passed-on/all-passed-on",
        _GoodOnesKeptBack(),
    ),
    integrator_fault(
        "refused-push-passed-up",
        "DS-02.9/forged-accepted",
        "A push that is not believed is refused, and its events are passed on.",
        "integrator-push-not-believed/passed-on/nothing-passed-on#lacks",
        _RefusedYetPassedUp(),
    ),
    integrator_fault(
        "excess-rejected-yet-passed-up",
        "PI-07.1/stored-silently",
        "Events with members that nobody needs are rejected, and passed on without them.",
        (
            "integrator-excess-in-push[identity-number]/passed-on/nothing-passed-on#lacks",
            "integrator-excess-in-push[e-mail]/passed-on/nothing-passed-on#lacks",
        ),
        Inside("receiving.judge", _rejected_yet_passed_up),
    ),
)

_MEMBERS: Final = carried(
    minimisation.FAULTS,
    (
        "identity-number-accepted",
        "identity-number-in-real-name-accepted",
        "face-template-accepted",
        "email-accepted",
        "birthday-accepted",
        "second-phone-accepted",
        "coordinates-accepted",
        "buyer-account-accepted",
        "wearer-in-item-accepted",
        "excess-refused-yet-stored",
        "excess-accepted-in-batch",
        "excess-in-batch-rejected-yet-stored",
        "excess-accepted-in-amendment",
        "excess-in-amendment-refused-yet-stored",
    ),
)

FAULTS: Final = (
    *_from_couriers(platform_receiving.FAULTS),
    *_from_couriers(platform_believing.FAULTS),
    *_OWN,
    *_MEMBERS,
    *_from_couriers(platform_minimisation.FAULTS),
)
"""Faults of DS-02.8, DS-02.9 and PI-07.1 in integrators."""

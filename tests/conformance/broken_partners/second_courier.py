"""Platforms and integrators that do with the first courier all that they should, and with another
less.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    PLACING,
    WEST,
    Send,
    calls,
    with_header,
)
from tests.conformance.broken_partners.wrapping import (
    Event,
    Inside,
    Wrap,
)

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")


def _swallowed(operation: str) -> Wrap:
    """Calls of this operation never reach the second courier, and count as done."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        return OutboundAnswer(200, {}, b"{}") if request.courier_code == WEST else healthy(request)

    return calls(operation, send)


def _fresh_keys() -> Wrap:
    """Each try at the second courier has a key of its own."""
    tries: Counter[str] = Counter()
    guard = threading.Lock()

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        if request.courier_code != WEST:
            return healthy(request)
        key = request.headers["Idempotency-Key"]
        with guard:
            tries[key] += 1
            again = tries[key] > 1
        return healthy(
            with_header(request, "Idempotency-Key", f"again-{uuid.uuid4()}") if again else request
        )

    return calls(PLACING, send)


def _final_at(statuses: Callable[[int], bool]) -> Wrap:
    """Such an answer of the second courier counts as its last word."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        told = request.courier_code == WEST and statuses(answer.status)
        return OutboundAnswer(422, {}, b"{}") if told else answer

    return calls(PLACING, send)


def _never_final() -> Wrap:
    """A refusal of the second courier is put down to a trouble that passes."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        told = request.courier_code == WEST and answer.status == 422
        return OutboundAnswer(503, {}, b"{}") if told else answer

    return calls(PLACING, send)


def _impatient() -> Wrap:
    """How long the second courier asks to wait is not looked at."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        if request.courier_code != WEST:
            return answer
        return OutboundAnswer(
            answer.status,
            {name: value for name, value in answer.headers.items() if name != "retry-after"},
            answer.body,
        )

    return calls(PLACING, send)


def _refused_done(operation: str) -> Wrap:
    """What the second courier refuses counts as done."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        told = request.courier_code == WEST and answer.status == 409
        return OutboundAnswer(200, {}, b"{}") if told else answer

    return calls(operation, send)


def _events(change: Callable[..., Any]) -> Wrap:
    """Puts ``change`` (healthy refusal, event) before what the second courier tells."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def refusal(context: Any, unit: Any, courier: Any, event: Event) -> Any:
            if courier.courier_code != WEST:
                return healthy(context, unit, courier, event)
            return change(lambda: healthy(context, unit, courier, event), unit, courier, event)

        return refusal

    return Inside("receiving.refusal", make)


def _late_refused(healthy: Callable[[], Any], unit: Any, courier: Any, event: Event) -> Any:
    row = unit.consignments.find_shipment(courier.party, event["waybill_no"])
    late = row is not None and event["sequence"] < row.last_sequence
    return ("invalid-event", "too late") if late else healthy()


def _conflict_taken(healthy: Callable[[], Any], unit: Any, courier: Any, event: Event) -> Any:
    known = unit.received.find(courier.party, event["event_id"])
    return None if known is not None else healthy()


def _frozen() -> Wrap:
    """What the second courier tells moves nothing."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def store(context: Any, unit: Any, courier: Any, row: Any, event: Event) -> None:
            healthy(context, unit, courier, row, event)
            if courier.courier_code == WEST:
                unit.consignments.change_consignment(
                    row.consignment_id,
                    state=row.state,
                    last_sequence=row.last_sequence,
                    updated_at=row.updated_at,
                )

        return store

    return Inside("received.store", make)


def _forgetting() -> Wrap:
    """What the second courier tells counts as accepted, and is kept nowhere once something later is
    known.
    """
    return _events(_late_forgotten)


def _late_forgotten(healthy: Callable[[], Any], unit: Any, courier: Any, event: Event) -> Any:
    row = unit.consignments.find_shipment(courier.party, event["waybill_no"])
    late = row is not None and event["sequence"] < row.last_sequence
    return None if late else healthy()


def _tellings(skip: Callable[[Any, Event], bool]) -> Wrap:
    """Pushes to platforms lack the events that ``skip`` knows; it sees the subscription, too."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def messages(context: Any, unit: Any, subscription: Any, rows: Any) -> Any:
            kept = [row for row in rows if not skip(subscription, json.loads(row.body))]
            return healthy(context, unit, subscription, kept)

        return messages

    return Inside("push.messages", make)


def _to_the_first_only() -> Wrap:
    """Of several subscriptions of a platform only the first is served."""
    first: dict[str, str] = {}
    guard = threading.Lock()

    def skip(subscription: Any, _event: Event) -> bool:
        with guard:
            return first.setdefault(subscription.owner, subscription.subscription_id) != (
                subscription.subscription_id
            )

    return _tellings(skip)


def _late_not_told() -> Wrap:
    """What comes after an event of higher sequence is shown, and never pushed."""
    highest: dict[tuple[str, str], int] = {}
    guard = threading.Lock()

    def skip(subscription: Any, event: Event) -> bool:
        place = (subscription.subscription_id, event["waybill_no"])
        with guard:
            late = event["sequence"] < highest.get(place, 0)
            highest[place] = max(event["sequence"], highest.get(place, 0))
        return late

    return _tellings(skip)


_TROUBLE: Final[Mapping[Role, str]] = {
    "platform": "other-courier-in-trouble",
    "integrator": "second-courier-in-trouble",
}
_ALSO: Final = {
    "platform-amendment-kept-back": {"DS-01.1": "what was asked for as a change never arrives."},
    "platform-cancellation-kept-back": {
        "DS-01.1": "nor is the refusal of one that comes too late."
    },
}
_SAME: Final = "attempts-down/same-key-and-bytes#new-key-on-retry"


def _fault(role: Role, name: str, broken: str, about: str, seen: tuple[str, Wrap]) -> Fault:
    requirement, case = broken.split("/")
    caught, wrap = seen
    return Fault(
        f"{PREFIX[role]}second-courier-{name}",
        requirement,
        case,
        about,
        (caught,),
        wrap,
        also=_ALSO.get(PREFIX[role] + name, {}),
        role=role,
    )


FAULTS: Final = (
    *(
        _fault(
            role,
            name,
            "DS-01.7/duplicate-created",
            about,
            (f"{_TROUBLE[role]}/{check}", wrap),
        )
        for role in _ROLES
        for name, about, check, wrap in (
            (
                "new-key-each-time",
                "Each try at another courier has a key of its own.",
                _SAME,
                _fresh_keys(),
            ),
            (
                "given-up-when-down",
                "What another courier cannot take for a fault of its own is given up.",
                "attempts-down/sent-until-answered",
                _final_at(lambda status: status >= 500),
            ),
            (
                "given-up-when-busy",
                "What another courier puts off is given up.",
                "attempts-waiting/sent-until-answered",
                _final_at(lambda status: status == 429),
            ),
            (
                "refusal-not-final",
                "What another courier refuses is sent again and again.",
                "attempt-no/refusal-is-final",
                _never_final(),
            ),
        )
    ),
    _fault(
        "platform",
        "not-waited-for",
        "DS-01.7/duplicate-created",
        "How long another courier asks to wait is not looked at.",
        ("other-courier-in-trouble/attempts-waiting/waits-as-asked", _impatient()),
    ),
    *(
        _fault("platform", name, broken, about, (f"other-courier-served/{check}", wrap))
        for name, broken, about, check, wrap in (
            (
                "amendment-kept-back",
                "DS-01.5/nothing-for-one",
                "Amendments never reach another courier.",
                "amendment/amendment-arrives",
                _swallowed("amendConsignment"),
            ),
            (
                "cancellation-kept-back",
                "DS-01.5/nothing-for-one",
                "Cancellations never reach another courier.",
                "cancellation/cancellation-arrives",
                _swallowed("cancelConsignment"),
            ),
            (
                "refused-cancellation-believed-done",
                "DS-01.1/field-missing",
                "A cancellation that another courier refuses is taken as done.",
                "not-cancelled/refused-cancellation-changes-nothing#equals",
                _refused_done("cancelConsignment"),
            ),
            (
                "late-event-refused",
                "DS-02.8/bad-item-loses-batch",
                "Late events of another courier are refused.",
                "late/late-one-taken#equals",
                _events(_late_refused),
            ),
            (
                "late-event-forgotten",
                "DS-02.8/bad-item-loses-batch",
                "Late events of another courier count as accepted, and are kept nowhere.",
                "feed/kept-as-pushed#equals",
                _forgetting(),
            ),
            (
                "conflict-taken-as-duplicate",
                "DS-02.8/duplicate-counted-twice",
                "Of another courier a known id counts as accepted, whatever it says.",
                "other-content/not-success#not-in",
                _events(_conflict_taken),
            ),
            (
                "moves-nothing",
                "DS-02.8/unknown-waybill-swallowed",
                "Events of another courier are kept, the state stays as it was.",
                "state/state-stays-at-the-end#equals",
                _frozen(),
            ),
        )
    ),
    *(
        _fault("integrator", name, broken, about, (f"second-courier-changes/{check}", wrap))
        for name, broken, about, check, wrap in (
            (
                "amendment-kept-back",
                "DS-01.8/amendment-not-visible",
                "Amendments never reach another courier.",
                "amendment/amendment-there-when-answered",
                _swallowed("amendConsignment"),
            ),
            (
                "cancellation-kept-back",
                "DS-01.8/amendment-not-visible",
                "Cancellations never reach another courier.",
                "cancellation/cancellation-there-when-answered",
                _swallowed("cancelConsignment"),
            ),
            (
                "refused-cancellation-believed-done",
                "DS-01.8/late-cancel-obeyed",
                "A cancellation that another courier refuses is answered as done.",
                "refused/refusal-comes-back#status",
                _refused_done("cancelConsignment"),
            ),
            (
                "late-event-forgotten",
                "DS-01.6/message-dropped",
                "Late events of another courier count as accepted, and are kept nowhere.",
                "late/late-event-pushed",
                _forgetting(),
            ),
        )
    ),
    Fault(
        "integrator-only-the-first-subscription-served",
        "DS-01.6",
        "message-dropped",
        "Of several subscriptions of a platform only the first is served.",
        ("second-courier-changes/late-at-ear/late-event-pushed-to-all",),
        _to_the_first_only(),
        role="integrator",
    ),
    Fault(
        "integrator-late-events-never-pushed",
        "DS-01.6",
        "message-dropped",
        "An event that comes after a later one is shown, and never pushed.",
        ("second-courier-changes/late/late-event-pushed",),
        _late_not_told(),
        role="integrator",
    ),
)
"""Every fault of this module."""

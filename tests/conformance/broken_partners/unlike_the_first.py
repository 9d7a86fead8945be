"""Platforms and integrators that keep all of what everyday partners send, and lose a part of what
another sends, of what is changed, or of what a face shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import ALTERED, altered, integrator_fault
from tests.conformance.broken_partners.platform_seams import (
    EAST,
    WEST,
    Send,
    calls,
    stored_orders,
    with_json,
)
from tests.conformance.broken_partners.wrapping import (
    Asked,
    Event,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    requests_of,
)

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")
_RECEIVED: Final = ("listReceivedEvents",)
_PARTY: Final = f"courier:{WEST}"


def _stored(change: Callable[[Event], Event]) -> Wrap:
    """Events of the second courier are kept otherwise than they came."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def store(context: Any, unit: Any, courier: Any, row: Any, event: Event) -> None:
            kept = change(dict(event)) if courier.courier_code == WEST else event
            healthy(context, unit, courier, row, kept)

        return store

    return Inside("received.store", make)


def _unfiltered(operations: tuple[str, ...], name: str, party: str) -> Wrap:
    """A filter that this party asks for is not looked at."""

    def change(asked: Asked) -> Asked:
        if asked.party != party:
            return asked
        kept = [pair for pair in parse_qsl(asked.query) if pair[0] != name]
        return Asked(**{**vars(asked), "query": urlencode(kept)})

    return requests_of(operations, change)


def _changed(operation: str, change: Callable[[Json], Json]) -> Wrap:
    """Changes go on otherwise than they were asked for."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        return healthy(with_json(request, change(json.loads(request.body or b"{}"))))

    return calls(operation, send)


def _first_member(body: Json) -> Json:
    name = next(iter(body))
    return {name: body[name]}


def _first_item(body: Json) -> Json:
    contents = body.get("contents")
    if contents is None:
        return body
    return {**body, "contents": {**contents, "items": contents["items"][:1]}}


def _nameless_organisation(body: Json) -> Json:
    for role in ("sender", "recipient"):
        if "name" in body.get(role, {}):
            body[role].pop("organisation", None)
    return body


def _without_note(body: Json) -> Json:
    return {name: value for name, value in body.items() if name != "note"}


def _forward(event: Event) -> Event:
    return {**event, "direction": "FORWARD"}


def _without_handover(event: Event) -> Event:
    return {name: value for name, value in event.items() if name != "handed_over_to"}


def _drop_related(body: dict[str, Any]) -> None:
    body.pop("related_waybill_no", None)


def _unrelated_orders() -> Wrap:
    def changed(body: dict[str, Any], courier_code: str) -> dict[str, Any]:
        if courier_code == WEST:
            _drop_related(body)
        return body

    return stored_orders(changed)


def _correction_moves_nothing() -> Wrap:
    """A correction is kept and shown; the courier is told the state from before it."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def store(context: Any, unit: Any, courier: Any, row: Any, event: Event) -> None:
            healthy(context, unit, courier, row, event)
            if event["event_code"] == "CORRECTION":
                unit.consignments.change_consignment(row.consignment_id, state=row.state)

        return store

    return Inside("received.store", make)


def _under_another_code(asked: Asked, answer: Told) -> Told:
    if asked.party != "platform-b" or answer.status >= 300:
        return answer
    return answer.with_json({**answer.json, "carrier_code": EAST})


def _refused_otherwise(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
    """Of a courier's refusals only 409 is one."""
    answer = healthy(request)
    told = 400 <= answer.status < 500 and answer.status not in {401, 408, 409, 425, 429}
    return OutboundAnswer(200, {}, b"{}") if told else answer


_WHOLE: Final[Mapping[Role, str]] = {
    "platform": "other-courier-whole",
    "integrator": "second-courier-whole",
}
_REWRITTEN: Final = "DS-01.6/content-rewritten"
_ORDERED: Final = "DS-01.1/field-missing"
_TOLD: Final = "DS-02.8/results-not-as-published"
_SHOWN: Final = {"DS-02.8": "the courier is not shown either what it told."}
_ALSO: Final[Mapping[str, Mapping[str, str]]] = {
    "integrator-amendment-second-member-lost": ALTERED,
    "integrator-cancellation-note-lost": {
        "DS-01.8": "what does not arrive is not taken by the courier."
    },
    "integrator-second-courier-direction-lost": _SHOWN,
    "integrator-second-courier-handover-lost": _SHOWN,
}
"""By name: what else turns red."""


def _fault(role: Role, name: str, broken: str, about: str, seen: tuple[str, Wrap]) -> Fault:
    requirement, case = broken.split("/")
    name = PREFIX[role] + name
    caught, wrap = seen
    return Fault(
        name, requirement, case, about, (caught,), wrap, also=_ALSO.get(name, {}), role=role
    )


_IN_BOTH: Final[tuple[tuple[str, str, str, Wrap], ...]] = (
    (
        "second-courier-direction-lost",
        "Events of another courier are shown as if every parcel went forward.",
        "told",
        _stored(_forward),
    ),
    (
        "second-courier-handover-lost",
        "Of another courier nobody is shown to whom a parcel was handed over.",
        "told",
        _stored(_without_handover),
    ),
    (
        "amendment-second-member-lost",
        "Of an amendment the first member goes on alone.",
        "lost",
        _changed("amendConsignment", _first_member),
    ),
    (
        "amendment-second-item-lost",
        "Of amended contents the first item goes on alone.",
        "changed",
        _changed("amendConsignment", _first_item),
    ),
    (
        "amendment-organisation-lost",
        "In amendments the organisation of a party that has a name, too, is lost.",
        "changed",
        _changed("amendConsignment", _nameless_organisation),
    ),
)
_KINDS: Final[Mapping[tuple[str, Role], tuple[str, str]]] = {
    ("told", "platform"): (_TOLD, "sweep/event-as-told"),
    ("told", "integrator"): (_REWRITTEN, "sweep/event-as-it-came"),
    ("lost", "platform"): (_ORDERED, "sweep/ordered-change-at-courier"),
    ("lost", "integrator"): (
        "DS-01.8/amendment-not-visible",
        "sweep/given-change-at-courier",
    ),
    ("changed", "platform"): (_ORDERED, "sweep/change-as-ordered"),
    ("changed", "integrator"): (_REWRITTEN, "sweep/change-as-given"),
}
"""What a kind of fault breaks in a role, and what sees it."""

FAULTS: Final = (
    *(
        _fault(role, name, _KINDS[kind, role][0], about, (_KINDS[kind, role][1], wrap))
        for role in _ROLES
        for name, about, kind, wrap in _IN_BOTH
    ),
    *(
        _fault(role, name, _TOLD, about, (f"{_WHOLE[role]}/{caught}", wrap))
        for role in _ROLES
        for name, about, caught, wrap in (
            (
                "second-courier-code-filter-ignored",
                "For another courier the filter by code has no effect.",
                {
                    "platform": "of-the-code/of-the-code-alone#distinct",
                    "integrator": "received/received-by-code-and-waybill#equals",
                }[role],
                _unfiltered(_RECEIVED, "event_code", _PARTY),
            ),
            (
                "second-courier-waybill-filter-ignored",
                "For another courier the filter by waybill has no effect.",
                {
                    "platform": "there/as-told#same-as",
                    "integrator": "received-at-last/still-there#same-as",
                }[role],
                _unfiltered(_RECEIVED, "waybill_no", _PARTY),
            ),
        )
    ),
    _fault(
        "platform",
        "correction-moves-nothing",
        _TOLD,
        "A correction is kept, and the state of the parcel stays as it was.",
        ("other-courier-whole/state/correction-moves-back#equals", _correction_moves_nothing()),
    ),
    _fault(
        "platform",
        "second-courier-related-waybill-lost",
        "DS-01.5/fewer-fields-for-one",
        "Another courier is not told the waybill to which a parcel belongs.",
        ("other-courier-whole/arrival/every-member#field-missing", _unrelated_orders()),
    ),
    integrator_fault(
        "correction-on-one-face",
        _REWRITTEN,
        "Platforms see the state after a correction, the courier that from before it.",
        "second-courier-whole/state/one-state-on-both-faces#equals",
        _correction_moves_nothing(),
    ),
    integrator_fault(
        "second-courier-related-waybill-lost",
        _REWRITTEN,
        "Another courier is not told the waybill to which a parcel belongs.",
        "second-courier-whole/arrival/every-member#field-missing",
        altered(_drop_related, WEST),
    ),
    integrator_fault(
        "cancellation-note-lost",
        _REWRITTEN,
        "What is said beside the reason of a cancellation goes nowhere.",
        "second-courier-whole/cancellation/note-passed-on#field-missing",
        _changed("cancelConsignment", _without_note),
        also=_ALSO["integrator-cancellation-note-lost"],
    ),
    integrator_fault(
        "other-refusals-believed-done",
        "DS-01.8/amendment-not-visible",
        "A change that the courier refuses is answered as done, unless the refusal is 409.",
        "second-courier-whole/refused/refusal-comes-back#status",
        calls("amendConsignment", _refused_otherwise),
    ),
    integrator_fault(
        "second-platform-code-filter-ignored",
        "DS-02.4/filter-ignored",
        "For another platform the filter by code has no effect.",
        "sweep/filter-of-events",
        _unfiltered(("listEvents",), "event_code", "platform-b"),
    ),
    integrator_fault(
        "second-platform-numbers-under-another-code",
        "PI-13.1/foreign-number-accepted",
        "Numbers of the second courier are given out under the code of the first.",
        "sweep/numbers-of-their-courier",
        answers(("allocateWaybillNumbers",), _under_another_code),
        level="privacy",
        areas=("numbers",),
    ),
    integrator_fault(
        "second-platform-waybill-filter-ignored",
        "DS-02.4/filter-ignored",
        "For another platform the filter by waybill has no effect.",
        "sweep/filter-of-events",
        _unfiltered(("listEvents",), "waybill_no", "platform-b"),
    ),
)
"""Every fault of this module."""

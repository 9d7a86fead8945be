"""Integrators that break rows which level privacy adds on the way from a platform to a courier:
real names, persons, numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    EAST,
    PLACING,
    WEST,
    Send,
    calls,
    with_json,
)
from tests.conformance.broken_partners.wrapping import Inside, Json, Wrap, both

from jidi_reference.domain.identifiers import new_waybill_no
from jidi_reference.service.integrator import numbers as integrator_numbers
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest
from jidi_reference.service.ports.numbers import ALLOCATED, RETURNED, VOIDED, Grant
from jidi_reference.storage.tables.courier_tables import consignments
from jidi_reference.storage.tables.privacy_tables import waybill_numbers

_LARGE: Final = 50


def _sent(change: Callable[[Json], Json]) -> Wrap:
    """Changes consignments on their way to couriers, alike at each attempt."""

    def changed(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        return healthy(with_json(request, change(json.loads(request.body or b"{}"))))

    return calls(PLACING, changed)


def _without(name: str) -> Callable[[Json], Json]:
    return lambda body: {key: value for key, value in body.items() if key != name}


def _real_name(**members: str) -> Callable[[Json], Json]:
    return lambda body: {**body, "real_name": {**body["real_name"], **members}}


def _checked_by_itself(body: Json) -> Json:
    if body.get("real_name") != {"status": "PENDING"}:
        return body
    made_up = {"status": "VERIFIED", "method": "ONLINE", "verified_at": body["ordered_at"]}
    return {**body, "real_name": made_up}


def _with_senders_telephone(body: Json) -> Json:
    return {**body, "recipient": {**body["recipient"], "second_phone": body["sender"]["phone"]}}


def _elsewhere(code: str) -> str:
    return {EAST: WEST, WEST: EAST}.get(code, code)


def _pool_of_another() -> Wrap:
    """The pools of two couriers are confounded; each is filled by its own courier."""

    def both_filled(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def provided(context: Any, courier: Any, count: int, work: Callable[[], Any]) -> Any:
            with context.storage.read() as unit:
                other = unit.couriers.find(_elsewhere(courier.courier_code))
            if other is not None:
                integrator_numbers.refill(context, other, count)
            return healthy(context, courier, count, work)

        return provided

    def confounded(healthy: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def take(stored: Any, courier_code: str, count: int) -> list[str]:
            other = _elsewhere(courier_code)
            return healthy(
                stored,
                other if stored.count_of(other) >= count else courier_code,
                count,
            )

        return take

    return both(
        Inside("handing-on.provided", both_filled), Inside("handing-on.stored-numbers", confounded)
    )


def _filled_up_with(state: str) -> Wrap:
    """Large allocations are filled up with numbers that were closed a moment ago."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def allocate(context: Any, unit: Any, taker: Any, wish: Any) -> Any:
            given = healthy(context, unit, taker, wish)
            if wish["count"] >= _LARGE:
                grant = Grant(given["allocation_id"], taker.caller.party, context.clock.now())
                again = unit.waybill_numbers.give_again(grant, _LARGE, grant.now + 1)
                given["waybill_nos"][: len(again)] = again
            return given

        return allocate

    other = "numbers.voided" if state == RETURNED else "numbers.returned"
    return both(Inside("handing-on.allocate", make), Inside(other, lambda _one: "NEVER"))


def _of_whoever_holds_some() -> Wrap:
    """Parcels without a number get one that was given out last and is unused, whoever holds it."""

    def taken(unit: Any, courier: Any, count: int) -> list[str]:
        table = waybill_numbers.c
        unused = (
            select(table.waybill_no)
            .where(table.state == ALLOCATED)
            .order_by(table.allocated_at.desc())
        )
        found = [
            number
            for number in unit.connection.execute(unused).scalars()
            if not _is_on_a_parcel(unit, number)
        ]
        return found[:count] or integrator_numbers.take(unit, courier, count)

    return Inside("forwarding.numbers", lambda _healthy: SimpleNamespace(take=taken))


def _is_on_a_parcel(unit: Any, waybill_no: str) -> bool:
    return (
        unit.connection.execute(
            select(consignments.c.waybill_no).where(consignments.c.waybill_no == waybill_no)
        ).first()
        is not None
    )


def _made_up(_healthy: Any) -> Callable[..., list[str]]:
    return lambda _unit, _courier, count: [new_waybill_no() for _ in range(count)]


def _forgotten(outgoing: bool) -> Wrap:
    """An erasure asked for on one face forgets the other one; ``outgoing``: asked for by a courier,
    else by a platform.
    """

    def make(healthy: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def twins(unit: Any, consignment_id: str) -> list[str]:
            return (
                []
                if consignment_id.startswith("out_") == outgoing
                else healthy(unit, consignment_id)
            )

        return twins

    return Inside("erasure.twins", make)


def _fault(
    name: str,
    broken: str,
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    *,
    area: str,
    **more: Any,
) -> Fault:
    requirement, case = broken.split("/")
    return Fault(
        f"integrator-{name}",
        requirement,
        case,
        about,
        caught_by,
        wrap,
        level="privacy",
        areas=(area,),
        role="integrator",
        **more,
    )


_SENT: Final = "integrator-real-name-sent/{}"
_NUMBERS: Final = "numbers-of-the-courier/{}"

FAULTS: Final = (
    _fault(
        "real-name-not-passed-on",
        "DS-03.1/no-real-name-status",
        "The courier is not told whether the sender's name was verified.",
        (_SENT.format("arrival/status-there#present"),),
        _sent(_without("real_name")),
        area="person",
    ),
    _fault(
        "real-name-method-of-its-own",
        "DS-03.1/no-real-name-status",
        "Every method by which a name was verified becomes the same one.",
        (_SENT.format("arrival-counter/method-as-it-was#same-as"),),
        _sent(_real_name(method="ONLINE")),
        area="person",
    ),
    _fault(
        "real-name-check-made-up",
        "DS-03.1/no-real-name-status",
        "The courier is told that the sender was checked while that is still to be done.",
        (_SENT.format("arrival-pending/no-check-made-up#same-as"),),
        _sent(_checked_by_itself),
        area="person",
    ),
    _fault(
        "identity-number-put-in",
        "DS-03.1/identity-number-travels",
        "The number of the document goes to the courier.",
        (
            _SENT.format("arrival/no-document#count"),
            _SENT.format("arrival/nothing-else-about-it#count"),
        ),
        _sent(_real_name(id_number="11010519491231002X")),
        area="person",
    ),
    _fault(
        "senders-telephone-passed-on-twice",
        "PI-07.2/canary-raw",
        "The recipient goes to the courier with the sender's telephone as a second one.",
        ("integrator-outgoing-canaries/at-the-courier/nobody-elses-data-sent#same-as",),
        _sent(_with_senders_telephone),
        area="canary",
    ),
    _fault(
        "erased-for-the-courier-only",
        "PI-09.3/readable-by-pull",
        "What a courier has erased goes on to be read by the platform that gave it.",
        ("integrator-outgoing-erasure/upstream/upstream-shows-sender-only",),
        _forgotten(outgoing=True),
        area="person",
    ),
    _fault(
        "erased-for-the-platform-only",
        "PI-09.3/readable-by-pull",
        "What a platform has erased goes on to be read by the courier that it was sent to.",
        tuple(
            f"integrator-erasure-passed-down/{check}"
            for check in ("record/pull-shows-sender-only", "search/search-shows-sender-only")
        ),
        _forgotten(outgoing=False),
        area="person",
    ),
    _fault(
        "numbers-made-up",
        "PI-13.1/foreign-number-accepted",
        "Numbers are its own and not the courier's.",
        (_NUMBERS.format("allocated/all-of-the-courier#contains"),),
        Inside("handing-on.numbers", _made_up),
        area="numbers",
    ),
    _fault(
        "numbers-of-another-courier",
        "PI-13.1/foreign-number-accepted",
        "Numbers of one courier are used for parcels that go to another.",
        (
            _NUMBERS.format("allocated/all-of-the-courier#contains"),
            _NUMBERS.format("of-the-other/none-of-another#lacks"),
        ),
        _pool_of_another(),
        area="numbers",
    ),
    _fault(
        "number-of-another-platform-put-on",
        "PI-13.1/foreign-number-accepted",
        "Parcels that come without a number get one that another platform was given.",
        ("numbers-kept-apart/place/not-anothers-number#lacks",),
        _of_whoever_holds_some(),
        area="numbers",
    ),
    _fault(
        "number-lost-on-the-way",
        "PI-13.1/foreign-number-accepted",
        "The parcel goes to the courier without the number that its platform was given, and gets "
        "another one there.",
        (
            _NUMBERS.format("arrival/carries-the-number#same-as"),
            _NUMBERS.format("arrival/courier-took-it#same-as"),
        ),
        _sent(_without("waybill_no")),
        area="numbers",
    ),
    *(
        _fault(
            f"number-{state.lower()}-given-again",
            "PI-13.1/void-number-accepted",
            f"Large allocations are filled up with numbers that were {state.lower()} a moment ago.",
            (f"number-life/next/{check}#lacks",),
            _filled_up_with(state),
            area="numbers",
        )
        for state, check in (
            (VOIDED, "void-not-given-again"),
            (RETURNED, "returned-not-given-again"),
        )
    ),
)
"""Faults of what lies between the two faces."""

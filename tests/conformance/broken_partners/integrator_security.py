"""Integrators that break DS-08: who may come in, whose data each side sees, and what odd, large and
many requests do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners import (
    isolation,
    limits,
    platform_security,
    security,
    transport,
)
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import (
    carried,
    integrator_fault,
    of_integrator,
)
from tests.conformance.broken_partners.platform_seams import held_for_courier
from tests.conformance.broken_partners.wrapping import Inside, Told, Wrap, answers

_PLATFORM: Final = {fault.name: fault for fault in platform_security.FAULTS}
_ISOLATED: Final = "integrator-isolation"

_ENTRANCE: Final = (
    *carried(transport.FAULTS, (fault.name for fault in transport.FAULTS)),
    *carried(security.FAULTS, (fault.name for fault in security.FAULTS)),
    of_integrator(
        _PLATFORM["platform-callback-in-clear-text"],
        also={"DS-02.9": "pushes to an address in clear text get nowhere."},
    ),
    of_integrator(
        _PLATFORM["platform-open-without-credential"],
        name="integrator-outgoing-open-without-credential",
    ),
    of_integrator(_PLATFORM["platform-forged-accepted-on-events"]),
    of_integrator(_PLATFORM["platform-expired-accepted-on-events"]),
    of_integrator(_PLATFORM["platform-scope-ignored-on-read"]),
)


def _for_couriers(name: str, *caught_by: str) -> Fault:
    """A platform's fault of isolation between couriers, under a name that tells it from one between
    platforms.
    """
    fault = _PLATFORM[f"platform-{name}"]
    checks = caught_by or tuple(
        check.replace("platform-isolation/", f"{_ISOLATED}/").replace("#differs-from", "#not-in")
        for check in fault.caught_by
    )
    return of_integrator(fault, *checks, name=f"integrator-between-couriers-{name}")


def _believed_of_any(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """A courier's event of another's waybill is taken as the other's."""

    def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
        held = held_for_courier(unit, str(event["waybill_no"]))
        if held is not None and held.owner != courier.party:
            courier = next(
                (row for row in unit.couriers.all_of() if row.party == held.owner), courier
            )
        return healthy(context, unit, courier, event)

    return refusal


_APART: Final = (
    *carried(isolation.FAULTS, (fault.name for fault in isolation.FAULTS)),
    _for_couriers("foreign-read"),
    _for_couriers("foreign-events-by-waybill"),
    _for_couriers("foreign-in-order-filter"),
    _for_couriers("foreign-in-whole-list"),
    _for_couriers("foreign-push-refused-yet-obeyed"),
    _for_couriers("foreign-cursor-accepted"),
    _for_couriers("foreign-order-in-error"),
    _for_couriers("oracle-by-status"),
    _for_couriers("oracle-by-text"),
    _for_couriers("oracle-by-push"),
    integrator_fault(
        "between-couriers-foreign-push-believed",
        "DS-08.3/foreign-change",
        "A courier's push moves whosever parcel it names.",
        (
            f"{_ISOLATED}/intact/not-moved#not-in",
            "integrator-push-unknown-waybill/feed-meanwhile/nothing-of-it-with-the-owner#lacks",
        ),
        Inside("receiving.refusal", _believed_of_any),
    ),
)

_ODD: Final = (
    *carried(
        limits.FAULTS,
        (
            "crash-on-nul",
            "crash-on-surrogate",
            "overloaded-by-depth",
            "bad-gateway-on-odd-method",
            "hangs-on-depth",
            *platform_security.BY_SWEEP,
            "oversize-accepted",
            "oversize-by-one-accepted",
            "largest-body-refused",
            "oversize-crashes",
            "flood-unlimited",
            "flood-limited-at-tenfold",
            "limited-without-retry-after",
            "limited-without-problem",
            "dead-after-flood",
            "flood-limits-everybody",
        ),
    ),
    of_integrator(
        _PLATFORM["platform-crash-on-surrogate"], name="integrator-crash-on-surrogate-in-push"
    ),
    of_integrator(_PLATFORM["platform-hangs-on-depth"], name="integrator-hangs-on-depth-of-push"),
    integrator_fault(
        "courier-named-in-error",
        "DS-08.4/file-path",
        "A refusal of a push names the file of the courier's settings.",
        "sweep/no-internals",
        answers(("receiveShipmentEvents",), lambda _asked, answer: _with_path(answer)),
    ),
)


def _with_path(answer: Told) -> Told:
    if answer.status != 401:
        return answer
    return answer.with_json(
        {**answer.json, "detail": "no secret in /opt/jidi/couriers/KITEAST.toml"}
    )


def _pushes_refused() -> Wrap:
    return platform_security.after_flood(
        limits.problem(429, "rate-limited").with_header("retry-after", "5"),
        ("receiveShipmentEvents",),
        "listEvents",
    )


_MANY: Final = (
    integrator_fault(
        "pushes-limited-by-reads",
        "DS-08.5/crashed",
        "After a flood of a platform's reads the pushes of couriers are refused.",
        "integrator-flood/pushed/right-push-taken#status",
        _pushes_refused(),
    ),
    integrator_fault(
        "couriers-starved-by-reads",
        "DS-08.5/crashed",
        "After a flood of a platform's reads couriers are shown nothing.",
        "integrator-flood/others/couriers-served#status",
        platform_security.after_flood(
            limits.problem(503, "interruption"), ("listOutgoingConsignments",), "listEvents"
        ),
    ),
    *(
        of_integrator(
            _PLATFORM[f"platform-{name}"],
            name=f"integrator-{name.replace('oversize', 'oversize-push')}",
        )
        for name in ("oversize-accepted", "oversize-by-one-accepted", "largest-push-refused")
    ),
)

FAULTS: Final = (*_ENTRANCE, *_APART, *_ODD, *_MANY)
"""Faults of DS-08 in integrators."""

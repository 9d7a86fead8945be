"""Integrators that break DS-02.8, DS-02.9 and PI-07.1: which pushes of couriers are believed, what becomes of them, and what nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.conformance.broken_partners import minimisation, platform_minimisation, platform_receiving
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import ALTERED, carried, integrator_fault, of_integrator
from tests.conformance.broken_partners.wrapping import Inside

from jidi_reference.service import received_events

_ALSO: Final[Mapping[str, Mapping[str, str]]] = {
    "platform-copies-kept": ALTERED,
}


def _from_couriers(faults: Iterable[Fault], left_out: Iterable[str] = ()) -> tuple[Fault, ...]:
    """All of a platform's faults, caught where couriers push to an integrator."""
    return tuple(
        of_integrator(fault, *(f"integrator-{check}" for check in fault.caught_by), also=_ALSO.get(fault.name), name=_NAMES.get(fault.name, ""))
        for fault in faults
        if fault.name not in left_out
    )


_NAMES: Final[Mapping[str, str]] = {
    **{
        f"platform-{name}": f"integrator-{name}-in-push"
        for name in ("identity-number-accepted", "face-template-accepted", "email-accepted", "birthday-accepted")
    },
    "platform-signature-over-reserialised-json": "integrator-verified-over-reserialised-json",
}
"""Names of faults that the side of platforms has, too."""


def _passed_up_only(healthy: Any) -> Any:
    """Events of hubs are passed on and forgotten, so that the courier does not find them."""

    def feed(connection: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
        return [row for row in healthy(connection, owners, wanted, after, count) if row.event_code != "HUB_DEPARTED"]

    return feed


_OWN: Final = (
    integrator_fault(
        "passed-up-but-not-shown",
        "DS-02.8/bad-item-loses-batch",
        "Departures are accepted and passed on, but the courier does not find them among what was taken.",
        ("integrator-push-taken/feed/available-in-time", "integrator-push-taken/feed/as-pushed#same-as"),
        Inside(received_events.received, "feed", _passed_up_only),
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

FAULTS: Final = (*_from_couriers(platform_receiving.FAULTS), *_OWN, *_MEMBERS, *_from_couriers(platform_minimisation.FAULTS))
"""Faults of DS-02.8, DS-02.9 and PI-07.1 in integrators."""

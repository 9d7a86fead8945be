"""Couriers that break DS-02.5 where pushes are acknowledged or ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Inside,
    Wrap,
)

from jidi_reference.service.ports.subscriptions import Delivery

_ENDED: Final = "push-ended"


def _acknowledged_by(*statuses: int) -> Wrap:
    """Only these statuses are an acknowledgement."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def conclude(context: Any, unit: Any, row: Delivery, status: int) -> bool:
            refused = 200 <= status < 300 and status not in statuses
            return healthy(context, unit, row, 503 if refused else status)

        return conclude

    return Inside("push.conclude", make)


def _kept(_healthy: Callable[..., None]) -> Callable[..., None]:
    """A deletion is answered, and nothing is deleted."""
    return lambda _context, _caller, _subscription_id: None


FAULTS: Final = (
    Fault(
        "acknowledged-by-200-and-204-alone",
        "DS-02.5",
        "goes-on-when-acknowledged",
        "A push that is answered with 202 is sent again.",
        (f"{_ENDED}/all/stops-with-202#count",),
        _acknowledged_by(200, 204),
    ),
    Fault(
        "deleted-subscription-goes-on",
        "DS-02.5",
        "goes-on-after-410",
        "A subscription that was deleted is not shown any more, and its pushes go on.",
        (f"{_ENDED}/silence/nothing-after-deletion#not-quiet",),
        Inside("subscription.remove", _kept),
    ),
)
"""Faults of replays, acknowledgements, ends, and of what pushes tell."""

"""Partners whose pushes tell another time than that of the attempt, and are signed over it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Push, Wrap, both, pushes

from jidi.model.roles import Role

_COURIERS: Final[tuple[Role, ...]] = ("courier", "integrator")
_LATE: Final = 4
Stamp = Callable[[int, str, int], int]
"""Earlier attempts, id of the message and time of the attempt to the time that is told."""


def _stamped(stamp: Stamp) -> Wrap:
    now = threading.local()

    def sending(healthy: Callable[..., int]) -> Callable[..., int]:
        def send(context: Any, session: Any, row: Any, message: Any) -> int:
            now.attempts = message.attempts
            return healthy(context, session, row, message)

        return send

    def signing(healthy: Callable[..., str]) -> Callable[..., str]:
        def sign(secrets: Iterable[str], identifier: str, moment: int, body: bytes) -> str:
            now.stamp = stamp(now.attempts, identifier, moment)
            return healthy(secrets, identifier, now.stamp, body)

        return sign

    def headed(push: Push) -> Push:
        return replace(push, headers={**push.headers, "webhook-timestamp": str(now.stamp)})

    return both(Inside("push.signatures", signing), pushes(headed), Inside("push.send", sending))


def _first(seen: dict[str, int]) -> Stamp:
    return lambda _attempts, identifier, moment: seen.setdefault(identifier, moment)


def _shifted(seconds: int) -> Stamp:
    return lambda attempts, _, moment: moment + (seconds if attempts >= _LATE else 0)


_STAMPS: Final[tuple[tuple[str, str, Stamp], ...]] = (
    ("attempts-stamped-once", "Every attempt tells the time of the first one.", _first({})),
    ("late-attempts-stale", "Late attempts tell a time of a while ago.", _shifted(-400)),
    ("late-attempts-ahead", "Late attempts tell a time years to come.", _shifted(50_000_000)),
    (
        "late-attempts-in-local-time",
        "Late attempts tell local time as if it were universal.",
        _shifted(28_800),
    ),
    ("late-attempts-of-yesterday", "Late attempts tell the time of a day ago.", _shifted(-86_400)),
)
"""By name: what about it, and how."""

FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        "DS-02.5",
        "time-made-up",
        about,
        ("sweep/pushes-dated#pushes-dated",),
        _stamped(stamp),
        areas=("push",),
        role=role,
    )
    for name, about, stamp in _STAMPS
    for role in _COURIERS
)
"""Every fault of this module."""

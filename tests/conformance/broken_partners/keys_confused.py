"""Couriers that break DS-01.7: keys that are forgotten too early."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tests.conformance.broken_partners.consignment import CREATE
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Told,
    Wrap,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from jidi_reference.bootstrap import App

_KEY: Final = "idempotency-key"


@dataclass(frozen=True)
class _Forgetting(Wrap):
    """Keys are good for this part of the retention that is declared."""

    part: float

    def around(self, app: App, asgi: ASGIApp) -> ASGIApp:
        """The application that forgets."""
        known: dict[tuple[str, str], float] = {}
        clock, limits = app.context.clock, app.context.settings.limits

        async def handler(asked: Asked, forward: Forward) -> Told:
            key, now = (asked.party, asked.header(_KEY)), clock.now()
            age = now - known.setdefault(key, now)
            late = key[1] and age > self.part * limits.idempotency_retention_s
            return await forward(
                asked.with_header(_KEY, sha256(key[1].encode()).hexdigest()) if late else asked
            )

        return Around(CREATE, handler).around(app, asgi)


FAULTS: Final = (
    Fault(
        "keys-forgotten-early",
        "DS-01.7",
        "duplicate-created",
        "Keys are forgotten when a quarter of the declared retention is over.",
        (
            "idempotency-retained/late/same-receipt#same-as",
            "idempotency-retained/list/only-one#count",
        ),
        _Forgetting(0.25),
    ),
    Fault(
        "keys-forgotten-before-the-end",
        "DS-01.7",
        "duplicate-created",
        "Keys are forgotten when four fifths of the declared retention are over.",
        ("idempotency-retained/late/same-receipt#same-as",),
        _Forgetting(0.8),
    ),
)
"""Faults of keys and of answers to repetitions."""

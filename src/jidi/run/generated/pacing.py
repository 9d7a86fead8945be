"""Keeps the kit's own requests of this phase below the declared rate, and waits when the candidate says so."""

from __future__ import annotations

import time
from dataclasses import replace

from jidi.drive.outgoing import Outgoing
from jidi.model.exchange import Exchange
from jidi.run.generated.context import Sender

MARGIN = 0.8
TRIES = 3
LONGEST_WAIT_S = 5.0


class PacedSender:
    """Sends one request after another, at most ``rate`` times :data:`MARGIN` a second, and again after a 429."""

    def __init__(self, sender: Sender, rate: float | None) -> None:
        self._sender = sender
        self._gap = 1.0 / (rate * MARGIN) if rate else 0.0
        self._next = 0.0

    def send(self, outgoing: Outgoing) -> Exchange:
        """The answer to ``outgoing``; a 429 only when it persists."""
        exchange = self._once(outgoing)
        for _ in range(TRIES - 1):
            if exchange.response is None or exchange.response.status != 429:
                break
            time.sleep(_asked_wait(exchange))
            exchange = self._once(replace(outgoing))
        return exchange

    def _once(self, outgoing: Outgoing) -> Exchange:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._gap
        return self._sender.send(outgoing)


def _asked_wait(exchange: Exchange) -> float:
    value = exchange.response.header("Retry-After") if exchange.response else None
    seconds = float(value) if value and value.isascii() and value.isdigit() else 1.0
    return min(seconds, LONGEST_WAIT_S)

"""Sends the kit's own requests of this phase, and waits when the candidate says so."""

from __future__ import annotations

from dataclasses import replace

from jidi.drive.http.deadline import Deadline
from jidi.fuzz.fuzz_context import Sender
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing

TRIES = 3
LONGEST_WAIT_S = 5.0


class PatientSender:
    """Sends one request after another, and again after a 429: something else may use the same
    credential.
    """

    def __init__(self, sender: Sender, end: Deadline) -> None:
        self._sender = sender
        self._end = end

    def send(self, outgoing: Outgoing) -> Exchange:
        """The answer to ``outgoing``; a 429 only when it persists."""
        exchange = self._sender.send(outgoing)
        for _ in range(TRIES - 1):
            if exchange.response is None or exchange.response.status != 429:
                break
            if not self._end.sleep(_asked_wait(exchange)):
                break
            exchange = self._sender.send(replace(outgoing))
        return exchange


def _asked_wait(exchange: Exchange) -> float:
    value = exchange.response.header("Retry-After") if exchange.response else None
    seconds = float(value) if value and value.isascii() and value.isdigit() else 1.0
    return min(seconds, LONGEST_WAIT_S)

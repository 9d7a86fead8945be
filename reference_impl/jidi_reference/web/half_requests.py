"""Requests of which only a part came: they are waited for, but not for long and not in any number.

Uvicorn bounds the time between two requests of a connection, not that within one. A caller that
opens connections by the hundred and finishes nothing would hold every one of them, until honest
callers find no descriptor left. So

- a request has ``within_s`` seconds from its first byte (the first of a connection: from the
  connection) to its last; then it is answered with 408 (RFC 9110 section 15.5.9) and closed;
- of more than ``most`` unfinished requests the oldest is given up at once. A request that comes
  whole is never one of them for longer than it takes to read it.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Unfinished:
    """The connections of one server that wait for the rest of a request, the oldest first."""

    def __init__(self, within_s: float, most: int) -> None:
        """Both positive."""
        self._within_s = within_s
        self._most = most
        self._waiting: dict[PatientProtocol, asyncio.TimerHandle] = {}

    def begin(self, unit: PatientProtocol) -> None:
        """A request of this connection has begun; one that it had begun before counts no more."""
        self.end(unit)
        self._waiting[unit] = unit.loop.call_later(self._within_s, self._give_up, unit)
        if len(self._waiting) > self._most:
            self._give_up(next(iter(self._waiting)))

    def end(self, unit: PatientProtocol) -> None:
        """Nothing is waited for on this connection any more."""
        timer = self._waiting.pop(unit, None)
        if timer is not None:
            timer.cancel()

    def _give_up(self, unit: PatientProtocol) -> None:
        self.end(unit)
        unit.give_up()


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's reading of HTTP, with :class:`Unfinished` told where requests begin and end."""

    unfinished: Unfinished
    begun = False
    headed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first request begins with the connection: not even its first byte may stay away."""
        super().connection_made(cast("asyncio.Transport", transport))
        self.unfinished.begin(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self.unfinished.end(self)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self.begun, self.headed = True, False
        self.unfinished.begin(self)

    def on_headers_complete(self) -> None:
        """From here on the request has a cycle of its own, and may be answered."""
        self.headed = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self.unfinished.end(self)
        self.begun = False
        super().on_message_complete()

    def give_up(self) -> None:
        """Close; a caller that began a request, and has had no answer to it, is told why."""
        if self.begun and not self._answering():
            self.transport.write(_LATE)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()  # whoever reads the body learns that no more will come
        self.transport.close()

    def _answering(self) -> bool:
        """Whether an answer is on its way, or was given: to the request itself once its head came,
        to the one before it until then.
        """
        cycle: Any = self.cycle  # declared as always there, and None until the first head came
        if cycle is None or self.pipeline:
            return cycle is not None
        return bool(cycle.response_started if self.headed else not cycle.response_complete)


def patient(within_s: float, most: int) -> type[PatientProtocol]:
    """The protocol of one server, for ``uvicorn.Config(http=…)``."""
    known: dict[str, Any] = {"unfinished": Unfinished(within_s, most)}
    return type("PatientProtocol", (PatientProtocol,), known)

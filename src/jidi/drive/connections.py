"""Connections to the kit's receiver: how many, and how long one may take for the head of a request.

Somebody who knows nothing but the port could hold all of them otherwise.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

if sys.platform != "win32":
    import resource

MOST: Final = 256
ACCEPTED_AT_ONCE: Final = 16
"""Connections taken in before what they say is read: a crowd that comes at once would push out
somebody honest among it otherwise.
"""
_SHARE: Final = 4


def most_connections() -> int:
    """How many connections are held at once: a part of what the system lets this process open."""
    if sys.platform == "win32":
        return MOST
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if soft == resource.RLIM_INFINITY else max(16, min(MOST, soft // _SHARE))


class Connections:
    """All connections of one receiver, by the far side's address; of its thread only.

    ``head_s`` are the seconds from the first byte (or the connection) to the end of a request's
    head.

    One too many ends the oldest that has shown nothing yet, else the oldest that asks nothing at
    that moment, else itself.
    """

    def __init__(self, counters: Counter[str], head_s: float, most: int = 0) -> None:
        self.counters = counters
        self.head_s = head_s
        self._most = most or most_connections()
        self._open: dict[tuple[str, int], _Protocol] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """The class that uvicorn makes an instance of for each connection."""
        return type("Protocol", (_Protocol,), {"room": self})

    def cut(self, far_side: Any) -> None:
        """End the connection from ``far_side`` without an answer."""
        protocol = self._open.get(tuple(far_side or ())[:2])
        if protocol is not None:
            protocol.transport.abort()

    def add(self, protocol: _Protocol) -> None:
        """Take in a new one."""
        self._open[protocol.far_side] = protocol
        if len(self._open) > self._most:
            idle = [one for one in self._open.values() if not one.asking and one is not protocol]
            self.counters["connections"] += 1
            unknown = (one for one in idle if not one.proven)
            ended = next(unknown, idle[0] if idle else protocol)
            self.remove(ended)
            ended.transport.abort()

    def prove(self, far_side: Any) -> None:
        """Take note that ``far_side`` knows an address, so that no stranger takes its place."""
        protocol = self._open.get(tuple(far_side or ())[:2])
        if protocol is not None:
            protocol.proven = True

    def remove(self, protocol: _Protocol) -> None:
        """Forget one that has ended."""
        if self._open.get(protocol.far_side) is protocol:
            del self._open[protocol.far_side]


class _Protocol(H11Protocol):
    """h11 protocol that is counted, can be cut off, and waits for a head only so long."""

    room: Connections
    far_side: tuple[str, int] = ("", 0)
    proven = False
    _late: asyncio.TimerHandle | None = None

    @property
    def asking(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self.far_side = transport.get_extra_info("peername")[:2]
        self._wait_for_head()
        self.room.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.room.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.asking:
            self._wait_for_head()
        before = self.cycle
        super().data_received(data)
        if self.asking or self.cycle is not before:
            self._stop_waiting()

    def _wait_for_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.room.head_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self.room.counters["half-request"] += 1
        self.transport.abort()

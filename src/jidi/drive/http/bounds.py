"""How much of a candidate's answer is taken, how long is waited for it, and the errors in which
taking it ends.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one exchange. Times in seconds, sizes in bytes; ``body_bytes`` holds before and
    after content-decoding.
    """

    deadline_s: float = 10.0
    connect_s: float = 3.0
    body_bytes: int = 2 * 1024 * 1024
    header_bytes: int = 64 * 1024
    header_count: int = 100


class DeadlineError(TimeoutError):
    """The time of the whole exchange is used up."""


class ContentError(Exception):
    """The body is not encoded as its ``Content-Encoding`` says, or in a way that was not asked
    for.
    """


class HeaderBoundError(http.client.HTTPException):
    """More header bytes came than the bound allows."""


@dataclass(slots=True, eq=False)
class Guard:
    """Deadline and counters of the exchange that this thread is in; ``deadline`` is on the
    monotonic clock.

    ``connected`` tells a fresh connection from one that was kept alive, ``received`` counts bytes,
    ``sent_headers`` are those really written.
    """

    deadline: float
    header_bytes: int
    connected: bool = False
    received: int = 0
    in_headers: bool = True
    sent_headers: list[tuple[str, str]] = field(default_factory=list)
    sock: socket.socket | None = None
    was_cut: bool = False

    def remaining(self) -> float:
        """Seconds left, always above zero.

        Raises:
            DeadlineError: none are left.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlineError("no time is left for this exchange")
        return left

    def cut(self) -> None:
        """End the exchange now, from another thread."""
        self.was_cut = True
        self.deadline = min(self.deadline, time.monotonic())
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError, ValueError):
                sock.shutdown(socket.SHUT_RDWR)

    def count(self, size: int, slack: int) -> None:
        """Add ``size`` received bytes; ``slack`` is how far the reader may run ahead of the header.

        Raises:
            HeaderBoundError: the header alone is above its bound.
        """
        self.received += size
        if self.in_headers and self.received > self.header_bytes + slack:
            raise HeaderBoundError(f"more than {self.header_bytes} bytes of header")


CURRENT: ContextVar[Guard] = ContextVar("jidi_exchange_guard")
"""Guard of the running exchange; urllib3 makes connections and responses by itself, so it is handed
to them this way.
"""

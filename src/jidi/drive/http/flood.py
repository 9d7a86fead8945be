"""Many small requests as fast as one machine can send them: bare sockets, because the careful
client is too slow to exceed a declared rate (DS-08.5).
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from jidi.drive.http.interim import FinalResponse
from jidi.drive.http.wire import make_tls_context
from jidi.model.exchange import Exchange, Headers, Request, Response
from jidi.model.target import Target
from jidi.model.urls import url_parts

_BODY_BYTES: Final = 64 * 1024
_ANSWER_S: Final = 10.0
_LOOK_S: Final = 0.1
"""Between two looks at how far the flood has got; a connection that has done its part wakes it."""


@dataclass(frozen=True, slots=True)
class FloodPlan:
    """What is sent: GET ``url`` with ``headers`` over ``connections`` connections, never longer
    than ``seconds`` nor more than ``requests`` requests. While more is answered than the declared
    rate, so that the burst will be used up, it goes on up to ``seconds_at_most``: a crowded machine
    needs longer for the same.

    While answers are too slow for twice the declared rate, as many connections again are added now
    and then, up to ``connections_at_most``. It ends early at the first answer 429 or 5xx, or when
    clearly more than ``burst + rate · elapsed`` requests were answered.
    """

    target: Target
    url: str
    headers: Headers
    rate: float
    burst: float
    operation: str = "listEvents"
    connections: int = 8
    connections_at_most: int = 96
    seconds: float = 20.0
    seconds_at_most: float = 60.0
    requests: int = 60_000


@dataclass(frozen=True, slots=True)
class FloodOutcome:
    """How many requests were answered in how many seconds (a new connection that broke counts; one
    that waited in vain, was cut off at the end, or was closed after it had been used does not), and
    the answer that ended it (else the last one; ``None`` when there was none).
    """

    requests: int
    seconds: float
    exchange: Exchange | None
    refused: bool


@dataclass
class _State:
    started: float
    sent: int = 0
    broken: int = 0
    last: Exchange | None = None
    refused: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    sockets: set[socket.socket] = field(default_factory=set)
    poured: threading.Event = field(default_factory=threading.Event)
    ended: bool = False

    def opened(self, connection: socket.socket, before: socket.socket | None = None) -> None:
        """Remember what is to be cut off at the end, instead of the socket that it was made
        from.
        """
        with self.lock:
            self.sockets.discard(before or connection)
            if self.ended:
                raise ConnectionAbortedError("the flood is over")
            self.sockets.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection that its own thread has closed."""
        with self.lock:
            self.sockets.discard(connection)

    def unanswered(self, *, late: bool) -> None:
        """Count a connection that broke, so that the loop ends; who waited in vain on a crowded
        machine, or was cut off at the end, learnt nothing of the rate.
        """
        with self.lock:
            if not self.ended:
                self.sent += 1
                self.broken += late

    def cut_off(self) -> None:
        """Wake every thread that still waits for bytes: a candidate that drips them would hold it
        for as long as it likes.
        """
        with self.lock:
            self.ended = True
            for connection in self.sockets:
                with contextlib.suppress(OSError, ValueError):
                    connection.shutdown(socket.SHUT_RDWR)


def flood(plan: FloodPlan) -> FloodOutcome:
    """Carry out ``plan``; never raises for what the candidate does. A connection that breaks is
    opened again.

    Nothing is sent when the target does not declare the host of ``plan.url``.
    """
    state = _State(time.monotonic())
    if not plan.target.declares(plan.url):
        return FloodOutcome(0, 0.0, None, refused=False)
    with ThreadPoolExecutor(plan.connections_at_most, thread_name_prefix="jidi-flood") as pool:
        threads = 0
        while not _over(plan, state):
            slow = state.sent < 2 * plan.rate * (time.monotonic() - state.started)
            if threads == 0 or (slow and threads < plan.connections_at_most):
                threads += len([pool.submit(_pour, plan, state) for _ in range(plan.connections)])
            if state.poured.wait(_LOOK_S):
                state.poured.clear()
        state.cut_off()
    return FloodOutcome(
        state.sent - state.broken, time.monotonic() - state.started, state.last, state.refused
    )


def _over(plan: FloodPlan, state: _State) -> bool:
    elapsed = time.monotonic() - state.started
    answered = state.sent - state.broken
    enough = answered > (plan.burst + plan.rate * elapsed) * 1.5 + 50
    late = elapsed > plan.seconds and not _is_gaining(plan, answered, elapsed)
    return state.refused or enough or state.sent >= plan.requests or late


def _is_gaining(plan: FloodPlan, answered: int, elapsed: float) -> bool:
    """Whether going on will use up the burst, which is not used up yet."""
    surplus = answered - plan.rate * elapsed
    return 0 < surplus <= plan.burst and elapsed < plan.seconds_at_most


def _pour(plan: FloodPlan, state: _State) -> None:
    url = url_parts(plan.url)
    path = url.path + (f"?{url.query}" if url.query else "")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {url.netloc}",
        *(f"{name}: {value}" for name, value in plan.headers),
        "",
        "",
    ]
    wire = "\r\n".join(lines).encode("latin-1", "replace")
    while not _over(plan, state):
        used = False
        try:
            with _connect(plan, state) as connection:
                while not _over(plan, state) and _one(plan, state, connection, wire):
                    used = True
            state.closed(connection)
        except (OSError, ValueError, http.client.HTTPException) as error:
            # Anybody may close a connection between two requests (RFC 9112, 9.3.1): such a request
            # was never served, so it says nothing of the rate.
            if not used:
                state.unanswered(late=isinstance(error, TimeoutError))
    state.poured.set()


def _connect(plan: FloodPlan, state: _State) -> socket.socket:
    url = url_parts(plan.url)
    plain = socket.create_connection(
        (url.hostname or "", url.port or (443 if url.scheme == "https" else 80)), timeout=_ANSWER_S
    )
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    state.opened(plain)
    if url.scheme != "https":
        return plain
    context = make_tls_context(plan.target.tls.ca_file, "", "")
    secure = context.wrap_socket(
        plain, server_hostname=url.hostname or "", do_handshake_on_connect=False
    )
    state.opened(secure, before=plain)
    secure.do_handshake()
    return secure


def _one(plan: FloodPlan, state: _State, connection: socket.socket, wire: bytes) -> bool:
    """Send one request and read its answer; whether the connection can be used again."""
    started_at, started = datetime.now(UTC).isoformat(timespec="milliseconds"), time.monotonic()
    connection.sendall(wire)
    with FinalResponse(connection, method="GET") as answer:
        answer.begin()
        body = answer.read(_BODY_BYTES + 1)
        whole = len(body) <= _BODY_BYTES
        response = Response(
            answer.status, tuple(answer.getheaders()), body[:_BODY_BYTES], truncated=not whole
        )
        again = whole and not answer.will_close
    exchange = Exchange(
        "sent",
        "",
        plan.operation,
        Request("GET", plan.url, plan.headers, b""),
        response,
        None,
        started_at,
        started,
        time.monotonic(),
    )
    with state.lock:
        state.sent += 1
        if not state.refused:
            state.last = exchange
            state.refused = response.status == 429 or response.status >= 500
    return again

"""The kit's own receiver of pushes: a real HTTP server in a thread of its own that keeps the raw
bytes of all that arrives.
"""

from __future__ import annotations

import asyncio
import http.client
import logging
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import uvicorn

from jidi.counterparty.serving.answers import Incoming, Outcome
from jidi.drive.connections import ACCEPTED_AT_ONCE, Connections
from jidi.drive.endpoint import Endpoint
from jidi.drive.endpoint import arrived as push_arrived
from jidi.drive.quota import Quota, for_strangers
from jidi.errors import TargetError
from jidi.model.exchange import Headers
from jidi.model.incoming.arrivals import DROP, PlannedReply, ReceiverBounds
from jidi.model.target import ReceiverSettings
from jidi.model.text import Text
from jidi.model.urls import url_parts
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

Message = dict[str, Any]
_STOP_S = 5.0
KEEP_ALIVE_S = 600
"""Seconds for which a connection may be silent, longer than scenarios wait.

Whoever keeps one open and speaks just as the kit closes it gets no answer, and would be blamed for
it.
"""
_COURIERS = "/couriers/"
_WAITING = 1024
"""Connections that the system holds for us until they are taken in."""
_ALL_BYTES = 128 * 1024 * 1024
"""Of all bodies at all addresses, for the sake of this machine."""


class Played(Protocol):
    """A courier that is played below the receiver's address, as far as the receiver knows it."""

    @property
    def segment(self) -> str:
        """Its place below the address."""

    def knows(self, authorization: str) -> bool:
        """Whether a request with this header is its candidate's."""

    def take(self, incoming: Incoming, url: str, *, kept: bool) -> Outcome:
        """Answer a request; ``kept`` says whether there is room to keep it."""

    def drop(self, *, known: bool) -> None:
        """Count a request that was refused unread."""

    def close(self) -> None:
        """End every wait for what arrives."""


_PlayedT = TypeVar("_PlayedT", bound=Played)


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether the receiver answers under the address that the candidate is given; ``detail`` says
    what came instead (empty when it does).
    """

    ok: bool
    url: str
    detail: Text


class _Server(uvicorn.Server):
    """Server that says when it is up instead of being asked again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class Receiver:
    """Listens from :meth:`start` to :meth:`stop` and hands out endpoints with unguessable paths.

    Bounds hold for each address by itself, and at played couriers for those with and without a
    credential apart: a stranger uses up nothing of the candidate's. ``counters`` holds what was not
    kept: ``unknown-path``, ``method``, ``flood``, ``too-slow``, ``broken-off`` (the sender went
    away in mid-body), ``overflow`` (an address is full), ``half-request`` (a head that did not
    end), ``connections`` (one too many).
    """

    def __init__(self, settings: ReceiverSettings, bounds: ReceiverBounds | None = None) -> None:
        self._settings = settings
        self._bounds = bounds or ReceiverBounds()
        self._endpoints: dict[str, Endpoint] = {}
        self._couriers: dict[str, Played] = {}
        self._nonce = secrets.token_urlsafe(24)
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._address = (settings.listen_host, settings.listen_port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._quotas: dict[str, Quota] = {}
        self._kept_bytes = 0
        self.counters: Counter[str] = Counter()
        self._connections = Connections(self.counters, self._bounds.head_s)

    def start(self) -> None:
        """Listen, and return once a push would be answered.

        Raises:
            TargetError: the listening address cannot be had.
        """
        host, port = self._settings.listen_host, self._settings.listen_port
        try:
            self._socket = socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
            )
        except OSError as error:
            raise TargetError(
                sentence(
                    "drive/receiver-listen-cannot-be-listened-on",
                    host=host,
                    port=port,
                    error=error,
                    error_zh=system_zh(error),
                ),
                next_step=sentence("drive/choose-another-address-or-port"),
            ) from error
        self._address = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            self._application,
            http=self._connections.protocol(),
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            backlog=ACCEPTED_AT_ONCE,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._serve, name="jidi-receiver", daemon=True)
        self._thread.start()
        came_up = self._server.up.wait(_STOP_S)
        self._socket.listen(_WAITING)  # asyncio made that as few as it takes in at once
        if not came_up:
            self.stop()
            raise TargetError(
                sentence(
                    "drive/receiver-listen-the-server-on-did-not",
                    host=host,
                    port=port,
                    stop_s=_STOP_S,
                ),
                next_step=sentence("drive/try-again"),
            )

    def stop(self) -> None:
        """Stop listening, end every waiting reply and every :meth:`Endpoint.wait`, and end the
        thread; can be called again.
        """
        server, thread, loop, stopping = self._server, self._thread, self._loop, self._stopping
        if server is None or thread is None:
            return
        server.should_exit = True
        if loop is not None and stopping is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        self.wake()
        thread.join(_STOP_S)
        self._server = self._thread = None

    def wake(self) -> None:
        """End every :meth:`Endpoint.wait`, now and from now on: nobody listens any more."""
        with self._lock:
            endpoints, couriers = list(self._endpoints.values()), list(self._couriers.values())
        for endpoint in endpoints:
            endpoint.close()
        for courier in couriers:
            courier.close()

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that are really listened on; the port is known after :meth:`start`."""
        return self._address

    @property
    def public_url(self) -> str:
        """Address under which the candidate reaches the receiver, without a slash at the end."""
        if self._settings.public_url:
            return self._settings.public_url.rstrip("/")
        host, port = self.address
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not bound to
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    def open(self, name: str) -> Endpoint:
        """A new endpoint; ``name`` is for people and records, the path in its URL is
        unguessable.
        """
        path = secrets.token_urlsafe(24)
        endpoint = Endpoint(name, f"{self.public_url}/{path}")
        with self._lock:
            self._endpoints[path] = endpoint
        return endpoint

    def close(self, endpoint: Endpoint) -> None:
        """Answer 404 under the endpoint's URL from now on; what it received stays readable."""
        path = endpoint.url.rsplit("/", 1)[-1]
        with self._lock:
            self._endpoints.pop(path, None)

    def courier(self, segment: str, make: Callable[[str], _PlayedT]) -> _PlayedT:
        """Serve from now on the courier that ``make`` makes of its address, which lies below this
        receiver's.
        """
        courier = make(f"{self.public_url}{_COURIERS}{segment}")
        with self._lock:
            self._couriers[segment] = courier
        return courier

    def dismiss(self, courier: Played) -> None:
        """Answer 404 below the courier's address from now on; what arrived stays readable."""
        with self._lock:
            self._couriers.pop(courier.segment, None)
        courier.close()

    def probe(self, timeout_s: float = 3.0) -> Probe:
        """Call the receiver under its public address from this machine, as far as that is
        possible.
        """
        url = f"{self.public_url}/{self._nonce}"
        parts = url_parts(url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
        try:
            connection.request("GET", parts.path)
            answer = connection.getresponse()
            body = answer.read(1024)
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = system_zh(error) if isinstance(error, OSError) else str(error)
            return Probe(
                False,
                self.public_url,
                sentence(
                    "drive/no-answer",
                    error=error or type(error).__name__,
                    cause_zh=cause or type(error).__name__,
                ),
            )
        finally:
            connection.close()
        if answer.status == 200 and body == self._nonce.encode():
            return Probe(True, self.public_url, Text("", ""))
        return Probe(
            False,
            self.public_url,
            sentence("drive/something-else-answers-there-status", status=answer.status),
        )

    def _serve(self) -> None:
        server, sock = self._server, self._socket
        if server is None or sock is None:
            return

        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._stopping = asyncio.Event()
            await server.serve(sockets=[sock])

        asyncio.run(main())

    async def _application(
        self, scope: Message, receive: Callable[[], Any], send: Callable[[Message], Any]
    ) -> None:
        arrived = time.monotonic()
        if _COURIERS in scope["path"]:
            await self._at_courier(scope, receive, send, arrived)
            return
        path = scope["path"].lstrip("/").rsplit("/", 1)[-1]
        if path == self._nonce:
            await _answer(send, 200, self._nonce.encode())
            return
        with self._lock:
            endpoint = self._endpoints.get(path)
        refusal = self._refuse(endpoint, scope["method"])
        if refusal or endpoint is None:
            await _answer(send, refusal or 404)
            return
        self._connections.prove(scope["client"])
        quota = self._quota(path)
        if not quota.admits(arrived):
            self.counters["flood"] += 1
            endpoint.drop()
            await _answer(send, 429)
            return
        taken = await self._take(receive)
        if taken is None:
            return
        body, truncated = taken
        push = push_arrived(endpoint, _scope_request(scope), body, arrived)
        if not self._keeps(quota, len(body)):
            endpoint.drop()
            await _answer(send, 503)
            return
        reply = endpoint.take(push, truncated=truncated)
        await self._reply(reply, scope, receive, send)

    def _refuse(self, endpoint: Endpoint | None, method: str) -> int:
        """Status that turns a request away before its body is read, 0 to go on."""
        if endpoint is None:
            self.counters["unknown-path"] += 1
            return 404
        if method != "POST":
            self.counters["method"] += 1
            return 405
        return 0

    def _quota(self, name: str, *, strangers: bool = False) -> Quota:
        bounds = for_strangers(self._bounds) if strangers else self._bounds
        return self._quotas.setdefault(name + ("?" if strangers else ""), Quota(bounds))

    def _keeps(self, quota: Quota, size: int) -> bool:
        """Whether a body may be kept, by the bounds of its address and of all."""
        if self._kept_bytes + size > _ALL_BYTES or not quota.keeps(size):
            self.counters["overflow"] += 1
            return False
        self._kept_bytes += size
        return True

    async def _take(self, receive: Callable[[], Any]) -> tuple[bytes, bool] | None:
        """The body and whether the bound cut it; ``None`` when the sender went away or was too
        slow.
        """
        body = bytearray()
        try:
            async with asyncio.timeout(self._bounds.read_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        self.counters["broken-off"] += 1
                        return None
                    body += message.get("body", b"")
                    if len(body) > self._bounds.body_bytes:
                        return bytes(body[: self._bounds.body_bytes]), True
                    if not message.get("more_body", False):
                        return bytes(body), False
        except TimeoutError:
            self.counters["too-slow"] += 1
            return None

    async def _at_courier(
        self,
        scope: Message,
        receive: Callable[[], Any],
        send: Callable[[Message], Any],
        arrived: float,
    ) -> None:
        segment, slash, rest = scope["path"].partition(_COURIERS)[2].partition("/")
        with self._lock:
            courier = self._couriers.get(segment)
        if courier is None:
            self.counters["unknown-path"] += 1
            await _answer(send, 404)
            return
        method, headers = _scope_request(scope)
        known = courier.knows(dict(headers).get("authorization", ""))
        if known:
            self._connections.prove(scope["client"])
        quota = self._quota(f"{_COURIERS}{segment}", strangers=not known)
        if not quota.admits(arrived):
            self.counters["flood"] += 1
            courier.drop(known=known)
            await _answer(send, 429)
            return
        taken = await self._take(receive)
        if taken is None:
            return
        body, truncated = taken
        kept = not truncated and self._keeps(quota, len(body))
        refusal = _refusal(truncated=truncated, wanted=known, kept=kept)
        if refusal:
            courier.drop(known=known)
            await _answer(send, refusal)
            return
        query = scope["query_string"].decode("latin-1")
        asked = f"?{query}" if query else ""
        url = f"{self.public_url}{_COURIERS}{segment}{slash}{rest}{asked}"
        incoming = Incoming(method, slash + rest, query, headers, body, arrived)
        outcome = courier.take(incoming, url, kept=kept)
        if outcome.delay_s > 0:
            await self._pause(outcome.delay_s, receive)
        if outcome.answer is None:
            await self._cut(scope, receive)
        else:
            await _answer(
                send, outcome.answer.status, outcome.answer.body, outcome.answer.all_headers
            )

    async def _reply(
        self,
        reply: PlannedReply,
        scope: Message,
        receive: Callable[[], Any],
        send: Callable[[Message], Any],
    ) -> None:
        if reply.delay_s > 0:
            await self._pause(reply.delay_s, receive)
        if reply.status != DROP:
            await _answer(send, reply.status)
            return
        await self._cut(scope, receive)

    async def _cut(self, scope: Message, receive: Callable[[], Any]) -> None:
        self._connections.cut(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _pause(self, seconds: float, receive: Callable[[], Any]) -> None:
        """Wait, but no longer than the sender or this receiver lives."""
        gone = asyncio.ensure_future(receive())
        stopped = asyncio.ensure_future(
            self._stopping.wait() if self._stopping else asyncio.sleep(0)
        )
        _, waiting = await asyncio.wait(
            {gone, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()


def _refusal(*, truncated: bool, wanted: bool, kept: bool) -> int:
    """The status for a body that is too long, or that is wanted and for which there is no room; 0
    for none.
    """
    if truncated:
        return 413
    return 503 if wanted and not kept else 0


def _scope_request(scope: Message) -> tuple[str, tuple[tuple[str, str], ...]]:
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    return scope["method"], headers


async def _answer(
    send: Callable[[Message], Any], status: int, body: bytes = b"", fields: Headers = ()
) -> None:
    headers = [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in fields
    ]
    headers += [] if status in {204, 304} else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

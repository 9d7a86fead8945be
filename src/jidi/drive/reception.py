"""What becomes of a request that comes in at the kit: which address it is for, whether there is
room to keep it, how it is answered.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from jidi.counterparty.serving.answers import Incoming, Outcome
from jidi.drive.connections import Connections
from jidi.drive.endpoint import Endpoint
from jidi.drive.endpoint import arrived as push_arrived
from jidi.drive.quota import Quota, for_strangers
from jidi.model.exchange import Headers
from jidi.model.incoming.arrivals import DROP, PlannedReply, ReceiverBounds

Message = dict[str, Any]
_BELOW = ("express", "api/carrier", "open/v2", "courier/api", "eds", "gateway/logistics", "ws")
"""Paths below which companies serve couriers' interfaces."""
_HOOKS = ("", "hooks/", "callback/", "api/v1/tracking/", "webhooks/express/", "notify/", "open/")
"""Paths below which they take messages."""
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


PlayedT = TypeVar("PlayedT", bound=Played)


class Reception:
    """The addresses at which the kit can be called, with unguessable paths; an ASGI application.

    Bounds hold for each address by itself, and at played couriers for those with and without a
    credential apart: a stranger uses up nothing of the candidate's. ``counters`` holds what was not
    kept: ``unknown-path``, ``method``, ``flood``, ``too-slow``, ``broken-off`` (the sender went
    away in mid-body), ``overflow`` (an address is full), ``half-request`` (a head that did not
    end), ``connections`` (one too many). ``stopping`` is set by who serves it, in the loop that
    does.
    """

    def __init__(self, bounds: ReceiverBounds, public_url: Callable[[], str]) -> None:
        self._bounds = bounds
        self._public_url = public_url
        self._endpoints: dict[str, Endpoint] = {}
        self._couriers: dict[str, Played] = {}
        self._roots: dict[str, str] = {}
        self._lock = threading.Lock()
        self._quotas: dict[str, Quota] = {}
        self._kept_bytes = 0
        self.nonce = secrets.token_urlsafe(24)
        self.stopping: asyncio.Event | None = None
        self.counters: Counter[str] = Counter()
        self.connections = Connections(self.counters, bounds.head_s)

    def wake(self) -> None:
        """End every :meth:`Endpoint.wait`, now and from now on: nobody listens any more."""
        with self._lock:
            endpoints, couriers = list(self._endpoints.values()), list(self._couriers.values())
        for endpoint in endpoints:
            endpoint.close()
        for courier in couriers:
            courier.close()

    def open(self, name: str) -> Endpoint:
        """A new endpoint; ``name`` is for people and records, the path in its URL is
        unguessable.
        """
        path = secrets.token_urlsafe(24 + secrets.randbelow(16))
        endpoint = Endpoint(name, f"{self._public_url()}/{secrets.choice(_HOOKS)}{path}")
        with self._lock:
            self._endpoints[path] = endpoint
        return endpoint

    def close(self, endpoint: Endpoint) -> None:
        """Answer 404 under the endpoint's URL from now on; what it received stays readable."""
        path = endpoint.url.rsplit("/", 1)[-1]
        with self._lock:
            self._endpoints.pop(path, None)

    def courier(self, segment: str, make: Callable[[str], PlayedT], below: str = "") -> PlayedT:
        """Serve from now on the courier that ``make`` makes of its address, which lies below this
        receiver's: under the path ``below``, or under any such as companies have.
        """
        root = f"{self._public_url()}/{below or secrets.choice(_BELOW)}/{segment}"
        courier = make(root)
        with self._lock:
            self._couriers[segment] = courier
            self._roots[segment] = root
        return courier

    def dismiss(self, courier: Played) -> None:
        """Answer 404 below the courier's address from now on; what arrived stays readable."""
        with self._lock:
            self._couriers.pop(courier.segment, None)
        courier.close()

    async def application(
        self, scope: Message, receive: Callable[[], Any], send: Callable[[Message], Any]
    ) -> None:
        """Answer one request, as ASGI has it."""
        arrived = time.monotonic()
        if place := self._courier_at(scope["path"]):
            await self._at_courier(place, (scope, receive, send), arrived)
            return
        path = scope["path"].lstrip("/").rsplit("/", 1)[-1]
        if path == self.nonce:
            await _answer(send, 200, self.nonce.encode())
            return
        with self._lock:
            endpoint = self._endpoints.get(path)
        refusal = self._refuse(endpoint, scope["method"])
        if refusal or endpoint is None:
            await _answer(send, refusal or 404)
            return
        self.connections.prove(scope["client"])
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

    def _courier_at(self, path: str) -> tuple[Played, str] | None:
        """The courier whose segment stands in ``path``, and what comes after it."""
        with self._lock:
            for segment in path.split("/"):
                if segment and segment in self._couriers:
                    return self._couriers[segment], path.partition(f"/{segment}")[2]
        return None

    async def _at_courier(
        self,
        place: tuple[Played, str],
        spoken: tuple[Message, Callable[[], Any], Callable[[Message], Any]],
        arrived: float,
    ) -> None:
        courier, rest = place
        scope, receive, send = spoken
        method, headers = _scope_request(scope)
        known = courier.knows(dict(headers).get("authorization", ""))
        if known:
            self.connections.prove(scope["client"])
        quota = self._quota(courier.segment, strangers=not known)
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
        url = f"{self._roots[courier.segment]}{rest}{asked}"
        incoming = Incoming(method, rest, query, headers, body, arrived)
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
        self.connections.cut(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _pause(self, seconds: float, receive: Callable[[], Any]) -> None:
        """Wait, but no longer than the sender or this receiver lives."""
        gone = asyncio.ensure_future(receive())
        stopped = asyncio.ensure_future(self.stopping.wait() if self.stopping else asyncio.sleep(0))
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

"""Hostile conduct of what is otherwise the reference courier, or nearly so: hanging, crashing,
lying, flooding.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness.play import serving
from tests.conformance.fairness.variant import Variant
from tests.conformance.hostile.candidate import Hostile, Serve, Stage, after_discovery, target_of
from tests.conformance.hostile.server import Asked, RawServer, Reply, answer, as_json, plausible


def _reference(around: Callable[[ASGIApp], ASGIApp]) -> Serve:
    """The reference courier behind ``around``."""

    @contextmanager
    def serve(stage: Stage) -> Iterator[dict[str, Any]]:
        with serving(Variant("hostile", "", "", around=around), stage.directory, "") as target:
            yield target

    return serve


def _from_request(
    number: int, then: Callable[[Scope, Receive, Send], Any]
) -> Callable[[ASGIApp], ASGIApp]:
    """Honest up to request ``number``; ``then`` answers from there on."""

    def around(asgi: ASGIApp) -> ASGIApp:
        seen = count(1)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and next(seen) > number:
                await then(scope, receive, send)
            else:
                await asgi(scope, receive, send)

        return app

    return around


async def _hang(_scope: Scope, receive: Receive, _send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset(scope: Scope, _receive: Receive, _send: Send) -> None:
    transport = scope.get("extensions", {}).get("jidi.transport")
    if transport is not None:
        transport.abort()
    raise ConnectionResetError


def _every(nth: int, then: Callable[[Scope, Receive, Send], Any]) -> Callable[[ASGIApp], ASGIApp]:
    """``then`` for every ``nth`` request, honest else."""

    def around(asgi: ASGIApp) -> ASGIApp:
        seen = count(1)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            hit = scope["type"] == "http" and next(seen) % nth == 0
            await (then if hit else asgi)(scope, receive, send)

        return app

    return around


async def _half(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Half an answer, then the connection ends."""
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", b"1000"), (b"content-type", b"application/json")],
        }
    )
    await send({"type": "http.response.body", "body": b'{"items": [', "more_body": True})
    raise ConnectionResetError


def _random(asgi: ASGIApp) -> ASGIApp:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    statuses = (200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or chance.random() < 0.5
            or scope["path"].startswith("/.well-known")
        ):
            await asgi(scope, receive, send)
            return
        body = chance.choice(
            (
                b"{}",
                b"[]",
                b"null",
                b"",
                b"\xff",
                b'{"items": null}',
                b'{"items": [1, null, {}], "next_cursor": 5}',
            )
        )
        status = chance.choice(statuses)
        headers = (
            [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            if status != 204
            else []
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if status != 204 else b""})

    return app


def _always_later(status: bytes) -> Callable[[Scope, Receive, Send], Any]:
    async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"retry-after", b"999999999"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return respond


def _pages(next_cursor: Callable[[int], str], items: int) -> Serve:
    """Every list is a page with another one behind it."""
    numbers = count(1)

    def respond(_server: RawServer, asked: Asked) -> Reply:
        if asked.method != "GET":
            return [plausible(asked)]
        cursor = next_cursor(next(numbers))
        page = [{"event_id": f"e{number}", "waybill_no": "W"} for number in range(items)]
        return [as_json({"items": page, "next_cursor": cursor, "resume_cursor": cursor})]

    return after_discovery(respond)


def _crash(_stage: Stage) -> Any:
    @contextmanager
    def serve() -> Iterator[dict[str, Any]]:
        def respond(server: RawServer, asked: Asked) -> Reply:
            if asked.number > 30:
                server.hang_up()
                return []
            return [plausible(asked)]

        with RawServer(respond) as server:
            yield target_of(server.origin)

    return serve()


@contextmanager
def _restart(_stage: Stage) -> Iterator[dict[str, Any]]:
    """Away for a moment after every thirty requests, with all it knew forgotten."""

    def respond(_server: RawServer, asked: Asked) -> Reply:
        return [] if asked.number % 30 > 20 else [plausible(asked)]

    with RawServer(respond) as server:
        yield target_of(server.origin)


def _pushing(flood: Callable[[str, RawServer], None]) -> Serve:
    """A candidate that does something to the kit's receiver as soon as it is told an address of
    it.
    """

    def respond(server: RawServer, asked: Asked) -> Reply:
        given = asked.json
        if asked.method == "POST" and isinstance(given, dict) and "callback_url" in given:
            for _ in range(4):
                threading.Thread(
                    target=flood, args=(str(given["callback_url"]), server), daemon=True
                ).start()
        return [plausible(asked)]

    return after_discovery(respond)


def _post(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nwebhook-id: "
        "m\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,AAAA\r\n"
    )
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _send(callback: str, server: RawServer, paths: Iterator[str], body: bytes) -> None:
    place = urlsplit(callback)
    while not server.stopped.is_set():
        with (
            contextlib.suppress(OSError),
            socket.create_connection((place.hostname or "", place.port or 80), timeout=5) as wire,
        ):
            for path in paths:
                wire.sendall(_post(path, body))
                wire.recv(4096)
                if server.stopped.is_set():
                    return
        if not server.pause(0.05):
            return


def _flood(callback: str, server: RawServer) -> None:
    path = urlsplit(callback).path
    _send(
        callback,
        server,
        (path for _ in count()),
        json.dumps({"id": "m", "data": {"events": [{"waybill_no": "W"}] * 100}}).encode(),
    )


def _large_pushes(callback: str, server: RawServer) -> None:
    path = urlsplit(callback).path
    _send(callback, server, (path for _ in count()), b'{"a": "' + b"x" * 3_000_000 + b'"}')


def _guess(callback: str, server: RawServer) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    path = urlsplit(callback).path
    _send(
        callback,
        server,
        (path[:-4] + f"{chance.randrange(16**4):04x}" for _ in count()),
        b'{"type": "shipment.events", "data": {"events": []}}',
    )


def _drip_push(callback: str, server: RawServer) -> None:
    place = urlsplit(callback)
    with (
        contextlib.suppress(OSError),
        socket.create_connection((place.hostname or "", place.port or 80), timeout=5) as wire,
    ):
        wire.sendall(
            f"POST {place.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode()
        )
        while server.pause(0.3):
            wire.sendall(b"x")


_GONE: dict[str, Any] = {"exits": frozenset({1, 3}), "says": "conformant|inconclusive"}

VARIANTS = (
    Hostile(
        "hangs-mid-run",
        "the reference that hangs from the sixtieth request on",
        _reference(_from_request(60, _hang)),
        **_GONE,
    ),
    Hostile(
        "half-answers",
        "the reference that breaks off every fifth answer",
        _reference(_every(5, _half)),
    ),
    Hostile(
        "resets", "the reference that breaks every fifth connection", _reference(_every(5, _reset))
    ),
    Hostile(
        "answers-at-random",
        "the reference that answers anything every second time",
        _reference(_random),
    ),
    Hostile(
        "always-429",
        "429 with a Retry-After of thirty years",
        _reference(_from_request(12, _always_later(b"429"))),
    ),
    Hostile(
        "always-503",
        "503 with a Retry-After of thirty years",
        _reference(_from_request(12, _always_later(b"503"))),
        **_GONE,
    ),
    Hostile("crashes-mid-run", "stops listening after thirty requests", _crash, **_GONE),
    Hostile("restarts", "is away again and again", _restart, **_GONE),
    Hostile(
        "pages-without-end", "there is always another page", _pages(lambda number: f"c{number}", 2)
    ),
    Hostile(
        "cursor-cycle",
        "the next page is the first one again",
        _pages(lambda number: f"c{number % 2}", 2),
    ),
    Hostile(
        "page-of-a-million",
        "a million items a page",
        _pages(lambda number: f"c{number}", 1_000_000),
        **_GONE,
    ),
    Hostile(
        "page-just-inside",
        "pages of nearly two megabytes without end",
        _pages(lambda number: f"c{number}", 50_000),
    ),
    Hostile("push-flood", "pushes as fast as it can", _pushing(_flood)),
    Hostile(
        "push-flood-large", "pushes of three megabytes as fast as it can", _pushing(_large_pushes)
    ),
    Hostile("push-forged", "pushes to guessed addresses of the receiver", _pushing(_guess)),
    Hostile("push-drip", "pushes that come a byte at a time", _pushing(_drip_push)),
    Hostile(
        "nothing-but-204",
        "204 to everything after discovery and tokens",
        after_discovery(lambda *_: [answer("", "204 No Content")]),
    ),
    Hostile(
        "nothing-but-null",
        "null to everything after discovery and tokens",
        after_discovery(lambda *_: [answer("null")]),
    ),
    Hostile(
        "nothing-but-lists",
        "lists of lists to everything after discovery and tokens",
        after_discovery(lambda *_: [answer("[[], [[]], null, {}]")]),
    ),
)

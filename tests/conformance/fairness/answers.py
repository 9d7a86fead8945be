"""Changes to what the reference answers, as ASGI middleware: whole answers in, whole answers
out.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jidi_reference.contract.bundle import load_bundle

Json = Any
Headers = tuple[tuple[str, str], ...]
DISCOVERY: Final = "/.well-known/express-data-sharing"
PROBLEM_BASE: Final = "/problems/"


@dataclass(frozen=True)
class Answer:
    """An answer and the request that it is to; header names of the request are in lower case."""

    method: str
    path: str
    asked: dict[str, str]
    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON, or ``None``."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def slug(self) -> str:
        """Last segment of the problem type, or empty."""
        body = self.json
        return (
            str(body.get("type", "")).rpartition(PROBLEM_BASE)[2]
            if self.status >= 400 and isinstance(body, dict)
            else ""
        )

    def with_json(self, value: Json, **changes: Any) -> Answer:
        """The answer with another body, and perhaps other members."""
        return replace(
            self,
            body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
            **changes,
        )

    def with_header(self, name: str, value: str) -> Answer:
        """The answer with one header replaced or added."""
        return replace(
            self, headers=(*((key, old) for key, old in self.headers if key != name), (name, value))
        )


def rewriting(rewrite: Callable[[Answer], Answer]) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that sends ``rewrite`` of every answer; Content-Length is set anew."""

    def around(asgi: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await asgi(scope, receive, send)
                return
            answer = rewrite(await collect(asgi, scope, receive))
            await deliver(answer, send)

        return app

    return around


async def collect(asgi: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """The whole answer of ``asgi``."""
    asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    start: Message = {}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await asgi(scope, receive, keep)
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
    )
    return Answer(scope["method"], scope["path"], asked, start["status"], headers, b"".join(parts))


async def deliver(answer: Answer, send: Send, chunk: int = 0) -> None:
    """Send ``answer``; in pieces of ``chunk`` bytes and without Content-Length when that is not
    0.
    """
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers
        if name.lower() != "content-length"
    ]
    if not chunk and answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    step = chunk or max(len(answer.body), 1)
    for place in range(0, len(answer.body), step):
        await send(
            {
                "type": "http.response.body",
                "body": answer.body[place : place + step],
                "more_body": True,
            }
        )
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def chunked(asgi: ASGIApp) -> ASGIApp:
    """Bodies in pieces of seven bytes, without Content-Length."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await asgi(scope, receive, send)
            return
        await deliver(await collect(asgi, scope, receive), send, chunk=7)

    return app


def delayed(seconds: float) -> Callable[[ASGIApp], ASGIApp]:
    """Every answer comes ``seconds`` later."""

    def around(asgi: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await asyncio.sleep(seconds)
            await asgi(scope, receive, send)

        return app

    return around


def bodies(change: Callable[[Json], Json]) -> Callable[[ASGIApp], ASGIApp]:
    """``change`` on every JSON body."""
    return rewriting(
        lambda answer: answer if answer.json is None else answer.with_json(change(answer.json))
    )


def discovery(change: Callable[[dict[str, Json]], dict[str, Json]]) -> Callable[[ASGIApp], ASGIApp]:
    """``change`` on the discovery document."""
    return rewriting(
        lambda answer: (
            answer.with_json(change(answer.json))
            if answer.path == DISCOVERY and answer.status == 200
            else answer
        )
    )


def stacked(*parts: Callable[[ASGIApp], ASGIApp]) -> Callable[[ASGIApp], ASGIApp]:
    """Several wraps; the last is the outermost."""

    def around(asgi: ASGIApp) -> ASGIApp:
        for part in parts:
            asgi = part(asgi)
        return asgi

    return around


def compressed(answer: Answer) -> Answer:
    """RFC 9110, 8.4: gzip for whoever takes it."""
    if "gzip" not in answer.asked.get("accept-encoding", "") or not answer.body:
        return answer
    return (
        replace(answer, body=gzip.compress(answer.body))
        .with_header("content-encoding", "gzip")
        .with_header("vary", "Accept-Encoding")
    )


def walk(value: Json, change: Callable[[Json], Json]) -> Json:
    """``value`` with ``change`` applied to every part of it, innermost first."""
    if isinstance(value, dict):
        value = {name: walk(item, change) for name, item in value.items()}
    elif isinstance(value, list):
        value = [walk(item, change) for item in value]
    return change(value)


def refused(answer: Answer, slug: str, status: int) -> Answer:
    """A problem in the place of ``answer``."""
    problem = {"type": f"{load_bundle().base_uri}problems/{slug}", "title": slug, "status": status}
    return answer.with_json(problem, status=status).with_header(
        "content-type", "application/problem+json"
    )

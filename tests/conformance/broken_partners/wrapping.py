"""Pieces from which broken partners are made: each takes the healthy reference partner and spoils
one thing about it.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.conformance.seams import healthy, put_in

from jidi_reference.bootstrap import App
from jidi_reference.service import tokens
from jidi_reference.service.ports.events import EventRow
from jidi_reference.settings import API_PATH, Settings
from jidi_reference.web.operations import courier, governance, platform, privacy, sandbox

Json = Any
Event = dict[str, Any]

READING_EVENTS: Final = ("listEvents", "listShipmentEvents", "getShipment", "queryShipments")
"""Operations whose answers hold events."""


@dataclass(frozen=True)
class Tls:
    """How a partner speaks TLS: PEM file with chain and key, the trust that the target file is
    given (empty: none), and the oldest version let in.
    """

    chain_file: str
    ca_file: str
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2


class Wrap:
    """What is done to the healthy partner. A process runs one broken partner and ends with it, so
    that replaced parts stay replaced.
    """

    def prepare(self, settings: Settings) -> Settings:
        """The settings to build with; parts of the reference may be replaced here, before anything
        is built.
        """
        return settings

    def around(self, _app: App, asgi: ASGIApp) -> ASGIApp:
        """The application to serve instead of ``asgi``."""
        return asgi

    def tls(self, _directory: Path) -> Tls | None:
        """Serve over TLS like this, with files made in ``_directory``; ``None`` for clear text."""
        return None


@dataclass(frozen=True)
class _Both(Wrap):
    parts: tuple[Wrap, ...]

    def prepare(self, settings: Settings) -> Settings:
        for part in self.parts:
            settings = part.prepare(settings)
        return settings

    def around(self, _app: App, asgi: ASGIApp) -> ASGIApp:
        for part in self.parts:
            asgi = part.around(_app, asgi)
        return asgi

    def tls(self, _directory: Path) -> Tls | None:
        return next((tls for part in self.parts if (tls := part.tls(_directory))), None)


def both(*parts: Wrap) -> Wrap:
    """Several wraps for one fault; the last is the outermost."""
    return _Both(parts)


@dataclass(frozen=True)
class Asked:
    """A request of the kit: ``operation`` and ``values`` (path parameters) say what it is,
    ``party`` whose token it carries (empty: nobody's).
    """

    operation: str
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    values: Mapping[str, str]
    party: str

    def header(self, name: str) -> str:
        """First value of a header by its lower-case name, or empty."""
        return next((value for key, value in self.headers if key == name), "")

    def with_header(self, name: str, value: str) -> Asked:
        """The request with one header (lower-case name) replaced."""
        return replace(
            self, headers=(*((key, old) for key, old in self.headers if key != name), (name, value))
        )

    @property
    def json(self) -> Json:
        """The body as JSON, or ``None`` when it is none."""
        return _json(self.body)

    def with_json(self, value: Json) -> Asked:
        """The request with another body."""
        return replace(self, body=_bytes(value))


@dataclass(frozen=True)
class Told:
    """An answer of the partner."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON, or ``None`` when it is none."""
        return _json(self.body)

    @property
    def problem(self) -> str:
        """Last segment of the problem type, or empty."""
        body = self.json
        return (
            str(body.get("type", "")).rpartition("/")[2]
            if isinstance(body, dict) and self.status >= 400
            else ""
        )

    def with_json(self, value: Json, status: int | None = None) -> Told:
        """The answer with another body, and perhaps another status; a refusal that becomes a
        success is no problem document any more.
        """
        wanted = self.status if status is None else status
        answer = replace(self, body=_bytes(value), status=wanted)
        return (
            answer.with_header("content-type", "application/json")
            if wanted < 300 <= self.status
            else answer
        )

    def with_header(self, name: str, value: str) -> Told:
        """The answer with one header (lower-case name) replaced."""
        return replace(
            self, headers=(*((key, old) for key, old in self.headers if key != name), (name, value))
        )


def _json(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _bytes(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def told(status: int, value: Json, media_type: str = "application/json") -> Told:
    """An answer of one's own making."""
    return Told(status, (("content-type", media_type), ("standard-version", "1.0")), _bytes(value))


Forward = Callable[[Asked], Awaitable[Told]]
Handler = Callable[[Asked, Forward], Awaitable[Told]]


@cache
def _operations() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    known = [
        (one, API_PATH + one.path)
        for one in (
            *courier.OPERATIONS,
            *platform.OPERATIONS,
            *governance.OPERATIONS,
            *privacy.OPERATIONS,
        )
    ]
    known += [(one, one.path) for one in (governance.DISCOVERY, sandbox.ACTION)]
    shapes = [
        (one.method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), one.operation_id)
        for one, path in known
    ]
    return (*shapes, ("POST", re.compile("/oauth/token"), "issueToken"))


def _operation(method: str, path: str) -> tuple[str, dict[str, str]]:
    for wanted, shape, name in _operations():
        found = shape.fullmatch(path)
        if found and wanted == method:
            return name, found.groupdict()
    return "", {}


@dataclass(frozen=True)
class Around(Wrap):
    """Puts ``handler`` around some operations; ``()`` means every request. It sees whole bodies and
    may answer, change, repeat or delay.
    """

    operations: tuple[str, ...]
    handler: Handler

    def around(self, _app: App, asgi: ASGIApp) -> ASGIApp:
        """The application with the handler in front."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            operation, values = _operation(scope.get("method", ""), scope.get("path", ""))
            if scope["type"] != "http" or (self.operations and operation not in self.operations):
                await asgi(scope, receive, send)
                return
            headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in scope["headers"]
            )
            body, query = await _read(receive), scope["query_string"].decode("latin-1")
            asked = Asked(
                operation,
                scope["method"],
                scope["path"],
                query,
                headers,
                body,
                values,
                _party(_app, headers),
            )
            answer = await self.handler(asked, lambda request: _forward(asgi, scope, request))
            await _write(send, answer)

        return app


def _party(app: App, headers: Iterable[tuple[str, str]]) -> str:
    token = next(
        (value.partition(" ")[2] for name, value in headers if name == "authorization"), ""
    )
    caller = (
        tokens.authenticate(app.context, token) if token and token != app.sandbox_token else None
    )
    return caller.party if caller is not None else ""


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(parts)


async def _forward(asgi: ASGIApp, scope: Scope, asked: Asked) -> Told:
    headers = [
        (name, value)
        for name, value in asked.headers
        if name not in {"content-length", "transfer-encoding"}
    ]
    headers += (
        [("content-length", str(len(asked.body)))] if asked.body or asked.method != "GET" else []
    )
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    inner = {
        **scope,
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query.encode("latin-1"),
        "headers": raw,
    }
    given = [{"type": "http.request", "body": asked.body, "more_body": False}]
    heard: list[Message] = []

    async def receive() -> Message:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        heard.append(message)

    await asgi(inner, receive, send)
    start = next(message for message in heard if message["type"] == "http.response.start")
    body = b"".join(
        message.get("body", b"") for message in heard if message["type"] == "http.response.body"
    )
    return Told(
        start["status"],
        tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in start["headers"]
        ),
        body,
    )


async def _write(send: Send, answer: Told) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers
        if name != "content-length"
    ]
    if answer.status not in {204, 304}:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def answers(operations: tuple[str, ...], change: Callable[[Asked, Told], Told]) -> Wrap:
    """Change answers of some operations; ``change`` sees request and answer."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        return change(asked, await forward(asked))

    return Around(operations, handler)


def documents(operations: tuple[str, ...], change: Callable[[Json], Json]) -> Wrap:
    """Change the JSON of successful answers."""

    def changed(_asked: Asked, answer: Told) -> Told:
        return (
            answer.with_json(change(answer.json))
            if 200 <= answer.status < 300 and answer.body
            else answer
        )

    return answers(operations, changed)


def requests_of(operations: tuple[str, ...], change: Callable[[Asked], Asked]) -> Wrap:
    """Change requests before the partner sees them."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        return await forward(change(asked))

    return Around(operations, handler)


def shown_events(
    change: Callable[[Event], Event], operations: tuple[str, ...] = READING_EVENTS
) -> Wrap:
    """Change events where they are read, but not where they are pushed."""

    def page(document: Json) -> Json:
        if "items" in document:
            return {**document, "items": [change(event) for event in document["items"]]}
        if "latest_event" in document:
            return {**document, "latest_event": change(document["latest_event"])}
        if "results" in document:
            return {
                **document,
                "results": [
                    {**one, "shipment": page(one["shipment"])} if "shipment" in one else one
                    for one in document["results"]
                ],
            }
        return document

    return documents(operations, page)


@dataclass(frozen=True)
class Inside(Wrap):
    """Puts something else at a named seam of the reference: ``make`` is given the healthy part. For
    faults that cannot be made from without.

    A name that the reference does not publish is refused at once, with ``LookupError``.
    """

    seam: str
    make: Callable[[Any], Any]

    def __post_init__(self) -> None:
        healthy(self.seam)

    def prepare(self, settings: Settings) -> Settings:
        """Replace it in this process."""
        put_in(self.seam, self.make)
        return settings


def stored_events(change: Callable[[Event], Event]) -> Wrap:
    """Change events as they are stored, so that every reader and every subscriber sees them
    alike.
    """

    def make(store: Callable[..., None]) -> Callable[..., None]:
        def add_event(stored: Any, row: EventRow) -> None:
            store(
                stored,
                replace(row, body=json.dumps(change(json.loads(row.body)), separators=(",", ":"))),
            )

        return add_event

    return Inside("event.store", make)


@dataclass(frozen=True)
class Push:
    """A push on its way out; ``attempts`` is the number of earlier attempts."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    attempts: int

    @property
    def events(self) -> list[Event]:
        """The events inside."""
        return list(json.loads(self.body).get("data", {}).get("events", []))


def pushes(change: Callable[[Push], Push | None]) -> Wrap:
    """Change pushes as they go out (after signing); ``None`` swallows one and counts it as
    acknowledged. ``change`` may also wait.
    """

    class Tampering(requests.Session):
        attempts = 0

        def post(
            self, url: str | bytes, data: Any = None, json: Any = None, **kwargs: Any
        ) -> requests.Response:
            push = change(Push(str(url), dict(kwargs.pop("headers")), data, self.attempts))
            if push is None:
                answer = requests.Response()
                answer.status_code = 204
                answer.raw = _Nothing()
                return answer
            return super().post(
                push.url, data=push.body, json=json, headers=dict(push.headers), **kwargs
            )

    def make(sending: Callable[..., int]) -> Callable[..., int]:
        def send(context: Any, _session: Any, row: Any, message: Any) -> int:
            with Tampering() as session:
                session.trust_env = False
                session.attempts = message.attempts
                return sending(context, session, row, message)

        return send

    return Inside("push.send", make)


class _Nothing:
    """The body of an answer that never came."""

    def stream(self, *_: Any, **__: Any) -> Iterable[bytes]:
        return ()

    def close(self) -> None:
        """Nothing is open."""

    def release_conn(self) -> None:
        """Nothing was taken."""


@dataclass(frozen=True)
class Declares(Wrap):
    """Builds the partner with other settings than the healthy one."""

    change: Callable[[Settings], Settings]

    def prepare(self, settings: Settings) -> Settings:
        """The changed settings."""
        return self.change(settings)

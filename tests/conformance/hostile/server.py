"""A server on bare sockets that can answer anything at all, at any pace, over TLS or not; and one
that must never be called.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from jidi.registry import Registry

DISCOVERY: Final = "/.well-known/express-data-sharing"
FORBIDDEN_HOST: Final = "127.0.0.2"
_HEAD_BYTES: Final = 64 * 1024
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True)
class Asked:
    """A request as it came: ``head`` are the lines below the first, ``origin`` is where the
    candidate is.
    """

    method: str
    path: str
    head: Mapping[str, str]
    body: bytes
    origin: str
    number: int

    @property
    def json(self) -> Any:
        """The body as JSON, or ``None``."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Reply = Iterable[bytes]
"""Pieces of an answer; the connection is closed after the last. Whoever wants to drip waits on
:meth:`RawServer.pause` between them.
"""


def answer(
    body: bytes | str,
    status: str = "200 OK",
    kind: str = "application/json",
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A whole answer that is well framed."""
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        "Connection: close",
        "Standard-Version: 1.0",
    ]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogatepass") + content


def as_json(value: Any, **more: Any) -> bytes:
    """``value`` as a whole answer."""
    return answer(json.dumps(value), **more)


class RawServer:
    """Answers every connection by ``respond`` in a thread of its own. Use as a context manager;
    ``stopped`` is set when it is to end.
    """

    def __init__(
        self,
        respond: Callable[[RawServer, Asked], Reply],
        tls: ssl.SSLContext | None = None,
        *,
        deaf: bool = False,
    ) -> None:
        self._respond = respond
        self._tls = tls
        self._deaf = deaf
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.stopped = threading.Event()
        self.asked = 0

    def pause(self, seconds: float) -> bool:
        """Wait; whether to go on."""
        return not self.stopped.wait(seconds)

    def hang_up(self) -> None:
        """Stop listening: later connections are refused."""
        self._listener.close()

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE_S)
        with contextlib.suppress(OSError, ValueError), connection:
            if self._deaf:
                self.stopped.wait(_PATIENCE_S)
                return
            with (
                self._tls.wrap_socket(connection, server_side=True)
                if self._tls
                else connection as wire
            ):
                self._talk(wire)

    def _talk(self, wire: socket.socket) -> None:
        asked = self._read(wire)
        if asked is None:
            return
        for piece in self._respond(self, asked):
            wire.sendall(piece)
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_WR)
            wire.settimeout(1.0)
            while wire.recv(65536):  # a reset would take the answer away from the far side
                pass

    def _read(self, wire: socket.socket) -> Asked | None:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = wire.recv(65536)
            if not chunk or len(data) > _HEAD_BYTES:
                return None
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        wanted = int(fields.get("content-length", "0"))
        while len(body) < wanted:
            chunk = wire.recv(65536)
            if not chunk:
                break
            body += chunk
        method, path, *_ = [*first.split(" "), ""]
        self.asked += 1
        return Asked(method, path, fields, body, self.origin, self.asked)


class Forbidden:
    """Listens where the kit must never call, and counts connections."""

    def __init__(self) -> None:
        self._listener = socket.create_server((FORBIDDEN_HOST, 0))
        self.origin = f"http://{FORBIDDEN_HOST}:{self._listener.getsockname()[1]}"
        self.calls = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


_REGISTRY: Final = Registry.load("1.0")
_EXAMPLE: Final = _REGISTRY.example("valid/discovery/sandbox.json")


def document(origin: str, **changes: Any) -> dict[str, Any]:
    """An honest discovery document, with some members replaced."""
    made = deepcopy(_EXAMPLE)
    made["versions"] = [
        {
            "version": "1.0",
            "base_url": f"{origin}/v1",
            "status": "current",
            "schema_bundle_digest": _REGISTRY.bundle_digest(),
        }
    ]
    made["token_endpoint"] = f"{origin}/oauth/token"
    made["limits"] |= {
        "event_availability_s": 0.5,
        "push_latency_s": 0.5,
        "rate": {"per_second": 500, "burst": 900},
    }
    return {**made, **changes}


def plausible(asked: Asked, seasoning: str = "") -> bytes:
    """What a courier might say, just well enough that scenarios go on; ``seasoning`` is mixed into
    every text that is free.
    """
    path = asked.path.partition("?")[0]
    if path == DISCOVERY:
        return as_json(document(asked.origin))
    if path == "/oauth/token":
        return as_json(
            {
                "access_token": f"token-{asked.number}",
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": "x",
            }
        )
    if path == "/sandbox/actions":
        told = {
            "event_id": f"evt{asked.number}",
            "sequence": 1,
            "recorded_at": "2026-01-01T00:00:00Z",
            "client_id": "c",
            "client_secret": "s",
        }
        return as_json(
            {"result": {**told, "access_token": f"dud-{asked.number}", "note": seasoning}}
        )
    if asked.method == "POST":
        made = {
            "consignment_id": f"c{asked.number}{seasoning}",
            "waybill_no": f"W{asked.number:08d}{seasoning}",
            "state": f"CREATED{seasoning}",
        }
        return as_json(
            {**made, "subscription_id": "s1", "status": "active", seasoning or "note": seasoning},
            status="201 Created",
            headers=_spiced(seasoning),
        )
    if path.endswith("/nothing"):
        return as_json({"title": seasoning}, status="404 Not Found")
    return as_json(
        {
            "items": [{"event_id": seasoning, "state": seasoning}],
            "next_cursor": None,
            "resume_cursor": "r",
            "state": seasoning,
        },
        headers=_spiced(seasoning),
    )


def _spiced(seasoning: str) -> list[tuple[str, str]]:
    line = seasoning.replace("\r", "").replace("\n", "").replace("\0", "")
    return [("X-Note", line), ("Location", f"/v1/consignments/{line}")] if line else []

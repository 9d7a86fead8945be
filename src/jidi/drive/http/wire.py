"""urllib3 connections whose every read, write and hand-shake is held to one wall-clock deadline.

A socket time-out bounds one read only, so a candidate that drips a byte a second would never end.
Here each ``recv`` gets what is left of the whole exchange. urllib3 is used below the level of
``requests.Session``, which reads the body of a redirect without any bound.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from pathlib import Path
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from jidi.drive.http.bounds import CURRENT, Guard
from jidi.drive.http.interim import FinalResponse

_READ_AHEAD = 8192


class _DeadlineReader(io.RawIOBase):
    """Raw reader over a socket that gives each read only the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, guard: Guard) -> None:
        self._raw = raw
        self._sock = sock
        self._guard = guard

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._guard.remaining())
        size = self._raw.readinto(buffer)
        if (
            size == 0 and self._guard.in_headers
        ):  # http.client would take what came for the whole header
            raise http.client.RemoteDisconnected(
                "the connection was closed before the end of the header"
            )
        self._guard.count(size or 0, _READ_AHEAD)
        return size

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _GuardedResponse(FinalResponse):
    """Response that reads through :class:`_DeadlineReader`."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self._guard = CURRENT.get()
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_DeadlineReader(raw, sock, self._guard), _READ_AHEAD)

    def begin(self) -> None:
        super().begin()
        self._guard.in_headers = False


def _connected() -> None:
    CURRENT.get().connected = True


def _written(connection: HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        guard = CURRENT.get()
        guard.sock = sock
        sock.settimeout(guard.remaining())


def _record(name: str | bytes, values: tuple[str | bytes, ...]) -> None:
    def text(part: str | bytes) -> str:
        return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)

    CURRENT.get().sent_headers.append((text(name), ", ".join(text(value) for value in values)))


class _Watched(HTTPConnection):
    """What both kinds of connection tell of themselves: when they are made, and what they send.

    Header and body leave in one piece: whoever refuses by the header alone may answer and close,
    and a body that comes after that resets the connection and takes the answer with it (RFC 9112,
    9.6).
    """

    _held: list[bytes] | None = None

    def connect(self) -> None:
        super().connect()
        _connected()

    def request(self, *arguments: Any, **options: Any) -> None:
        self._held = []
        try:
            super().request(*arguments, **options)
            held = b"".join(self._held)
        finally:
            self._held = None
        self.send(held)

    def send(self, data: Any) -> None:
        if self._held is not None:
            self._held.append(bytes(data))
            return
        _written(self)
        super().send(data)

    def putheader(self, header: Any, *values: Any) -> None:
        _record(header, values)
        super().putheader(header, *values)


class _GuardedConnection(_Watched):
    response_class = _GuardedResponse


class _GuardedTlsConnection(_Watched, HTTPSConnection):
    response_class = _GuardedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTlsConnection


def make_pools(context: ssl.SSLContext | None) -> PoolManager:
    """Connection pools for one thread: one connection a host, no retries, no redirects, nothing
    from the environment.
    """
    options: dict[str, Any] = (
        {} if context is None else {"ssl_context": context, "cert_reqs": "CERT_REQUIRED"}
    )
    manager = PoolManager(num_pools=8, maxsize=1, **options)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return manager


def make_tls_context(ca_file: str, certificate: str, key: str) -> ssl.SSLContext:
    """Verified context, TLS 1.2 or better, with the extra trust anchors and the party's own
    certificate where there is one.

    Raises:
        OSError: a file cannot be read, or is not what it should be (``ssl.SSLError`` is one).
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(cafile=str(Path(ca_file)))
    if certificate:
        context.load_cert_chain(certificate, key or None)
    return context

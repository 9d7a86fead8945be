"""Real servers on 127.0.0.1 that behave, and tiny raw ones that do not."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from jidi.drive import Bounds, Client
from jidi.drive.receiver import Receiver
from jidi.model.target import Auth, Party, ReceiverSettings, Target

Behaviour = Callable[[socket.socket, "RawServer"], None]


@dataclass
class RawServer:
    """Accepts connections and hands each to ``behave`` in a thread of its own; ``ended`` is set
    when the test is over.
    """

    behave: Behaviour
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    ended: threading.Event = field(default_factory=threading.Event)
    requests: list[bytes] = field(default_factory=list)
    connections: list[socket.socket] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def host(self) -> str:
        """``host:port`` that it listens on."""
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """Root URL, with a slash at the end."""
        return f"http://{self.host}/"

    def start(self) -> None:
        """Accept connections from now on."""
        self._run(self._accept)

    def stop(self) -> None:
        """Close everything and wait for every thread."""
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()

    def read_request(self, connection: socket.socket) -> bytes:
        """One request with its body; empty when the peer is gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            self._run(lambda connection=connection: self._serve(connection))

    def _serve(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                self.behave(connection, self)
        finally:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()


ServerMaker = Callable[[Behaviour], RawServer]
ClientMaker = Callable[..., Client]


@pytest.fixture
def raw_server() -> Iterator[ServerMaker]:
    """Starts raw servers and stops them all."""
    servers: list[RawServer] = []

    def make(behave: Behaviour) -> RawServer:
        server = RawServer(behave)
        servers.append(server)
        server.start()
        return server

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def client_for() -> Iterator[ClientMaker]:
    """Makes clients with small bounds, closed at the end."""
    clients: list[Client] = []

    def make(*hosts: str, parties: tuple[Party, ...] = (), **bounds: float) -> Client:
        given = {
            "deadline_s": 0.4,
            "connect_s": 0.4,
            "body_bytes": 4096,
            "header_bytes": 16384,
        } | bounds
        target = Target("candidate", "courier", f"http://{hosts[0]}", frozenset(hosts), parties)
        client = Client(target, bounds=Bounds(**given))  # type: ignore[arg-type]  # mixed numbers
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver."""
    with Receiver(ReceiverSettings()) as running:
        yield running


def bearer(name: str, token: str, **headers: str) -> Party:
    return Party(
        name,
        Auth("bearer", token),
        tuple((key.replace("_", "-"), value) for key, value in headers.items()),
    )


def reply(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    return (
        b"HTTP/1.1 "
        + status
        + b"\r\n"
        + b"".join(header + b"\r\n" for header in (*headers, b"Content-Length: %d" % len(body)))
        + b"\r\n"
        + body
    )


def answer(data: bytes) -> Behaviour:
    """Read one request, send ``data``, close."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        connection.sendall(data)

    return behave


def keep_answering(data: bytes) -> Behaviour:
    """Answer ``data`` to every request on a connection that stays open."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        while server.read_request(connection):
            connection.sendall(data)

    return behave


def silence(_: socket.socket, server: RawServer) -> None:
    """Take nothing and say nothing until the test is over."""
    server.ended.wait(5)


def drip(head: bytes, drop: bytes) -> Behaviour:
    """Send ``head``, then ``drop`` again and again until somebody has enough."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        connection.sendall(head)
        while not server.ended.wait(0.02):
            connection.sendall(drop)

    return behave


def pour(head: bytes, drop: bytes) -> Behaviour:
    """Send ``head``, then ``drop`` as fast as it goes."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        connection.sendall(head)
        while not server.ended.is_set():
            connection.sendall(drop)

    return behave

"""The kit's own receiver of pushes: a real HTTP server in a thread of its own that keeps the raw
bytes of all that arrives.
"""

from __future__ import annotations

import asyncio
import http.client
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import uvicorn

from jidi.drive.connections import ACCEPTED_AT_ONCE
from jidi.drive.endpoint import Endpoint
from jidi.drive.keeping.foreign import shown
from jidi.drive.reception import Played, PlayedT, Reception
from jidi.errors import TargetError
from jidi.model.incoming.arrivals import ReceiverBounds
from jidi.model.target import ReceiverSettings
from jidi.model.text import Text
from jidi.model.urls import url_parts
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

_STOP_S = 5.0
KEEP_ALIVE_S = 600
"""Seconds for which a connection may be silent, longer than scenarios wait.

Whoever keeps one open and speaks just as the kit closes it gets no answer, and would be blamed for
it.
"""
_WAITING = 1024
"""Connections that the system holds for us until they are taken in."""


_OWN: Final = {4: "127.0.0.1", 6: "::1"}


def _reached_at(host: str) -> str:
    """Where this machine reaches what listens on ``host``: every address is no address."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return _OWN[address.version] if address.is_unspecified else host


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
    """Listens from :meth:`start` to :meth:`stop` and hands out endpoints with unguessable paths."""

    def __init__(self, settings: ReceiverSettings, bounds: ReceiverBounds | None = None) -> None:
        self._settings = settings
        self._reception = Reception(bounds or ReceiverBounds(), lambda: self.public_url)
        self._socket: socket.socket | None = None
        self._address = (settings.listen_host, settings.listen_port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

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
                    error=str(error),
                    error_zh=system_zh(error),
                ),
                next_step=sentence("drive/choose-another-address-or-port"),
            ) from error
        self._address = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            self._reception.application,
            http=self._reception.connections.protocol(),
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
        server, thread, loop = self._server, self._thread, self._loop
        stopping = self._reception.stopping
        if server is None or thread is None:
            return
        server.should_exit = True
        if loop is not None and stopping is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        self.wake()
        thread.join(_STOP_S)
        self._server = self._thread = None

    @property
    def counters(self) -> Counter[str]:
        """What was not kept, by the words of :class:`Reception`."""
        return self._reception.counters

    def wake(self) -> None:
        """End every :meth:`Endpoint.wait`, now and from now on: nobody listens any more."""
        self._reception.wake()

    def open(self, name: str) -> Endpoint:
        """A new endpoint; ``name`` is for people and records."""
        return self._reception.open(name)

    def close(self, endpoint: Endpoint) -> None:
        """Answer 404 under the endpoint's URL from now on; what it received stays readable."""
        self._reception.close(endpoint)

    def courier(self, segment: str, make: Callable[[str], PlayedT], below: str = "") -> PlayedT:
        """Serve from now on the courier that ``make`` makes of its address, under the path
        ``below`` or any other.
        """
        return self._reception.courier(segment, make, below)

    def dismiss(self, courier: Played) -> None:
        """Answer 404 below the courier's address from now on; what arrived stays readable."""
        self._reception.dismiss(courier)

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
        shown = _reached_at(host)
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    def probe(self, timeout_s: float = 3.0) -> Probe:
        """Call the receiver under its public address from this machine, as far as that is
        possible.
        """
        url = f"{self.public_url}/{self._reception.nonce}"
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
            said = shown(error)  # whoever answers there may have been quoted
            cause = system_zh(error) if isinstance(error, OSError) else said
            return Probe(
                False,
                self.public_url,
                sentence(
                    "drive/no-answer",
                    error=said or type(error).__name__,
                    cause_zh=cause or type(error).__name__,
                ),
            )
        finally:
            connection.close()
        if answer.status == 200 and body == self._reception.nonce.encode():
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
            self._reception.stopping = asyncio.Event()
            await server.serve(sockets=[sock])

        asyncio.run(main())

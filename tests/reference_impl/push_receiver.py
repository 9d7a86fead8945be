"""A tiny real receiver of pushes whose answers can be scripted."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    """One attempt as it arrived: when (monotonic seconds), with which headers (lower case) and
    bytes.
    """

    at: float
    headers: dict[str, str]
    body: bytes

    @property
    def envelope(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events inside."""
        found: list[dict[str, Any]] = self.envelope["data"]["events"]
        return found


class PushReceiver:
    """Listens on a free port; answers 204 unless a script says otherwise. ``hang`` as an answer
    waits past every time-out.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.script: deque[int | str] = deque()
        self._done = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = receiver.script.popleft() if receiver.script else 204
                receiver.messages.append(Message(time.monotonic(), headers, body))
                receiver.answer(self, reply)

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where pushes go."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/pushes"

    def answer(self, handler: BaseHTTPRequestHandler, reply: int | str) -> None:
        """Send what the script says."""
        if reply == "hang":
            self._done.wait(6)
            handler.close_connection = True
            return
        handler.send_response(int(reply))
        if reply in (301, 302, 307, 308):
            handler.send_header("Location", self.url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def events(self) -> list[dict[str, Any]]:
        """Every event received so far, in order, repeats included."""
        return [event for message in list(self.messages) for event in message.events]

    def close(self) -> None:
        """Stop listening."""
        self._done.set()
        self._server.shutdown()
        self._server.server_close()


def new_secret() -> str:
    """A fresh ``whsec_`` secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()

"""A real HTTP proxy before a partner that loses answers on purpose: the request gets through, its
answer does not.
"""

from __future__ import annotations

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

_HOP_BY_HOP = frozenset(
    {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
)


class LossyProxy:
    """Listens on a free port; ``script`` says for each coming POST of a consignment: ``lost``,
    ``cut`` (nothing gets through), a status, or ``pass``.
    """

    def __init__(self) -> None:
        self.upstream = ""
        self.script: deque[str | int] = deque()
        self.keys: list[tuple[str, bytes]] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                proxy.handle(self, body)

            do_GET = do_POST = do_PATCH = do_DELETE = relay  # noqa: N815 - names that the library asks for

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def handle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Relay a request as the script says."""
        placing = handler.command == "POST" and handler.path == "/v1/consignments"
        fate: str | int = "pass"
        if placing:
            self.keys.append((str(handler.headers["Idempotency-Key"]), body))
            fate = self.script.popleft() if self.script else "pass"
        if isinstance(fate, int):
            handler.send_response_only(fate)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if fate != "cut":
            headers = {
                name: value
                for name, value in handler.headers.items()
                if name.lower() not in ("host", "connection", "content-length")
            }
            answer = requests.request(
                handler.command,
                self.upstream + handler.path,
                data=body or None,
                headers=headers,
                timeout=10,
                allow_redirects=False,
            )
        if fate != "pass":
            handler.close_connection = True
            return
        handler.send_response_only(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.content)))
        handler.end_headers()
        handler.wfile.write(answer.content)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

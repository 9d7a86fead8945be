"""A gateway whose HTTP is as odd as RFC 9112 allows."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

_HOP: Final = {"content-length", "transfer-encoding", "connection", "date", "server"}
_PIECE: Final = 512


def odd(port: int) -> tuple[int, Callable[[], None]]:
    """Starts it in front of ``port``; gives its own port and how to stop it.

    Answers have no reason phrase and a field without a blank after its name and with blanks behind
    its value; bodies come in chunks with extensions, sizes in capitals with zeros before them, and
    trailers behind.
    """

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._pass_on
            raise AttributeError(name)

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            inner = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in {"connection", "content-length"}
            }
            bodied = self.command in {"POST", "PATCH", "PUT"}
            inner.request(self.command, self.path, body or (b"" if bodied else None), headers)
            answer = inner.getresponse()
            content = answer.read()
            self.wfile.write(_written(answer.status, answer.getheaders(), content))
            inner.close()

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - name of the parent
            """Nothing: a test has no log."""

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a client that went away
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return server.server_address[1], stop


def _written(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} "]
    lines += [f"{name}:{value} \t" for name, value in headers if name.lower() not in _HOP]
    if status == 204:
        return "\r\n".join([*lines, "", ""]).encode("latin-1")
    lines += ["Transfer-Encoding:CHUNKED", "Trailer: X-Took", "", ""]
    return "\r\n".join(lines).encode("latin-1") + _chunked(content)


def _chunked(content: bytes) -> bytes:
    pieces = (content[place : place + _PIECE] for place in range(0, len(content), _PIECE))
    return (
        b"".join(b'%08X;part="a;b"; last\r\n%b\r\n' % (len(piece), piece) for piece in pieces)
        + b"000;end\r\nX-Took: 3 ms\r\nX-Node:7\r\n\r\n"
    )

"""What lies around a variant: addresses, certificates, gateways, credentials and drivers."""

from __future__ import annotations

import contextlib
import http.client
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import trustme
from tests.conformance.fairness.variant import Served

PREFIX: Final = "/courier/api"
_HOP: Final = {"content-length", "transfer-encoding", "connection", "date", "server"}


def http_1_0(port: int) -> tuple[int, Callable[[], None]]:
    """A gateway that speaks HTTP/1.0 to the kit, as old ones do."""
    return _gateway(port, "HTTP/1.0", b"")


def early_hints(port: int) -> tuple[int, Callable[[], None]]:
    """A gateway that sends two interim answers before each answer."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    return _gateway(port, "HTTP/1.1", b"HTTP/1.1 102 Processing\r\n\r\n" + hints)


def _gateway(port: int, protocol: str, interim: bytes) -> tuple[int, Callable[[], None]]:
    class Gateway(BaseHTTPRequestHandler):
        protocol_version = protocol

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
            inner.request(
                self.command,
                self.path,
                body or (b"" if self.command in {"POST", "PATCH", "PUT"} else None),
                headers,
            )
            answer = inner.getresponse()
            content = answer.read()
            self.wfile.write(interim)
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            if protocol == "HTTP/1.1" and answer.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
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


def private_tls(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """A context with a certificate for 127.0.0.1 of an authority that nobody else knows, and the
    authority's own certificate.
    """
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    path = directory / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, path


def trusting(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target with the authority to trust."""
    return {**document, "tls": {"ca_file": served.ca_file}}


def on_ipv6(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target with discovery and driver on the IPv6 loopback address; the version's own base URL
    is on another.
    """
    place = urlsplit(served.origin)
    origin = f"http://[::1]:{place.port}"
    driver = {**document["driver"], "url": document["driver"]["url"].replace(served.origin, origin)}
    return {**document, "base_url": origin, "driver": driver, "hosts": [place.netloc]}


def on_ipv6_alone(document: dict[str, Any], _: Served) -> dict[str, Any]:
    """The target of a partner that has no other address, with a receiver beside it."""
    return {**document, "receiver": {"listen": "[::1]:0"}}


def with_tokens(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target with an access token for each party, fetched beforehand."""
    parties = {}
    for name, party in document["parties"].items():
        pair = (party["auth"]["client_id"], party["auth"]["client_secret"])
        answer = requests.post(
            f"{served.origin}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=pair,
            timeout=10,
        )
        parties[name] = {"auth": {"type": "bearer", "token": answer.json()["access_token"]}}
    return {**document, "parties": parties}


def with_secret_in_form(document: dict[str, Any], _served: Served) -> dict[str, Any]:
    """The target with client_secret_post for every party."""
    return {
        **document,
        "parties": {
            name: {"auth": {**party["auth"], "client_auth": "post"}}
            for name, party in document["parties"].items()
        },
    }


_PROGRAM: Final = """
import json, sys, urllib.error, urllib.request
asked = urllib.request.Request({url!r}, sys.stdin.buffer.read(), {headers!r} | {{"Content-Type": "application/json"}}, method="POST")
try:
    sys.stdout.write(urllib.request.urlopen(asked).read().decode())
except urllib.error.HTTPError as refusal:
    sys.stdout.write(refusal.read().decode())
    sys.exit(1)
"""


def with_program(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target with a driver program instead of the sandbox address."""
    path = served.directory / "act.py"
    path.write_text(
        _PROGRAM.format(url=document["driver"]["url"], headers=document["driver"]["headers"]),
        "utf-8",
    )
    return {
        **document,
        "driver": {
            "kind": "command",
            "command": [sys.executable, "-S", "-E", str(path)],
            "timeout_s": 30,
        },
    }

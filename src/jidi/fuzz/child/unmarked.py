"""Takes the name of the tool that made them out of generated requests (ADR 21), and writes them as
the kit writes all others: the same headers in the same order, the same JSON (ADR 39).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Protocol

from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from schemathesis.transport.requests import SameHostRedirectsSession

NUMBERING = (SCHEMATHESIS_TEST_CASE_HEADER, "X-Schemathesis-Probe")
OWN_NAME = re.compile("schemathesis", re.IGNORECASE)
OWN_NAME_IN_BYTES = re.compile(b"schemathesis", re.IGNORECASE)
ENCODINGS = "gzip, deflate"
ANYTHING = "*/*"
OTHER_NAME = "undocumented"  # as long, so that lengths that are declared stay true


class Order(Protocol):
    """:mod:`jidi.drive.header_order`, which the plugin takes by its file."""

    def length_of(self, method: str, body: bytes | None) -> str | None:
        """What ``Content-Length`` says."""

    def arranged(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers in the order of a client."""


def _renamed(part: Any) -> Any:
    """``part`` of a request with another word of the same length where schemathesis names itself:
    in what it makes up for unknown members and wrong credentials.
    """
    if isinstance(part, bytes):
        return OWN_NAME_IN_BYTES.sub(OTHER_NAME.encode(), part)
    return OWN_NAME.sub(OTHER_NAME, part) if isinstance(part, str) else part


def _rewritten(body: Any, media_type: str) -> Any:
    """``body`` as one of the JSON libraries of clients writes it, drawn by what it says; what is no
    JSON, or has no such form, stays as it is.
    """
    if not isinstance(body, bytes) or not media_type.startswith("application/json"):
        return body
    try:
        value = json.loads(body)
        drawn = hashlib.sha256(body).digest()[0]
        between = (", ", ": ") if drawn & 1 else (",", ":")
        text = json.dumps(value, ensure_ascii=bool(drawn & 2), separators=between)
        return text.encode() if json.loads(text) == value else body
    except (ValueError, RecursionError):
        return body


def _unmarked(request: Any, user_agent: str, accept: str, order: Order) -> Any:
    """``request`` as any phase of the kit would send it, with nothing that names schemathesis."""
    request.headers["User-Agent"] = user_agent
    request.headers["Accept-Encoding"] = ENCODINGS
    if request.headers.get("Accept") == ANYTHING:
        request.headers["Accept"] = accept
    request.headers.pop("Connection", None)
    for name in NUMBERING:
        request.headers.pop(name, None)
    request.url = _renamed(request.url)
    request.body = _rewritten(
        _renamed(request.body), str(request.headers.get("Content-Type") or "")
    )
    if isinstance(request.body, str):
        request.body = request.body.encode()
    length = order.length_of(request.method, request.body)
    request.headers.pop("Content-Length", None)
    if length is not None:
        request.headers["Content-Length"] = length
    named = [(_renamed(name), _renamed(value)) for name, value in request.headers.items()]
    request.headers.clear()
    for name, value in order.arranged(named):
        request.headers[name] = value
    return request


def be_anybody(user_agent: str, accept: str, order: Order) -> None:
    """Let no candidate know this phase by its client, by the number that schemathesis gives to each
    case, or by its probes; and let no session look for ~/.netrc or a proxy of the operator's.

    Done for all sessions, whose common kind this is: schemathesis hands none to a hook, and makes
    several.
    """
    sessions: Any = SameHostRedirectsSession
    begin, send = sessions.__init__, sessions.send

    def begin_alone(session: Any) -> None:
        begin(session)
        session.trust_env = False

    def send_unmarked(session: Any, request: Any, **how: Any) -> Any:
        return send(session, _unmarked(request, user_agent, accept, order), **how)

    sessions.__init__ = begin_alone
    sessions.send = send_unmarked

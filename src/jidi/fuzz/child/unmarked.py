"""Takes the name of the tool that made them out of generated requests (ADR 21)."""

from __future__ import annotations

import re
from typing import Any

from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from schemathesis.transport.requests import SameHostRedirectsSession

NUMBERING = (SCHEMATHESIS_TEST_CASE_HEADER, "X-Schemathesis-Probe")
OWN_NAME = re.compile("schemathesis", re.IGNORECASE)
OWN_NAME_IN_BYTES = re.compile(b"schemathesis", re.IGNORECASE)
ENCODINGS = "gzip, deflate"
ANYTHING = "*/*"
OTHER_NAME = "undocumented"  # as long, so that lengths that are declared stay true


def _renamed(part: Any) -> Any:
    """``part`` of a request with another word of the same length where schemathesis names itself:
    in what it makes up for unknown members and wrong credentials.
    """
    if isinstance(part, bytes):
        return OWN_NAME_IN_BYTES.sub(OTHER_NAME.encode(), part)
    return OWN_NAME.sub(OTHER_NAME, part) if isinstance(part, str) else part


def _unmarked(request: Any, user_agent: str, accept: str) -> Any:
    """``request`` as any phase of the kit would send it, with nothing that names schemathesis."""
    request.headers["User-Agent"] = user_agent
    request.headers["Accept-Encoding"] = ENCODINGS
    if request.headers.get("Accept") == ANYTHING:
        request.headers["Accept"] = accept
    request.headers.pop("Connection", None)
    for name in NUMBERING:
        request.headers.pop(name, None)
    for name, value in list(request.headers.items()):
        del request.headers[name]
        request.headers[_renamed(name)] = _renamed(value)
    request.url = _renamed(request.url)
    request.body = _renamed(request.body)
    return request


def be_anybody(user_agent: str, accept: str) -> None:
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
        return send(session, _unmarked(request, user_agent, accept), **how)

    sessions.__init__ = begin_alone
    sessions.send = send_unmarked

"""The one way out to couriers."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import HTTPError

_MAX_ANSWER = 16 * 1024 * 1024
_LOCAL = threading.local()


@dataclass(frozen=True)
class OutboundRequest:
    """A request to a courier; ``operation`` is its operationId, ``timeout_s`` bounds all of it."""

    courier_code: str
    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    timeout_s: float


@dataclass(frozen=True)
class OutboundAnswer:
    """What came back; ``status`` 0 when nothing did in time. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def send(request: OutboundRequest) -> OutboundAnswer:
    """Send once; a connection that cannot be made, breaks or is too slow is an answer with status
    0. Redirects are not followed.
    """
    deadline = time.monotonic() + request.timeout_s
    headers = {
        "User-Agent": "jidi-reference",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        **request.headers,
    }
    try:
        with _session().request(
            request.method,
            request.url,
            headers=headers,
            data=request.body,
            timeout=request.timeout_s,
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = _read(answer, deadline)
    except (requests.RequestException, HTTPError, OSError, ValueError):
        return OutboundAnswer(0)
    if body is None:
        return OutboundAnswer(0)
    return OutboundAnswer(
        answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body
    )


def _session() -> requests.Session:
    session = getattr(_LOCAL, "session", None)
    if session is None:
        session = requests.Session()
        session.trust_env = (
            False  # no proxy and no netrc may redirect or sign what goes to a courier
        )
        _LOCAL.session = session
    return session


def _read(answer: requests.Response, deadline: float) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    for part in answer.raw.stream(64 * 1024, decode_content=False):
        size += len(part)
        if size > _MAX_ANSWER or time.monotonic() > deadline:
            return None
        parts.append(part)
    return b"".join(parts)

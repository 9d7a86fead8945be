"""Which failure of a candidate stands behind an exception of the HTTP machinery."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator

import urllib3.exceptions as u3

from jidi.drive.http.bounds import ContentError, HeaderBoundError
from jidi.drive.keeping.foreign import shown
from jidi.model.exchange import Failure, FailureKind


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything that it was made from, nearest first, each once."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        parts = [
            current.__cause__,
            current.__context__,
            getattr(current, "reason", None),
            *current.args,
        ]
        waiting.extend(part for part in parts if isinstance(part, BaseException))


def _is(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


def _too_many_headers(error: BaseException) -> bool:
    return type(error) is http.client.HTTPException and "got more than" in str(error)


def _bad_status(error: BaseException) -> bool:
    return isinstance(error, http.client.BadStatusLine) and not isinstance(
        error, http.client.RemoteDisconnected
    )


def _timed_out(error: BaseException) -> bool:
    """urllib3 counts every connection that did not come about as a time-out; only some are."""
    return isinstance(error, TimeoutError | u3.TimeoutError) and not isinstance(
        error, u3.NewConnectionError
    )


# The order matters: a time-out inside a hand-shake is both, and the more telling one stands first.
_RULES: tuple[tuple[FailureKind, Callable[[BaseException], bool]], ...] = (
    ("too-large", _is(HeaderBoundError, http.client.LineTooLong)),
    ("too-large", _too_many_headers),
    ("decoding", _is(ContentError)),
    ("unresolved", _is(socket.gaierror)),  # urllib3 tells its own object along with it
    ("unresolved", _is(u3.NameResolutionError)),
    ("refused", _is(ConnectionRefusedError)),
    ("timeout", _timed_out),
    ("protocol", _bad_status),
    (
        "protocol",
        _is(
            http.client.UnknownProtocol,
            u3.InvalidHeader,
            u3.InvalidChunkLength,
            u3.HeaderParsingError,
        ),
    ),
    (
        "reset",
        _is(
            http.client.RemoteDisconnected,
            ConnectionError,
            http.client.IncompleteRead,
            u3.IncompleteRead,
            ssl.SSLEOFError,
        ),
    ),
    ("tls", _is(ssl.SSLError, u3.SSLError, ssl.CertificateError)),
    ("refused", _is(u3.NewConnectionError)),
    ("reset", _is(OSError)),
)


def speaks_plain_http(failure: Failure | None) -> bool:
    """Whether a hand-shake failed because the other end answered it in clear text."""
    return (
        failure is not None and failure.kind == "tls" and "WRONG_VERSION_NUMBER" in failure.detail
    )


def failure_of(error: Exception) -> Failure:
    """The failure that ``error`` is evidence of; what fits nothing is ``protocol``."""
    chain = tuple(_chain(error))
    for kind, fits in _RULES:
        for cause in chain:
            if fits(cause):
                return Failure(kind, _sentence(cause))
    return Failure("protocol", _sentence(error))


def _sentence(error: BaseException) -> str:
    return shown(str(error).strip() or type(error).__name__)

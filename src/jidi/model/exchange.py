"""What went over the wire, in either direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Headers = tuple[tuple[str, str], ...]
FailureKind = Literal[
    "refused",  # nobody listens
    "unresolved",  # the host name has no address
    "timeout",  # no complete answer within the bound
    "reset",  # the connection broke
    "protocol",  # what came is not HTTP
    "too-large",  # more bytes or headers than the bound
    "tls",  # hand-shake or certificate
    "redirect-loop",
    "forbidden-host",  # the candidate sent us to a host that the target does not declare
    "decoding",  # content-encoding lies or expands beyond the bound
    "run-over",  # the time of the run was over before there was an answer: says nothing about it
]

OtherCredential = Literal["", "forged", "given"]
"""What a party sent in place of its own credential; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as sent (or received, for pushes). ``body`` is the exact bytes, empty when there
    was none.
    """

    method: str
    url: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """One response as received, bounded. ``body`` is after content-decoding; ``truncated`` says
    that the bound cut it.
    """

    status: int
    headers: Headers
    body: bytes
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """First value of header ``name``, whatever its case, or ``None``."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no complete response: evidence about the candidate, never an exception."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its response or failure.

    ``direction`` is ``sent`` (the kit called) or ``received`` (the candidate pushed to the kit's
    receiver). ``started_at`` is RFC 3339 with offset; ``started`` and ``finished`` are seconds on
    the monotonic clock of the run. ``operation`` is the operationId, empty for raw calls; ``party``
    is empty when no credential was sent. ``credential`` tells when it was not that party's own:
    made up on the spot, or given by an expression of the scenario.
    """

    direction: Literal["sent", "received"]
    party: str
    operation: str
    request: Request
    response: Response | None
    failure: Failure | None
    started_at: str
    started: float
    finished: float
    credential: OtherCredential = ""

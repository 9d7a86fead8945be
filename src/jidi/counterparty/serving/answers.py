"""What a played courier answers, before any script cuts, delays or replaces it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.model.exchange import Headers

PROBLEM_TYPE: Final = "application/problem+json"
_USUAL: Final[Mapping[int, str]] = {
    400: "malformed-json",
    401: "unauthenticated",
    403: "insufficient-scope",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "state-conflict",
    413: "body-too-large",
    415: "unsupported-media-type",
    422: "validation-failed",
    429: "rate-limited",
    500: "internal-error",
    503: "interruption",
}
_WAIT: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as read from the wire: ``path`` below the courier's root, ``started`` in monotonic
    seconds.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    started: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON document (``None``: no body) and headers beside those that every answer has."""

    status: int
    document: Any = None
    headers: Headers = ()
    media_type: str = "application/json"

    @property
    def body(self) -> bytes:
        """The bytes sent."""
        return (
            b""
            if self.document is None
            else json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode(
                "utf-8", "surrogatepass"
            )
        )

    @property
    def all_headers(self) -> Headers:
        """Every header of the answer but the length of its body."""
        typed: Headers = (("Content-Type", self.media_type),) if self.document is not None else ()
        return (*typed, ("Standard-Version", "1.0"), *self.headers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done with the connection: ``answer`` after ``delay_s`` seconds, or (``None``) a
    cut.
    """

    answer: Answer | None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Problems:
    """Problem documents of the standard: ``base`` is the URI below which every type lies, ``known``
    maps a slug to its status and title.
    """

    base: str
    known: Mapping[str, tuple[int, str]]

    def answer(
        self,
        slug: str,
        detail: str = "",
        *,
        status: int = 0,
        headers: Headers = (),
        pointer: str | None = None,
    ) -> Answer:
        """A problem of type ``slug`` with its own status, unless ``status`` is given; ``pointer``
        names one place in the request's body.
        """
        own, title = self.known.get(slug, (status or 400, slug))
        document: dict[str, Any] = {
            "type": self.base + slug,
            "title": title,
            "status": status or own,
        }
        if detail:
            document["detail"] = detail
        if pointer is not None:
            document["errors"] = [{"pointer": pointer, "code": slug, "detail": detail or title}]
        return Answer(status or own, document, headers, PROBLEM_TYPE)

    def scripted(self, status: int, slug: str = "", retry_after: int | None = None) -> Answer:
        """What a script asks for: a problem that fits ``status``; 429 and 503 say when to come
        again, 401 how to prove oneself.
        """
        wait = retry_after if retry_after is not None else 1 if status in _WAIT else None
        headers: Headers = () if wait is None else (("Retry-After", str(wait)),)
        if status == 401:
            headers = (*headers, ("WWW-Authenticate", "Bearer"))
        slug = slug or _USUAL.get(status, "")
        if slug:
            return self.answer(slug, status=status, headers=headers)
        return Answer(
            status,
            {"type": "about:blank", "title": f"Status {status}", "status": status},
            headers,
            PROBLEM_TYPE,
        )

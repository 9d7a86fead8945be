"""How the result of a service is told over HTTP: the one place of statuses of success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jidi_reference.domain.problems import Problem
from jidi_reference.settings import API_PATH


@dataclass(frozen=True)
class Reply:
    """An answer; ``body`` None means no content, a mapping is told as JSON, ``bytes`` are of
    ``media_type``.
    """

    status: int
    body: Mapping[str, Any] | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True)
class Content:
    """A result that is not JSON."""

    data: bytes
    media_type: str


Result = Mapping[str, Any] | Content | None
"""What the handler of an operation gives."""


class Refusal(Problem):
    """A problem of the web layer's own, told with headers of its own."""

    def __init__(
        self,
        slug: str,
        detail: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(slug, detail)
        self.headers = headers


@dataclass(frozen=True)
class Answer:
    """The status of a success, and where the thing is that was made.

    ``place`` is a path below the base URL, with members of the result in braces; empty: no
    ``Location`` header.
    """

    status: int
    place: str = ""

    def reply(self, result: Result) -> Reply:
        """The answer that tells this result."""
        if isinstance(result, Content):
            return Reply(self.status, result.data, media_type=result.media_type)
        if result is None or not self.place:
            return Reply(self.status, result)
        return Reply(self.status, result, {"Location": API_PATH + self.place.format_map(result)})


OK = Answer(200)
CREATED = Answer(201)
ACCEPTED = Answer(202)
NO_CONTENT = Answer(204)


def created(place: str) -> Answer:
    """Something was made that can be read at ``place``."""
    return Answer(201, place)

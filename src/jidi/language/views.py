"""What a scenario saw, as the expressions and checks read it. The engine and the judge use the same
views, so that both see the same.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from jidi.errors import DataError
from jidi.language.compared import ABSENT
from jidi.language.expressions import BlockedError
from jidi.language.json_texts import NotJsonError, read_json
from jidi.language.words.doing.looks import OBSERVED_BY
from jidi.model.journal import Body, DriveRecord, ExchangeRecord, JournalRecord, StepRecord
from jidi.wording import sentence


def body_bytes(body: Body) -> bytes:
    """The bytes of a journal body, as far as they were kept."""
    if body.text is not None:
        return body.text.encode("utf-8", "surrogatepass")
    return base64.b64decode(body.base64) if body.base64 is not None else b""


def body_json(body: Body) -> Any:
    """The JSON document in a journal body, or :data:`ABSENT` when it holds none."""
    if body.text is None:
        return ABSENT
    try:
        return read_json(body.text)
    except NotJsonError:
        return ABSENT


def header_value(headers: Sequence[Sequence[str]], name: str) -> Any:
    """First value of a header, whatever its case, or :data:`ABSENT`."""
    wanted = name.lower()
    return next((pair[1] for pair in headers if pair[0].lower() == wanted), ABSENT)


def media_type(headers: Sequence[Sequence[str]]) -> str:
    """What a message says it is, without parameters and in small letters; empty where nothing is
    said, and all of it where it says one thing and another (RFC 9110, 8.3: there is one).
    """
    said = [value for name, value in headers if name.lower() == "content-type"]
    bare = dict.fromkeys(value.partition(";")[0].strip().lower() for value in said)
    return ", ".join(bare)


def header_map(headers: Sequence[Sequence[str]]) -> dict[str, str]:
    """Headers by lower-case name; the first value of each."""
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.lower(), value)
    return found


@dataclass(frozen=True)
class MessageView:
    """One side of an exchange: ``.headers``, ``.header-…``, ``.body``, ``.digest``."""

    headers: Sequence[Sequence[str]]
    body: Body

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or absent."""
        return body_json(self.body)

    def attribute(self, name: str) -> Any:
        """Value of one member, a key of :data:`MESSAGE`.

        Raises:
            DataError: there is no such member.
        """
        return _member(MESSAGE, name)(self)


def _member(known: Mapping[str, Callable[[Any], Any]], name: str) -> Callable[[Any], Any]:
    if name not in known:
        raise DataError(
            sentence("language/there-is-no-member", name=name),
            next_step=sentence("language/known", known=", ".join(known), known_zh="、".join(known)),
        )
    return known[name]


MESSAGE: Final[Mapping[str, Callable[[MessageView], Any]]] = {
    "body": lambda view: view.json,
    "text": lambda view: ABSENT if view.body.text is None else view.body.text,
    "digest": lambda view: view.body.digest,
    "size": lambda view: view.body.size,
    "headers": lambda view: header_map(view.headers),
}
"""Members of a request or response."""


@dataclass(frozen=True)
class ExchangeView:
    """One exchange of a step."""

    record: ExchangeRecord

    @cached_property
    def request(self) -> MessageView:
        """What was sent."""
        return MessageView(self.record.request.headers, self.record.request.body)

    @cached_property
    def response(self) -> MessageView | None:
        """What came, or ``None``."""
        response = self.record.response
        return None if response is None else MessageView(response.headers, response.body)

    @property
    def status(self) -> int | None:
        """HTTP status, or ``None`` without a response."""
        response = self.record.response
        return None if response is None else response.status

    @property
    def came_with_a_dead_token(self) -> bool:
        """Whether a played courier refused it for its token: whoever gets a new one sends it again
        with the same key, and that is no retry.
        """
        arrived = self.record.direction == "received" and bool(self.record.operation)
        return arrived and self.status == 401

    @property
    def elapsed(self) -> float:
        """Seconds from the first byte sent to the last byte received."""
        return self.record.finished - self.record.started

    def as_json(self) -> dict[str, Any]:
        """The exchange as a JSON value for queries: ``status``, ``headers``, ``body``."""
        response = self.response
        body = ABSENT if response is None else response.json
        return {
            "status": self.status,
            "headers": {} if response is None else response.attribute("headers"),
            "body": None if body is ABSENT else body,
        }

    def attribute(self, name: str) -> Any:
        """Value of one member: those of the response and of :data:`EXCHANGE`.

        Raises:
            BlockedError: there was no response, and the member is of it.
            DataError: there is no such member.
        """
        if name in EXCHANGE:
            return EXCHANGE[name](self)
        if self.response is None:
            failure = self.record.failure
            kind = "nothing" if failure is None else failure.kind
            raise BlockedError(f"there was no response ({kind})")
        return self.status if name == "status" else self.response.attribute(name)


EXCHANGE: Final[Mapping[str, Callable[[ExchangeView], Any]]] = {
    "request": lambda view: view.request,
    "elapsed": lambda view: view.elapsed,
    "url": lambda view: view.record.request.url,
}
"""Members of an exchange that are there without a response; those of the response, and ``status``,
come on top.
"""


@dataclass(frozen=True)
class StepView:
    """Everything that one step left behind; the base is the last exchange."""

    step: str
    exchanges: tuple[ExchangeView, ...]
    observed: Mapping[str, Any] = field(default_factory=dict)
    results: tuple[Mapping[str, Any], ...] = ()

    @property
    def last(self) -> ExchangeView | None:
        """The exchange that counts: the last attempt, of requests at a played courier the last that
        came with a token that is live.
        """
        backwards = reversed(self.exchanges)
        last = next((view for view in backwards if not view.came_with_a_dead_token), None)
        return last or (self.exchanges[-1] if self.exchanges else None)

    @cached_property
    def pages(self) -> list[Any]:
        """Bodies of all pages, in the order read."""
        return [
            view.response.json
            for view in self.exchanges
            if view.response is not None and view.response.json is not ABSENT
        ]

    @cached_property
    def pushes(self) -> list[dict[str, Any]]:
        """Matching deliveries in the order of arrival, as JSON values."""
        return [_push(view) for view in self.exchanges]

    def attribute(self, name: str) -> Any:
        """Value of one member: of :data:`STEP`, of what the engine observed, or of the last
        exchange.

        Raises:
            BlockedError: the step left nothing that could have it.
            DataError: there is no such member.
        """
        special = STEP.get(name)
        if special is not None:
            return special(self)
        if name in self.observed:
            return self.observed[name]
        if name in OBSERVED:
            return ABSENT
        if self.last is None:
            raise BlockedError(f"step '{self.step}' left nothing behind")
        if name == "text" and any(view.record.page for view in self.exchanges):
            return self._text_of_all_pages()
        return self.last.attribute(name)

    def _text_of_all_pages(self) -> Any:
        """The bodies of every page, one after the other: what may be nowhere is on none of them."""
        told = [view.response.attribute("text") for view in self.exchanges if view.response]
        return "\n".join(text for text in told if isinstance(text, str)) or ABSENT


def _push(view: ExchangeView) -> dict[str, Any]:
    body = view.request.json
    return {
        "headers": view.request.attribute("headers"),
        "body": None if body is ABSENT else body,
        "at": view.record.started,
        "reply": view.status,
    }


def _items(view: StepView) -> list[Any]:
    items: list[Any] = []
    for page in view.pages:
        found = page.get("items") if isinstance(page, Mapping) else None
        if isinstance(found, list):
            items.extend(found)
    return items


def push_events(body: Any) -> list[Any]:
    """The events inside a push envelope, or none."""
    data = body.get("data") if isinstance(body, Mapping) else None
    events = data.get("events") if isinstance(data, Mapping) else None
    return events if isinstance(events, list) else []


def delivery_key(headers: Mapping[str, str]) -> str | None:
    """What tells deliveries from their retries: the id of a push, the idempotency key of a request
    at a played courier.
    """
    return headers.get("webhook-id", headers.get("idempotency-key"))


def _gaps(view: StepView) -> list[float]:
    """Seconds between successive attempts of the delivery that came first, up to the one that was
    acknowledged.

    What comes after is no retry: at least once is what a push promises, so an acknowledged one may
    come again at any time. What came with a dead token is no try.
    """
    if not view.pushes:
        return []
    first = delivery_key(view.pushes[0]["headers"])
    times: list[float] = []
    tries = (
        push
        for push, seen in zip(view.pushes, view.exchanges, strict=True)
        if not seen.came_with_a_dead_token
    )
    for push in tries:
        if delivery_key(push["headers"]) == first:
            times.append(push["at"])
            if push["reply"] is not None and 200 <= push["reply"] < 300:
                break
    return [round(later - earlier, 3) for earlier, later in itertools.pairwise(times)]


STEP: Final[Mapping[str, Callable[[StepView], Any]]] = {
    "responses": lambda view: [exchange.as_json() for exchange in view.exchanges],
    "pages": lambda view: view.pages,
    "items": _items,
    "messages": lambda view: view.pushes,
    "events": lambda view: [event for push in view.pushes for event in push_events(push["body"])],
    "gaps": _gaps,
    "result": lambda view: view.results[-1] if view.results else ABSENT,
    "results": lambda view: list(view.results),
}
"""Members of a step as a whole."""
OBSERVED: Final[frozenset[str]] = frozenset(
    {"lag", "listened", "pages-read", "refused", "wanted", "within"}
) | {observed.name for left in OBSERVED_BY.values() for observed in left} - {"status"}
"""What the engine may note of a step; absent where it had no reason to."""


def step_view(step: str, records: Sequence[JournalRecord]) -> StepView:
    """The view of ``step`` from its journal records, in journal order."""
    exchanges = sorted(
        (record for record in records if isinstance(record, ExchangeRecord)),
        key=lambda record: (record.attempt, record.page, record.index, record.started),
    )
    results = tuple(
        record.result
        for record in records
        if isinstance(record, DriveRecord) and record.result is not None
    )
    finished = next((record for record in records if isinstance(record, StepRecord)), None)
    return StepView(
        step,
        tuple(ExchangeView(record) for record in exchanges),
        {} if finished is None else finished.observed,
        results,
    )

"""One receiving address of the kit: what arrived there, and what is answered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from jidi.model.exchange import Exchange, Failure, Headers, Request, Response

DROP = 0
"""Planned status that stands for cutting the connection without an answer."""


@dataclass(frozen=True, slots=True)
class ReceiverBounds:
    """Bounds of a receiver: one body, all bodies (bytes), number of pushes kept, pushes a second,
    seconds for one body to arrive.
    """

    body_bytes: int = 1024 * 1024
    total_bytes: int = 64 * 1024 * 1024
    pushes: int = 10_000
    per_second: int = 500
    read_s: float = 10.0


@dataclass(frozen=True, slots=True)
class PlannedReply:
    """One answer: ``status`` (``DROP`` cuts the connection) after ``delay_s`` seconds."""

    status: int = 204
    delay_s: float = 0.0

    @classmethod
    def of(cls, value: int | str | Mapping[str, Any]) -> PlannedReply:
        """From the scenario's word: a status, ``drop``, or ``{delay: seconds, status?: n}``.

        Raises:
            ValueError: it is none of these.
        """
        if value == "drop":
            return cls(DROP)
        if isinstance(value, Mapping):
            delay, status = value.get("delay"), value.get("status", 204)
            if isinstance(delay, int | float) and delay >= 0 and set(value) <= {"delay", "status"}:
                return replace(cls.of(status), delay_s=float(delay))
        if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 599:
            return cls(value)
        raise ValueError(
            f"{value!r} is no reply: write a status from 200 to 599, 'drop' or {{delay: seconds, "
            f"status: n}}"
        )


@dataclass(frozen=True, slots=True)
class ReceivedPush:
    """One delivery. ``index`` counts deliveries at its endpoint from 0; ``truncated`` says that the
    body was above the bound.

    The exchange's response is the answer that the kit gives (for a cut connection there is a
    failure ``reset`` instead).
    At a played courier ``operation`` is what was called, ``about`` the order, waybill and
    consignment concerned, ``parameters`` those of query and
    path, ``document`` the JSON object in the body.
    """

    endpoint: str
    index: int
    exchange: Exchange
    truncated: bool = False
    operation: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    document: dict[str, Any] | None = None

    @property
    def body(self) -> bytes:
        """The raw bytes received."""
        return self.exchange.request.body

    @property
    def received(self) -> float:
        """Monotonic seconds at which the first byte was seen."""
        return self.exchange.started

    def header(self, name: str) -> str | None:
        """First value of request header ``name``, whatever its case, or ``None``."""
        return next(
            (value for key, value in self.exchange.request.headers if key.lower() == name.lower()),
            None,
        )

    @classmethod
    def arrived(
        cls, endpoint: Endpoint, head: tuple[str, Headers], body: bytes, started: float
    ) -> ReceivedPush:
        """A delivery as read from the wire, not answered yet; ``head`` is method and headers."""
        request = Request(head[0], endpoint.url, head[1], body)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return cls(
            endpoint.name,
            0,
            Exchange("received", "", "", request, None, None, now, started, time.monotonic()),
        )


@dataclass(slots=True)
class _Script:
    replies: deque[PlannedReply]
    where: Callable[[ReceivedPush], bool]


class Endpoint:
    """A receiving address; made by :meth:`Receiver.open`. Every delivery is answered 204 unless a
    script says otherwise.
    """

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._pushes: list[ReceivedPush] = []
        self._scripts: list[_Script] = []
        self._changed = threading.Condition()
        self._closed = False

    @property
    def pushes(self) -> tuple[ReceivedPush, ...]:
        """Everything received so far, in order of arrival."""
        with self._changed:
            return tuple(self._pushes)

    def script(
        self,
        replies: Sequence[int | str | Mapping[str, Any]],
        where: Callable[[ReceivedPush], bool] | None = None,
    ) -> None:
        """Answer the next deliveries that match ``where`` (all, when ``None``) with ``replies`` in
        order, then 204 again.

        Scripts are asked in the order in which they were given; ``where`` runs in the receiver's
        thread.

        Raises:
            ValueError: a reply is not one (see :meth:`PlannedReply.of`).
        """
        planned = deque(PlannedReply.of(reply) for reply in replies)
        with self._changed:
            self._scripts.append(_Script(planned, where or (lambda _: True)))

    def unscript(self) -> None:
        """Drop every script; the next delivery is answered 204."""
        with self._changed:
            self._scripts.clear()

    def wait(self, predicate: Callable[[tuple[ReceivedPush, ...]], bool], deadline: float) -> bool:
        """Whether ``predicate`` came to hold over all pushes before ``deadline`` (monotonic
        seconds); wakes on each arrival, never polls.
        """
        with self._changed:
            while not predicate(tuple(self._pushes)):
                left = deadline - time.monotonic()
                if left <= 0 or self._closed:
                    return False
                self._changed.wait(left)
            return True

    def close(self) -> None:
        """Let every :meth:`wait` return; called when the receiver stops."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, push: ReceivedPush, *, truncated: bool) -> PlannedReply:
        """Keep ``push`` and say how it is answered; called by the receiver only."""
        with self._changed:
            push = replace(push, index=len(self._pushes), truncated=truncated)
            reply = PlannedReply(413) if truncated else self._next_reply(push)
            self._pushes.append(replace(push, exchange=_answered(push.exchange, reply)))
            self._changed.notify_all()
            return reply

    def _next_reply(self, push: ReceivedPush) -> PlannedReply:
        for script in self._scripts:
            if script.replies and _matches(script, push):
                return script.replies.popleft()
        return PlannedReply()


def _matches(script: _Script, push: ReceivedPush) -> bool:
    """Whether the script is meant for ``push``; a condition that stumbles over a strange body does
    not match it.
    """
    with contextlib.suppress(Exception):
        return script.where(push)
    return False


def _answered(exchange: Exchange, reply: PlannedReply) -> Exchange:
    if reply.status == DROP:
        return replace(exchange, failure=Failure("reset", "the kit cut the connection on purpose"))
    return replace(exchange, response=Response(reply.status, (), b""))

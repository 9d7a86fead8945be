"""One receiving address of the kit: what arrived there, and what is answered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from jidi.model.exchange import Exchange, Failure, Headers, Request, Response
from jidi.model.incoming.arrivals import DROP, PlannedReply, ReceivedPush


@dataclass(slots=True)
class _Script:
    replies: deque[PlannedReply]
    where: Callable[[ReceivedPush], bool]


def arrived(
    endpoint: Endpoint, head: tuple[str, Headers], body: bytes, started: float
) -> ReceivedPush:
    """A delivery as read from the wire, not answered yet; ``head`` is method and headers."""
    request = Request(head[0], endpoint.url, head[1], body)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    exchange = Exchange("received", "", "", request, None, None, now, started, time.monotonic())
    return ReceivedPush(endpoint.name, 0, exchange)


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
        self.dropped = 0

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

    def drop(self) -> None:
        """Count a delivery that was not kept, so that nothing is judged by what is missing."""
        self.dropped += 1

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

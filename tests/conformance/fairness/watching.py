"""Sees whether a change of answers made a difference: a member of a combination that never did was
not played.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HELD_S = 0.05


@dataclass
class _Passage:
    """One request as it came to one side of a change, and what went back there."""

    path: str = ""
    began: float = field(default_factory=time.monotonic)
    messages: list[Message] = field(default_factory=list)

    def answer(self) -> tuple[Any, ...]:
        """Status, headers but for the length, body, and in how many pieces it came."""
        start = next((one for one in self.messages if "status" in one), {})
        pieces = [one["body"] for one in self.messages if one.get("body")]
        headers = sorted(
            (name, value)
            for name, value in start.get("headers", ())
            if name.lower() != b"content-length"
        )
        return start.get("status"), headers, b"".join(pieces), len(pieces)


def around_watched(
    name: str, around: Callable[[ASGIApp], ASGIApp], worked: Callable[[str], None]
) -> Callable[[ASGIApp], ASGIApp]:
    """``around``, telling ``worked`` its name once it made a difference: in the answer, in the path
    that is asked for, in whether the application was asked at all, or in time.
    """
    key = f"watched {name}"

    def whole(asgi: ASGIApp) -> ASGIApp:
        async def within(scope: Scope, receive: Receive, send: Send) -> None:
            seen = scope.get(key)
            if seen is None:
                await asgi(scope, receive, send)
                return
            passage = _Passage(scope.get("path", ""))
            seen.append(passage)
            await asgi(scope, receive, _noting(passage, send))

        changed, done = around(within), list[bool]()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if done or scope["type"] != "http":
                await changed(scope, receive, send)
                return
            inner: list[_Passage] = []
            outer = _Passage(scope.get("path", ""))
            await changed({**scope, key: inner}, receive, _noting(outer, send))
            if not done and _differs(outer, inner):
                done.append(True)
                worked(name)

        return app

    return whole


def _noting(passage: _Passage, send: Send) -> Send:
    async def noting(message: Message) -> None:
        passage.messages.append(message)
        await send(message)

    return noting


def _differs(outer: _Passage, inner: list[_Passage]) -> bool:
    if len(inner) != 1:
        return True
    (only,) = inner
    return (
        only.path != outer.path
        or only.answer() != outer.answer()
        or only.began - outer.began > _HELD_S
    )

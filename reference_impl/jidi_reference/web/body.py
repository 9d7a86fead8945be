"""Reads a request's body, but never more of it than is allowed."""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import Receive

from jidi_reference.web.answers import Refusal

_LINGER_BYTES = 8 * 1024 * 1024
_LINGER_S = 2.0


class BodyUnread(Refusal):
    """The refusal of a body of which some is still to come."""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyUnread: ``body-too-large`` as soon as the length announced or read exceeds ``limit``
            bytes.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def linger(receive: Receive) -> None:
    """Throw away some of an unread body, so that a client that is still sending gets to read the
    answer instead of a reset.
    """
    dropped = 0
    with anyio.move_on_after(_LINGER_S):
        while dropped < _LINGER_BYTES:
            message = await receive()
            dropped += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return


def _too_large(limit: int) -> BodyUnread:
    return BodyUnread(
        "body-too-large",
        f"At most {limit} bytes; send fewer items at once.",
        {"Connection": "close"},
    )

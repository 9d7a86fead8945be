"""Content-decoding within bounds: so many codings, so many members, so many bytes, so much time."""

from __future__ import annotations

import math
import time
import zlib
from typing import Final, Protocol

from jidi.drive.http.bounds import ContentError
from jidi.drive.keeping.foreign import shown

CODINGS: Final = 2
"""Codings that one body may have; more than one serves nobody but whoever wants to hold the kit."""
MEMBERS: Final = 100
"""Members of one gzip body (RFC 1952, 2.2): a sensible one has one."""


class _Inflater(Protocol):
    @property
    def unused_data(self) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def decode(
    body: bytes, encoding: str, bound: int, deadline: float = math.inf
) -> tuple[bytes, bool]:
    """Decoded ``body`` and whether ``bound`` (bytes, for each coding) cut it; ``encoding`` is the
    header's value, several are undone from the right. ``deadline`` is on the monotonic clock.

    Raises:
        ContentError: it does not decode, names an encoding other than gzip, deflate and identity,
            or has more than :data:`CODINGS` codings or :data:`MEMBERS` members.
        TimeoutError: the deadline passed meanwhile.
    """
    names = [part.strip().lower() for part in encoding.split(",", CODINGS + 8)]
    codings = [name for name in names if name not in {"", "identity"}]
    if len(codings) > CODINGS or len(names) > CODINGS + 8:
        raise ContentError(f"the body has more than {CODINGS} content-codings")
    for name in reversed(codings):
        body, clipped = _inflate(body, name, bound, deadline)
        if clipped:
            return body, True
    return body, False


def _inflate(body: bytes, name: str, bound: int, deadline: float) -> tuple[bytes, bool]:
    decoded = bytearray()
    rest, members = body, 0
    while rest:
        members += 1
        if members > MEMBERS:
            raise ContentError(f"the {name} body has more than {MEMBERS} members")
        if time.monotonic() > deadline:
            raise TimeoutError(f"no time was left for decoding the {name} body")
        engine = _engine(name, rest)
        try:
            decoded += engine.decompress(rest, bound + 1 - len(decoded))
        except zlib.error as error:
            raise ContentError(f"the body is not {name}: {shown(error)}") from error
        if len(decoded) > bound:
            return bytes(decoded[:bound]), True
        if not engine.eof:
            raise ContentError(f"the {name} body ends in the middle")
        rest = engine.unused_data if name != "deflate" else b""
    return bytes(decoded), False


def _engine(name: str, body: bytes) -> _Inflater:
    if name in {"gzip", "x-gzip"}:
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    if name == "deflate":  # RFC 9110 means the zlib format, but bare deflate is common
        return zlib.decompressobj(zlib.MAX_WBITS if body[:1] == b"\x78" else -zlib.MAX_WBITS)
    raise ContentError(f"content-encoding {name[:40]!r} was not asked for")

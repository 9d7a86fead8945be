"""Content-decoding that never expands beyond a bound."""

from __future__ import annotations

import zlib
from typing import Protocol


class ContentError(Exception):
    """The body is not encoded as its ``Content-Encoding`` says, or in a way that was not asked
    for.
    """


class _Inflater(Protocol):
    @property
    def unused_data(self) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def decode(body: bytes, encoding: str, bound: int) -> tuple[bytes, bool]:
    """Decoded ``body`` and whether the bound cut it; ``encoding`` is the header's value, several
    are undone from the right.

    Raises:
        ContentError: it does not decode, or names an encoding other than gzip, deflate and
            identity.
    """
    cut = False
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name == "identity":
            continue
        body, clipped = _inflate(body, name, bound)
        cut = cut or clipped
        if clipped:
            break
    return body, cut


def _inflate(body: bytes, name: str, bound: int) -> tuple[bytes, bool]:
    if not body:
        return b"", False
    decoded = bytearray()
    rest = body
    while rest:
        engine = _engine(name, rest)
        try:
            decoded += engine.decompress(rest, bound + 1 - len(decoded))
        except zlib.error as error:
            raise ContentError(f"the body is not {name}: {error}") from error
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
    raise ContentError(f"content-encoding {name!r} was not asked for")

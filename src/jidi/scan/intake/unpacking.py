"""Compressed streams, told by their first bytes and read in bounded memory."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Any, Final, Protocol

import zstandard

from jidi.scan.intake.parts import RATIO, TRUSTED, Bounds, Readable, Why

_MAGIC: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"]\0\0", "lzma"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
)
_FOREIGN: Final = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x9d",
    b"\x1f\xa0",
    b"\x04\x22\x4d\x18",
    b"LZIP",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"SQLite format 3\0",
    b"PAR1",
    b"Obj\x01",
    b"ORC\x11",
    b"!<arch>\n",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x7fELF",
    b"{\\rtf",
)
"""Formats that hold text which is not read here."""
_INPUT: Final = 1 << 16
_SMALL: Final = 1 << 12
"""What is fed while streams end often, so that their rest is not copied again and again."""
_LITTLE: Final = 1 << 9
_OUTPUT: Final = 1 << 20
_MEMORY: Final = 256 << 20


def packing_of(head: bytes) -> str:
    """gzip, bzip2, xz, lzma, zstandard, zip, tar, foreign, or empty for what is not packed."""
    if head.startswith(_FOREIGN):
        return "foreign"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name if name != "lzma" or head[5:13].strip(b"\xff\0") == b"" else ""
    return "tar" if head[257:262] == b"ustar" else ""


class _Decompressor(Protocol):
    """One stream of a compressed file."""

    @property
    def eof(self) -> bool:
        """Whether the stream is at its end."""

    @property
    def unused_data(self) -> bytes:
        """What was fed and lies behind the end."""

    def feed(self, data: bytes) -> bytes:
        """What comes out, at most ``_OUTPUT`` bytes; empty input asks for more of it."""

    @property
    def hungry(self) -> bool:
        """Whether nothing more comes out without input."""


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        return not self._inner.unconsumed_tail

    def feed(self, data: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, _OUTPUT)


class _Standard:
    """bz2 and lzma, whose decompressors are alike."""

    def __init__(self, name: str) -> None:
        self._inner: Any = (
            bz2.BZ2Decompressor()
            if name == "bzip2"
            else lzma.LZMADecompressor(
                lzma.FORMAT_XZ if name == "xz" else lzma.FORMAT_ALONE, memlimit=_MEMORY
            )
        )

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    @property
    def hungry(self) -> bool:
        return bool(self._inner.needs_input)

    def feed(self, data: bytes) -> bytes:
        return bytes(self._inner.decompress(data, _OUTPUT))


class _Zstandard:
    """Output cannot be bounded here, so that only a little is fed at a time."""

    hungry = True

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_MEMORY).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    def feed(self, data: bytes) -> bytes:
        return bytes(self._inner.decompress(data))


_FAULTS: Final = (
    zlib.error,
    OSError,
    lzma.LZMAError,
    EOFError,
    ValueError,
    zstandard.ZstdError,
)


class Inflated:
    """A compressed stream as what it holds, one stream after the other.

    ``fault`` says at the end why it is not whole.
    """

    def __init__(self, stream: Readable, packing: str, bounds: Bounds) -> None:
        self._stream = stream
        self._packing = packing
        self._bounds = bounds
        self._held = b""
        self._taken = self._given = 0
        self._begun = self._ended = False
        self._step = _INPUT
        self._inner: _Decompressor = self._fresh()
        self.fault: Why | None = None

    def _fresh(self) -> _Decompressor:
        if self._packing == "zstandard":
            self._step = _LITTLE
            return _Zstandard()
        return _Gzip() if self._packing == "gzip" else _Standard(self._packing)

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes and at most a bounded piece; empty at the end or at a fault."""
        del size
        while self.fault is None and not self._ended:
            try:
                data = self._next()
            except _FAULTS as error:
                memory = isinstance(error, lzma.LZMAError) and "limit" in str(error).lower()
                self.fault = "too-large" if memory else "broken"
                return b""
            if data:
                self._given += len(data)
                self.fault = self._bounds.take(len(data))
                if self._given > max(TRUSTED, RATIO * self._taken):
                    self.fault = self.fault or "swollen"
                return data
        return b""

    def _next(self) -> bytes:
        if self._inner.eof:
            self._follow(self._inner.unused_data)
            return b""
        if not self._inner.hungry:
            return self._inner.feed(b"")
        data = self._input()
        if not data:
            self._ended = True
            if self._begun:
                self.fault = "broken"
            return b""
        self._begun = True
        return self._inner.feed(data)

    def _follow(self, rest: bytes) -> None:
        """Go over to the next stream of the file, beyond padding."""
        self._step = _SMALL
        self._held = rest + self._held
        while not (left := self._held.lstrip(b"\0")) and (more := self._stream.read(_SMALL)):
            self._taken += len(more)
            self._held = more
        self._held, self._begun = left, False
        self._ended = not left
        self._inner = self._fresh()

    def _input(self) -> bytes:
        if not self._held:
            self._held = self._stream.read(_INPUT)
            self._taken += len(self._held)
        data, self._held = self._held[: self._step], self._held[self._step :]
        return data


class Guarded:
    """A stream that tells its fault at the end instead of raising it, and keeps to the bounds;
    ``packed``: so many bytes it takes in the container, none for what is not packed.
    """

    def __init__(self, stream: Any, bounds: Bounds, packed: int | None = None) -> None:
        self._stream = stream
        self._bounds = bounds
        self._given = 0
        self._most = None if packed is None else max(TRUSTED, RATIO * packed)
        self.fault: Why | None = None

    def read(self, size: int = -1, /) -> bytes:
        """See :class:`jidi.scan.intake.parts.Readable`."""
        if self.fault is not None:
            return b""
        try:
            data = bytes(self._stream.read(_OUTPUT if size < 0 else min(size, _OUTPUT)))
        except NotImplementedError:
            self.fault = "unsupported"
        except MemoryError:
            self.fault = "too-large"
        except Exception:
            self.fault = "broken"
        else:
            self._given += len(data)
            self.fault = self._bounds.take(len(data))
            if self._most is not None and self._given > self._most:
                self.fault = self.fault or "swollen"
            return data
        return b""

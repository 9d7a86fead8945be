"""The bytes of a recording: opened once, unpacked where needed, read piece by piece."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jidi.errors import OperatorError
from jidi.wording import sentence
from jidi.wording.reasons import unreadable

MOST_BYTES: Final = 1 << 30
"""Size of a recording, unpacked."""
_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_PACKED: Final[Mapping[bytes, str]] = {
    b"PK": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
_UTF8: Final = b"\xef\xbb\xbf"
_WIDE: Final[Mapping[bytes, str]] = {
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"{\x00\x00\x00": "utf-32-le",
    b"\x00\x00\x00{": "utf-32-be",
    b"{\x00": "utf-16-le",
    b"\x00{": "utf-16-be",
}
"""First bytes of Unicode text in other encodings than UTF-8, with a byte-order mark or without."""


class Source:
    """Bytes that can be read at any place; a file stays where it is, everything else is held.

    ``digest`` is the SHA-256 of the file as it lies there.
    """

    def __init__(self, held: bytes | int, size: int, digest: str) -> None:
        self._held = held
        self.size = size
        self.digest = digest

    def read(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``; fewer only at the end."""
        if isinstance(self._held, bytes):
            return self._held[offset : offset + count]
        parts = []
        while count and (part := os.pread(self._held, count, offset)):
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Give the file back."""
        if isinstance(self._held, int):
            os.close(self._held)
            self._held = b""


def held(data: bytes, name: str = "it") -> Source:
    """A source of bytes that are there already, unpacked as those of a file.

    Raises:
        OperatorError: it is packed or encoded in a way that is not read.
    """
    plain = _plain(data, name)
    return Source(plain, len(plain), _sha256(data))


def open_source(path: Path) -> Source:
    """The recording in ``path``.

    Raises:
        OperatorError: it cannot be read, or is larger than the bound, or packed or encoded in a way
            that is not read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return _opened(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as error:
        raise unreadable(str(path), error) from error


def _opened(descriptor: int, path: Path) -> Source:
    state = os.fstat(descriptor)
    if stat.S_ISREG(state.st_mode):
        _refuse_large(state.st_size, path)
        source = Source(descriptor, state.st_size, "")
        head = source.read(0, 16)
        if not _is_wrapped(head):
            source.digest = _digest(source)
            return source
    data = _all(descriptor, path)
    os.close(descriptor)
    return held(data, str(path))


def _is_wrapped(head: bytes) -> bool:
    marks = (_GZIP, *_PACKED, *_WIDE)
    return head.startswith(marks)


def _all(descriptor: int, path: Path) -> bytes:
    parts, size = [], 0
    while part := os.read(descriptor, _CHUNK):
        size += len(part)
        _refuse_large(size, path)
        parts.append(part)
    return b"".join(parts)


def _digest(source: Source) -> str:
    sha, offset = hashlib.sha256(), 0
    while part := source.read(offset, _CHUNK):
        sha.update(part)
        offset += len(part)
    return f"sha256:{sha.hexdigest()}"


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _plain(data: bytes, name: str) -> bytes:
    if data.startswith(_GZIP):
        data = _unpacked(data, name)
    packer = next((kind for mark, kind in _PACKED.items() if data.startswith(mark)), "")
    if packer or data.startswith(_GZIP):
        raise OperatorError(
            sentence(
                "passive/is-not-readable-it-is-compressed",
                name=name,
                packer=packer or "gzip in gzip",
                packer_zh=packer or "gzip 套 gzip",
            ),
            next_step=sentence("passive/unpack-it-first-and-give-what-was"),
        )
    wide = next((kind for mark, kind in _WIDE.items() if data.startswith(mark)), "")
    if not wide:
        return data
    try:
        return data.decode(wide).removeprefix("\ufeff").encode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise OperatorError(
            sentence("passive/is-not-readable-it-begins-as-and", name=name, upper=wide.upper()),
            next_step=sentence("passive/export-it-again-in-utf-8"),
        ) from error


def _unpacked(data: bytes, name: str) -> bytes:
    """The content of a gzip file, bounded; many members are one text."""
    parts, size, rest, whole = [], 0, data, False
    try:
        while rest:
            engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            part = engine.decompress(rest, MOST_BYTES + 1 - size)
            size += len(part)
            _refuse_large(size, name)
            parts.append(part)
            rest = engine.unused_data.lstrip(b"\x00")
            whole = engine.eof
    except zlib.error:
        whole = False
    if not whole:
        raise OperatorError(
            sentence("passive/is-not-readable-it-begins-as-gzip", name=name),
            next_step=sentence("passive/pack-or-export-it-again"),
        )
    return b"".join(parts)


def _refuse_large(size: int, name: str | Path) -> None:
    if size > MOST_BYTES:
        raise OperatorError(
            sentence("passive/is-larger-than-mib", name=name, most_bytes=MOST_BYTES >> 20),
            next_step=sentence("passive/record-a-shorter-time-or-cut-it"),
        )

"""The container of evidence: a zip archive in which nothing is packed, so that nothing can swell,
and which has one form only, so that no byte of it is free.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from jidi.certificate.forms.refusing import Tampered

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of an archive at most."""
_MOST: Final = 128
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(?:[./][a-z0-9][a-z0-9-]*){0,3}")
_SHELL: Final = "archive"
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    struct.error,
    ValueError,
    LookupError,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,  # a method of packing, or a version, that the library does not know
    RuntimeError,
)
"""What the library raises for archives that are none."""


class _Kept:
    """A stream that cannot be sought, as a pipe: zip archives have one form on such."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: Any) -> int:
        self.written += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


class _Compared(_Kept):
    """The same, which looks whether what is written is what is there already."""

    def __init__(self, wanted: bytes) -> None:
        super().__init__()
        self._wanted = memoryview(wanted)
        self._place = 0
        self.same = True

    def write(self, data: Any) -> int:
        end = self._place + len(data)
        self.same = self.same and self._wanted[self._place : end] == data
        self._place = end
        return len(data)

    def is_all(self) -> bool:
        """Whether everything that was there was written, and nothing else."""
        return self.same and self._place == len(self._wanted)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The archive of ``parts``, in the order of their names: the same bytes for the same parts.

    Raises:
        ValueError: a name that cannot be one.
    """
    stream = _Kept()
    _write(stream, parts)
    return bytes(stream.written)


def unpacked(data: bytes) -> dict[str, bytes]:
    """Parts by name of an archive that :func:`packed` could have written.

    Raises:
        Tampered: anything else; ``archive`` where no part is at fault.
    """
    if len(data) > LARGEST:
        raise Tampered(_SHELL)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {info.filename: _part(archive, info) for info in _listed(archive, len(data))}
    except _BROKEN as error:
        raise Tampered(_SHELL) from error
    compared = _Compared(data)
    _write(compared, parts)
    if not compared.is_all():
        raise Tampered(_SHELL)
    return parts


def _listed(archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    listed = archive.infolist()
    names = {info.filename for info in listed}
    sound = (
        len(names) == len(listed) <= _MOST
        and all(map(_NAME.fullmatch, names))
        and sum(info.file_size for info in listed) <= size
        and all(info.compress_type == zipfile.ZIP_STORED for info in listed)
        and all(info.compress_size == info.file_size for info in listed)
    )
    if not sound:
        raise Tampered(_SHELL)
    return listed


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except zipfile.BadZipFile as error:
        broken = str(error).startswith("Bad CRC")  # else its name or its header is at fault
        raise Tampered(info.filename if broken else _SHELL) from error


def _write(stream: _Kept, parts: Mapping[str, bytes]) -> None:
    target: Any = stream  # what zipfile asks of a stream that it only writes to
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            if not _NAME.fullmatch(name):
                raise ValueError(name)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o600 << 16
            archive.writestr(info, parts[name])

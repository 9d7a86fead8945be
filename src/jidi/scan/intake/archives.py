"""Members of archives: zip and tar."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final, TypeGuard

from jidi.scan.intake.parts import Bounds, Readable, Unread, Why, filled
from jidi.scan.intake.unpacking import Guarded

_HELD: Final = 256 << 20
"""An archive that cannot be sought in is held in memory up to so many bytes."""
_MEMBERS: Final = 200_000
_LOCKED: Final = 0x1
_UTF8: Final = 0x800

Member = tuple[str, Guarded] | Unread


class Zip:
    """An opened archive of the kind zip; members that share a name are all there."""

    def __init__(self, file: zipfile.ZipFile, size: int, bounds: Bounds) -> None:
        self._file = file
        self._size = size
        self._bounds = bounds
        self.names = frozenset(file.namelist())

    def members(self) -> Iterator[Member]:
        """Names and content in the order of the directory; locked members are told."""
        for number, about in enumerate(self._file.infolist()):
            if number >= _MEMBERS:
                yield Unread("too-large")
                return
            if not about.is_dir():
                yield self._member(about)

    def member(self, name: str) -> Guarded | None:
        """Content of the last member of a name; ``None`` where it is locked or not there."""
        if name not in self.names:
            return None
        found = self._member(self._file.getinfo(name))
        return found[1] if isinstance(found, tuple) else None

    def _member(self, about: zipfile.ZipInfo) -> Member:
        name = _name_of(about)
        if about.flag_bits & _LOCKED:
            return Unread("encrypted", inside=(name,))
        try:
            packed = min(about.compress_size, self._size)
            return name, Guarded(self._file.open(about), self._bounds, packed)
        except NotImplementedError:
            return Unread("unsupported", inside=(name,))
        except Exception:
            return Unread("broken", inside=(name,))


def opened_zip(stream: Readable, bounds: Bounds) -> Zip | Why:
    """The archive, or why it cannot be opened."""
    file = _sought(stream)
    if file is None:
        return "too-large"
    try:
        return Zip(zipfile.ZipFile(file), file.seek(0, io.SEEK_END), bounds)
    except Exception:
        return "broken"


def is_seekable(stream: Readable) -> TypeGuard[IO[bytes]]:
    """Whether a stream is a file in which any place can be gone to."""
    return isinstance(stream, io.BufferedReader | io.BytesIO) and stream.seekable()


def _sought(stream: Readable) -> IO[bytes] | None:
    if is_seekable(stream):
        stream.seek(0)
        return stream
    data = filled(stream, _HELD + 1)
    return io.BytesIO(data) if len(data) <= _HELD else None


def _name_of(about: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese programs write it in GBK without saying so."""
    if about.flag_bits & _UTF8:
        return about.filename
    try:
        return about.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return about.filename


def _kept(about: tarfile.TarInfo) -> int | None:
    """How many bytes of a file with holes lie in the archive; ``None`` for one without."""
    pieces: Any = about.sparse
    return None if pieces is None else sum(size for _, size in pieces)


def tar_members(stream: Readable, bounds: Bounds) -> Iterator[Member]:
    """Names and content of the files in a tar archive, in one pass."""
    guarded: Any = Guarded(stream, bounds)
    try:
        with tarfile.open(fileobj=guarded, mode="r|", errorlevel=2) as archive:
            for about in archive:
                content = archive.extractfile(about) if about.isfile() else None
                if content is not None:
                    yield about.name, Guarded(content, bounds, _kept(about))
    except (tarfile.TarError, OSError, ValueError, EOFError):
        yield Unread("broken")
        return
    if guarded.fault is not None:
        yield Unread(guarded.fault)

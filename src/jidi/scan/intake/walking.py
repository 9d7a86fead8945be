"""From the paths that were named to the files below them; nothing else is opened."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final

from jidi.scan.intake.parts import Unread, Why

STDIN: Final = "-"
_DESCRIPTORS: Final = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
"""Here lie pipes that were opened for this process, as by ``<(command)``."""
_LOCKED: Final = frozenset({errno.EACCES, errno.EPERM})
_MISSING: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to be read; ``named``: by a person, so that links are followed."""

    name: str
    named: bool = True
    size: int = 0

    def open(self) -> BinaryIO:
        """Its bytes; never waits for a pipe.

        Raises:
            OSError: the system does not let it be read, or it is no file.
        """
        if self.name == STDIN:
            return sys.stdin.buffer
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
        own = self.named and self.name.startswith(_DESCRIPTORS)
        if own:
            return open(self.name, "rb")  # noqa: PTH123 - handed out
        descriptor = os.open(self.name, flags | (0 if self.named else os.O_NOFOLLOW))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.ENXIO, "not a file")
        return os.fdopen(descriptor, "rb")


Met = Source | tuple[str, Unread]


def files(paths: Sequence[str]) -> Iterator[Met]:
    """Files in the order of the paths, below folders in the order of their names; whatever else is
    met with the reason why it is not read.

    A link in a folder is not followed: where it leads into the folder, what it means is read there.
    """
    for path in paths:
        if path == STDIN:
            yield Source(path)
            continue
        try:
            about = os.stat(path)  # noqa: PTH116 - names may be no text
        except (OSError, ValueError) as error:
            yield path, Unread(why(error))
            continue
        if stat.S_ISDIR(about.st_mode):
            yield from _below(path)
        elif stat.S_ISREG(about.st_mode) or path.startswith(_DESCRIPTORS):
            yield Source(path, size=about.st_size)
        else:
            yield path, Unread("special")


def why(error: Exception) -> Why:
    """The reason of the system in words of the scan."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _LOCKED:
        return "locked"
    if number in _MISSING:
        return "missing"
    return "special" if number == errno.ENXIO else "unreadable"


def _below(top: str) -> Iterator[Met]:
    root = os.path.realpath(top)
    waiting: list[os.DirEntry[str] | str] = [top]
    while waiting:
        entry = waiting.pop()
        path = entry if isinstance(entry, str) else entry.path
        try:
            if isinstance(entry, str) or entry.is_dir(follow_symlinks=False):
                waiting += _entries(path)
            elif entry.is_symlink():
                if not _leads_into(root, path):
                    yield path, Unread("link")
            elif entry.is_file(follow_symlinks=False):
                yield Source(path, named=False, size=entry.stat(follow_symlinks=False).st_size)
            else:
                yield path, Unread("special")
        except OSError as error:
            yield path, Unread(why(error))


def _entries(path: str) -> list[os.DirEntry[str]]:
    with os.scandir(path) as found:
        return sorted(found, key=lambda entry: os.fsencode(entry.name), reverse=True)


def _leads_into(root: str, path: str) -> bool:
    with suppress(OSError):
        target = os.path.realpath(path, strict=True)
        return target == root or target.startswith(root.rstrip("/") + "/")
    return False

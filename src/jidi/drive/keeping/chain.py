"""The chain of a journal: each line ends with a digest over the one before and over itself.

Who changes, takes out, adds or moves a line breaks the chain there, and has to make every line
after it anew. That whoever holds no key can do this is true of every chain: it shows that evidence
was changed by accident or in haste; who wrote it is for a signature to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

GENESIS: Final = "0" * 64
"""What stands before the first line."""
_OPENING: Final = b',"chain":"'
_CLOSING: Final = b'"}'
_LENGTH: Final = len(_OPENING) + len(GENESIS) + len(_CLOSING)


class BrokenChainError(ValueError):
    """A line does not follow from the one before; ``number`` counts lines from 0, ``bare`` says
    that it has no digest at all.
    """

    def __init__(self, number: int, *, bare: bool) -> None:
        super().__init__(f"line {number + 1} breaks the chain")
        self.number = number
        self.bare = bare


def chained(line: bytes, before: str) -> tuple[bytes, str]:
    """A JSON object with the digest as its last member, and the digest: SHA-256, 64 hex digits,
    over the digest ``before`` and the object as it is.
    """
    digest = _digest(line, before)
    return line[:-1] + _OPENING + digest.encode() + _CLOSING, digest


def chained_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """JSON objects as the lines of one journal, without line ends."""
    digest = GENESIS
    for line in lines:
        made, digest = chained(line, digest)
        yield made


class Follower:
    """Reads the lines of a journal one after the other; ``head`` is the digest of the last, which
    holds for all of them.
    """

    def __init__(self) -> None:
        self.head = GENESIS
        self._number = 0

    def read(self, line: bytes) -> None:
        """The next line, without its line end.

        Raises:
            BrokenChainError: it was not written after the one before.
        """
        if not is_linked(line):
            raise BrokenChainError(self._number, bare=True)
        if line[-_LENGTH:] != chained(line[:-_LENGTH] + b"}", self.head)[0][-_LENGTH:]:
            raise BrokenChainError(self._number, bare=False)
        self.head = line[-_LENGTH:][len(_OPENING) : -len(_CLOSING)].decode()
        self._number += 1


def is_linked(line: bytes) -> bool:
    """Whether a line ends with a digest, be it the right one or not."""
    told = line[-_LENGTH:]
    return told.startswith(_OPENING) and told.endswith(_CLOSING)


def _digest(line: bytes, before: str) -> str:
    return hashlib.sha256(before.encode() + line).hexdigest()

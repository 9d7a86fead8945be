"""Where the parts of a large JSON text lie, found in one pass that holds a window of it only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from jidi.passive.reading.source import Source

_WINDOW: Final = 1 << 20
_LONGEST_NAME: Final = 1 << 16
_TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
_PLAIN: Final = rb'[^"{}\[\]]++|' + _TEXT
_RUN: Final = re.compile(
    rb"(?:%b|\{(?:%b)*+\}|\[(?:%b)*+\])++" % (_PLAIN, _PLAIN, _PLAIN), re.DOTALL
)
"""Whatever changes no depth: text between brackets, and containers that hold no other."""
_REST_OF_TEXT: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BLANK: Final = re.compile(rb"[ \t\r\n]*+")
_SCALAR: Final = re.compile(rb'[^\s,:{}\[\]"]++')
_BOM: Final = b"\xef\xbb\xbf"


class LayoutError(Exception):
    """The text is no JSON as far as its parts go; ``offset`` in bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"it breaks off or is no JSON at byte {offset}")
        self.offset = offset


class Layout:
    """Walks over a JSON text. What is skipped is neither parsed nor held."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._base = 3 if source.read(0, 3) == _BOM else 0
        self._window = b""
        self._at = 0

    @property
    def offset(self) -> int:
        """Where the next character stands."""
        return self._base + self._at

    def peek(self) -> bytes:
        """The next character that is no space; empty at the end."""
        while True:
            self._at = _BLANK.match(self._window, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._window):
                return self._window[self._at : self._at + 1]
            if not self._more():
                return b""

    def members(self) -> Iterator[str]:
        """Names of the object that begins here. After each the walker stands before the value,
        which the caller takes or not.

        Raises:
            LayoutError: there is no object.
        """
        yield from self._inside(b"{", b"}")

    def items(self) -> Iterator[str]:
        """Stops before each item of the array that begins here; what it gives is empty.

        Raises:
            LayoutError: there is no array.
        """
        yield from self._inside(b"[", b"]")

    def _inside(self, begin: bytes, end: bytes) -> Iterator[str]:
        self._take(begin)
        if self.peek() == end:
            self._at += 1
            return
        while True:
            name = self._name() if begin == b"{" else ""
            before = self.offset
            yield name
            if self.offset == before:
                self.skip()
            if self.peek() == end:
                self._at += 1
                return
            self._take(b",")

    def end(self) -> None:
        """Nothing may follow.

        Raises:
            LayoutError: something does.
        """
        if self.peek():
            raise LayoutError(self.offset)

    def skip(self) -> tuple[int, int]:
        """Pass over the value here; its offset and length.

        Raises:
            LayoutError: the text ends in it, or there is none.
        """
        first, start = self.peek(), self.offset
        if first == b'"':
            self._skip_text()
        elif first in {b"{", b"["} and first:
            self._skip_container()
        else:
            self._skip_scalar()
        return start, self.offset - start

    def _skip_container(self) -> None:
        depth = 0
        while self._at < len(self._window) or self._more():
            mark = self._window[self._at : self._at + 1]
            if mark == b'"':
                self._skip_text()
            else:
                self._at += 1
                depth += (mark in {b"{", b"["}) - (mark in {b"}", b"]"})
            if depth == 0:
                return
            run = _RUN.match(self._window, self._at)
            if run is not None:
                self._at = run.end()
        raise LayoutError(self.offset)

    def _skip_text(self) -> None:
        self._at += 1
        while True:
            end = _REST_OF_TEXT.match(self._window, self._at).end()  # type: ignore[union-attr]
            self._at = end
            if self._window[end : end + 1] == b'"':
                self._at += 1
                return
            if not self._more():
                raise LayoutError(self.offset)

    def _skip_scalar(self) -> None:
        found = False
        while True:
            scalar = _SCALAR.match(self._window, self._at)
            if scalar is not None:
                found, self._at = True, scalar.end()
            if self._at < len(self._window) or not self._more():
                break
        if not found:
            raise LayoutError(self.offset)

    def _name(self) -> str:
        if self.peek() != b'"':
            raise LayoutError(self.offset)
        start, length = self.skip()
        try:
            if length > _LONGEST_NAME:
                raise LayoutError(start)
            name = json.loads(self._source.read(start, length))
        except ValueError as error:
            raise LayoutError(start) from error
        self._take(b":")
        self.peek()
        return str(name)

    def _take(self, mark: bytes) -> None:
        if self.peek() != mark:
            raise LayoutError(self.offset)
        self._at += 1

    def _more(self) -> bool:
        """Move the window on, keeping what was not looked at yet."""
        rest = self._window[self._at :]
        self._base += self._at
        more = self._source.read(self._base + len(rest), _WINDOW)
        self._window, self._at = rest + more, 0
        return bool(more)

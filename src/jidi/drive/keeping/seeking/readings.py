"""Other readings of a text: what it says once encodings, escapes, gaps and invisible characters are
undone. A stranger's value is searched in each of them.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from jidi.drive.keeping.seeking.encoded import decoded, in_gbk
from jidi.drive.keeping.seeking.numbered import from_codes, unescaped, unescaped_long
from jidi.drive.keeping.seeking.plain_texts import HAN, plain

MOST: Final = 32
"""Readings of one text that are tried; nobody means more layers than these make up."""
_LAYERS: Final = 3
_REMEMBERED: Final = 200
"""Characters of texts whose readings are remembered: ids, codes and times come again and again."""
CHARACTERS: Final = 8 * 1024 * 1024
"""Characters of readings of long texts that are looked through in one run: a few seconds of work,
and thousands of times what honest systems need.
"""
_GAP: Final = r"(?:\s|[-.·•_/\\－．、*~|+:,;，；'\"\[\]]){1,3}"
_DIGIT_GAP: Final = r"(?:\s|[-.·•_/\\|~－．、]){1,3}"
_BETWEEN_DIGITS: Final = re.compile(rf"(?<=\d){_DIGIT_GAP}(?=\d|[Xx]\b)")
_BETWEEN_GROUPS: Final = re.compile(r"(?<=\d)[\s.·]{1,2}(?=\d)")
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{HAN}]){_GAP}(?=[{HAN}])")
_EACH_APART: Final = re.compile(r"[\w@.+-]([^\w@]{1,2}|_)[\w@.+-](?:\1[\w@.+-]){5,}")
_TAG: Final = re.compile(r"<[A-Za-z/!][^<>]{0,300}>(?:\s{0,9}<[A-Za-z/!][^<>]{0,300}>){0,9}")
_LISTED: Final = re.compile(
    r"""(?<=[\w@.+-])["']\s{0,9},\s{0,9}["'](?=[\w@.+-])"""
    r"|(?<![0-9][0-9])(?<=[0-9]),\s{0,9}(?=[0-9](?![0-9]))"
)
_QUOTED: Final = re.compile(r"(?:=[0-9A-Fa-f]{2})+")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_REVERSIBLE: Final = re.compile(
    r"(?<!\d)(?:\d{11}(?:6800|68\+)?|[\dXx]\d{17}|\d{7,8}-\d{2,3}0)(?!\d)|moc\.|nc\.|ten\.|gro\."
)


class Effort:
    """Reads texts until ``characters`` are used up, so that nobody holds a run by texts made to be
    read at length; safe to use from many threads. Short texts cost nothing, for their readings are
    remembered.
    """

    def __init__(self, characters: int = CHARACTERS) -> None:
        self._left = characters
        self._lock = threading.Lock()

    def readings(self, text: str) -> tuple[str, ...] | None:
        """Every other reading of ``text``; ``None`` where no effort is left for it, so that nobody
        knows what it says.
        """
        if len(text) <= _REMEMBERED:
            return readings(text)
        if self._left <= 0:
            return None
        read = readings(text)
        with self._lock:
            self._left -= sum(map(len, read))
        return read


def readings(text: str) -> tuple[str, ...]:
    """Every other reading of ``text``, plainest first, ``text`` itself left out; at most
    :data:`MOST`, of at most three layers.
    """
    return _remembered(text) if len(text) <= _REMEMBERED else _all(text)


@lru_cache(maxsize=32_768)
def _remembered(text: str) -> tuple[str, ...]:
    return _all(text)


def _all(text: str) -> tuple[str, ...]:
    seen = {text: None}
    layer = [text]
    for _ in range(_LAYERS):
        fresh: list[str] = []
        for one in layer:
            for reading in _once(one):
                if reading not in seen:
                    seen[reading] = None
                    fresh.append(reading)
                if len(seen) > MOST:
                    return tuple(seen)[1:]
        layer = fresh
    return tuple(seen)[1:]


def _once(text: str) -> Iterator[str]:
    for read in _READERS:
        made = read(text)
        if made != text:
            yield made
    yield from decoded(text)


def _unspaced(text: str) -> str:
    return _BETWEEN_HAN.sub("", _BETWEEN_DIGITS.sub("", text))


def _grouped(text: str) -> str:
    """Without the gaps between groups of digits, but with the hyphen before an extension."""
    return _BETWEEN_GROUPS.sub("", text)


def _each_apart(text: str) -> str:
    """``text`` in which each character stood apart from the next."""
    return _EACH_APART.sub(lambda match: match.group()[:: 1 + len(match.group(1))], text)


def _unquoted_printable(text: str) -> str:
    if "=" not in text:
        return text
    return _QUOTED.sub(
        lambda match: bytes.fromhex(match.group().replace("=", "")).decode("utf-8", "replace"),
        _SOFT_BREAK.sub("", text),
    )


def _unquoted(text: str) -> str:
    return unquote(text) if "%" in text else text


def _bytes_unquoted(text: str) -> str:
    """Percent-encoded bytes that are no UTF-8, as Latin-1."""
    return unquote(text, "latin-1") if "%" in text and "\ufffd" in unquote(text) else text


def _unmarked(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def _utf8(text: str) -> str:
    """Bytes beyond ASCII are nearly always UTF-8 that was read as Latin-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _unframed(text: str) -> str:
    """``text`` without tags, and without what stands between items of a list."""
    if "<" in text:
        text = _TAG.sub("", text)
    return _LISTED.sub("", text)


def _reversed(text: str) -> str:
    return text[::-1] if _REVERSIBLE.search(text) else text


_READERS: Final[tuple[Callable[[str], str], ...]] = (
    plain,
    _utf8,
    _bytes_unquoted,
    in_gbk,
    _unquoted,
    _unmarked,
    unescaped,
    unescaped_long,
    _unquoted_printable,
    _unframed,
    _unspaced,
    _grouped,
    _each_apart,
    _reversed,
    from_codes,
)

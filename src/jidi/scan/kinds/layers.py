"""Texts inside texts: percent-encoded, base64, HTML and JSON escapes are undone once, so that what
they hide is scanned too.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

_PERCENT: Final = re.compile(r"[^\s\"'<>]{0,2000}%[0-9A-Fa-f]{2}[^\s\"'<>]{0,2000}")
_BASE64: Final = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,4096}={0,2}(?![A-Za-z0-9+/_=-])"
)
_SHORTEST: Final = 12
_FIRST: Final = 12
_LIKE_TEXT: Final = re.compile(
    rb"(?:[\t\n\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
    rb"|[\xf0-\xf4][\x80-\xbf]{3})*+[\x00-\xff]{0,3}"
)
"""What every text looks like of which the last character may be cut off, and little else."""
STANDARD: Final = bytes.maketrans(b"-_", b"+/")
"""From the letters of base64 that URLs bear to the usual ones."""
_JSON_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


def inner_texts(text: str) -> Iterator[tuple[str, str, int]]:
    """Layer, decoded text, and where in ``text`` it began (from 0)."""
    if "%" in text:
        for match in _PERCENT.finditer(text):
            yield "url", unquote_plus(match.group(), errors="ignore"), match.start()
    if "&#" in text:
        yield "html", html.unescape(text), 0
    if "\\u" in text:
        yield "json", _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text), 0
    for match in _BASE64.finditer(text) if len(text) >= _SHORTEST and not text.isdigit() else ():
        plain = _from_base64(match.group())
        if plain:
            yield "base64", plain, match.start()


def _from_base64(token: str) -> str:
    body = token.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1 or body.isdigit() or body.isalpha():
        return ""
    try:
        plain = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return plain if plain.replace("\n", "").replace("\t", "").isprintable() else ""


def is_packed(token: bytes) -> bool:
    """Whether letters of base64 that stand alone are a text, as :func:`inner_texts` reads them;
    asked of their first characters before all are read.
    """
    body = token[:_FIRST].translate(STANDARD)
    try:
        head = binascii.a2b_base64(body[: len(body) // 4 * 4])
    except binascii.Error:
        return False
    return _LIKE_TEXT.fullmatch(head) is not None and bool(_from_base64(token.decode()))

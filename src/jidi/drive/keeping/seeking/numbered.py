"""Characters and bytes that are written as numbers: escapes of programs, code points, octal,
decimal and binary digits.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\+u([0-9A-Fa-f]{4})|\\+[ux]\{([0-9A-Fa-f]{1,6})\}|\\+U([0-9A-Fa-f]{8})"
    r"|%u([0-9A-Fa-f]{4})|U\+([0-9A-Fa-f]{4})"
)
_LONG_ESCAPE: Final = re.compile(r"U\+([0-9A-Fa-f]{5})")
_PAIR: Final = re.compile(
    r"(?:\\+u|%u)([Dd][89ABab][0-9A-Fa-f]{2})(?:\\+u|%u)([Dd][C-Fc-f][0-9A-Fa-f]{2})"
)
_BYTES: Final = re.compile(r"(?:\\+x[0-9A-Fa-f]{2})+")

_BLANK: Final = re.compile(r"\\+[nrtvf]")
_OCTAL: Final = re.compile(r"(?:\\[0-3][0-7]{2})+")

_DECIMAL_CODES: Final = re.compile(r"(?<!\d)(?:\d{2,3}[\s,;]{1,2}){5,}\d{2,3}(?!\d)")
_DIGITS: Final = re.compile(r"\d+")
_BYTE: Final = re.compile("[01]{8}")
_BITS: Final = re.compile(r"(?:[01]{8}[\s,;]{0,2}){5,}[01]{8}")


def unescaped(text: str) -> str:
    """``text`` with every escape as what it stands for; bytes are read as UTF-8 where they are."""
    if "\\" not in text and "%u" not in text and "U+" not in text:
        return text
    made = _ESCAPE.sub(_character, _PAIR.sub(_joined, text))
    made = _BYTES.sub(lambda match: _read_bytes(match, "x", 16), made)
    made = _OCTAL.sub(lambda match: _read_bytes(match, "", 8), made)
    return _BLANK.sub("\n", made)


def unescaped_long(text: str) -> str:
    """Code points beyond the first plane; of ``U+200B9`` nobody knows where it ends."""
    return _LONG_ESCAPE.sub(_character, text) if "U+" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()


def _joined(match: re.Match[str]) -> str:
    """The character that two halves stand for."""
    high, low = (int(half, 16) for half in match.groups())
    return chr(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF))


def _read_bytes(match: re.Match[str], mark: str, base: int) -> str:
    """Bytes in UTF-8, or each a character."""
    parts = match.group().replace("\\", " ").replace(mark or " ", " ").split()
    data = bytes(int(part, base) for part in parts)
    return _text_or_letters(data)


def _text_or_letters(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def from_codes(text: str) -> str:
    """Bytes written as decimal or binary numbers, where they are letters."""

    def letters(match: re.Match[str], base: int, digits: re.Pattern[str]) -> str:
        codes = [int(code, base) for code in digits.findall(match.group())]
        if max(codes) > 0xFF:
            return match.group()
        read = _text_or_letters(bytes(codes))
        return read if read.isprintable() else match.group()

    made = _DECIMAL_CODES.sub(lambda match: letters(match, 10, _DIGITS), text)
    return _BITS.sub(lambda match: letters(match, 2, _BYTE), made)

"""Texts without what only looks different, or is not seen; which characters are Chinese."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HAN: Final = "〇々㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
"""Chinese characters, as they stand between the brackets of a pattern."""
HAN_RUN: Final = re.compile(f"[{HAN}]+")


def plain(text: str) -> str:
    """``text`` with compatible characters and digits of any script made plain, without what cannot
    be seen.
    """
    if text.isascii():
        return text
    digits = "".join(map(_digit, text))  # before the brackets of some are made characters
    folded = unicodedata.normalize("NFKC", digits)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in folded
        if unicodedata.category(character) not in {"Cf", "Mn", "Me", "Cc", "Co"}
        or character in "\t\n\r"
    )


def _digit(character: str) -> str:
    """What a number in a circle or in brackets stands for, anything else as it is."""
    if character.isascii() or unicodedata.category(character) != "No":
        return character
    number = unicodedata.numeric(character)
    return str(int(number)) if number.is_integer() else character


def squeezed(text: str) -> str:
    """``text`` as letters and digits only, without what may be put between them."""
    if text.isascii():
        return text.translate(_NO_GAPS)
    return "".join(character for character in plain(text) if character.isalnum())


_NO_GAPS: Final = {code: None for code in range(128) if not chr(code).isalnum()}

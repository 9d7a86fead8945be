"""Every spelling under which a planted value is looked for: encodings, escapes, rearrangements, and
hashes that anybody could reverse.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes

SHORTEST: Final = 4
"""Spellings of fewer bytes would turn up by chance and are left out."""
_ENCODED_SHORTEST: Final = 8
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_LOCAL: Final = 8
"""Digits of a number at least that are looked for without its country's code."""
_GAPS: Final = ("-", " ", "－", "\u3000", "%20", "+", ".")
_HASHES: Final[tuple[str, ...]] = ("md5", "sha1", "sha256")


@lru_cache(maxsize=4096)  # a scenario is judged when it ends and once more with the whole run
def spellings(value: str, *, phone: bool) -> Mapping[bytes, str]:
    """Bytes to look for and the name of each form; the plainest form wins where two give the same
    bytes. ``phone`` adds what is done to numbers.
    """
    found: dict[bytes, str] = {}
    for form, text in _texts(value, phone=phone):
        for name, data in _bytes(form, text):
            if len(data) >= SHORTEST:
                found.setdefault(data, name)
    if phone:
        for form, data in _hashed(value):
            found.setdefault(data, form)
    return MappingProxyType(found)


def _texts(value: str, *, phone: bool) -> Iterator[tuple[str, str]]:
    """Forms that are text themselves. Only the raw one is encoded further: an encoding of a longer
    form holds that of the raw one.
    """
    yield "raw", value
    yield "full-width", value.translate(_FULL_WIDTH)
    if phone:
        yield from _numbers(value)
    elif re.fullmatch(r"[\u3400-\u9fff]{2,4}", value):
        yield "reversed", value[::-1]
        yield "reversed-halves", value[1:] + value[:1]
        for gap in ("-", " ", "·", "\u3000"):
            yield "spaced", gap.join(value)
            yield "spaced", value[:1] + gap + value[1:]


def _numbers(value: str) -> Iterator[tuple[str, str]]:
    digits = re.sub(r"\D", "", value)
    yield "country-code", "86" + digits
    yield "country-code", "0086" + digits
    yield "joined", digits
    if value.startswith("+"):
        yield from _abroad(digits)
    for gap in _GAPS:
        yield (
            "hyphenated" if gap in "-－" else "spaced",
            gap.join((digits[:3], digits[3:7], digits[7:])),
        )
    for gap in "- ":
        yield "hyphenated" if gap == "-" else "spaced", gap.join((digits[:3], digits[3:]))
    for cut in (3, 4, 5, 6, 7):
        yield "reversed-halves", digits[cut:] + digits[:cut]
    yield "reversed", digits[::-1]


def _abroad(digits: str) -> Iterator[tuple[str, str]]:
    """A number of another plan after the prefix of mainland lines, and without its country's code,
    which has one to three digits.
    """
    yield "country-code", "00" + digits
    for code in (1, 2, 3):
        if len(digits) - code >= _LOCAL:
            yield "joined", digits[code:]


def _bytes(form: str, text: str) -> Iterator[tuple[str, bytes]]:
    plain = text.encode("utf-8", "surrogatepass")
    yield form, plain
    if form != "raw":
        return
    if text.isascii():
        yield "html", "".join(f"&#{ord(character)};" for character in text).encode()
        yield "html", "".join(f"&#x{ord(character):x};" for character in text).encode()
        yield "url", "".join(f"%{byte:02X}" for byte in plain).encode()
        yield "json", "".join(f"\\u{ord(character):04x}" for character in text).encode()
    else:
        yield from _escapes(text, plain)
        yield from _other_charsets(text)
    yield "hex", plain.hex().encode()
    yield "hex", plain.hex().upper().encode()
    yield from (("base64", data) for data in _base64(plain))


def _escapes(text: str, plain: bytes) -> Iterator[tuple[str, bytes]]:
    quoted = quote(text, safe="")
    yield "url", quoted.encode()
    yield "url", re.sub("%[0-9A-F]{2}", lambda match: match.group().lower(), quoted).encode()
    yield "url", quote(quoted, safe="").encode()
    for digits in ("{:04x}", "{:04X}"):
        for slash in ("\\u", "\\\\u", "%u"):
            yield (
                "json" if slash != "%u" else "url",
                "".join(_kept(character, slash + digits) for character in text).encode(),
            )
    for reference in ("&#{:d};", "&#x{:x};", "&#x{:X};"):
        yield "html", "".join(_kept(character, reference) for character in text).encode()
    yield (
        "bytes-literal",
        "".join(f"\\x{byte:02x}" if byte > 0x7E else chr(byte) for byte in plain).encode(),
    )


def _kept(character: str, pattern: str) -> str:
    return character if character.isascii() else pattern.format(ord(character))


def _other_charsets(text: str) -> Iterator[tuple[str, bytes]]:
    for charset in ("gb18030", "utf-16-le", "utf-16-be"):
        data = text.encode(charset, "ignore")
        if len(data) >= 6:
            yield charset, data


def _base64(plain: bytes) -> Iterator[bytes]:
    """The characters that stand for ``plain`` whatever comes before and after it, for the three
    alignments, in both alphabets.
    """
    for shift in range(3):
        first = -(-shift * 8 // 6)
        last = (shift + len(plain)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            body = encode(b"\0" * shift + plain + b"\0\0")[first:last]
            if len(body) >= _ENCODED_SHORTEST:
                yield body


def _hashed(value: str) -> Iterator[tuple[str, bytes]]:
    """Unsalted hashes of the number: a phone has but ten thousand million values, so all of them
    can be tried.
    """
    digits = re.sub(r"\D", "", value)
    for text in dict.fromkeys((value, digits, "86" + digits, "+86" + digits)):
        for name, digest in _digests(text.encode()):
            yield from ((f"unsalted-{name}", data) for data in _written(digest))


def _digests(data: bytes) -> Iterator[tuple[str, bytes]]:
    for name in _HASHES:
        yield name, hashlib.new(name, data, usedforsecurity=False).digest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(data)
    yield "sm3", sm3.finalize()


def _written(digest: bytes) -> Iterable[bytes]:
    text = digest.hex()
    writings: list[Callable[[bytes], bytes]] = [base64.b64encode, base64.urlsafe_b64encode]
    encoded = [write(digest).rstrip(b"=") for write in writings]
    short = [text[8:24].encode(), text[8:24].upper().encode()] if len(digest) == 16 else []
    return [text.encode(), text.upper().encode(), *encoded, *short]

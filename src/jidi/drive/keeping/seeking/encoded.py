"""What runs of base64, base32 and hexadecimal digits stand for, packed or in another charset."""

from __future__ import annotations

import base64
import codecs
import contextlib
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

LONGEST_RUN: Final = 64 * 1024
"""Characters of one encoded run that are looked into; see :func:`is_opaque`."""
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_PARTS: Final = re.compile(r"[A-Za-z0-9+=]{8,}")
_MOST_PARTS: Final = 16
_SEAM: Final = re.compile(r"[/_-]")
_LONGEST_HAN: Final = 1024
"""Characters of base64 in which Chinese words that are no UTF-8 are looked for."""
_HEX: Final = re.compile(r"(?:(?:0x|\\x|%)?[0-9A-Fa-f]{2}[\s:,;-]{0,2}){6,}")
_HEX_FRAME: Final = re.compile(r"0x|[^0-9A-Fa-f]")
_BASE32: Final = re.compile(r"[A-Z2-7]{10,}")
_PACKED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How gzip and zlib begin."""
_MOST_FRAME: Final = 64
"""Bytes before them that are passed over."""
_PLAIN_HEX: Final = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_STANDARD: Final = str.maketrans("-_", "+/")
_ASCII_AMONG_BYTES: Final = re.compile(rb"[ -~]{12,}")
_AMONG_BYTES: Final = re.compile(
    rb"(?:\d[^0-9A-Za-z]{0,3}){7}|[\w.]@\w|(?:[\xe3-\xe9][\x80-\xbf]{2}){3}"
)
_MOST_BYTES: Final = 4096
"""Bytes that are read; who hides something in more of them hides it in these as well."""
_COMMON: Final = frozenset(
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF if row < 0xD7 else 0xFA)
)
"""The 3,755 characters of level 1 of GB 2312: one character in seventeen that chance makes."""
_SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文欧司上诸慕"
)
"""Of three characters by chance one row in a hundred begins like a name."""
_ENOUGH: Final = 4
_ORDERS: Final = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_READ_AS_LATIN: Final = re.compile(r"[\x81-\xfe]{2,}")
_WORDS: Final = re.compile(r"[^ -~\s、。，：；（）·]+")


_FREE: Final = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-WYZa-wyz])|(?<=\d[Xx])(?=[A-Za-z])")


def is_opaque(text: str) -> bool:
    """Whether ``text`` holds an encoded run too long to be looked through at every shift."""
    return len(text) > LONGEST_RUN and any(
        len(run.group()) > LONGEST_RUN for run in _ENCODED.finditer(text)
    )


def decoded(text: str) -> Iterator[str]:
    """What hexadecimal digits and base64 in ``text`` stand for, at every alignment, as far as it
    says something.
    """
    for match in _HEX.finditer(text):
        digits = _HEX_FRAME.sub("", match.group()[:LONGEST_RUN])
        for shift in range(2):
            data = bytes.fromhex(digits[shift : shift + (len(digits) - shift) // 2 * 2])
            for told in (data, data[1:]):  # a word such as "see" ends in a digit of that kind
                yield from _told(told)
                yield from _han_texts(told)
    for match in _BASE32.finditer(text):
        yield from _told(_of_base32(match.group()))
    for source in dict.fromkeys((text, re.sub(r"\s+", "", text))):
        for match in _ENCODED.finditer(source):
            if _PLAIN_HEX.fullmatch(match.group()) is None:
                yield from _of_run(match.group()[:LONGEST_RUN])


def _of_run(run: str) -> Iterator[str]:
    """What ``run`` stands for, and each of its parts, for a path or an id is a run, too."""
    parts = _PARTS.findall(run)
    for part in dict.fromkeys((run, *parts)) if len(parts) <= _MOST_PARTS else (run,):
        yield from _of_base64(part.translate(_STANDARD))
    starts = [0, *(match.end() for match in islice(_SEAM.finditer(run), _MOST_PARTS))]
    for rest in dict.fromkeys((*(run[start:] for start in starts), *islice(parts, _MOST_PARTS))):
        yield from _han_texts(_bytes_of(rest[:_LONGEST_HAN]))


def _bytes_of(run: str) -> bytes:
    """What a run of base64 stands for, without the character that is too many."""
    plain_run = run.translate(_STANDARD).rstrip("=")
    whole = plain_run[:-1] if len(plain_run) % 4 == 1 else plain_run
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def _of_base64(run: str) -> Iterator[str]:
    for shift in range(4):
        length = len(run) - shift
        whole = run[shift : shift + (length - 1 if length % 4 == 1 else length)]
        yield from _told(base64.b64decode(whole + "=" * (-len(whole) % 4)))


def _of_base32(run: str) -> bytes:
    """What a run of base32 stands for, without the characters that make no byte."""
    whole = run[: len(run) - 1] if len(run) % 8 in {1, 3, 6} else run
    try:
        return base64.b32decode(whole[:LONGEST_RUN] + "=" * (-len(whole) % 8))
    except ValueError:
        return b""


def _unpacked(data: bytes) -> bytes:
    """The beginning of what was compressed, wherever it begins, or ``data`` where nothing was."""
    for mark in _PACKED:
        begin = data.find(mark, 0, _MOST_FRAME)
        if begin >= 0:
            with contextlib.suppress(zlib.error):
                return zlib.decompressobj(47).decompress(data[begin:], _MOST_BYTES)
    return data


def _told(packed: bytes) -> Iterator[str]:
    """Bytes as text if they are text, or if something personal could stand among others. Two Han
    characters among bytes are chance, three are not.
    """
    data = _unpacked(packed)
    bare = data.replace(b"\0", b"")
    try:
        text = bare.decode("utf-8")
    except UnicodeDecodeError:
        if _AMONG_BYTES.search(bare) is not None:
            yield _FREE.sub(" ", bare.decode("utf-8", "replace"))
        yield from (match.group().decode() for match in _ASCII_AMONG_BYTES.finditer(bare))
        return
    if text.isprintable() or _AMONG_BYTES.search(bare) is not None:
        yield text
        yield _FREE.sub(" ", text)


def in_gbk(text: str) -> str:
    """``text`` in which bytes of GBK were read as Latin-1, as it was meant."""
    return _READ_AS_LATIN.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    meant = _text_in(match.group().encode("latin-1"), "gb18030")
    return meant if _COMMON.issuperset(meant) else match.group()


def _han_texts(data: bytes) -> Iterator[str]:
    """What ``data`` says in Chinese, where all of it is common characters and ASCII: at least four
    of them, or the three of a name, or as many as there are after a byte order mark.
    """
    if data.isascii():  # every English text is Chinese in UTF-16
        return
    for mark, charset in _ORDERS:
        if data.startswith(mark):
            yield from _if_common(_text_in(data[len(mark) :], charset), 2)
        else:
            yield from _if_common(_text_in(data, charset), _ENOUGH)
    yield from _if_common(_text_in(data, "gb18030"), _ENOUGH)


def _text_in(data: bytes, charset: str) -> str:
    """``data`` but for the last byte where that is the half of a character."""
    for end in (len(data), len(data) - 1):
        try:
            return data[: min(end, _MOST_BYTES)].decode(charset)
        except UnicodeDecodeError:
            continue
    return ""


def _if_common(text: str, enough: int) -> Iterator[str]:
    if text[:1] not in _COMMON and text[:1] > "~":
        return
    words = "".join(_WORDS.findall(text))
    if not _COMMON.issuperset(words):
        return
    name = len(words) == len(text) == _ENOUGH - 1 and words[0] in _SURNAMES
    if len(words) >= enough or name:
        yield text

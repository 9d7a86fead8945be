"""Chinese words in bytes that are no UTF-8: GB 18030, and UTF-16 of either order."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

_MOST: Final = 4096
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


def han_texts(data: bytes) -> Iterator[str]:
    """What ``data`` says in Chinese, where all of it is common characters and ASCII: at least four
    of them, or the three of a name, or as many as there are after a byte order mark.
    """
    if data.isascii():  # every English text is Chinese in UTF-16
        return
    for mark, charset in _ORDERS:
        if data.startswith(mark):
            yield from _if(_text(data[len(mark) :], charset), 2)
        else:
            yield from _if(_text(data, charset), _ENOUGH)
    yield from _if(_text(data, "gb18030"), _ENOUGH)


def in_gbk(text: str) -> str:
    """``text`` in which bytes of GBK were read as Latin-1, as it was meant."""
    return _READ_AS_LATIN.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    meant = _text(match.group().encode("latin-1"), "gb18030")
    return meant if _COMMON.issuperset(meant) else match.group()


def _text(data: bytes, charset: str) -> str:
    """``data`` but for the last byte where that is the half of a character."""
    for end in (len(data), len(data) - 1):
        try:
            return data[: min(end, _MOST)].decode(charset)
        except UnicodeDecodeError:
            continue
    return ""


def _if(text: str, enough: int) -> Iterator[str]:
    if text[:1] not in _COMMON and text[:1] > "~":
        return
    words = "".join(_WORDS.findall(text))
    if not _COMMON.issuperset(words):
        return
    name = len(words) == len(text) == _ENOUGH - 1 and words[0] in _SURNAMES
    if len(words) >= enough or name:
        yield text

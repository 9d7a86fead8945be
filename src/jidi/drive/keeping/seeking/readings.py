"""Other readings of a text: what it says once encodings, escapes, gaps and invisible characters are
undone. A stranger's value is searched in each of them.
"""

from __future__ import annotations

import base64
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import unquote

MOST: Final = 32
"""Readings of one text that are tried; nobody means more layers than these make up."""
LONGEST_RUN: Final = 64 * 1024
"""Characters of one encoded run that are looked into; see :func:`is_opaque`."""
HAN: Final = "〇々㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
"""Chinese characters, as they stand between the brackets of a pattern."""
HAN_RUN: Final = re.compile(f"[{HAN}]+")
_LAYERS: Final = 3
_REMEMBERED: Final = 200
"""Characters of texts whose readings are remembered: ids, codes and times come again and again."""
_GAP: Final = r"(?:\s|[-.·•_/\\－．、*~|+:]){1,3}"
_DIGIT_GAP: Final = r"(?:\s|[-.·•_/\\|~－．、]){1,3}"
_BETWEEN_DIGITS: Final = re.compile(rf"(?<=\d){_DIGIT_GAP}(?=\d|[Xx]\b)")
_BETWEEN_GROUPS: Final = re.compile(r"(?<=\d)[\s.·]{1,2}(?=\d)")
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{HAN}]){_GAP}(?=[{HAN}])")
_EACH_APART: Final = re.compile(r"[\w@.+-]([^\w@]|[_])[\w@.+-](?:\1[\w@.+-]){5,}")
_FREE: Final = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-WYZa-wyz])|(?<=\d[Xx])(?=[A-Za-z])")
_ESCAPE: Final = re.compile(
    r"\\+u\{?([0-9A-Fa-f]{4,6})\}?|%u([0-9A-Fa-f]{4})|\\+x([0-9A-Fa-f]{2})|U\+([0-9A-Fa-f]{4,5})"
)
_TAG: Final = re.compile(r"<[A-Za-z/!][^<>]{0,300}>(?:\s{0,9}<[A-Za-z/!][^<>]{0,300}>){0,9}")
_LISTED: Final = re.compile(
    r"""(?<=[\w@.+-])["']\s{0,9},\s{0,9}["'](?=[\w@.+-])"""
    r"|(?<![0-9][0-9])(?<=[0-9]),\s{0,9}(?=[0-9](?![0-9]))"
)
_BLANK: Final = re.compile(r"\\+[nrtvf]")
_OCTAL: Final = re.compile(r"\\([0-3][0-7]{2})")
_QUOTED: Final = re.compile(r"(?:=[0-9A-Fa-f]{2})+")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_PARTS: Final = re.compile(r"[A-Za-z0-9+=]{8,}")
_MOST_PARTS: Final = 16
_SEAM: Final = re.compile(r"[/_-]")
_LONGEST_HAN: Final = 1024
"""Characters of base64 in which Chinese words that are no UTF-8 are looked for."""
_HEX: Final = re.compile(r"(?:(?:0x|\\x|%)?[0-9A-Fa-f]{2}[\s:,;-]{0,2}){6,}")
_HEX_FRAME: Final = re.compile(r"0x|[^0-9A-Fa-f]")
_DECIMAL_CODES: Final = re.compile(r"(?:\b\d{2,3}[\s,;]{1,2}){6,}\d{2,3}\b")
_REVERSIBLE: Final = re.compile(
    r"(?<!\d)(?:\d{11}(?:6800|68\+)?|[\dXx]\d{17}|\d{7,8}-\d{2,3}0)(?!\d)|moc\.|nc\.|ten\.|gro\."
)
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
                if reading not in seen and len(seen) <= MOST:
                    seen[reading] = None
                    fresh.append(reading)
        layer = fresh
    return tuple(seen)[1:]


def is_opaque(text: str) -> bool:
    """Whether ``text`` holds an encoded run too long to be looked through at every shift."""
    return len(text) > LONGEST_RUN and any(
        len(run.group()) > LONGEST_RUN for run in _ENCODED.finditer(text)
    )


def plain(text: str) -> str:
    """``text`` with compatible characters and digits of any script made plain, without what cannot
    be seen.
    """
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in folded
        if unicodedata.category(character) not in {"Cf", "Mn", "Me", "Cc", "Co"}
        or character in "\t\n\r"
    )


def squeezed(text: str) -> str:
    """``text`` as letters and digits only, without what may be put between them."""
    if text.isascii():
        return text.translate(_NO_GAPS)
    return "".join(character for character in plain(text) if character.isalnum())


_NO_GAPS: Final = {code: None for code in range(128) if not chr(code).isalnum()}


def _once(text: str) -> Iterator[str]:
    for read in _READERS:
        made = read(text)
        if made != text:
            yield made
    yield from _decoded(text)


def _unspaced(text: str) -> str:
    return _BETWEEN_HAN.sub("", _BETWEEN_DIGITS.sub("", text))


def _grouped(text: str) -> str:
    """Without the gaps between groups of digits, but with the hyphen before an extension."""
    return _BETWEEN_GROUPS.sub("", text)


def _each_apart(text: str) -> str:
    """``text`` in which each character stood apart from the next."""
    return _EACH_APART.sub(lambda match: match.group()[::2], text)


def _unescaped(text: str) -> str:
    if "\\" not in text and "%u" not in text and "U+" not in text:
        return text
    made = _ESCAPE.sub(_character, text)
    made = _OCTAL.sub(lambda match: chr(int(match.group(1), 8)), made)
    return _BLANK.sub("\n", made)


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()


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


def _from_codes(text: str) -> str:
    def letters(match: re.Match[str]) -> str:
        codes = [int(code) for code in re.findall(r"\d+", match.group())]
        return (
            "".join(map(chr, codes)) if all(32 <= code < 127 for code in codes) else match.group()
        )

    return _DECIMAL_CODES.sub(letters, text)


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


def _in_gbk(text: str) -> str:
    """``text`` in which bytes of GBK were read as Latin-1, as it was meant."""
    return _READ_AS_LATIN.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    meant = _text_in(match.group().encode("latin-1"), "gb18030")
    return meant if _COMMON.issuperset(meant) else match.group()


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


_READERS: Final[tuple[Callable[[str], str], ...]] = (
    plain,
    _utf8,
    _bytes_unquoted,
    _in_gbk,
    _unquoted,
    _unmarked,
    _unescaped,
    _unquoted_printable,
    _unframed,
    _unspaced,
    _grouped,
    _each_apart,
    _reversed,
    _from_codes,
)


def _decoded(text: str) -> Iterator[str]:
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


def _told(data: bytes) -> Iterator[str]:
    """``data`` as text if it is text, or if something personal could stand among other bytes. Two
    Han characters among bytes are chance, three are not.
    """
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

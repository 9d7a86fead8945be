"""Forms of personal data in folded text: boundary-guarded, confirmed by checksum or calendar, read
in their context.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from jidi.drive.keeping.seeking.scanner import is_identity_number
from jidi.scan.findings import Stretch, Subject
from jidi.scan.kinds.cards import cards
from jidi.scan.kinds.plates import plates
from jidi.scan.kinds.rooms import rooms

_BEFORE: Final = r"(?:(?<![0-9A-Za-z_])(?<!\d[-.])|(?<=\^FD))"
_CODE: Final = r"(?:(?:\+|00)?86[- ]?|\(\+?86\)[- ]?)?"
_MOBILE: Final = r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_EXTENSION: Final = (
    r"(?:\[\d{1,6}\]|\(\d{2,6}\)|-\d{1,6}|\s?(?:转|ext\.?|分机)\s?\d{1,6}|#\d{1,6}"
    r"|,\d{4}(?![\d-])|_\d{3,6}(?!\d))"
)
_VIRTUAL: Final = rf"(?:{_MOBILE}|950\d{{7,9}}|400\d{{7}}){_EXTENSION}"
_AREA: Final = r"0(?:10|2\d|[3-9]\d{2})"
_LANDLINE: Final = rf"(?:\({_AREA}\)\s?|{_AREA}[- ])[2-9]\d{{6,7}}(?:(?:-|转)\d{{1,6}})?"
_JOINED_REST: Final = r"(?:10[2-9]\d{7}|2\d[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7})"
_JOINED: Final = f"0{_JOINED_REST}"
_NUMBER: Final = re.compile(
    rf"(?=[+(01489]){_BEFORE}(?:(?P<virtual>{_CODE}{_VIRTUAL})|(?P<mobile>{_CODE}{_MOBILE})"
    rf"|(?P<landline>{_LANDLINE}))(?![- ]?\d)(?![A-Za-z_])"
)
_JOINED_LANDLINE: Final = re.compile(
    rf"0(?<![0-9A-Za-z_]0)(?<!\d[-.]0){_JOINED_REST}(?![0-9A-Za-z_-])"
)
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za"
    r"-z0-9])"
)
_FILES: Final = (
    "png jpg jpeg gif svg webp ico bmp css js mjs ts map json xml html htm woff ttf "
    "pdf zip gz tar mp4 mp3 wav txt log java class jar yml yaml conf"
)
_NO_DOMAIN: Final = frozenset(_FILES.split())
"""Endings of files that stand where the highest domain of an address would."""
_STAFF_NEAR: Final = re.compile(
    r"(?:派件员|快递员|业务员|揽收员|收派员|配送员|派送员|投递员|取件员|揽件员|小哥|骑手|司机"
    r"|网点|站点|驿站|客服|站长|师傅|courier|driver|rider)"
    r"(?:(?!客户|用户|顾客|客人|买家|收件|寄件|联系人|收货)[^0-9，,。；;]){0,12}$",
    re.IGNORECASE,
)
_STAFF_HINT: Final = re.compile("[员哥手机点站服长傅rR]")
"""The last character of every word for staff, so that most texts are done with at once."""
_IDENTIFIER_NEAR: Final = re.compile(
    r"(?:单号?|订单|运单|编号|流水|序号|工号|批次|(?<![a-z])(?:order|waybill|tracking|trace"
    r"|mailno|id|no|ts|seq|sku))(?:号|_?id|_?no)?[^\u3400-\u9fff0-9A-Za-z+]{0,3}$",
    re.IGNORECASE,
)
_IDENTITY_NEAR: Final = re.compile(r"证|身份|实名|id_?(?:card|no|num)|identity|cert", re.IGNORECASE)
_TELEPHONE_NEAR: Final = re.compile(
    r"手机|电话|联系|座机|主叫|被叫|号码|phone|mobile|call(?:er|ed|ee)|real|privacy|secret"
    r"|(?<![a-z])tel",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    r"\s?(?:bytes?|[kKMGT]i?B|B|[mnuµ]?s|secs?|seconds?|mins?|rows?|records?|items?|k?m|k?g|px|Hz|%"
    r"|元|角|分|件|个|次|条|克|千克|公斤|毫秒|微秒|纳秒|秒|字节|票|米"
    r"|厘米)(?![A-Za-z\u3400-\u9fff])"
)
_MEASURED: Final = re.compile(
    r"[¥￥$€]\s?\Z|\\?\" [1-5]\d\d \Z"
    r"|(?:长度|大小|耗时|时长|数量|件数|票数|金额|字节|合计|总计|共计?|余额|费用?|单价"
    r"|货值)\s?[:=为]?\s?\Z"
)
"""What stands before amounts, sizes and durations; the status before the size of an answer."""
_LISTED: Final = re.compile(
    r"\b\w*(?:id|no|code|sn)s?\s+(?:not\s+)?in\s*\([\d\s,']*\Z", re.IGNORECASE
)
_SERVICE: Final = re.compile(r"(?:95|96|12|10)\d{3,4}|(?:400|800)\d{7}")
_PROVINCES: Final = frozenset(
    str(code)
    for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 83))
    for code in range(*block)
)
_DIGIT: Final = re.compile(r"\d")
_RUN: Final = re.compile(r"\d{3}[- )]?\s?\d{4}")
_CARD_RUN: Final = re.compile(r"\d{4}[ -]?\d{4}[ -]?\d{4}")
_LONG_RUN: Final = re.compile(r"\d{17}")
_CREDENTIALS: Final = re.compile(r"://[^\s/@]*\Z")
_PATH: Final = re.compile(r":[\w.~-]*/\w")
_MASKED: Final = re.compile(r"[*＊×•●█]")
_WINDOW: Final = 24


class _Fold(dict[int, str]):
    """Translation of one character to its plain one, where that is one character too, so that
    places stay what they are.
    """

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        self[code] = plain if len(plain) == 1 else chr(code)
        return self[code]


_FOLD: Final = _Fold(
    {
        0x2010: "-",
        0x2011: "-",
        0x2012: "-",
        0x2013: "-",
        0x2014: "-",
        0x2212: "-",
        0x3010: "[",
        0x3011: "]",
    }
)


_FOLDED: Final = re.compile("[^\x00-\x7f\u3001\u3002\u3400-\u9fff]")


def fold(text: str) -> str:
    """``text`` with full-width and other compatible characters made plain; of the same length."""
    return text if text.isascii() else _FOLDED.sub(_folded, text)


def _folded(match: re.Match[str]) -> str:
    return _FOLD[ord(match.group())]


def number_forms(text: str) -> Iterator[Stretch]:
    """Numbers of identity, telephones and bank cards in folded ``text``."""
    yield from _identities(text)
    yield from _telephones(text)
    yield from _accounts(text)


def personal_forms(text: str, *, numbers: bool = True) -> Iterator[Stretch]:
    """Everything in folded ``text`` that has the form of personal data; names apart. ``numbers``
    False passes over telephone numbers.
    """
    if _DIGIT.search(text) is not None:
        if _LONG_RUN.search(text) is not None:
            yield from _identities(text)
        if numbers and _RUN.search(text) is not None:
            yield from _telephones(text)
    if "@" in text:
        yield from _emails(text)
    yield from (Stretch(start, end, "room") for start, end in rooms(text))
    if not text.isascii():
        yield from (Stretch(start, end, "plate") for start, end in plates(text))
    yield from _accounts(text)


def _accounts(text: str) -> Iterator[Stretch]:
    if _CARD_RUN.search(text) is not None:
        for start, end in cards(text):
            before = text[max(0, start - _WINDOW) : start]
            if not _IDENTIFIER_NEAR.search(before):
                yield Stretch(start, end, "bank-card")


def _emails(text: str) -> Iterator[Stretch]:
    for match in _EMAIL.finditer(text):
        if match.group().rpartition(".")[2].lower() not in _NO_DOMAIN and not _is_remote(
            text, match.start(), match.end()
        ):
            yield Stretch(match.start(), match.end(), "email")


def _is_remote(text: str, start: int, end: int) -> bool:
    """Whether what looks like an address of mail is the user and the host of a connection:
    ``://user:word@host``, ``git@host:path``.
    """
    return (
        _CREDENTIALS.search(text, max(0, start - 64), start) is not None
        or _PATH.match(text, end) is not None
    )


def _identities(text: str) -> Iterator[Stretch]:
    for match in _IDENTITY.finditer(text):
        number = match.group()
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        if _IDENTIFIER_NEAR.search(before) and not _IDENTITY_NEAR.search(before):
            continue
        if number[:2] in _PROVINCES and _is_day(number[6:14]) and is_identity_number(number):
            yield Stretch(match.start(), match.end(), "identity-number")


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1890
    except ValueError:
        return False


def _is_other_number(match: re.Match[str], before: str) -> bool:
    """Whether what stands around eleven bare digits says that they are no telephone number."""
    if _TELEPHONE_NEAR.search(before):
        return False
    return bool(
        _IDENTIFIER_NEAR.search(before)
        or _UNIT.match(match.string, match.end())
        or _MEASURED.search(before)
        or _LISTED.search(match.string, max(0, match.start() - 400), match.start())
    )


def _telephones(text: str) -> Iterator[Stretch]:
    for match in _NUMBER.finditer(text):
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        kind = str(match.lastgroup)
        if kind == "mobile" and match.group().isdigit() and _is_other_number(match, before):
            continue
        named = "virtual-number" if kind == "virtual" else kind
        yield Stretch(match.start(), match.end(), named, _subject(before))
    for match in _JOINED_LANDLINE.finditer(text):
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        if _TELEPHONE_NEAR.search(before):
            yield Stretch(match.start(), match.end(), "landline", _subject(before))


def _subject(before: str) -> Subject:
    return "staff" if _STAFF_HINT.search(before) and _STAFF_NEAR.search(before) else "user"


def is_service_line(text: str) -> bool:
    """Whether a number is a public service line of an enterprise, which is nobody's."""
    return _SERVICE.fullmatch(re.sub(r"\D", "", text)) is not None


def is_masked(text: str) -> bool:
    """Whether a sign hides a part of ``text``."""
    return _MASKED.search(text) is not None


_WITH_EXTENSION: Final = re.compile(rf"{_CODE}{_VIRTUAL}")
_BETWEEN: Final = re.compile(
    r"[\s.()\[\]/'\"=\u00ad\u00b7\u200b-\u200f\u2060\ud800-\udfff\ufeff-]+"
)
_DIGITS_OF_FIELD: Final = re.compile(r"\+?(?P<digits>\d{7,15})")
_MOBILE_OF_FIELD: Final = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_AS_FLOAT: Final = re.compile(
    r"\d{1,20}(?:\.\d{1,20}(?:[eE][+-]?0{0,9}\d\d?)?|[eE][+-]?0{0,9}\d\d?)"
)
"""A number as programs write it that take telephone numbers for quantities."""
_VIRTUAL_MAIN: Final = re.compile(r"950\d{7,9}")
_LOCAL: Final = 8


def telephone_of_field(value: str) -> str:
    """The kind of number that fills a field for telephones, however it is spelt; empty for none.

    Blanks, hyphens, dots, brackets, marks without width and halves of characters go; then seven to
    fifteen digits are a number, unless they are a service line or all alike.
    """
    if _WITH_EXTENSION.fullmatch(value) is not None:
        return "virtual-number"
    written = _AS_FLOAT.fullmatch(value)
    if written is not None:
        exact = Decimal(value)
        value = str(int(exact)) if exact == exact.to_integral_value() else value
    match = _DIGITS_OF_FIELD.fullmatch(_BETWEEN.sub("", value))
    return _kind_of_digits(match["digits"]) if match is not None else ""


def _kind_of_digits(digits: str) -> str:
    """The kind of telephone number; empty for a service line and for digits that are all alike."""
    if len(set(digits)) == 1 or is_service_line(digits):
        return ""
    if _MOBILE_OF_FIELD.fullmatch(digits) is not None:
        return "mobile"
    if _VIRTUAL_MAIN.fullmatch(digits) is not None:
        return "virtual-number"
    return "landline" if digits.startswith("0") or len(digits) <= _LOCAL else "mobile"


OLD_IDENTITY: Final = re.compile(r"[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
"""The identity number of fifteen digits, without a check character; taken for one only in a field
for them.
"""

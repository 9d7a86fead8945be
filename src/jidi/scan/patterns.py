"""Forms of personal data in folded text: boundary-guarded, confirmed by checksum or calendar, read in their context."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from jidi.drive.scanner import is_identity_number
from jidi.scan.findings import Stretch, Subject
from jidi.scan.names import is_person

_BEFORE: Final = r"(?<![0-9A-Za-z_])(?<!\d[-.])"
_CODE: Final = r"(?:(?:\+|00)?86[- ]?|\(\+?86\)[- ]?)?"
_MOBILE: Final = r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_EXTENSION: Final = r"(?:\[\d{1,6}\]|\(\d{2,6}\)|-\d{1,6}|\s?(?:转|ext\.?|分机)\s?\d{1,6}|#\d{1,6}|,\d{4}(?![\d-]))"
_VIRTUAL: Final = rf"(?:{_MOBILE}|950\d{{7,9}}|400\d{{7}}){_EXTENSION}"
_AREA: Final = r"0(?:10|2\d|[3-9]\d{2})"
_LANDLINE: Final = rf"(?:\({_AREA}\)\s?|{_AREA}[- ])[2-9]\d{{6,7}}(?:(?:-|转)\d{{1,6}})?"
_JOINED: Final = r"(?:010[2-9]\d{7}|02\d[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7})"
_NUMBER: Final = re.compile(rf"{_BEFORE}(?:(?P<virtual>{_CODE}{_VIRTUAL})|(?P<mobile>{_CODE}{_MOBILE})|(?P<landline>{_LANDLINE}))(?![- ]?\d)(?![A-Za-z_])")
_JOINED_LANDLINE: Final = re.compile(rf"{_BEFORE}{_JOINED}(?![0-9A-Za-z_-])")
_IDENTITY: Final = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?![0-9A-Za-z])")
_EMAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])")
_ORDINAL: Final = "(?:[0-9A-Za-z]{1,4}|[一二三四五六七八九十]{1,3})"
_ROOM: Final = re.compile(
    rf"(?:{_ORDINAL}(?:号楼|栋|幢|座)\s?)?(?<![0-9A-Za-z]){_ORDINAL}单元\s?(?:\d{{1,2}}[层楼]\s?)?\d{{1,4}}(?:室|房|户|号)?(?!\d)"
    rf"|(?:(?<![0-9A-Za-z]){_ORDINAL}(?:号楼|栋|幢|座)\s?)(?:\d{{1,2}}[层楼]\s?)?[A-Z]?\d{{2,4}}(?:室|房|户)?(?![\d号栋幢座单])"
    r"|(?<=[路街道巷弄村区苑园寓厦场里坊庭府城湾居号楼层院])\s?(?:\d{1,2}[层楼]\s?)?[A-Z]?\d{2,4}(?:室|房|户)"
    r"|(?<=[路街巷弄村区苑园寓厦里坊庭府城湾居号院])\s?\d{1,3}[-#]\d{1,3}-\d{2,4}(?![\d-])"
    rf"|(?<![0-9A-Za-z]){_ORDINAL}(?:号楼|栋|幢|座)\s?{_ORDINAL}单元"
)
_HAN: Final = "\u3400-\u9fff"
_PEOPLE: Final = "收件人|寄件人|收货人|发货人|发件人|取件人|联系人|签收人|代收人|顾客|买家|姓名|收方|寄方"
_STAFF: Final = "派件员|快递员|业务员|揽收员|收派员|配送员|派送员|投递员|小哥|网点|站点|驿站|客服|站长|师傅"
_LATIN_LABELS: Final = r"(?:receiver|recipient|consignee|sender|shipper|contact|customer|buyer)(?:_?name|Name)?|user_?name|real_?name"
_LABELLED: Final = re.compile(
    rf"(?:(?P<people>{_PEOPLE})|(?P<staff>{_STAFF})|(?<![A-Za-z])(?:{_LATIN_LABELS}))(?:姓名|名称)?(?:[\"']?\s?[:=为是【\[(]+\s?[\"']?|\s{{1,3}})(?P<name>[{_HAN}]{{2,8}}(?:·[{_HAN}]{{1,8}})?)"
)
_STOP: Final = re.compile("(?:的?(?:手机|联系|电话|地址|号码|先生|女士|小姐|签收|已|正在|将|为您|您|派送|收件|，))")
_STAFF_NEAR: Final = re.compile(rf"(?:{_STAFF}|courier|driver|rider)[^0-9，。；;]{{0,12}}$", re.IGNORECASE)
_IDENTIFIER_NEAR: Final = re.compile(
    r"(?:单号|订单|运单|编号|流水|序号|工号|批次|(?<![a-z])(?:order|waybill|tracking|trace|mailno|id|no|ts|seq|sku))(?:号|_?id|_?no)?[^\u3400-\u9fff0-9A-Za-z+]{0,3}$",
    re.IGNORECASE,
)
_TELEPHONE_NEAR: Final = re.compile(r"手机|电话|联系|座机|phone|mobile|(?<![a-z])tel", re.IGNORECASE)
_SERVICE: Final = re.compile(r"(?:95|96|12|10)\d{3,4}|(?:400|800)\d{7}")
_PROVINCES: Final = frozenset(str(code) for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 83)) for code in range(*block))
_MASKED: Final = re.compile(r"[*＊×•●█]")
_WINDOW: Final = 24


class _Fold(dict[int, str]):
    """Translation of one character to its plain one, where that is one character too, so that places stay what they are."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        self[code] = plain if len(plain) == 1 else chr(code)
        return self[code]


_FOLD: Final = _Fold({0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-", 0x3010: "[", 0x3011: "]"})


def fold(text: str) -> str:
    """``text`` with full-width and other compatible characters made plain; of the same length."""
    return text if text.isascii() else text.translate(_FOLD)


def stretches(text: str, *, numbers: bool = True) -> list[Stretch]:
    """Personal data in folded ``text``, in order, not overlapping; ``numbers`` False passes over telephone numbers, for fields of identifiers."""
    found = sorted(_all(text, numbers=numbers), key=lambda one: (one.start, -one.end))
    kept: list[Stretch] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _all(text: str, *, numbers: bool) -> Iterator[Stretch]:
    if len(text) < 4:
        return
    if _any_digit(text):
        yield from _identities(text)
        if numbers:
            yield from _telephones(text)
    if "@" in text:
        yield from (Stretch(match.start(), match.end(), "email") for match in _EMAIL.finditer(text))
    if not text.isascii():
        yield from (Stretch(match.start(), match.end(), "room") for match in _ROOM.finditer(text))
        yield from _names(text)


def _any_digit(text: str) -> bool:
    return re.search(r"\d", text) is not None


def _identities(text: str) -> Iterator[Stretch]:
    for match in _IDENTITY.finditer(text):
        number = match.group()
        if number[:2] in _PROVINCES and _is_day(number[6:14]) and is_identity_number(number):
            yield Stretch(match.start(), match.end(), "identity-number")


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1890
    except ValueError:
        return False


def _telephones(text: str) -> Iterator[Stretch]:
    for match in _NUMBER.finditer(text):
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        kind = str(match.lastgroup)
        if kind == "mobile" and match.group().isdigit() and _IDENTIFIER_NEAR.search(before) and not _TELEPHONE_NEAR.search(before):
            continue
        yield Stretch(match.start(), match.end(), "virtual-number" if kind == "virtual" else kind, _subject(before))
    for match in _JOINED_LANDLINE.finditer(text):
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        if _TELEPHONE_NEAR.search(before):
            yield Stretch(match.start(), match.end(), "landline", _subject(before))


def _subject(before: str) -> Subject:
    return "staff" if _STAFF_NEAR.search(before) else "user"


def is_service_line(text: str) -> bool:
    """Whether a number is a public service line of an enterprise, which is nobody's."""
    return _SERVICE.fullmatch(re.sub(r"\D", "", text)) is not None


def is_masked(text: str) -> bool:
    """Whether a sign hides a part of ``text``."""
    return _MASKED.search(text) is not None


def _names(text: str) -> Iterator[Stretch]:
    for match in _LABELLED.finditer(text):
        name = _STOP.split(match["name"], maxsplit=1)[0]
        after = text[match.start("name") + len(name) : match.start("name") + len(name) + 1]
        if not is_person(name) or is_masked(after):
            continue
        yield Stretch(match.start("name"), match.start("name") + len(name), "name", "staff" if match["staff"] else "user")


TELEPHONE_FIELD: Final = re.compile(rf"{_CODE}{_JOINED}|{_JOINED}")
"""A landline without separators; taken for one only in a field for telephones."""

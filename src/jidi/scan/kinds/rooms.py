"""The part of an address that leads to the door: building, unit and room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMERAL: Final = "一二三四五六七八九十"
_SIDE: Final = "甲乙丙丁戊东西南北中"
_ORDINAL: Final = f"(?:[0-9A-Za-z]{{1,4}}|[{_NUMERAL}]{{1,3}}|[{_SIDE}])"
_BUILDING: Final = rf"(?<![0-9A-Za-z]){_ORDINAL}(?:号楼|号院|栋|幢|座|#楼?)\s?"
_FLOOR: Final = r"(?:\d{1,2}[层楼F]\s?)"
_DOOR: Final = rf"(?:[A-Z]?-?\d{{1,4}}|[{_NUMERAL}〇零百]{{2,5}})(?:室|房|户|号房?)?(?!\d)"
_ESTATE: Final = "路街巷弄村区苑园寓厦里坊庭府城湾居号楼层院邸轩阁墅郡社期际场厂大厦花园广场"
_ROOM: Final = re.compile(
    rf"(?:{_BUILDING})?(?<![0-9A-Za-z]){_ORDINAL}(?:单元|门(?=\d{{3,4}}))\s?{_FLOOR}?{_DOOR}"
    rf"|(?<![0-9A-Za-z]){_ORDINAL}(?:号楼|栋|幢|座)\s?{_FLOOR}?(?:[A-Z]?-?\d{{2,4}}"
    rf"|[{_NUMERAL}〇零百]{{2,5}}室)(?:室|房|户)?(?![\d号栋幢座单])"
    rf"|(?<=[{_ESTATE}])\s?{_FLOOR}?[A-Z]?-?\d{{2,4}}(?:室|房(?!间)|户(?!型))"
    r"|(?<=[弄巷])\d{1,4}号\s?\d{3,4}(?:室|房)?(?!\d)"
    rf"|(?<=[{_ESTATE}])\s?[(]?\d{{1,2}}#\s?\d{{3,4}}(?:室|房|户)?(?![\d-])"
    rf"|(?<![0-9A-Za-z])(\d{{1,2}})[层楼F]\s?[A-Z]?\1\d{{2}}(?:室|房|户)?(?!\d)"
    rf"|{_BUILDING}{_ORDINAL}单元"
)
_SIGN: Final = re.compile("[栋幢座元门室房户层楼弄巷院#F]")
"""What stands in every room, at most ``_REACH`` characters from where it begins."""
_REACH: Final = 12
_DASHED: Final = re.compile(
    r"\d(?<![0-9A-Za-z.#*_-]\d)\d{0,2}[-#](?:\d{1,2}[-#])?\d{3,4}(?:室|房)?(?![-0-9A-Za-z*.:/年月])"
)
_ESTATE_BEFORE: Final = re.compile(
    "[路街巷弄村区苑园寓厦里坊庭府城湾居院邸轩阁墅郡社期际场]\\s?[(]?\\Z"
)
_HAN_BEFORE: Final = re.compile("[\u4e00-\u9fff]\\Z")
_NO_ROOM_BEFORE: Final = re.compile(
    r"(?:码|凭|架|柜|间|台|机|箱|包|盘|道|排|列|站|货位|库位|储位|格口?|号牌?|型号?|规格|版本?"
    r"|编号|批次?|口|枪|库|线|段|比分|比|分|款|色|尺寸|电话|热线|日期|时间|年|月|日|单号?"
    r"|券)\s?[:=]?\s?\Z"
)
_DASHED_FIELD: Final = re.compile(
    r"(?:(?<=[^0-9A-Za-z-])|^)(?:\d{1,3}[-#]\d{1,2}[-#]\d{1,4}|\d{1,2}[-#]\d{3,4})(?:室"
    r"|房)?(?=\)?$)"
)
_ENGLISH: Final = r"(?:Room|Rm\.?|Flat|Apt\.?|Apartment|Suite) ?#?[A-Z]?\d{1,4}[A-Z]?"
_ENGLISH_HINT: Final = re.compile("Room|Rm|Flat|Apt|Apartment|Suite")
_ENGLISH_BLOCK: Final = r"(?:Unit|Building|Bldg\.?|Block|Tower|Floor) ?#?\w{1,4}"
_ENGLISH_ROOM: Final = re.compile(
    rf"(?<!\w)(?:{_ENGLISH}(?:, ?{_ENGLISH_BLOCK})+|{_ENGLISH_BLOCK},? ?(?:{_ENGLISH_BLOCK},? ?)?"
    rf"{_ENGLISH})(?!\w)"
)
_ENGLISH_FIELD: Final = re.compile(rf"(?<!\w){_ENGLISH}(?!\w)")
_ROOM_FIELD: Final = re.compile(
    r"[A-Z]?\d{0,2}-?\d{3,4}(?:室|房|号|户)?|\d{1,3}[-#]\d{1,3}(?:[-#]\d{2,4})?(?:室|房)?"
)


def rooms(text: str) -> Iterator[tuple[int, int]]:
    """Where rooms stand in running text that is folded."""
    yield from _signed(text)
    if _ENGLISH_HINT.search(text) is not None:
        yield from (match.span() for match in _ENGLISH_ROOM.finditer(text))
    if ("-" in text or "#" in text) and not text.isascii():
        yield from (match.span() for match in _DASHED.finditer(text) if _is_dashed_room(match))


def _signed(text: str) -> Iterator[tuple[int, int]]:
    """Rooms with a character that says so."""
    start, sign = 0, _SIGN.search(text)
    while sign is not None:
        beyond = sign.end() + 4 * _REACH
        match = _ROOM.search(text, max(start, sign.start() - _REACH), beyond)
        if match is not None and match.end() > beyond - _REACH and beyond < len(text):
            match = None  # perhaps cut off; its own sign is nearer
        if match is not None:
            yield match.start() + _blanks(match.group()), match.end()
        start = sign.end() if match is None else max(match.end(), sign.end())
        sign = _SIGN.search(text, start)


def _is_dashed_room(match: re.Match[str]) -> bool:
    """Whether numbers with dashes are building, unit and room, by what stands before them."""
    before = match.string[max(0, match.start() - 6) : match.start()]
    if _NO_ROOM_BEFORE.search(before) is not None:
        return False
    three = len(re.findall("[-#]", match.group())) == 2
    return bool(_ESTATE_BEFORE.search(before) or (three and _HAN_BEFORE.search(before)))


def rooms_in_address(text: str) -> Iterator[tuple[int, int]]:
    """In a field for addresses: what stands at the end as 7-3-902, too."""
    match = _DASHED_FIELD.search(text) or (
        _ENGLISH_FIELD.search(text) if _ENGLISH_ROOM.search(text) is None else None
    )
    if match is not None:
        yield match.span()


def is_room(text: str) -> bool:
    """Whether the whole of a field for rooms is one."""
    return _ROOM_FIELD.fullmatch(text) is not None or _ROOM.fullmatch(text) is not None


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip(" ("))

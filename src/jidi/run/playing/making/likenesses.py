"""Values like a given one: another name for a name, another number for a number, of the same form
and length, so that whatever is true of the first by its form is true of the second (ADR 35).
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from jidi.run.playing.making import persons
from jidi.run.playing.making.usual_forms import some, unknown

_KEPT: Final = frozenset(
    "省市区县州盟旗镇乡村街路巷弄道号楼栋幢座单元室层房大有限公司的与和及等中心营业部转运网点站第不得无"
)
"""Characters that say what the others are; they stay where they are."""
_HAN: Final = re.compile("[㐀-鿿]")
_MOBILE: Final = re.compile("1[3-9][0-9]{9}")
_IDENTITY: Final = re.compile("[1-9][0-9]{16}[0-9X]")
_TIME: Final = re.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)?")
_OPERATOR: Final = re.compile("jidi-[a-z]+")
_PERSON: Final = re.compile("[㐀-鿿]{2,4}")
GOODS: Final = "name of goods"
"""Stands for the member ``name`` where it is that of goods, which are called like nobody."""
_PACKED: Final = "盒套件袋箱罐瓶"
"""With what the name of goods ends: in no person's name."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_NOBODYS: Final = ("example", "example.com", "example.net", "example.org")
_SENTENCES: Final = frozenset(
    {"reason", "manner", "service", "provision", "rights_and_duties", "text", "description"}
    | {"protection_measures", "remark"}
)
_REFERENCES: Final = frozenset({"reference", "evidence_reference"})
_LONGEST_PHRASE: Final = 30
_MINUTE: Final = timedelta(minutes=1)
_NUMBERS: Final = frozenset({"number", "service_number", "main", "un_no"})
_SEGMENT: Final = 3
"""Digits of a number that say what kind it is."""
_NUMERALS: Final = ("0123456789", "０１２３４５６７８９")


def like(value: str, member: str, pick: random.Random) -> str:
    """Another value of the form of ``value``, which stands under ``member``."""
    for form, make in _FORMS.items():
        if form.fullmatch(value):
            return make(value, pick)
    made = _by_member(value, member, pick)
    if made:
        return made
    kept = _SEGMENT if member in _NUMBERS else 0
    return value[:kept] + "".join(_sign(value, at, pick) for at in range(kept, len(value)))


def _by_member(value: str, member: str, pick: random.Random) -> str:
    """A likeness that follows from where the value stands; empty where its signs are enough."""
    if member in _SENTENCES and len(value) <= _LONGEST_PHRASE and _HAN.search(value):
        return _phrase(value, pick)
    if member in _REFERENCES:
        return _reference(value, pick)
    if member == GOODS and _HAN.search(value):
        return "".join(_sign(value, at, pick) for at in range(len(value) - 1)) + pick.choice(
            _PACKED
        )
    if member == "name" and _PERSON.fullmatch(value):
        return _person(value, pick)
    return ""


def moved(value: str, by: timedelta) -> str:
    """A time of RFC 3339 some time before or after ``value``, told by the same clock and as finely:
    what has no seconds gets none. What is no time stays as it is.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    zulu = value.endswith("Z")
    if not moment.second and not moment.microsecond:
        by -= by % _MINUTE
    made = (moment + by).isoformat()
    return made.replace("+00:00", "Z") if zulu else made


def is_time(value: str) -> bool:
    """Whether it has the form of a time of RFC 3339."""
    return _TIME.fullmatch(value) is not None


def place(names: Iterable[tuple[str, str]], pick: random.Random) -> dict[str, str]:
    """A place that there is for a made-up one: what stands for each name, which comes with the
    member of an address under which it stands.
    """
    province, city, district, division = pick.choice(persons.PLACES)
    found = {"province": province, "city": city, "district": district, "division_code": division}
    found["postal_code"] = division[:4] + "00"
    return {name: found[member] for member, name in names if member in found}


def _sign(value: str, at: int, pick: random.Random) -> str:
    sign = value[at]
    for numerals in _NUMERALS:
        if sign in numerals:
            first = at == 0 or value[at - 1] not in numerals
            return sign if first and sign == numerals[0] else pick.choice(numerals[first:])
    if sign in string.ascii_uppercase:
        return pick.choice(string.ascii_uppercase)
    if sign in string.ascii_lowercase:
        return pick.choice(string.ascii_lowercase)
    if _HAN.match(sign) and sign not in _KEPT:
        return pick.choice(persons.COMMON + persons.GIVEN)
    return sign


def _person(value: str, pick: random.Random) -> str:
    if value[:2] in persons.LONG_SURNAMES:
        surname, given = pick.choice(persons.LONG_SURNAMES), len(value) - 2
    else:
        surname, given = pick.choice(persons.SURNAMES), len(value) - 1
    signs = persons.ALONE if len(value) == 2 else persons.GIVEN
    return surname + "".join(pick.sample(signs, given))


def _phrase(value: str, pick: random.Random) -> str:
    """Words as they stand in business papers, about as many."""
    words = pick.sample(persons.BUSINESS, max(2, (len(value) + 1) // 2))
    return "".join(words) + ("。" if value.endswith("。") else "")


def _reference(value: str, pick: random.Random) -> str:
    """How papers are numbered; where the first is ASCII, its place may allow nothing else."""
    year, number = pick.randrange(2024, 2027), some(pick, string.digits, 4)
    mark = some(pick, string.ascii_uppercase, 2)
    word = pick.choice(("合同", "备案", "评估", "审批", "记录", "台账"))
    if value.isascii():
        return pick.choice((f"{mark}-{year}-{number}", f"{mark}_{number}", f"{year}{mark}{number}"))
    return pick.choice(
        (f"{mark}-{year}-{number}", f"{word}〔{year}〕{number}号", f"{word}{mark}{number}")
    )


def _mail(_value: str, pick: random.Random) -> str:
    """An address in a domain that is nobody's (RFC 2606): something may be sent there."""
    return f"{_operator('', pick)}@{_domain(pick)}"


def _site(value: str, pick: random.Random) -> str:
    return f"{value.partition(':')[0]}://{_domain(pick)}"


def _domain(pick: random.Random) -> str:
    name = some(pick, string.ascii_lowercase, pick.randrange(4, 10))
    return f"{name}.{pick.choice(_NOBODYS)}"


def _mobile(_value: str, pick: random.Random) -> str:
    return pick.choice(persons.MOBILES) + some(pick, string.digits, 8)


def _identity(_value: str, pick: random.Random) -> str:
    born = datetime(1960, 1, 1) + timedelta(days=pick.randrange(16_000))  # noqa: DTZ001 - a day
    head = f"{pick.choice(persons.PLACES)[3]}{born:%Y%m%d}{some(pick, string.digits, 3)}"
    total = sum(int(sign) * weight for sign, weight in zip(head, _WEIGHTS, strict=True))
    return head + _CHECKS[total % 11]


def _operator(_value: str, pick: random.Random) -> str:
    letters = some(pick, string.ascii_lowercase, pick.randrange(4, 8))
    digits = some(pick, string.digits, pick.randrange(3, 6))
    return pick.choice((letters + digits, f"{letters}.{digits}", f"E{digits}{letters[:2]}"))


_FORMS: Final[Mapping[re.Pattern[str], Callable[[str, random.Random], str]]] = {
    re.compile("[^@ ]+@[^@ ]+"): _mail,
    re.compile("https?://[a-z.-]+"): _site,
    _MOBILE: _mobile,
    _IDENTITY: _identity,
    re.compile("jidi-unknown-id"): lambda _value, pick: unknown(pick),
    _OPERATOR: _operator,
}

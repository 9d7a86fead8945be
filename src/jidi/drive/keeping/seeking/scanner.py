"""Finds personal data in free text by form: boundary-guarded patterns and checksums, so that
numbers of parcels and orders are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_D = "[0-9０-９]"
_BEFORE, _AFTER = "(?<![0-9A-Za-z０-９])", "(?![0-9A-Za-z０-９])"
_GAP = "[- －]?"
_MOBILE = f"(?:(?:[+＋]|00)?86{_GAP})?[1１][3-9３-９]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}"
_VIRTUAL = f"(?:[1１]{_D}{{10}}|950{_D}{{7,8}}|400{_D}{{7}}|0{_D}{{9,11}})(?:[-－,]|转){_D}{{1,6}}"
_LANDLINE = f"[0０]{_D}{{2,3}}[- －]{_D}{{7,8}}(?:[-－]{_D}{{1,6}})?"
_JOINED_LANDLINE = f"[0０][1-9１-９]{_D}{{8,10}}"
_IDENTITY = f"[1-9１-９]{_D}{{16}}[0-9０-９Xxｘ]"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}"

_ROOM = re.compile(
    f"{_D}{{1,4}}(?:号楼|号|弄|栋|幢|座)(?:(?:{_D}{{1,4}}|[A-Za-z])(?:号楼|号|栋|幢|座|单元|层|楼|室|户)){{2,5}}"
)
"""A door from the house to the room: three numbers and more."""
_NUMBERS = re.compile(
    f"{_BEFORE}(?:(?P<virtual>{_VIRTUAL})|(?P<phone>{_MOBILE}|{_LANDLINE}|{_JOINED_LANDLINE}))(?![-－]?{_D}){_AFTER}"
)
_ALWAYS = re.compile(f"{_BEFORE}(?:(?P<identity>{_IDENTITY}){_AFTER}|(?P<email>{_EMAIL}))")
PROVINCES = frozenset(
    str(code)
    for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for code in range(*block)
)
"""The first two digits of an identity number (GB/T 2260; 81 to 83 are residence permits)."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch ``text[start:end]`` that has the form of personal data."""

    start: int
    end: int
    kind: str


def find_personal(text: str) -> list[Finding]:
    """Stretches of ``text`` in order, not overlapping."""
    found = sorted(_findings(text), key=lambda finding: (finding.start, -finding.end))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def _findings(text: str) -> Iterator[Finding]:
    for match in _ALWAYS.finditer(text):
        if match.lastgroup != "identity" or is_identity_number(match.group()):
            yield Finding(match.start(), match.end(), str(match.lastgroup))
    for match in _ROOM.finditer(text):
        yield Finding(match.start(), match.end(), "room")
    for match in _NUMBERS.finditer(text):
        yield Finding(match.start(), match.end(), str(match.lastgroup))


def is_identity_number(text: str) -> bool:
    """Whether ``text`` is an 18-digit resident identity number: the code of a province, a day of
    birth and the right check character (GB 11643). One number in eleven has the last by chance, and
    numbers of parcels often have 18 digits.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", plain):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, plain[:17], strict=True))
    return plain[:2] in PROVINCES and is_day(plain[6:14]) and "10X98765432"[total % 11] == plain[17]


def is_day(digits: str) -> bool:
    """Whether eight digits are a day on which somebody who lives may have been born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1890 <= born.year <= 2100

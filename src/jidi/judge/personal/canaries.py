"""Canaries: planted personal values, and the exact search for them in whatever a candidate sends. A
hit never shows the value.

- Every spelling counts: encoded, spaced, with the country's code, in full width, hashed without a
  salt (PI-07.2, "in whatever encoding").
- A run of digits inside a longer one is no hit: it is another number.
- Only what was planted is sought, so that a hit needs no guess (PI-07.2, PI-09.3).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, get_args

from ahocorasick_rs import BytesAhoCorasick, Implementation

from jidi.model.journal.play_records import (
    CanaryClass,
    CanaryKind,
    CanarySubject,
    PlantedValue,
    ScenarioStarted,
)
from jidi.model.texts.spellings import spellings

KINDS: Final[tuple[CanaryKind, ...]] = get_args(CanaryKind)
"""What a canary can be."""
_ROOM: Final = re.compile(
    r"(?:[0-9A-Za-z]+(?:号楼|栋|幢|座))?[0-9A-Za-z一二三四五六七八九十]+单元[0-9A-Za-z]+[室房户]?"
)
_SHORTEST_TEXT: Final = 6
_MASKED: Final = re.compile("(?<![0-9A-Za-z])[*＊]|[*＊](?![0-9A-Za-z])")
"""A star that hides something: one between two digits or letters multiplies (``5*5``)."""
_EXTENDED: Final = re.compile(r"(\+[0-9]+|0[0-9]{2,3}-?[0-9]{7,8})-[0-9]{1,6}")
_HEAD: Final = 16
"""So many bytes of a spelling are in the automaton; the rest is compared when they are met. It
keeps the automaton small and quick to build.
"""
_Entry = tuple[bytes, int, str]


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted value.

    ``kind`` is one of :data:`KINDS`, ``pi_class`` its class, ``owner`` the party that handed it
    over (empty while nobody did), ``subject`` whose it is: ``sender``, ``recipient``, ``parcel``,
    or empty when it was made alone.
    """

    value: str
    kind: CanaryKind
    pi_class: CanaryClass
    owner: str = ""
    subject: CanarySubject = ""

    def __repr__(self) -> str:
        """Without the value, so that no message shows it by accident."""
        return (
            f"Canary({self.kind}, {self.pi_class}, owner={self.owner!r}, subject={self.subject!r})"
        )

    def as_planted(self) -> PlantedValue:
        """For the journal, where values that the kit made up may stand; without the owner."""
        return PlantedValue(
            value=self.value, kind=self.kind, pi_class=self.pi_class, subject=self.subject
        )

    @classmethod
    def of(cls, planted: PlantedValue, owner: str = "") -> Canary:
        """Inverse of :meth:`as_planted`."""
        return cls(planted.value, planted.kind, planted.pi_class, owner, planted.subject)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place at which a canary was found: ``form`` names its spelling, ``offset`` and ``end``
    count bytes; ``canary`` is its index in the automaton.
    """

    kind: str
    pi_class: str
    form: str
    offset: int
    end: int
    canary: int


class Automaton:
    """All spellings of all canaries, compiled once; safe to use from many threads. Canaries of
    equal kind and value share one entry.
    """

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self.canaries: tuple[Canary, ...] = tuple(dict.fromkeys(canaries))
        entries: dict[bytes, _Entry] = {}
        for index, canary in enumerate(self.canaries):
            for data, form in spellings(
                canary.value, phone=canary.kind in {"phone", "virtual-number"}
            ).items():
                entries.setdefault(data, (data, index, form))
        heads: dict[bytes, list[_Entry]] = {}
        for entry in entries.values():
            heads.setdefault(entry[0][:_HEAD], []).append(entry)
        self._entries = tuple(heads.values())
        self._machine = (
            BytesAhoCorasick(list(heads), implementation=Implementation.NoncontiguousNFA)
            if heads
            else None
        )
        same: dict[tuple[str, str], list[int]] = {}
        for index, canary in enumerate(self.canaries):
            same.setdefault((canary.kind, canary.value), []).append(index)
        self._same = same

    def bearers(self, hit: Hit) -> list[Canary]:
        """Every canary that has the value of ``hit``: two consignments may by chance name people
        alike.
        """
        canary = self.canaries[hit.canary]
        return [self.canaries[index] for index in self._same[canary.kind, canary.value]]

    def hits_of(self, value: str, form: str) -> list[Hit]:
        """A hit for each kind of canary that has ``value``, where it was seen in that spelling."""
        return [
            Hit(kind, self.canaries[indexes[0]].pi_class, form, 0, len(value), indexes[0])
            for (kind, one), indexes in self._same.items()
            if one == value
        ]

    def matches(self, data: bytes) -> Iterator[tuple[int, str, int, int]]:
        """Canary index, form, start and end of every match that stands free: not inside a longer
        number, hash or word of digits.
        """
        for pattern, start, _ in (
            self._machine.find_matches_as_indexes(data, overlapping=True)
            if self._machine is not None
            else ()
        ):
            for entry in self._entries[pattern]:
                end = start + len(entry[0])
                if data.startswith(entry[0], start) and _free(data, start, end, entry):
                    yield entry[1], entry[2], start, end


@lru_cache(maxsize=64)
def automaton_of(canaries: tuple[Canary, ...]) -> Automaton:
    """The automaton of these canaries: the checks of a scenario all look for the same ones."""
    return Automaton(canaries)


_DIGITS: Final = frozenset(b"0123456789")
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_UNGUARDED: Final = ("hex", "base64", "html", "json", "url")
_FULL_WIDTH_DIGIT: Final = re.compile(rb"\xef\xbc[\x90-\x99]")


def _free(data: bytes, start: int, end: int, entry: _Entry) -> bool:
    """Whether a match is no part of a longer number (or, for a hash, of a longer run of hex
    digits).
    """
    spelling, _, form = entry
    hashed = form.startswith("unsalted")
    if form.endswith(_UNGUARDED) or (hashed and not all(byte in _HEX for byte in spelling)):
        return True
    if form == "country-code" and data[max(0, start - 1) : start].isalnum():
        # Letters and 86 in front of the digits make a waybill number, not a telephone number.
        return False
    run = _HEX if hashed else _DIGITS
    before, after = data[max(0, start - 3) : start], data[end : end + 3]
    if _continues(before[-1:] + spelling[:1], run) or _continues(spelling[-1:] + after[:1], run):
        return False
    return not _continues_full_width(spelling, before, after)


def _continues(pair: bytes, run: frozenset[int]) -> bool:
    """Whether two bytes stand side by side, both of one run."""
    return len(pair) == 2 and pair[0] in run and pair[1] in run


def _continues_full_width(spelling: bytes, before: bytes, after: bytes) -> bool:
    """Whether a digit of full width, which takes three bytes, stands on either side of another."""
    if _FULL_WIDTH_DIGIT.match(spelling) and _FULL_WIDTH_DIGIT.fullmatch(before):
        return True
    whole = _FULL_WIDTH_DIGIT.fullmatch
    return whole(spelling[-3:]) is not None and whole(after) is not None


def search(data: bytes, automaton: Automaton) -> list[Hit]:
    """Every canary in ``data``, by offset; of overlapping spellings of one canary the longest is
    told.

    Linear in the bytes; a canary is found wherever it stands free, so there are no false alarms but
    by a random twin of the very value.
    """
    longest: dict[int, list[Hit]] = {}
    for index, form, start, end in sorted(
        automaton.matches(data), key=lambda match: (match[2], -match[3])
    ):
        hits = longest.setdefault(index, [])
        if hits and start < hits[-1].end:
            continue
        canary = automaton.canaries[index]
        hits.append(Hit(canary.kind, canary.pi_class, form, start, end, index))
    return sorted(
        (hit for hits in longest.values() for hit in hits), key=lambda hit: (hit.offset, hit.canary)
    )


def canaries_in(value: Any, subject: CanarySubject = "") -> list[Canary]:
    """The personal values of a consignment, a party, or any tree that holds such, by the names of
    their members.
    """
    found: list[Canary] = []
    if isinstance(value, list):
        for item in value:
            found += canaries_in(item, subject)
    elif isinstance(value, Mapping):
        found += _of_party(value, subject) if "address" in value or "phone" in value else []
        found += _of_contents(value)
        found += [*_of_remark(value.get("remark")), *_of_extensions(value.get("extensions"))]
        for name, item in value.items():
            if isinstance(item, Mapping | list) and name != "extensions":
                found += canaries_in(item, name if name in {"sender", "recipient"} else subject)
    return list(dict.fromkeys(found))


def _clear(value: Any, shortest: int) -> bool:
    """Whether a value is a text of some length that hides nothing; what is masked already is no
    secret.
    """
    return isinstance(value, str) and len(value) >= shortest and not _MASKED.search(value)


def _of_party(party: Mapping[str, Any], subject: CanarySubject) -> list[Canary]:
    found: list[Canary] = []
    if _clear(party.get("name"), 2):
        found.append(Canary(party["name"], "name", "direct", subject=subject))
    phone = party.get("phone")
    if isinstance(phone, Mapping):
        found += _of_phone(phone, subject)
    address = party.get("address")
    if isinstance(address, Mapping) and _clear(address.get("detail"), 2):
        found += of_detail(address["detail"], subject)
    return found


def _of_phone(phone: Mapping[str, Any], subject: CanarySubject) -> list[Canary]:
    if _clear(phone.get("number"), 7):
        extended = _EXTENDED.fullmatch(phone["number"])
        numbers = [phone["number"], *(extended.groups() if extended else ())]
        return [Canary(number, "phone", "direct", subject=subject) for number in numbers]
    virtual = phone.get("virtual_number")
    if (
        isinstance(virtual, Mapping)
        and isinstance(virtual.get("main"), str)
        and isinstance(virtual.get("extension"), str)
    ):
        number = f"{virtual['main']}-{virtual['extension']}"
        return [Canary(number, "virtual-number", "pseudonym", subject=subject)]
    return []


def of_detail(detail: str, subject: CanarySubject = "") -> list[Canary]:
    """The part of an address detail that leads to the door, which every spelling of the whole holds
    too; the whole where there is none.
    """
    room = _ROOM.search(detail)
    if room:
        return [Canary(room.group(), "room", "direct", subject=subject)]
    return (
        [Canary(detail, "address-detail", "direct", subject=subject)]
        if len(detail) >= _SHORTEST_TEXT
        else []
    )


def _of_contents(value: Mapping[str, Any]) -> list[Canary]:
    items: Sequence[Any] = (
        value["items"] if isinstance(value.get("items"), list) and "category_code" in value else []
    )
    names = [item.get("name") for item in items if isinstance(item, Mapping)]
    return [
        Canary(str(name), "item", "quasi", subject="parcel")
        for name in names
        if _clear(name, _SHORTEST_TEXT)
    ]


def _of_remark(remark: Any) -> list[Canary]:
    told = _clear(remark, _SHORTEST_TEXT)
    return [Canary(remark, "remark", "quasi", subject="parcel")] if told else []


def _of_extensions(extensions: Any) -> list[Canary]:
    """Texts that partners agreed upon beyond the standard: whose they are nobody knows, so they
    count as personal (PI-03.1).
    """
    if isinstance(extensions, str):
        told = _clear(extensions, _SHORTEST_TEXT)
        return [Canary(extensions, "extension", "quasi", subject="parcel")] if told else []
    below: Iterable[Any] = ()
    if isinstance(extensions, Mapping):
        below = extensions.values()
    elif isinstance(extensions, list):
        below = extensions
    return [canary for item in below for canary in _of_extensions(item)]


def planted_canaries(records: Iterable[object]) -> list[Canary]:
    """The canaries that the kit noted in its journal, as they were made."""
    return [
        Canary.of(one)
        for record in records
        if isinstance(record, ScenarioStarted)
        for one in record.canaries
    ]


def disguises(canary: Canary) -> list[str]:
    """Spellings that redaction could take for foreign data: the engine makes them known, so that a
    leak stays readable in the evidence.
    """
    kept = {"reversed", "reversed-halves"}
    found = [
        data.decode()
        for data, form in spellings(canary.value, phone=canary.kind == "phone").items()
        if form in kept or _mixed(form, data)
    ]
    return [*found, base64.b64encode(canary.value.encode()).decode()]


def _mixed(form: str, data: bytes) -> bool:
    return form.startswith("unsalted") and data != data.lower()

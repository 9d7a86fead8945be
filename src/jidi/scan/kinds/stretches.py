"""What a text or the value of a field holds: forms, fields inside, names, and all of it again in
the texts that are encoded inside.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Final

from jidi.scan.findings import Stretch, Subject
from jidi.scan.kinds.cards import is_card_of_field
from jidi.scan.kinds.fields import Role
from jidi.scan.kinds.layers import inner_texts
from jidi.scan.kinds.pairs import Field, fields_in
from jidi.scan.kinds.patterns import (
    OLD_IDENTITY,
    fold,
    is_masked,
    is_service_line,
    personal_forms,
    telephone_of_field,
)
from jidi.scan.kinds.people.names import is_hardly_a_word, named_in_field
from jidi.scan.kinds.people.sentences import names, names_beside
from jidi.scan.kinds.plates import PLATE
from jidi.scan.kinds.rooms import is_room, rooms_in_address

NUMBERS: Final = frozenset({"mobile", "landline", "virtual-number"})
_start: Final = attrgetter("start")
_NAMELESS: Final = frozenset({"place", "identifier", "quantity"})
_NESTED: Final = 4
"""How many fields that begin before a place are asked whether it lies in them."""
_BARE: Final = re.compile(r"[0-9 .,-]+\s?(?:[A-Za-z%]{1,5}|[\u4e00-\u9fff]{1,2})?")
"""A number, perhaps with its unit."""
_COUNTED: Final = frozenset({"identifier", "quantity"})
WHOLE: Final = frozenset(
    ["name", "maybe-name", "staff", "phone", "room", "identity", "address", "plate", "card"]
)
_SHORTEST: Final = 9
"""Shorter ASCII values of fields that say nothing hold nothing."""
_NAME_OR_TITLE: Final = re.compile(r"(?:先生|女士|小姐|\[\d{1,6}\])$")


def stretches(text: str, *, numbers: bool = True) -> list[Stretch]:
    """Personal data in folded ``text``, in order, not overlapping; ``numbers`` False passes over
    telephone numbers.
    """
    if len(text) < 2:
        return []
    fields = sorted(fields_in(text), key=_start)
    found = [one for field in fields for one in _shifted(field, text)]
    found += [
        one
        for stretch in personal_forms(text, numbers=numbers)
        if (one := _in_fields(stretch, fields, text)) is not None
    ]
    if not text.isascii():
        spoken = [*names(text), *names_beside(text, found)]
        found += [
            one for stretch in spoken if (one := _in_fields(stretch, fields, text)) is not None
        ]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Stretch] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return [one for one in kept if not _is_service(one.kind, text[one.start : one.end])]


def deep_stretches(text: str, *, numbers: bool = True) -> Iterator[tuple[str, Stretch, int]]:
    """Stretches of ``text`` and of the texts inside it that are not in it in clear already, each
    with its text and its offset.
    """
    folded = fold(text)
    seen: set[str] = set()
    for stretch in stretches(folded, numbers=numbers):
        seen.add(folded[stretch.start : stretch.end])
        yield folded, stretch, stretch.start
    for layer, inner, offset in inner_texts(text):
        plain = fold(inner)
        for stretch in stretches(plain, numbers=numbers):
            value = plain[stretch.start : stretch.end]
            if value not in seen:
                seen.add(value)
                yield plain, replace(stretch, layer=layer), offset


def field_stretches(
    value: str, role: Role, *, numbers: bool = True, number: bool = False
) -> Iterator[tuple[str, Stretch]]:
    """Findings in one field, each with its own text; ``number``: the value is a number of JSON."""
    if _is_count(value, role, number=number):
        return
    plain = fold(value).strip()
    if role not in WHOLE and _is_too_short(plain):
        return
    whole = _whole(plain, role)
    told = ""
    if whole is not None:
        told = plain[whole.start : whole.end]
        yield told, whole
    if len(told) > len(plain) // 2 or _is_count(plain, role):
        return
    for found, one in _by_form(value, role, numbers=numbers, number=number):
        if found not in told:
            yield found, one


def _by_form(
    value: str, role: Role, *, numbers: bool, number: bool
) -> Iterator[tuple[str, Stretch]]:
    """What a field shows by its form alone, however deep it is packed."""
    for text, stretch, _ in deep_stretches(value, numbers=numbers):
        one = _as_in_role(stretch, role, bare=False)
        if one is not None and not (number and stretch.kind == "bank-card"):
            yield text[one.start : one.end], one


def _is_count(plain: str, role: Role, *, number: bool = False) -> bool:
    """Whether a field that counts holds nothing but a number."""
    return role in _COUNTED and (number or _BARE.fullmatch(plain) is not None)


def _is_too_short(plain: str) -> bool:
    """Whether a field of no role of its own holds too little for anything to be found in it."""
    return len(plain) < _SHORTEST and plain.isascii() and "@" not in plain


def _whole(value: str, role: Role) -> Stretch | None:
    """What the role of a field says about the whole of its folded ``value``, or about its end."""
    if role not in WHOLE:
        return None
    subject: Subject = "staff" if role == "staff" else "user"
    name = _name_of_field(value, role)
    if name:
        return Stretch(value.index(name), value.index(name) + len(name), "name", subject)
    if role == "address":
        return next(
            (Stretch(start, end, "room", subject) for start, end in rooms_in_address(value)), None
        )
    kind = _kind_of_field(value, role)
    return Stretch(0, len(value), kind, subject) if kind else None


def _name_of_field(value: str, role: Role) -> str:
    if role not in {"name", "maybe-name", "staff"} or is_masked(value):
        return ""
    return (named_in_field(value) if role != "maybe-name" else _surely(value)) or ""


def _kind_of_field(value: str, role: Role) -> str:
    """The kind of value that fills a field of this role; empty for none."""
    match role:
        case "phone" | "staff":
            return telephone_of_field(value)
        case "room":
            return "room" if is_room(value) else ""
        case "identity":
            return "identity-number" if OLD_IDENTITY.fullmatch(value) else ""
        case "plate":
            return "plate" if PLATE.fullmatch(value) else ""
        case "card":
            return "bank-card" if is_card_of_field(value) else ""
    return ""


def _surely(value: str) -> str:
    name = _NAME_OR_TITLE.sub("", value)
    return name if is_hardly_a_word(name) else ""


def _shifted(field: Field, text: str) -> Iterator[Stretch]:
    value = text[field.start : field.end]
    whole = _whole(value.strip(), field.role)
    if whole is not None:
        start = field.start + len(value) - len(value.lstrip())
        yield replace(whole, start=start + whole.start, end=start + whole.end)


def _in_fields(stretch: Stretch, fields: list[Field], text: str) -> Stretch | None:
    """The stretch as it counts in the field of ``text`` in which it lies, if in one."""
    last = bisect_right(fields, stretch.start, key=_start)
    for field in reversed(fields[max(0, last - _NESTED) : last]):
        if stretch.end <= field.end:
            return _as_in_role(
                stretch,
                field.role,
                bare=field.role in _COUNTED
                and _BARE.fullmatch(text, field.start, field.end) is not None,
            )
    return stretch


def _as_in_role(stretch: Stretch, role: Role, *, bare: bool) -> Stretch | None:
    if (role in _NAMELESS and stretch.kind in {"room", "name"}) or (
        bare and stretch.kind in {*NUMBERS, "identity-number", "bank-card"}
    ):
        return None
    return replace(stretch, subject="staff") if role in {"staff", "place"} else stretch


def _is_service(kind: str, text: str) -> bool:
    return kind in NUMBERS and is_service_line(text)

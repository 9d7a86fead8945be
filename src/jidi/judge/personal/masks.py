"""Masks of an e-waybill (GB/T 41833, PI-13.2): what must be hidden, whatever sign hides it, and
that no other field gives it back.

- Of a person's name at least one character is hidden; the name and the service number of an
  organisation hide nothing, since they are nobody's.
- Of a telephone number at least six digits are hidden, or a virtual number that still lives stands
  in its place; the last four digits beside the waybill number warn.
- Of an address unit and room are hidden; the building may stay.
- Barcode, QR code, remark and the texts of an image hold no clear value.
- Masks of the same value do not complete each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jidi.judge.personal.canaries import Automaton, canaries_in, search
from jidi.judge.personal.leaf_texts import leaves
from jidi.judge.rules.transitions import instant

HIDDEN_DIGITS: Final = 6
"""Digits of a telephone number that must be hidden on a label; the four-star mask of web pages
hides four.
"""
_SIGNS: Final = "*＊×✕✖•●○◯█■□·_#"
_MASK: Final = re.compile(f"[{re.escape(_SIGNS)}xX]+")
_SURE_MASK: Final = re.compile(f"[{re.escape(_SIGNS)}]+")
_WITHHELD: Final = re.compile(r"⟦[a-z-]+:[0-9a-f]{12}⟧")
_NUMERAL: Final = "[0-9A-Za-z一二三四五六七八九十百〇零甲乙丙丁东西南北]"
_DOOR: Final = re.compile(rf"({_NUMERAL}{{1,6}})\s*(单元|室|房间|号房|房|户|门)")
_UNIT_ROOM_TAIL: Final = re.compile(
    r"(?<![0-9])([0-9]{1,3})[-－#]([0-9]{1,3})[-－]([0-9]{2,4})\s*$"
)
_PHONE_SHAPED: Final = re.compile(f"[0-9{re.escape(_SIGNS)}xX]{{7,13}}")


@dataclass(frozen=True, slots=True)
class MaskFault:
    """What is wrong at ``pointer``; ``warning`` where it may stand. ``slug`` is stable; the clear
    value is never told.
    """

    slug: str
    pointer: str
    warning: bool = False


def fold(text: str) -> str:
    """Full-width and other compatible characters as their plain ones, so that a full-width star is
    a star.
    """
    return unicodedata.normalize("NFKC", text)


def name_fault(masked: str, clear: str) -> str:
    """Slug, or empty: at least one character of ``clear`` is hidden, wherever the signs stand.

    What stands between the parts of a name (``·``) is a sign of masking elsewhere; in the clear
    name it hides nothing, and shown or left out it counts for nothing.
    """
    masked, clear = fold(masked), fold(clear)
    if _withheld(masked):
        return "name-not-a-mask"
    signs = _MASK if not clear.isascii() else _SURE_MASK
    visible, letters = signs.sub("", masked), _SURE_MASK.sub("", clear)
    if not signs.search(masked):
        return "name-clear" if visible == letters else "name-not-masked"
    return "name-clear" if _within(letters, visible) else ""


def _within(wanted: str, text: str) -> bool:
    """Whether every character of ``wanted`` can be read in ``text``, in order."""
    rest = iter(text)
    return bool(wanted) and all(character in rest for character in wanted)


def _withheld(text: str) -> bool:
    return _WITHHELD.search(text) is not None


def phone_fault(masked: str, clear: str) -> str:
    """Slug, or empty: at least six digits of ``clear`` are hidden. Signs are not counted, since a
    short run of them can stand for many digits.
    """
    masked, digits = fold(masked), re.sub(r"\D", "", fold(clear))
    if _withheld(masked):
        return "phone-not-a-mask"
    if not _MASK.search(masked):
        return "phone-clear" if re.sub(r"\D", "", masked) == digits else "phone-not-masked"
    visible = len(re.sub(r"\D", "", masked))
    return (
        ""
        if len(digits) - visible >= HIDDEN_DIGITS
        else "phone-four-star"
        if len(digits) - visible == 4
        else "phone-too-few-hidden"
    )


def ends_in_query_credential(masked: str, clear: str) -> bool:
    """Whether the last four digits of ``clear`` can be read: with the waybill number they open the
    trajectory to any passer-by.
    """
    digits = re.sub(r"\D", "", fold(clear))
    return len(digits) >= 7 and re.sub(r"[^0-9]+$", "", fold(masked)).endswith(digits[-4:])


def address_fault(masked: str, clear: str) -> str:
    """Slug, or empty: unit and room of ``clear`` are hidden; the building may stay."""
    masked, clear = fold(masked), fold(clear)
    if _withheld(masked):
        return "address-not-a-mask"
    if any(found for found in _DOOR.findall(masked) if found in _DOOR.findall(clear)):
        return (
            "unit-clear" if "单元" in {sign for _, sign in _DOOR.findall(masked)} else "room-clear"
        )
    return (
        "room-clear" if any(_stands_free(number, masked) for number in _room_numbers(clear)) else ""
    )


def _room_numbers(clear: str) -> Iterator[str]:
    for number, sign in _DOOR.findall(clear):
        if sign != "单元" and len(number) >= 3:
            yield number
    tail = _UNIT_ROOM_TAIL.search(clear)
    if tail:
        yield tail[3]


def _stands_free(number: str, text: str) -> bool:
    return any(
        not _ALNUM.match(text, end) and text[end : end + 1] not in {"号", "弄"}
        for end in _ends(number, text)
    )


_ALNUM: Final = re.compile("[0-9A-Za-z]")


def _ends(wanted: str, text: str) -> Iterator[int]:
    """Where each ``wanted`` ends in ``text`` before which stands no letter or digit."""
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        if at == 0 or not _ALNUM.match(text, at - 1):
            yield at + len(wanted)
        at = text.find(wanted, at + 1)


def virtual_faults(
    virtual: Mapping[str, Any], pointer: str, now: datetime | None
) -> Iterator[MaskFault]:
    """A virtual number stands in for six hidden digits while it lives; one that is over, or whose
    end is not told, is a warning.
    """
    expires = instant(virtual.get("expires_at"))
    if expires is None:
        yield MaskFault("virtual-number-without-life", pointer, warning=True)
    elif now is not None and expires <= now:
        yield MaskFault("virtual-number-expired", pointer, warning=True)


def label_faults(
    label: Mapping[str, Any], clear: Mapping[str, Any], now: datetime | None = None
) -> list[MaskFault]:
    """Faults of the two printed parties against the consignment as it was handed over; ``now`` is
    taken from the label when not given.
    """
    now = now or instant(label.get("printed_at"))
    found: list[MaskFault] = []
    for role in ("sender", "recipient"):
        printed, party = label.get(role), clear.get(role)
        if not isinstance(printed, Mapping):
            found.append(MaskFault("party-missing", f"/{role}"))
        elif isinstance(party, Mapping) and "recipient_token" not in party:
            found += _party_faults(printed, party, f"/{role}", now)
    return found


def _party_faults(
    printed: Mapping[str, Any], clear: Mapping[str, Any], pointer: str, now: datetime | None
) -> Iterator[MaskFault]:
    name = printed.get("name")
    # The consignment says whether it is an organisation's, the label does not.
    stands_in = all(isinstance(one.get("organisation"), str) for one in (printed, clear))
    slug = "" if stands_in else "name-missing"
    if isinstance(name, str):
        slug = name_fault(name, str(clear.get("name", ""))) if "name" in clear else ""
    if slug:
        yield MaskFault(slug, f"{pointer}/name")
    if not _service_number(clear):
        yield from _telephone_faults(printed, clear, pointer, now)
    detail, clear_detail = _detail(printed), _detail(clear)
    if detail is None:
        yield MaskFault("address-missing", f"{pointer}/address/detail")
    elif clear_detail is not None and (slug := address_fault(detail, clear_detail)):
        yield MaskFault(slug, f"{pointer}/address/detail")


def _detail(party: Mapping[str, Any]) -> str | None:
    address = party.get("address")
    detail = address.get("detail") if isinstance(address, Mapping) else None
    return detail if isinstance(detail, str) else None


def _number(party: Mapping[str, Any]) -> str:
    phone = party.get("phone")
    number = phone.get("number") if isinstance(phone, Mapping) else None
    return number if isinstance(number, str) else ""


def _telephone_faults(
    printed: Mapping[str, Any], clear: Mapping[str, Any], pointer: str, now: datetime | None
) -> Iterator[MaskFault]:
    phone, virtual, number = printed.get("phone"), printed.get("virtual_number"), _number(clear)
    if isinstance(phone, Mapping):  # the shape of a clear party
        virtual = phone.get("virtual_number") if phone.get("kind") == "virtual" else virtual
        phone = phone.get("number")
    if isinstance(virtual, Mapping):
        yield from virtual_faults(virtual, f"{pointer}/virtual_number", now)
    if isinstance(phone, str) and number:
        slug = phone_fault(phone, number)
        if slug:
            yield MaskFault(slug, f"{pointer}/phone")
        elif ends_in_query_credential(phone, number):
            yield MaskFault("query-credential-exposed", f"{pointer}/phone", warning=True)
    elif phone is None and not isinstance(virtual, Mapping):
        yield MaskFault("phone-missing", f"{pointer}/phone")


def _service_number(party: Mapping[str, Any]) -> str:
    """The number of an organisation, which hides nothing: it is nobody's."""
    phone = party.get("phone")
    number = phone.get("service_number") if isinstance(phone, Mapping) else None
    return number if isinstance(number, str) else ""


def payload_faults(
    label: Mapping[str, Any], clear: Mapping[str, Any], payloads: Iterable[str] = ()
) -> list[MaskFault]:
    """Clear values anywhere on the label, in barcode, QR code, remark or in ``payloads`` (texts
    that a decoder read), in any spelling.

    Also several partial masks of one number that together give too much of it back, and a barcode
    that says more than the waybill number.
    """
    texts = [
        *leaves(label),
        *(
            (f"/decoded/{index}", text.encode("utf-8", "surrogatepass"))
            for index, text in enumerate(payloads)
        ),
    ]
    automaton = Automaton(canaries_in(clear))
    found = [
        MaskFault(f"{hit.kind}-in-payload", pointer)
        for pointer, data in texts
        for hit in search(data, automaton)
    ]
    plain = [(pointer, fold(data.decode("utf-8", "replace"))) for pointer, data in texts]
    for role in ("sender", "recipient"):
        party = clear.get(role)
        if isinstance(party, Mapping):
            found += _door_in(plain, party)
            found += _together(plain, re.sub(r"\D", "", _number(party)), role)
    if label.get("barcode") is not None and label["barcode"] != label.get("waybill_no"):
        found.append(MaskFault("barcode-is-not-the-waybill-number", "/barcode"))
    return list(dict.fromkeys(found))


def _door_in(texts: list[tuple[str, str]], party: Mapping[str, Any]) -> Iterator[MaskFault]:
    """Unit or room with its sign, anywhere; a bare number would prove nothing."""
    doors = [
        number + sign
        for number, sign in _DOOR.findall(fold(_detail(party) or ""))
        if len(number) >= 3
    ]
    for pointer, text in texts:
        if any(next(_ends(door, text), 0) for door in doors):
            yield MaskFault("room-in-payload", pointer)


def _shown_digits(shaped: str, digits: str) -> set[int]:
    """Places at which both say the same."""
    pairs = enumerate(zip(shaped, digits, strict=False))
    return {index for index, (sign, digit) in pairs if sign == digit}


def _is_mask_of(shaped: str, digits: str) -> bool:
    """Whether each sign shows its digit or hides it."""
    return len(shaped) == len(digits) and all(
        sign == digit or _MASK.fullmatch(sign) for sign, digit in zip(shaped, digits, strict=True)
    )


def _together(texts: list[tuple[str, str]], digits: str, role: str) -> Iterator[MaskFault]:
    """Masks of the same number elsewhere on the label must not show other digits of it than the
    first one does.
    """
    if len(digits) < HIDDEN_DIGITS + 1:
        return
    seen: set[int] = set()
    places = []
    for pointer, text in texts:
        for shaped in _PHONE_SHAPED.findall(text):
            shown = _shown_digits(shaped, digits)
            if len(shown) < len(digits) and _is_mask_of(shaped, digits):
                seen |= shown
                places.append(pointer)
    if len(places) > 1 and len(digits) - len(seen) < HIDDEN_DIGITS:
        yield MaskFault("masks-complete-each-other", f"/{role}/phone")

"""De-identification as an e-waybill needs it (GB/T 41833, PI-13.2).

- Of a person's name all characters but the first are hidden, and all where nothing else would be;
  the name and the service number of an organisation are printed, since they are nobody's.
- Of a telephone number at least six digits are hidden; its last four never stand alone.
- Of an address all behind the road is hidden, and so unit and room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_STARS = "****"
_ROAD = re.compile(r"[^0-9０-９*]*?(?:路|街|道|巷|弄|镇|乡|村)")
_MAX_STARS = 8
_HIDDEN = 6
"""Digits of a telephone number that are hidden at least."""


def masked_name(name: str) -> str:
    """The first character and stars; only stars when nothing else would be hidden or the first
    character is a digit.
    """
    hidden = "*" * min(max(len(name) - 1, 1), _MAX_STARS)
    return hidden if len(name) == 1 or not name[0].isalpha() else name[0] + hidden


def masked_number(number: str) -> str:
    """A telephone number with at least six digits hidden, and never its last four alone: those open
    foreign trajectories.
    """
    if re.fullmatch(r"1[0-9]{10}", number):
        return f"{number[:3]}******{number[-2:]}"
    hidden = re.sub(r"[0-9]", "*", number[3:])
    return number[:3] + hidden if hidden.count("*") >= _HIDDEN else re.sub(r"[0-9]", "*", number)


def masked_detail(detail: str) -> str:
    """The road, if one can be told, and stars instead of house, unit and room."""
    road = _ROAD.match(detail)
    return (road.group() if road else "") + _STARS


def masked_text(_text: str) -> str:
    """Free text may hold anything, so nothing of it is shown."""
    return _STARS


def masked_party(party: Mapping[str, Any]) -> dict[str, Any]:
    """What a label prints of a party, or of a recipient who is known by token only (masked values
    are masked further).
    """
    shown = {"organisation": party["organisation"]} if "organisation" in party else {}
    name = party.get("display_name", party.get("name"))
    if name is not None:
        shown["name"] = masked_name(name)
    if "recipient_token" in party:
        phone = party["display_phone"]
        shown["phone"] = phone[:3] + re.sub(r"[0-9]", "*", phone[3:])
        return {**shown, "address": _masked_address(party["display_address"])}
    return {**shown, **_contact(party["phone"]), "address": _masked_address(party["address"])}


def _contact(phone: Mapping[str, Any]) -> dict[str, Any]:
    for kind in ("virtual_number", "service_number"):
        if kind in phone:
            return {kind: phone[kind]}
    return {"phone": masked_number(phone["number"])}


def _masked_address(address: Mapping[str, Any]) -> dict[str, Any]:
    named = ("country", "province", "city", "district")
    shown = {name: address[name] for name in named if name in address}
    return {**shown, "detail": masked_detail(address["detail"])}

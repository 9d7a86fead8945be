"""What of a consignment may be seen: by category of an entrustment or export, and after an erasure
(PI-08.2, PI-09.3, PI-15.1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

SENDER, RECIPIENT = "SENDER", "RECIPIENT"
ROLES = (SENDER, RECIPIENT)
RECIPIENT_CATEGORIES = frozenset({"RECIPIENT_NAME", "RECIPIENT_PHONE", "RECIPIENT_ADDRESS"})
_PARTY_MEMBERS = {"NAME": ("organisation", "name"), "PHONE": ("phone",), "ADDRESS": ("address",)}
_WHOLE_MEMBERS = {
    "ORDER": ("order_no", "ordered_at", "service_product", "related_waybill_no"),
    "CONTENTS": ("contents",),
    "REAL_NAME_STATUS": ("real_name",),
    "REMARK": ("remark",),
}
_NOT_OF_THE_RECORD = frozenset({"TRACKING", "LABEL"})
_GONE_WITH_PERSONS = ("remark", "extensions", "return_to", "delivery_point", "customs")
"""Members that may speak of either party, or whose meaning nobody knows."""
_KEPT_CONTENTS = ("category_code", "weight_g")
ALL_CATEGORIES = frozenset(
    {*_WHOLE_MEMBERS, *(f"{role}_{member}" for role in ROLES for member in _PARTY_MEMBERS)}
)


def view(body: Mapping[str, Any], categories: Collection[str], reason: str) -> dict[str, Any]:
    """The consignment-view of a (perhaps erased) body that shows these data categories only."""
    shown = {
        name: body[name]
        for category in categories
        for name in _WHOLE_MEMBERS.get(category, ())
        if name in body
    }
    for role in ROLES:
        party = _party(body.get(role.lower(), {}), role, categories)
        if party:
            shown[role.lower()] = party
    return {"reason": reason, **shown}


def shows_record(categories: Collection[str]) -> bool:
    """Whether any of the categories is part of the record at all."""
    return not set(categories) <= _NOT_OF_THE_RECORD


def erased_body(body: Mapping[str, Any], roles: Collection[str]) -> dict[str, Any]:
    """The body without the parties of ``roles`` and without what may speak of them: remark, items,
    extensions, and where else the parcel goes.
    """
    gone = {*_GONE_WITH_PERSONS, *(role.lower() for role in roles)}
    kept = {name: value for name, value in body.items() if name not in gone}
    contents = kept.get("contents", {})
    return {
        **kept,
        "contents": {name: contents[name] for name in _KEPT_CONTENTS if name in contents},
    }


def _party(party: Mapping[str, Any], role: str, categories: Collection[str]) -> dict[str, Any]:
    allowed = {
        member
        for kind, members in _PARTY_MEMBERS.items()
        if f"{role}_{kind}" in categories
        for member in members
    }
    if "recipient_token" in party:
        return dict(party) if allowed else {}
    return {name: value for name, value in party.items() if name in allowed}

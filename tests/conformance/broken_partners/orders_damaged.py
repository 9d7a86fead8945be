"""Platforms and integrators that damage some texts and forget some members on the way to couriers;
everyday orders go through whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import altered
from tests.conformance.broken_partners.platform_seams import stored_orders
from tests.conformance.broken_partners.wrapping import Wrap

Order = dict[str, Any]
Change = Callable[[Order], Any]

_MOST_GOODS: Final = 5
_EVERYTHING: Final = "everything"
_MANY: Final = "many-goods"
_ODD: Final = "odd-characters"
_EVERY: Final = "every-member"


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed, but for those of the outermost members."""
    if isinstance(value, dict):
        return {name: _each_text(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _texts(change: Callable[[str], str]) -> Change:
    def changed(order: Order) -> None:
        for name in ("sender", "recipient", "contents", "remark"):
            if name in order:
                order[name] = _each_text(order[name], change)

    return changed


def _unvalued(order: Order) -> None:
    order["contents"].pop("declared_value", None)


def _rounded(order: Order) -> None:
    value = order["contents"].get("declared_value")
    if value is not None:
        value["amount"] = f"{round(float(value['amount']))}.00"


def _unrelated(order: Order) -> None:
    order.pop("related_waybill_no", None)


def _few_goods(order: Order) -> None:
    del order["contents"]["items"][_MOST_GOODS:]


def _forty_goods(order: Order) -> None:
    del order["contents"]["items"][40:]


def _sorted_references(order: Order) -> None:
    if "references" in order:
        order["references"] = sorted(order["references"], key=lambda one: str(one["value"]))


def _no_customs(order: Order) -> None:
    order.pop("customs", None)


def _extended(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Changes what stands in each namespace of the extensions."""

    def changed(order: Order) -> None:
        if "extensions" in order:
            order["extensions"] = {
                space: change(members) for space, members in order["extensions"].items()
            }

    return changed


def _few_pieces(order: Order) -> None:
    for item in order["contents"]["items"]:
        item["quantity"] = min(item["quantity"], 999)


def _unextended(order: Order) -> None:
    for side in ("sender", "recipient"):
        phone = order[side].get("phone", {})
        if phone.get("kind") == "landline":
            phone["number"] = "-".join(phone["number"].split("-")[:2])


def _half_width(text: str) -> str:
    return "".join(
        unicodedata.normalize("NFKC", one) if "！" <= one <= "～" else one for one in text
    )


_HOW: Final[tuple[tuple[str, str, str, Change], ...]] = (
    ("value-not-sent", "Declared values are not sent.", _EVERYTHING, _unvalued),
    ("value-rounded", "Declared values are sent without their cents.", _EVERYTHING, _rounded),
    (
        "related-number-not-sent",
        "The waybill of goods sent back is not sent.",
        _EVERYTHING,
        _unrelated,
    ),
    ("extension-not-sent", "Extensions of landlines are not sent.", _EVERYTHING, _unextended),
    ("goods-after-the-fifth-not-sent", "Five goods are sent, and no more.", _MANY, _few_goods),
    ("goods-after-the-fortieth-not-sent", "Of fifty goods forty are sent.", _MANY, _forty_goods),
    ("references-sorted", "References are sent by value.", _EVERY, _sorted_references),
    ("customs-not-sent", "What customs ask for is not sent.", "abroad", _no_customs),
    (
        "nulls-not-sent",
        "Extensions that are null are not sent.",
        _EVERY,
        _extended(lambda held: {name: one for name, one in held.items() if one is not None}),
    ),
    (
        "fractions-sent-as-texts",
        "Extensions that are no whole numbers are sent as texts.",
        _EVERY,
        _extended(
            lambda held: {
                name: str(one) if isinstance(one, float) else one for name, one in held.items()
            }
        ),
    ),
    ("pieces-capped", "No good is sent more than 999 times.", _MANY, _few_pieces),
    (
        "middle-dot-lost",
        "The dot in names of minorities is sent as a blank.",
        _ODD,
        _texts(lambda text: text.replace("·", " ")),
    ),
    (
        "ampersand-escaped",
        "Ampersands are sent as HTML writes them.",
        _ODD,
        _texts(lambda text: text.replace("&", "&amp;")),
    ),
    (
        "angle-brackets-stripped",
        "What looks like markup is taken out.",
        _ODD,
        _texts(lambda text: text.replace("<", "").replace(">", "")),
    ),
    (
        "beyond-three-bytes-lost",
        "Characters of four bytes in UTF-8 are sent as question marks.",
        _ODD,
        _texts(lambda text: "".join("?" if ord(one) > 0xFFFF else one for one in text)),
    ),
    (
        "blanks-joined",
        "Several blanks are sent as one.",
        _ODD,
        _texts(
            lambda text: " ".join(text.split(" ")) if "  " not in text else " ".join(text.split())
        ),
    ),
    (
        "composed",
        "Letters with marks are composed.",
        _ODD,
        _texts(lambda text: unicodedata.normalize("NFC", text)),
    ),
    ("half-width", "Wide letters and digits are sent narrow.", _ODD, _texts(_half_width)),
    (
        "quotes-doubled",
        "Quotation marks are doubled, as in SQL.",
        _ODD,
        _texts(lambda text: text.replace("'", "''")),
    ),
)
"""By name: what about it, the case that shows it, and how."""


_IN_INTEGRATORS: Final = frozenset(
    {
        "value-not-sent",
        "goods-after-the-fifth-not-sent",
        "goods-after-the-fortieth-not-sent",
        "references-sorted",
        "nulls-not-sent",
        "ampersand-escaped",
        "composed",
    }
)
"""Those that are tried in integrators, too: what they send passes through the same hands."""
_NOT_NECESSARY: Final = frozenset({"composed", "references-sorted", "nulls-not-sent"})
"""Those that alter nothing of sender, recipient, contents and real name."""
_NEEDED: Final = {"DS-01.1": "what is altered is among the necessary data."}


def _platform(change: Change) -> Wrap:
    def changed(order: Order, _courier_code: str) -> Order:
        change(order)
        return order

    return stored_orders(changed)


FAULTS: Final = (
    *(
        Fault(
            f"{PREFIX['platform']}{name}",
            "DS-01.1",
            "field-missing",
            about,
            (f"order-carried[{case}]/arrival/as-ordered",),
            _platform(change),
            role="platform",
        )
        for name, about, case, change in _HOW
    ),
    *(
        Fault(
            f"{PREFIX['integrator']}{name}",
            "DS-01.6",
            "content-rewritten",
            about,
            (
                f"consignment-passed-on[{case}]/arrival/unaltered",
                *(("sweep/consignment-as-given#consignment-as-given",) if case != _ODD else ()),
            ),
            altered(change),
            also={} if name in _NOT_NECESSARY else _NEEDED,
            role="integrator",
        )
        for name, about, case, change in _HOW
        if name in _IN_INTEGRATORS
    ),
)
"""Every fault of this module."""

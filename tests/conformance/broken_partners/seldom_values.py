"""Couriers that keep what comes daily and spoil what seldom comes (DS-01.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.consignment import READ
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Json, Wrap, documents

_LIMITS: Final = "consignment-limits"
_MOST_ITEMS: Final = 20
_MOST_PIECES: Final = 32_767
_MOST_GRAMS: Final = 65_535
_SELECTOR: Final = re.compile("[\U000e0100-\U000e01ef]")
_BEYOND: Final = re.compile("[\U00010000-\U0010ffff]")


def _shown(change: Callable[[Any], Any]) -> Wrap:
    """Reads show consignments after ``change``."""

    def one(record: Json) -> Json:
        held = record.get("consignment")
        return {**record, "consignment": change(held)} if isinstance(held, dict) else record

    def document(body: Json) -> Json:
        if "items" in body:
            return {**body, "items": [one(item) for item in body["items"]]}
        return one(body)

    return documents(READ, document)


def _texts(change: Callable[[str], str]) -> Wrap:
    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        return value

    return _shown(walk)


def _contents(change: Callable[[Json], Json]) -> Wrap:
    return _shown(
        lambda held: (
            {**held, "contents": {**held["contents"], **change(held["contents"])}}
            if "contents" in held
            else held
        )
    )


def _few_pieces(contents: Json) -> Json:
    items = [
        {**item, "quantity": min(item["quantity"], _MOST_PIECES)} for item in contents["items"]
    ]
    return {"items": items}


def _as_a_short_float(contents: Json) -> Json:
    value = contents.get("declared_value")
    if value is None:
        return {}
    kept = float(format(float(value["amount"]), ".7g"))
    return {"declared_value": {**value, "amount": f"{kept:.2f}"}}


def _fault(name: str, about: str, case: str, wrap: Wrap, slug: str = "value-altered") -> Fault:
    caught = f"{_LIMITS}[{case}]/read/unaltered#same-as"
    return Fault(name, "DS-01.2", slug, about, (caught,), wrap, perhaps=_PERHAPS)


_PERHAPS: Final = {"DS-01.8": "amended consignments are shown so, too."}
FAULTS: Final = (
    _fault(
        "items-beyond-twenty-lost",
        "Of more than twenty items the first twenty read back.",
        "fullest-contents",
        _contents(lambda contents: {"items": contents["items"][:_MOST_ITEMS]}),
        "value-truncated",
    ),
    _fault(
        "pieces-as-a-short-number",
        "Quantities end at 32767.",
        "fullest-contents",
        _contents(_few_pieces),
    ),
    _fault(
        "weight-as-a-short-number",
        "Weights end at 65535 grams.",
        "fullest-contents",
        _contents(lambda contents: {"weight_g": min(contents["weight_g"], _MOST_GRAMS)}),
    ),
    _fault(
        "amounts-as-short-floats",
        "Amounts keep seven digits.",
        "fullest-contents",
        _contents(_as_a_short_float),
    ),
    _fault(
        "texts-composed",
        "Texts read back in the composed form, which unifies ideographs.",
        "seldom-characters",
        _texts(lambda text: unicodedata.normalize("NFC", text)),
    ),
    _fault(
        "variation-selectors-lost",
        "The sign that tells one form of an ideograph from another is lost.",
        "seldom-name",
        _texts(lambda text: _SELECTOR.sub("", text)),
        "value-dropped",
    ),
    _fault(
        "characters-beyond-the-first-plane-lost",
        "Characters beyond the first plane read back as question marks.",
        "seldom-characters",
        _texts(lambda text: _BEYOND.sub("?", text)),
    ),
    _fault(
        "double-blanks-made-one",
        "Two blanks in a row read back as one.",
        "seldom-characters",
        _texts(lambda text: re.sub(" +", " ", text)),
    ),
    _fault(
        "dots-of-names-unified",
        "The dot of a name reads back as another dot.",
        "seldom-name",
        _texts(lambda text: text.replace("\u30fb", "\u00b7")),
    ),
    _fault(
        "fractions-cut-at-milliseconds",
        "Times keep three digits of a second.",
        "fraction-of-a-second",
        _shown(
            lambda held: (
                {
                    **held,
                    "ordered_at": re.sub(r"(\.[0-9]{3})[0-9]+", r"\1", held["ordered_at"]),
                }
                if "ordered_at" in held
                else held
            )
        ),
        "value-truncated",
    ),
)
"""Faults of DS-01.2 that daily values do not show."""

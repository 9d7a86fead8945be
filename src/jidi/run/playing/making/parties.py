"""Senders and recipients of the shapes that are met in real orders: shops and firms with somebody
to ask for, landlines and service numbers, names of several parts, places where the division has no
code. All of it is made up.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from typing import Any, Final

from jidi.run.playing.making import persons
from jidi.run.playing.making.usual_forms import some

_SHOPS: Final = 0.3
_CENTRES: Final = 0.15
"""How many senders are organisations, and how many of those give a number of their own."""
_PARTED_NAMES: Final = 0.06
_LANDLINES: Final = 0.06
_FAR_PLACES: Final = 0.03
_SIGNS_IN_ADDRESSES: Final = 0.05


def as_sender(pick: random.Random, person: Mapping[str, Any]) -> dict[str, Any]:
    """``person``, or an organisation at which ``person`` is to be asked for."""
    if pick.random() >= _SHOPS:
        return dict(person)
    phone = person["phone"]
    if pick.random() < _CENTRES:
        phone = {"kind": "service", "service_number": _service_number(pick)}
    return {"organisation": organisation(pick), **person, "phone": phone}


def as_recipient(pick: random.Random, person: Mapping[str, Any]) -> dict[str, Any]:
    """``person``, now and then with a name of two parts, a landline, an address whose text holds
    signs, or in Hong Kong, Macao or Taiwan with a number from there.
    """
    made = dict(person)
    if pick.random() < _PARTED_NAMES:
        made["name"] = parted_name(pick)
    if pick.random() < _LANDLINES:
        made["phone"] = {"kind": "landline", "number": landline(pick)}
    address = dict(made["address"])
    if pick.random() < _SIGNS_IN_ADDRESSES:
        address["detail"] = pick.choice(persons.SIGNED_PLACES) + address["detail"]
    if pick.random() < _FAR_PLACES:
        place, prefix, digits = pick.choice(persons.FAR_PLACES)
        address = {**place, "detail": address["detail"]}
        number = prefix + some(pick, string.digits, digits)
        made["phone"] = {"kind": "international", "number": number}
    return {**made, "address": address}


def organisation(pick: random.Random) -> str:
    """The name of a shop, a firm or a unit, digits and brackets in it as they are met."""
    word = "".join(pick.sample(persons.ROADS, 2))
    number = pick.randrange(2, 400)
    return pick.choice(
        (
            f"{number}{word}",
            f"{word}旗舰店({number % 9 + 1}仓)",
            f"{number % 30}-{number % 12}{word}便利店（{word[::-1]}店）",
            f"{some(pick, string.ascii_uppercase, 2)}{number}{word}有限公司",
            f"{pick.randrange(10_000, 99_999)}部队",
            f"{word}商贸（{number}号店）",
        )
    )


def parted_name(pick: random.Random) -> str:
    """A name of two parts with a dot between, or one in Latin letters."""
    if pick.random() < 0.3:
        return f"{pick.choice(persons.LATIN_GIVEN)} {pick.choice(persons.LATIN_SURNAMES)}"
    dot = pick.choice("··•・")
    return f"{pick.choice(persons.PARTED_GIVEN)}{dot}{pick.choice(persons.PARTED_SURNAMES)}"


def landline(pick: random.Random) -> str:
    """A number with its area's code, with and without a hyphen."""
    area = pick.choice(persons.AREAS)
    return f"{area}{pick.choice(('-', ''))}{pick.choice('2345678')}{some(pick, string.digits, 7)}"


def _service_number(pick: random.Random) -> str:
    head, middle, tail = "400", some(pick, string.digits, 3), some(pick, string.digits, 4)
    return pick.choice((f"{head}-{middle}-{tail}", f"{head}{middle}{tail}", f"95{middle}"))

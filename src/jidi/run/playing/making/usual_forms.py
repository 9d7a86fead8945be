"""Forms of what identifies things: order numbers, waybill numbers, remarks, names of goods.
Each is drawn from many that are met in real traffic, so that none tells a run from a day's work
(ADR 35).
"""

from __future__ import annotations

import json
import random
import re
import string
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from jidi.run.playing.making import persons

CAPITALS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_BASE32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF: Final = 0.5
_LONGEST_KEY: Final = 128
_HEX: Final = "0123456789abcdef"
_HEXADECIMAL: Final = re.compile("[0-9a-fA-F-]*")
_MORE: Final = "7Rz3"
"""As many characters as encode whole bytes, in whatever way these are written."""
_CHINA: Final = timezone(timedelta(hours=8))


def some(pick: random.Random, signs: str, length: int) -> str:
    """That many of these characters."""
    return "".join(pick.choice(signs) for _ in range(length))


def longest_key(pick: random.Random) -> str:
    """An idempotency key as long as one may be, of letters and digits."""
    return some(pick, string.ascii_letters + string.digits, _LONGEST_KEY)


def twin(key: str) -> str:
    """A key that differs from ``key`` in its last character alone."""
    return key[:-1] + ("b" if key[-1:] == "a" else "a")


def order_no(pick: random.Random, day: str) -> str:
    """An order number as shops write them; ``day`` is the date in eight digits. With letters, so
    that it looks like no waybill, telephone or identity number.
    """
    mark = some(pick, CAPITALS, pick.randrange(2, 4))
    return pick.choice(
        (
            f"{mark}-{some(pick, _HEX, 16)}",
            f"{mark}{day}{some(pick, _BASE32, 9)}",
            f"{day}-{mark}-{some(pick, _BASE32, 10)}",
            f"{mark}_{day}_{some(pick, string.digits, 6)}{some(pick, CAPITALS, 3)}",
            f"{mark}{some(pick, string.digits, 6)}{some(pick, CAPITALS, 2)}"
            f"{some(pick, string.digits, 6)}",
            some(pick, _BASE32, 20) + mark,
            f"{mark.lower()}-{some(pick, string.ascii_lowercase + string.digits, 13)}",
        )
    )


def waybill_no(pick: random.Random) -> str:
    """A waybill number as couriers write them: letters, then digits."""
    letters = some(pick, CAPITALS, pick.randrange(2, 4))
    return letters + some(pick, string.digits, pick.randrange(12, 15))


def unknown(pick: random.Random) -> str:
    """An id as servers make them, which none made."""
    return pick.choice(
        (
            str(uuid.UUID(int=pick.getrandbits(128), version=4)),
            some(pick, _HEX, 24),
            some(pick, _BASE32, 26),
            f"{some(pick, string.ascii_lowercase, 3)}_{some(pick, _HEX, 20)}",
            f"{pick.randrange(1, 10)}{some(pick, string.digits, 17)}x",
        )
    )


def event_id(pick: random.Random) -> str:
    """An id of an event as couriers' servers make them."""
    return pick.choice(
        (
            f"evt_{some(pick, _HEX, 20)}",
            str(uuid.UUID(int=pick.getrandbits(128), version=4)),
            some(pick, _HEX, 24),
            f"EV{some(pick, string.digits, 6)}{some(pick, _BASE32, 12)}",
        )
    )


def remark(pick: random.Random) -> str:
    """A harmless remark that occurs nowhere else, as people write them."""
    wish = pick.choice(persons.REMARKS)
    digits = some(pick, string.digits, 6)
    letters = some(pick, CAPITALS, 2)
    return pick.choice(
        (
            f"{wish}，取件码{digits[:4]}{letters}{digits[4:]}",
            f"{wish}（门禁{letters}{digits}）",
            f"{letters}{digits}，{wish}",
            f"{pick.choice(persons.MOMENTS)}{wish}，柜号{letters}-{digits}",
            f"{wish}；内部编号{digits}{letters}，{pick.choice(persons.MOMENTS)}勿扰",
        )
    )


def goods(pick: random.Random, name: str) -> str:
    """``name`` of a thing with what tells it from others of its kind."""
    model = some(pick, CAPITALS, 2) + some(pick, string.digits, 5)
    colour = pick.choice(persons.COLOURS)
    return pick.choice(
        (
            f"{name} {model}",
            f"{colour}{name}{model}",
            f"{name}（{colour}，{model}）",
            f"{model} {name} {pick.choice('SMLX')}码",
            f"{pick.randrange(2019, 2027)}款{name}-{model}{colour}",
        )
    )


def instant(pick: random.Random, moment: datetime) -> str:
    """A time in RFC 3339 to the second, by the clock of UTC or by China's."""
    if pick.random() < 0.5:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return moment.astimezone(_CHINA).isoformat(timespec="seconds")


ACCEPTED: Final = (
    "application/json, application/problem+json",
    "application/problem+json, application/json",
    "application/json,application/problem+json;q=0.9",
    "application/json, application/problem+json, */*;q=0.1",
)
"""What clients say they take; each takes problems."""


_LONGEST_VARIED: Final = 16_384
"""Bytes of a body up to which it is written in any manner: what comes near a limit counts."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a client writes what it sends: what it accepts, the version that it names, if any, and
    how its library writes JSON.
    """

    accept: str = ACCEPTED[0]
    version: str = ""
    spaced: bool = False
    escaped: bool = False

    def document(self, value: Any) -> bytes:
        """``value`` as the body of a request."""
        plain = _written(value, spaced=False, escaped=False)
        if len(plain) > _LONGEST_VARIED:
            return plain
        return _written(value, spaced=self.spaced, escaped=self.escaped)


def manner(pick: random.Random, version: str) -> Manner:
    """That of any client of ``version``."""
    accept = pick.choice(ACCEPTED)
    names, spaced, escaped = (pick.random() < _HALF for _ in range(3))
    return Manner(accept, version if names else "", spaced=spaced, escaped=escaped)


def _written(value: Any, *, spaced: bool, escaped: bool) -> bytes:
    between = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(value, ensure_ascii=escaped, separators=between)
    return text.encode("utf-8", "surrogatepass")


def misspelt(text: str, how: str) -> str:
    """A credential as ``how`` says: ``longer`` by a few characters, ``shorter`` by as many, or
    ``cased`` (in the other case of its letters; shorter where these may be digits, whose case says
    nothing). Whatever encodes bytes encodes others then.
    """
    if how == "longer":
        return f"{text}{_MORE}"
    swapped = text.swapcase()
    if how == "cased" and swapped != text and not _HEXADECIMAL.fullmatch(text):
        return swapped
    return text[: -len(_MORE)] if how in {"cased", "shorter"} else text

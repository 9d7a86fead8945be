"""Optional members of consignments as they are met: payment, windows, packages, lockers, references
and what partners agreed upon among themselves. All of it is made up.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from jidi.run.playing.making import usual_forms
from jidi.run.playing.making.usual_forms import CAPITALS, instant, some

_SHARE: Final = 0.08
"""How many consignments have each of them."""


def drawn(pick: random.Random, moment: datetime) -> dict[str, Any]:
    """Some of the members, most often none; times lie after ``moment``."""
    return {name: make(pick, moment) for name, make in _MEMBERS.items() if pick.random() < _SHARE}


def _money(pick: random.Random, _moment: datetime) -> dict[str, str]:
    return {"amount": f"{pick.randrange(10, 5000)}.{pick.randrange(100):02d}", "currency": "CNY"}


def _payment(pick: random.Random, _moment: datetime) -> dict[str, str]:
    mode = pick.choice(("SENDER", "RECIPIENT", "ACCOUNT"))
    account = {"account_no": some(pick, string.digits, 10)} if mode == "ACCOUNT" else {}
    return {"mode": mode, **account}


def _packages(pick: random.Random, _moment: datetime) -> list[dict[str, Any]]:
    count, head = pick.randrange(2, 5), usual_forms.waybill_no(pick)
    return [
        {"waybill_no": f"{head}-{number}-{count}-", "weight_g": pick.randrange(100, 3000)}
        for number in range(1, count + 1)
    ]


def _window(pick: random.Random, moment: datetime) -> dict[str, str]:
    begin = moment + timedelta(hours=pick.randrange(1, 20))
    return {"from": instant(pick, begin), "to": instant(pick, begin + timedelta(hours=2))}


def _point(pick: random.Random, _moment: datetime) -> dict[str, str]:
    kind = pick.choice(("LOCKER", "STATION", "COUNTER"))
    return {"kind": kind, "code": f"{some(pick, CAPITALS, 2)}{some(pick, string.digits, 6)}"}


def _references(pick: random.Random, moment: datetime) -> list[dict[str, str]]:
    return [{"kind": "SHOP_ORDER", "value": usual_forms.order_no(pick, f"{moment:%Y%m%d}")}]


def _extensions(pick: random.Random, _moment: datetime) -> dict[str, Any]:
    space = f"{pick.choice(('com', 'cn'))}.{some(pick, string.ascii_lowercase, 7)}.oms"
    noted = {"note": usual_forms.remark(pick), "gift": pick.random() < 0.5}
    return {space: {**noted, "box": {"w": pick.randrange(5, 60), "h": pick.randrange(5, 60)}}}


_MEMBERS: Final[Mapping[str, Callable[[random.Random, datetime], Any]]] = {
    "payment": _payment,
    "collect_on_delivery": _money,
    "insurance": _money,
    "packages": _packages,
    "pickup_window": _window,
    "delivery_point": _point,
    "references": _references,
    "extensions": _extensions,
}

"""A synthetic day: who orders what when, and what then happens to the parcel. Every person and
place is made up.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jidi_reference.domain.clock import CHINA

DAY_S = 86_400
_USUAL = ("ACCEPTED", "SORTED", "HUB_DEPARTED", "HUB_ARRIVED", "OUT_FOR_DELIVERY", "DELIVERED")
_CITIES = (
    ("浙江省", "杭州市", "西湖区"),
    ("上海市", "上海市", "浦东新区"),
    ("广东省", "广州市", "天河区"),
    ("四川省", "成都市", "武侯区"),
)
_GOODS = (("BOOKS", "示例图书"), ("CLOTHING", "示例衬衫"), ("FOOD", "示例茶叶"))
_NAMES = ("测试甲", "测试乙", "测试丙", "测试丁", "样例戊")
_SHOPS = ("3M示例公司", "示例便利店（文三店）", "58示例", "示例旗舰店(2仓)")
_PEAKS_H = (10.0, 15.0, 20.5)  # when people order


@dataclass(frozen=True)
class Parcel:
    """One order; ``ordered_s`` and the times of ``scans`` are seconds of the day."""

    route: str
    order: dict[str, Any]
    ordered_s: float
    scans: tuple[tuple[float, str], ...]

    @property
    def order_no(self) -> str:
        """Its order number."""
        return str(self.order["order_no"])


def parcels(count: int, routes: Sequence[str], seed: int) -> list[Parcel]:
    """The parcels of a day in the order in which they are ordered."""
    chance = random.Random(seed)  # noqa: S311 - a seed gives its day again; nothing here is a secret
    made = [_parcel(chance, number, chance.choice(routes)) for number in range(count)]
    return sorted(made, key=lambda parcel: parcel.ordered_s)


def _parcel(chance: random.Random, number: int, route: str) -> Parcel:
    ordered_s = min(max(chance.gauss(chance.choice(_PEAKS_H), 1.8), 0.0), 21.5) * 3600
    moment, scans = ordered_s, []
    for code in _USUAL[: chance.choice((3, 4, 6, 6, 6, 6))]:
        moment += chance.uniform(0.05, 0.6) * 3600
        scans.append((min(moment, DAY_S - 1.0), code))
    return Parcel(route, _order(chance, number), ordered_s, tuple(scans))


def _order(chance: random.Random, number: int) -> dict[str, Any]:
    category, goods = chance.choice(_GOODS)
    now = datetime.now(CHINA)
    return {
        "order_no": f"DAY-{now:%H%M%S}-{number:05d}",
        "ordered_at": now.isoformat(timespec="seconds"),
        "service_product": chance.choice(("STANDARD", "EXPRESS")),
        "sender": _shop(chance),
        "recipient": _party(chance, chance.choice(_NAMES)),
        "contents": {
            "category_code": category,
            "items": [{"name": goods, "quantity": chance.randint(1, 3)}],
            "weight_g": chance.randint(100, 5000),
        },
        "real_name": {
            "status": "VERIFIED",
            "method": "ONLINE",
            "verified_at": (now - timedelta(days=1)).isoformat(timespec="seconds"),
        },
    }


def _shop(chance: random.Random) -> dict[str, Any]:
    """A shop under the name of its organisation, half of them with somebody to ask for."""
    person = _party(chance, "示例店员")
    shop = {"organisation": chance.choice(_SHOPS)}
    if chance.random() < 0.5:
        return {**shop, **person}
    del person["name"]
    return {**shop, **person, "phone": {"kind": "service", "service_number": "400-000-0000"}}


def _party(chance: random.Random, name: str) -> dict[str, Any]:
    province, city, district = chance.choice(_CITIES)
    detail = (
        f"样例路{chance.randint(1, 300)}号{chance.randint(1, 9)}单元{chance.randint(101, 1809)}室"
    )
    phone = {"kind": "mobile", "number": f"1380000{chance.randint(0, 9999):04d}"}
    return {
        "name": name,
        "phone": phone,
        "address": {"province": province, "city": city, "district": district, "detail": detail},
    }

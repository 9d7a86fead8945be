"""A labelled synthetic corpus for scanners: events, logs and CSV with personal data and with what
looks like it. Nobody in it exists.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺汤罗郝安常于傅康伍余顾孟"
    "黄萧尹姚邵汪毛戴宋熊纪舒屈项祝董梁杜蓝季贾江童颜郭梅林钟徐邱高夏蔡田胡霍万卢丁邓洪包石崔龚程邢陆荣翁段侯"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "令狐", "慕容")
GIVEN = (
    "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超霞平刚桂兰辉玲芷若晴岚泽霖瑾瑜钰涵铭煜昊宸"
    "珩沅澜湛曦梓萱子轩雨桐浩然欣怡思远"
)
ROADS = (
    "文三路",
    "中山北街",
    "解放大道",
    "望湖巷",
    "长乐弄",
    "星河小区",
    "翠屏苑",
    "阳光花园",
    "锦绣公寓",
    "金桂庭",
    "江湾城",
    "紫金广场",
)
CITIES = (
    ("浙江省", "杭州市", "西湖区"),
    ("四川省", "成都市", "武侯区"),
    ("江苏省", "南京市", "玄武区"),
)
PLACES = (
    "张江",
    "王府井",
    "李村",
    "白云",
    "石家庄",
    "江宁",
    "高桥",
    "方庄",
    "段家岭",
    "时代广场",
    "安亭",
    "万达",
)
COMPANIES = (
    "张江科技有限公司",
    "王小二食品店",
    "李宁体育超市",
    "康师傅便利店",
    "安徽物流中心",
    "方正文具厂",
)
AREAS = ("110105", "310115", "330106", "440305", "510107", "320102")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class Sample:
    """One line: ``text``, its form (ndjson, log, csv), the personal values in it as (kind, exact
    text), and ``neutral`` texts that may be hit or not.
    """

    text: str
    form: str
    labels: list[tuple[str, str]] = field(default_factory=list)
    neutral: list[str] = field(default_factory=list)


class Maker:
    """Makes values and lines from one seed."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def name(self) -> str:
        """Surname and one or two characters."""
        surname = (
            self.pick.choice(COMPOUND) if self.pick.random() < 0.04 else self.pick.choice(SURNAMES)
        )
        return surname + "".join(self.pick.choices(GIVEN, k=self.pick.choice((1, 2, 2, 2))))

    def mobile(self) -> str:
        """Eleven digits in one of the spellings that occur."""
        digits = f"1{self.pick.choice('3456789')}{self.pick.randrange(10**9):09d}"
        spaced = f"{digits[:3]} {digits[3:7]} {digits[7:]}"
        wide = digits.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
        forms = (
            digits,
            digits,
            digits,
            spaced,
            spaced.replace(" ", "-"),
            wide,
            "+86" + digits,
            "+86 " + spaced,
            "86-" + digits,
        )
        return self.pick.choice(forms)

    def virtual(self) -> str:
        """A main number with an extension."""
        main = (
            f"1{self.pick.choice('4578')}{self.pick.randrange(10**9):09d}"
            if self.pick.random() < 0.7
            else f"95013{self.pick.randrange(10**7):07d}"
        )
        digits = f"{self.pick.randrange(10**4):04d}"
        return main + self.pick.choice((f"-{digits}", f"[{digits}]", f"转{digits}"))

    def room(self) -> str:
        """The part of an address that leads to the door."""
        one, two, number = (
            self.pick.randrange(1, 40),
            self.pick.randrange(1, 6),
            f"{self.pick.randrange(1, 33)}0{self.pick.randrange(1, 9)}",
        )
        return self.pick.choice(
            (
                f"{one}栋{two}单元{number}室",
                f"{one}幢{number}室",
                f"{one}号楼{two}单元{number}",
                f"{two}单元{number}室",
                f"{one}座{number}",
            )
        )

    def street(self) -> str:
        """The part before."""
        return (
            "".join(self.pick.choice(CITIES))
            + self.pick.choice(ROADS)
            + f"{self.pick.randrange(1, 999)}号"
        )

    def identity(self) -> str:
        """Eighteen characters with the right check character."""
        year, month = self.pick.randrange(1950, 2010), self.pick.randrange(1, 13)
        birth = f"{year}{month:02d}{self.pick.randrange(1, 29):02d}"
        body = f"{self.pick.choice(AREAS)}{birth}{self.pick.randrange(1000):03d}"
        return (
            body
            + "10X98765432"[
                sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
            ]
        )

    def email(self) -> str:
        """An address under a name that is reserved for examples."""
        return f"u{self.pick.randrange(10**6)}@mail.example.com"

    def waybill(self) -> str:
        """A waybill number of one of the usual forms, some of them with the digits of a mobile
        inside.
        """
        prefix = self.pick.choice(("SF", "YT", "JT", "ZTO", "", "", "JDV"))
        return prefix + f"{self.pick.choice((7, 13, 15, 46))}{self.pick.randrange(10**11):011d}"

    def order(self) -> str:
        """An order number: time and digits, or eighteen digits, or letters and digits."""
        month, day = self.pick.randrange(1, 13), self.pick.randrange(1, 29)
        stamp = f"2026{month:02d}{day:02d}{self.pick.randrange(10**6):06d}"
        return self.pick.choice(
            (
                stamp + f"{self.pick.randrange(10**4):04d}",
                f"{self.pick.randrange(10**17, 10**18)}",
                f"ORD-{self.pick.getrandbits(64):016X}",
            )
        )

    def noise(self) -> dict[str, object]:
        """Members that look like personal data and are none."""
        return {
            "waybill_no": self.waybill(),
            "order_no": self.order(),
            "ts": 1_700_000_000_000 + self.pick.randrange(10**11),
            "trace_id": uuid.UUID(int=self.pick.getrandbits(128)).hex,
            "sha256": hashlib.sha256(self.pick.randbytes(8)).hexdigest(),
            "facility": {
                "name": self.pick.choice(PLACES)
                + self.pick.choice(("转运中心", "网点", "分拨中心")),
                "code": f"{self.pick.randrange(10**6):06d}",
            },
            "shop_name": self.pick.choice(COMPANIES),
        }


def ndjson(make: Maker) -> Sample:
    """An event or an order with nested parties."""
    record = make.noise()
    labels: list[tuple[str, str]] = []
    neutral: list[str] = []
    if make.pick.random() < 0.6:
        name, phone, room = (
            make.name(),
            make.pick.choice((make.mobile, make.virtual))(),
            make.room(),
        )
        neutral.append(make.street())
        record["recipient"] = {"name": name, "phone": phone, "address": neutral[0] + room}
        labels = [
            ("name", name),
            ("virtual-number" if _has_extension(phone) else "mobile", phone),
            ("room", room),
        ]
    if make.pick.random() < 0.1:
        record["id_card"] = make.identity()
        labels.append(("identity-number", str(record["id_card"])))
    if make.pick.random() < 0.1:
        record["contact"] = make.email()
        labels.append(("email", str(record["contact"])))
    return Sample(json.dumps(record, ensure_ascii=False), "ndjson", labels, neutral)


def _has_extension(phone: str) -> bool:
    return (
        "转" in phone
        or "[" in phone
        or phone.startswith("95013")
        or (phone.count("-") == 1 and len(phone) == 16)
    )


def log(make: Maker) -> Sample:
    """A line of a log, half of them without anything personal."""
    head = (
        f"2026-11-{make.pick.randrange(1, 29):02d} 10:{make.pick.randrange(60):02d}:00.123 "
        f"INFO waybill={make.waybill()} order={make.order()} "
    )
    name, mobile, virtual, room, street = (
        make.name(),
        make.mobile(),
        make.virtual(),
        make.room(),
        make.street(),
    )
    forms: list[tuple[str, list[tuple[str, str]]]] = [
        (
            f"收件人：{name} 电话：{mobile} 地址：{street}{room}",
            [("name", name), ("mobile", mobile), ("room", room)],
        ),
        (f"联系人: {name}, 虚拟号 {virtual}", [("name", name), ("virtual-number", virtual)]),
        (
            f"[{make.pick.choice(PLACES)}] 快件已到达 {make.pick.choice(PLACES)}转运中心, 下一站 "
            f"{make.pick.choice(PLACES)}",
            [],
        ),
        (
            f"epoch={1_700_000_000_000 + make.pick.randrange(10**11)} "
            f"digest={hashlib.md5(make.pick.randbytes(8), usedforsecurity=False).hexdigest()}",
            [],
        ),
        (f"实名核验 证件号 {(number := make.identity())}", [("identity-number", number)]),
        (
            f"shop={make.pick.choice(COMPANIES)} span={uuid.UUID(int=make.pick.getrandbits(128))} "
            "客服 95338",
            [],
        ),
        (f"寄件人：{name[0]}** 电话 138******{make.pick.randrange(100):02d}", []),
        (f"回访 {mobile} 邮箱 {(mail := make.email())}", [("mobile", mobile), ("email", mail)]),
    ]
    text, labels = make.pick.choice(forms)
    return Sample(head + text, "log", labels, [street])


CSV_HEADER = "运单号,订单号,收件人,手机,收货地址,时间戳,店铺"


def csv_row(make: Maker) -> Sample:
    """A row under :data:`CSV_HEADER`, some of them masked."""
    ends = [str(1_700_000_000_000 + make.pick.randrange(10**11)), make.pick.choice(COMPANIES)]
    street = make.street()
    if make.pick.random() < 0.3:
        row = [
            make.waybill(),
            make.order(),
            make.name()[0] + "*",
            f"138******{make.pick.randrange(100):02d}",
            street + "***",
            *ends,
        ]
        return Sample(",".join(row), "csv", [], [street])
    name, phone, room = make.name(), make.mobile(), make.room()
    row = [make.waybill(), make.order(), name, phone, street + room, *ends]
    return Sample(
        ",".join(row), "csv", [("name", name), ("mobile", phone), ("room", room)], [street]
    )


def corpus(count: int, seed: int) -> list[Sample]:
    """``count`` samples of the three forms in equal parts; the same seed gives the same corpus."""
    make = Maker(seed)
    forms: tuple[Callable[[Maker], Sample], ...] = (ndjson, log, csv_row)
    return [forms[index % 3](make) for index in range(count)]


if __name__ == "__main__":
    for sample in corpus(int(sys.argv[1]) if len(sys.argv) > 1 else 300, 7):
        print(
            json.dumps(
                {"form": sample.form, "text": sample.text, "labels": sample.labels},
                ensure_ascii=False,
            )
        )

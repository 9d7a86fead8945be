"""What the name of a field says about its value."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

from jidi.scan.intake.parts import Pairs

Role = Literal[
    "name",
    "maybe-name",
    "phone",
    "address",
    "room",
    "identity",
    "identifier",
    "quantity",
    "plate",
    "card",
    "place",
    "staff",
    "other",
]
_PLACE: Final = re.compile(
    r"facility|station|site|hub|branch|depot|warehouse|company|enterprise|merchant|shop|store"
    r"|supplier|vendor|carrier|brand|product|goods|item|cargo|sku"
    r"|网点|站点|转运|分拨|公司|商品|店铺|仓库|商家|供应商|品牌|货品"
)
_STAFF: Final = re.compile(
    r"courier|driver|rider|operator|employee|staff|postman|deliveryman|快递员|派件员|业务员"
    r"|操作员|配送员|揽收员|骑手|司机|(?:^|_)(?:kdy|pjy|ywy)"
)
_OF_PERSON: Final = r"(?:sj|jj|sh|fh|fj|lx|qs|dj|gm|tk|sp)r|kh|yh|hy|gk|mj|lxr"
"""Initials of 收件人, 寄件人, 收货人, 发货人, 联系人, 签收人 … in field names of pinyin initials.
"""
_PHONE: Final = re.compile(
    r"phone|mobile|telephone|cell|msisdn|(?:^|_)tel(?:s|_?no|_?num|_?number|_?\d)?(?:$|_)|tel$"
    r"|(?:virtual|privacy|secret|real|caller|callee|called|contact)_?(?:number|no|num)"
    rf"|(?:^|_)(?:{_OF_PERSON})?(?:sjh|sjhm|dh|dhhm|gddh|lxdh|lxfs|yddh)$|(?:^"
    rf"|_)(?:{_OF_PERSON})sj$|shouji|dianhua"
    r"|手机|电话|联系方式|隐私号|虚拟号|座机|固话|主叫|被叫"
)
_ABOUT_PHONE: Final = re.compile(
    r"_(?:id|type|brand|model|os|version|status|state|time|at|ts|ms|count|size|len|length|duration"
    r"|seq|hash|md5|sha\d+|flag|index|total|limit|code|token|source|label|name)$"
)
"""What is said of a telephone and is no number of one."""
_IDENTITY: Final = re.compile(
    r"(?:^|_)id_?(?:card|number|num|no|code)(?:_?(?:no|num|number|code))?$|identity(?:_?(?:no"
    r"|num|number|card|code))*$"
    r"|(?:^|_)cert(?:ificates?)?_?(?:no|num|number|code|id)$|credential|passport|(?:^|_)(?:sfz"
    r"|sfzh|sfzhm|sfzjhm|zjhm|zjh|gmsfhm)$|身份证|证件号|证号"
)
_PEOPLE: Final = (
    "receiver|receive|recipient|recv|rec|rcv|rcvr|consignee|consignor|consumer|sender|send"
    "|shipper|contact|linkman|linker|link|buyer|customer|client|cust|payer|payee|owner|holder"
    "|driver_user|insurer"
    "|purchaser|taker|picker|pick_?up|signer|signatory|sign|signed_by|returner|return|refund"
    "|person|people|addressee|attention|owner|holder|applicant|insured|passenger|guest"
    "|real|true|full|first|last|family|given|legal|id|identity|delivery|deliver|post|d|j"
)
_NAME: Final = re.compile(
    rf"(?:^|_)(?:{_PEOPLE})_?(?:man|person|party|people|user|member)?_?(?:name|names|nm|person|xm)$"
    r"|(?:^|_)(?:consignee|receiver|recipient|addressee|linkman|linker|contact|contacts"
    r"|contactor|contact_?man|signer|signatory|signed_by|payer|payee|owner|holder|applicant"
    r"|addressee|insured|rec_?man|send_?man|receive_?man)$"
    rf"|(?:^|_)(?:{_OF_PERSON})?xm$|(?:^|_)(?:{_OF_PERSON})(?:mc)?$|xingming|(?:shou|ji"
    rf"|fa)(?:jian|huo)ren$|lianxiren$"
    r"|姓名$|(?:收|寄|发|取|提|联系|签收|购买|付款|申请|投保|被保险|经办|办理|退货|退款"
    r"|寄递)(?:件|货|票)?人(?:名称?|姓名)?$|顾客(?:名称?)?$|买家$|客户(?:名称?)?$|[收寄]方$"
)
_MAYBE: Final = re.compile(
    r"(?:^|_)(?:user|member|to|from|dst|dest|src|nick|account|login|display|insurer)_?name$"
    r"|^(?:name|username|user|customer|buyer|client|who)$|用户名?$|昵称$"
)
_BARE_NAME: Final = re.compile(r"^(?:name|xm|姓名|full_?name)$")
_PERSON: Final = re.compile(
    r"receiver|recipient|consignee|consignor|consumer|sender|shipper|contact|buyer|customer"
    r"|person|party|payer|returner|addressee|applicant|invoice|member|owner|payee"
    r"|收件|寄件|收货|发货人|(?:^|[ _])(?:to|from|user|member)(?:$| )"
)
_ADDRESS: Final = re.compile(
    rf"addr|detail|street|(?:^|_)(?:{_OF_PERSON})?(?:xx)?dz$|dizhi|location$|地址|住址"
)
_ROOM: Final = re.compile(
    r"(?:^|_)(?:room|door|house|unit|building|house_?number|room_?number|door_?number)(?:_?(?:no"
    r"|num|number|code|info))?$|门牌|房号|房间|室号|楼栋|单元"
)
_IDENTIFIER: Final = re.compile(
    r"(?:^|_)(?:id|ids|no|nos|code|sn|seq|sequence|hash|digest|sha256|md5|checksum|trace|span"
    r"|uuid|guid|token|ts|timestamp|time|at|date|mailno|waybill|tracking|order|number|nonce"
    r"|signature|sign|epoch|ms"
    r"|barcode|sku|nu|pno|tid|oid|sid|orderid|kuaidinum|ean|isbn|batch|lot|serial|version|ydh"
    r"|ddh|ddbh|yjhm|cjsj|xdsj)$"
    r"|short_?address|routing|route|big_?pen|sort_?code|print_?mark|单号$|大头笔|三段码|编号$"
    r"|流水号$|时间$|日期$|条码$|批次号?$|序列号$|订单$|运单$"
)
_PLATE: Final = re.compile(
    r"(?:^|_)(?:license_?|number_?)?plate(?:_?(?:no|num|number))?$|(?:^|_)(?:car|vehicle"
    r"|truck)_?(?:no"
    r"|num|number|plate|license)$|(?:^|_)(?:cph|cphm)$|车牌号?码?$|车号$"
)
_CARD: Final = re.compile(
    r"(?:^|_)(?:bank|credit|debit|pay|payee|acct)?_?card(?:_?(?:no|num|number|code|id))?$|(?:^"
    r"|_)(?:bank_?"
    r"|payee_?)?(?:account|acct)(?:_?(?:no|num|number))?$|(?:^|_)(?:yhk|yhkh|kh|pan)$|卡号$"
    r"|银行卡$|账号$|帐号$"
)
_QUANTITY: Final = re.compile(
    r"(?:^|_)(?:amount|amt|fee|fees|price|cost|sum|total|money|balance|freight|tax|size|sizes|byte"
    r"|bytes|length|len|width|height|depth|weight|volume|duration|elapsed|latency|took|ttl|timeout"
    r"|offset|count|counts|cnt|qty|quantity|limit|capacity|memory|mem|heap|disk|used|free|max|min"
    r"|avg|mean|rate|score|nanos?|micros?|millis?|seconds?|secs?|ns|us|interval|expires?_?in"
    r"|cents?|fen|yuan|kb|mb|gb|rx|tx|read|written|usage|delay|lag|uptime|percent|ratio|lng|lat"
    r"|longitude|latitude)$"
    r"|(?:金额|费用?|价格?|单价|总价|实付|应付|重量|体积|大小|长度|时长|耗时|数量|件数|毫秒|字节"
    r"|余额)$"
)
"""What is measured or counted."""
_CARRIER: Final = re.compile(f"{_PHONE.pattern}|(?:^|_)name$|{_ADDRESS.pattern}")
_PART: Final = re.compile(r"number|no|value|text|main|full|raw|plain|content|data|号码|内容")
"""A member that only spells out what the one above it is, as in ``{"phone": {"number": …}}``."""


@lru_cache(maxsize=8192)
def role_of(path: Sequence[str]) -> Role:
    """Role of a field from the names that lead to it, the last one first in weight."""
    names = _names(path)
    if not names:
        return "other"
    last, above = names[-1], " ".join(names[:-1])
    if _IDENTITY.search(last):
        return "identity"
    at_place = _is_at_place(last, above)
    if _is_phone(last):
        of_staff = at_place or _STAFF.search(f"{last} {above}")
        return "staff" if of_staff else "phone"
    role = _name_role(last, above)
    if role is None:
        return _other_role(last, at_place=at_place)
    return "staff" if _STAFF.search(f"{last} {above}") else role


def _names(path: Sequence[str]) -> list[str]:
    """Names of a path down to the one that says what the field is."""
    names = [_snake(step) for step in path if not step.isdecimal()]
    while len(names) > 1 and _PART.fullmatch(names[-1]) and _CARRIER.search(names[-2]):
        names.pop()
    return names


def _is_at_place(last: str, above: str) -> bool:
    """Whether a field tells of a place and not of a person there."""
    if _PLACE.search(above) is not None and _PERSON.search(above) is None:
        return True
    return _PLACE.search(last) is not None


def _other_role(last: str, *, at_place: bool) -> Role:
    """The role of a field that is neither a name nor a number of a telephone."""
    others: tuple[tuple[Role, bool], ...] = (
        ("plate", _PLATE.search(last) is not None),
        ("card", _CARD.search(last) is not None),
        ("place", at_place),
        ("room", _ROOM.search(last) is not None),
        ("quantity", _QUANTITY.search(last) is not None),
        ("identifier", _IDENTIFIER.search(last) is not None),
        ("address", _ADDRESS.search(last) is not None),
    )
    return next((role for role, holds in others if holds), "other")


def _is_phone(name: str) -> bool:
    return _PHONE.search(name) is not None and _ABOUT_PHONE.search(name) is None


def _name_role(last: str, above: str) -> Role | None:
    if _PLACE.search(last) or (_PLACE.search(above) and not _PERSON.search(above)):
        return None
    if (
        _NAME.search(last)
        or (_BARE_NAME.match(last) and _PERSON.search(above))
        or (last.endswith("name") and _STAFF.search(f"{last} {above}"))
    ):
        return "name"
    return "maybe-name" if _MAYBE.search(last) else None


@lru_cache(maxsize=8192)
def _snake(name: str) -> str:
    return (
        re.sub(
            r"[\s.\[\]-]+",
            "_",
            re.sub(
                r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.rpartition(":")[2]
            ),
        )
        .strip("_")
        .lower()
    )


def leaves(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a record that is no object or array, with the names that lead to it."""
    return ((path, leaf) for path, leaf, is_name in walked(value) if not is_name)


def walked(
    value: Any, harmless: Container[str] = frozenset()
) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    """Names of members and values of a record that are no objects or arrays, in their order, each
    with the names that lead to it, and whether it is such a name; ``harmless`` names are left out.
    A list of pairs is an object in which a name may stand twice.
    """
    waiting: list[tuple[tuple[str, ...], Any, bool]] = [((), value, False)]
    while waiting:
        path, one, is_name = waiting.pop()
        if isinstance(one, dict | Pairs):
            for name, member in reversed(one if isinstance(one, Pairs) else one.items()):
                below = (*path, name)
                waiting.append((below, member, False))
                if name not in harmless:
                    waiting.append((below, name, True))
        elif isinstance(one, list):
            waiting.extend(
                ((*path, str(place)), one[place], False) for place in range(len(one) - 1, -1, -1)
            )
        else:
            yield path, one, is_name

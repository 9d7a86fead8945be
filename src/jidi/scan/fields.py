"""What the name of a field says about its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

Role = Literal["name", "phone", "address", "identifier", "place", "staff", "other"]
_PLACE: Final = re.compile(
    r"facility|station|site|hub|branch|depot|warehouse|company|enterprise|merchant|shop|carrier|brand|product|goods|item|网点|站点|转运|分拨|公司|商品|店铺|仓库"
)
_STAFF: Final = re.compile(r"courier|driver|rider|operator|employee|staff|快递员|派件员|业务员|操作员")
_PHONE: Final = re.compile(r"phone|mobile|(?:^|_)tel(?:$|_)|telephone|cell|(?:virtual|privacy)_?(?:number|no)|手机|电话|联系方式|隐私号|虚拟号")
_NAME: Final = re.compile(
    r"(?:receiver|recipient|consignee|sender|shipper|contact|buyer|customer|person|user|signer|signatory|real|full|first|last)_?(?:name|person)?$"
    r"|姓名$|收件人$|寄件人$|收货人$|发件人$|联系人$|签收人$|取件人$|顾客$|买家$"
)
_BARE_NAME: Final = re.compile(r"^name$")
_PERSON: Final = re.compile(r"receiver|recipient|consignee|sender|shipper|contact|buyer|customer|person|party|收件|寄件|收货")
_ADDRESS: Final = re.compile(r"addr|address|detail|street|地址|住址")
_IDENTIFIER: Final = re.compile(
    r"(?:^|_)(?:id|ids|no|nos|code|sn|seq|sequence|hash|digest|sha256|md5|checksum|trace|span|uuid|guid|token|ts|timestamp|time|at|date|mailno|waybill|tracking|order|number|nonce|signature|epoch|ms|barcode|sku)$"
    r"|单号$|编号$|流水号$|时间$|日期$|条码$"
)
_CARRIER: Final = re.compile(f"{_PHONE.pattern}|(?:^|_)name$|{_ADDRESS.pattern}")
_PART: Final = re.compile(r"number|no|value|text|main|full|raw|plain|content|data|号码|内容")
"""A member that only spells out what the one above it is, as in ``{"phone": {"number": …}}``."""


@lru_cache(maxsize=4096)
def role_of(path: Sequence[str]) -> Role:
    """Role of a field from the names that lead to it, the last one first in weight."""
    names = [_snake(step) for step in path if not step.isdecimal()]
    if not names:
        return "other"
    while len(names) > 1 and _PART.fullmatch(names[-1]) and _CARRIER.search(names[-2]):
        names.pop()
    last, above = names[-1], " ".join(names[:-1])
    at_place = _PLACE.search(above) is not None and _PERSON.search(above) is None
    if _PHONE.search(last):
        return "staff" if _STAFF.search(last + above) or at_place else "phone"
    if _is_name(last, above):
        return "staff" if _STAFF.search(last + above) else "name"
    if _PLACE.search(last) or at_place:
        return "place"
    return "address" if _ADDRESS.search(last) else "identifier" if _IDENTIFIER.search(last) else "other"


def _is_name(last: str, above: str) -> bool:
    if _PLACE.search(last) or (_PLACE.search(above) and not _PERSON.search(above)):
        return False
    return bool(_NAME.search(last) or (_BARE_NAME.match(last) and _PERSON.search(above)) or (last.endswith("_name") and _STAFF.search(last)))


def _snake(name: str) -> str:
    return re.sub(r"[\s.-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()

"""What real orders hold is taken, whatever its kind: names, organisations, telephones, places; and
what only looks like it is not.
"""

from __future__ import annotations

from typing import Any

import pytest

from jidi.registry import Registry

REGISTRY = Registry.load()
PROVINCES = (
    *("北京市", "天津市", "上海市", "重庆市", "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省"),
    *("江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省"),
    *("广东省", "海南省", "四川省", "贵州省", "云南省", "陕西省", "甘肃省", "青海省", "台湾省"),
    *("内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区"),
    *("香港特别行政区", "澳门特别行政区"),
)
MOBILES = [
    str(segment)
    for segment in (*range(130, 200),)
    if segment not in {140, 141, 142, 143, 144, 154, 160, 161, 163, 164, 168, 169, 179, 194}
]
AREAS = ("010", "021", "0571", "0755", "0891", "0991", "0898")
ABROAD = ("+85251234567", "+85366123456", "+886912345678", "+12025550100", "+79161234567")


def faults(thing: str, value: Any) -> set[tuple[str, str]]:
    """Pointer and keyword of each."""
    return {(one.pointer, one.keyword) for one in REGISTRY.validate(thing, value, request=True)}


def party(**members: Any) -> dict[str, Any]:
    """Somebody in a place, with these members."""
    address = {"province": "样本省", "city": "样本市", "detail": "望山大道66号"}
    phone = {"kind": "mobile", "number": "13800001234"}
    return {"phone": phone, "address": address, **members}


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_is_an_address_with_and_without_its_country(province: str) -> None:
    """All thirty-four, Taiwan with its own postal codes."""
    assert len(PROVINCES) == 34
    code = "106409" if province == "台湾省" else "100000"
    address = {"province": province, "city": "示例市", "detail": "示例路1号", "postal_code": code}
    assert faults("address", address) == set()
    assert faults("address", {"country": "CN", **address}) == set()


@pytest.mark.parametrize(
    "phone",
    [
        *({"kind": "mobile", "number": f"{one}00001234"} for one in MOBILES),
        *({"kind": "landline", "number": f"{one}-80001234-8001"} for one in AREAS),
        *({"kind": "landline", "number": f"{one}8000123"} for one in AREAS),
        *({"kind": "international", "number": one} for one in ABROAD),
        *(
            {"kind": "service", "service_number": one}
            for one in ("400-800-1234", "8008001234", "95338", "96110", "12305", "9501300-8")
        ),
        *(
            {
                "kind": "virtual",
                "virtual_number": {
                    "main": main,
                    "extension": "123456",
                    "expires_at": "2026-12-31T23:59:59+08:00",
                },
            }
            for main in ("4008001234", "95013000000", "17000001234", "02180001234")
        ),
    ],
    ids=lambda phone: "-".join(map(str, phone.values()))[:40],
)
def test_every_kind_of_telephone_is_taken(phone: dict[str, Any]) -> None:
    """Each under its own kind only: called by another, it is refused."""
    assert faults("phone", phone) == set()
    others = {"mobile", "landline", "international", "service", "virtual"} - {phone["kind"]}
    assert all(faults("phone", {**phone, "kind": other}) for other in others)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "王",
            "李样",
            "欧阳样例",
            "阿依古丽·麦麦提",
            "阿依古丽‧麦麦提",
            "阿依古丽・麦麦提",
            "阿依古丽•麦麦提",
        ),
        *(
            "司马依•买买提•艾山",
            "𠮷𬱖㛃",
            "Mary-Ann O'Example Jr.",
            "Łukasz Ñandú",
            "Нурсултан",
            "山田太郎",
        ),
        "阿卜杜热合曼·阿卜杜热依木·阿卜杜拉·买买提明·艾买提",
    ],
)
def test_names_of_any_length_and_script_are_taken(name: str) -> None:
    """One character to fifty; dots between the parts in each of their spellings."""
    assert faults("party", party(name=name)) == set()


@pytest.mark.parametrize(
    "name",
    [
        "李*",
        "李••",
        "李•",
        "•李样",
        "阿依•麦",
        "李×例",
        "李样例1",
        "李[1]",
        " 李",
        "·李",
        "李·",
    ],
)
def test_masked_names_and_names_with_something_behind_are_refused(name: str) -> None:
    """Whatever sign hides, and whatever was appended."""
    assert faults("party", party(name=name)) == {("/name", "pattern")}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "3M中国有限公司",
            "7-11便利店（文三店）",
            "58同城",
            "360公司",
            "32123部队",
            "良品铺子旗舰店(2仓)",
        ),
        *(
            "A.O.示例（中国）有限公司",
            "Muster & Söhne Co., Ltd.",
            "24 Hours Shop 7",
            "示例•生活馆",
            "某部",
        ),
        *(
            "７天示例酒店",
            "示例市公安局第3分局",
            "#1 示例店",
            "「示例」书店/二楼",
            "示例科技 2 厂 1 号门",
        ),
    ],
)
def test_organisations_are_senders_and_recipients(name: str) -> None:
    """Alone, and with a person to ask for."""
    assert faults("party", party(organisation=name)) == set()
    assert faults("party", party(organisation=name, name="李样例")) == set()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "3M**公司",
            "示例商店[1234]",
            "示例商店 ",
            " 示例商店",
            "13800001234",
            "示例店13800001234",
            "58••",
        ),
        *(
            "示例店１３８００００１２３４",
            "1234567",
            "示",
            "",
            "示例\n商店",
            "x" * 101,
            "示例×店",
            "示例＊",
        ),
    ],
)
def test_organisations_hide_nothing_and_hold_no_numbers_of_persons(name: str) -> None:
    """A class of no personal information is no place for any."""
    assert {pointer for pointer, _ in faults("party", party(organisation=name))} == {
        "/organisation"
    }


@pytest.mark.parametrize(
    ("detail", "taken"),
    [
        ("5*5*5健身房", True),
        ("青石路8×8便利店", True),
        ("A*B广场3楼", True),
        ("万象•城市花园3栋", True),
        ("营", True),
        ("路" * 200, True),
        ("路" * 201, False),
        ("青石路*号", False),
        ("青石路18号**", False),
        ("1**1室", False),
        ("*1室", False),
        ("青石路••", False),
        ("青石路\n18号", False),
        ("青石路\t18号", False),
        (" 青石路", False),
        ("青石路＊号", False),
    ],
)
def test_signs_in_an_address_multiply_or_hide(detail: str, taken: bool) -> None:
    """What stands single between two digits or letters is no mask; one line, two hundred
    characters.
    """
    address = {"province": "样本省", "city": "样本市", "detail": detail}
    assert (faults("address", address) == set()) is taken


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("JDVA12345678901-1-1-", True),
        ("JDVA12345678901-1-3", True),
        ("SF1234567890123-001", True),
        ("SF1234567890123", True),
        ("SF1234567890123--1", False),
        ("-SF1234567890123", False),
        ("SF12345-12345", False),
        ("SF1234567890123-1-2-3-4", False),
    ],
)
def test_numbers_of_child_parcels_have_their_hyphens(number: str, taken: bool) -> None:
    """As couriers write them, a last hyphen too."""
    event = next(iter(REGISTRY.examples("valid", "shipment-event"))).instance
    assert (faults("shipment-event", {**event, "waybill_no": number}) == set()) is taken

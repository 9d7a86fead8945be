"""Rules of the scanner one by one: what each finds, and what it leaves alone."""

from __future__ import annotations

import io

import pytest

from jidi.scan import Scanner
from jidi.scan.kinds.fields import role_of
from jidi.scan.kinds.pairs import fields_in
from jidi.scan.kinds.patterns import fold
from jidi.scan.kinds.people.names import is_person, is_surely_person, named_in_field
from jidi.scan.kinds.stretches import deep_stretches, field_stretches


def found(text: str) -> list[tuple[str, str]]:
    """Kind and text of everything about users."""
    return [
        (one.kind, inner[one.start : one.end])
        for inner, one, _ in deep_stretches(text)
        if one.subject == "user"
    ]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        (("receiverName",), "name"),
        (("ConsigneeName",), "name"),
        (("sjrxm",), "name"),
        (("cn:recipient", "cn:name"), "name"),
        (("收货人姓名",), "name"),
        (("toName",), "maybe-name"),
        (("shopName",), "place"),
        (("goods", "name"), "place"),
        (("courier", "name"), "staff"),
        (("shrsj",), "phone"),
        (("xdsj",), "identifier"),
        (("phone", "virtual_number", "main"), "phone"),
        (("payerIdNumber",), "identity"),
        (("order_id",), "identifier"),
        (("shortAddress",), "identifier"),
        (("house_number",), "room"),
        (("sjrdz",), "address"),
        (("receiver[mobile]",), "phone"),
        (("weight",), "quantity"),
        (("colour",), "other"),
    ],
)
def test_role_goes_by_the_name_of_a_field(path: tuple[str, ...], role: str) -> None:
    """In camelCase, PascalCase, snake_case, pinyin initials and Chinese."""
    assert role_of(path) == role


@pytest.mark.parametrize(
    "text",
    [
        "{'receiver_name': '斯琴高娃'}",
        '{"consignee":{"name":"斯琴高娃"}}',
        'body="{\\"contact\\":\\"斯琴高娃\\"}"',
        "a=1&receiverName=斯琴高娃&b=2",
        "Order(id=1, receiver=Receiver(name=斯琴高娃, x=2))",
        "<Order sjrxm='斯琴高娃' zl='1'/>",
        "<receiver><name>斯琴高娃</name></receiver>",
        "<shrxm><![CDATA[斯琴高娃]]></shrxm>",
        "INSERT INTO t_order (order_id, receiver_name) VALUES ('1', '斯琴高娃')",
        "insert into `t_order` (`order_id`,`receiver_name`) values (1,'**'),(2,'斯琴高娃')",
        "[receiver_name] => 斯琴高娃",
        '["consignee"]=> string(12) "斯琴高娃"',
        'consignee { name: "斯琴高娃" }',
        '<span class="receiver-name">斯琴高娃</span>',
        "GET /a?receiverName=%E6%96%AF%E7%90%B4%E9%AB%98%E5%A8%83&x=1",
    ],
)
def test_fields_inside_text_play_their_roles(text: str) -> None:
    """A name that no surname gives away is found by its field alone."""
    assert found(text) == [("name", "斯琴高娃")]


@pytest.mark.parametrize(
    "text",
    [
        "shopName=李宁官方网店&goods_name=王小卤",
        '{"site":{"name":"马驹桥","tel":"13812345678"}} ',
        "<mailNo>13812345678</mailNo>",
        "waybill_no=13812345678",
        "签收人：家门口",
        "发件人：顺丰速运",
        "INSERT INTO t_scan (bill_code, site_name) VALUES ('13812345678', '周浦')",
        '<span id="x">白云</span>',
    ],
)
def test_fields_of_places_and_identifiers_hold_nothing_of_users(text: str) -> None:
    """Nor do Chinese pairs in which somebody wrote no name."""
    assert found(text) == []


def test_fields_are_told_apart_by_what_is_open_around_them() -> None:
    """A closed object or element no longer counts."""
    text = fold(
        '{"receiver":{"x":1},"item":{"name":"a"}} '
        "<receiver><b>1</b></receiver><goods><name>b</name></goods>"
    )
    assert [(text[one.start : one.end], one.role) for one in fields_in(text)] == [
        ("a", "place"),
        ("b", "place"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("客户冯强来电", "冯强"),
        ("客户李家豪要求退回", "李家豪"),
        ("用户陈淼勇清关失败", "陈淼勇"),
        ("寄件人尉迟春国要求退回", "尉迟春国"),
        ("俞豪秀您好，您的快件", "俞豪秀"),
        ("尊敬的章雪华女士", "章雪华"),
        ("寄到金色家园，秦博敏收", "秦博敏"),
        ("由 闵小芬 代收", "闵小芬"),
        ("收件人换成刘德胜", "刘德胜"),
        ("<td>收件人</td><td>宿文斌</td>", "宿文斌"),
        ("客户买买提·艾力女士来电", "买买提·艾力"),
        ("收件人：张三丰快递已到", "张三丰"),
    ],
)
def test_names_in_sentences(text: str, name: str) -> None:
    """Behind a label, before a greeting, a title or what somebody does; the name and no more."""
    assert found(text) == [("name", name)]


@pytest.mark.parametrize(
    "text",
    [
        "客户明确表示不需要",
        "客户满意度5",
        "用户安全等级=2",
        "会员成长值=10",
        "顾客常问：何时到货",
        "客户查询",
        "寄件人时效要求",
        "李女士您好",
        "周末送",
        "菜鸟驿站代收",
        "客户张*来电",
        "快件由门卫代收",
        "用户于洪区",
    ],
)
def test_sentences_without_names(text: str) -> None:
    """Everyday words that begin like surnames, titles without a name, masks."""
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "王芳 13812345678",
        "13812345678 王芳",
        "王芳(String), 13812345678(String)",
        "('王芳', '13812345678')",
        '"王芳/13812345678"',
        "王芳，电话：13812345678",
        "客服记录：客户王芳（13812345678）反映",
    ],
)
def test_names_beside_telephones(text: str) -> None:
    """Whatever stands between."""
    assert sorted(found(text)) == [("mobile", "13812345678"), ("name", "王芳")]


@pytest.mark.parametrize(
    "text",
    [
        "快递员 冯强（13812345678）",
        "温馨提示 13812345678",
        "广州 13812345678",
        "张江网点 13812345678",
        "时间 13812345678",
    ],
)
def test_no_names_beside_telephones(text: str) -> None:
    """Staff, words, places."""
    assert [kind for kind, _ in found(text) if kind == "name"] == []


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("阳光花园12#2单元104", "12#2单元104"),
        ("保利香槟国际19-3-301", "19-3-301"),
        ("要求放7-3-902门口", "7-3-902"),
        ("御景湾三单元1302", "三单元1302"),
        ("都市森林三栋二单元五零一室", "三栋二单元五零一室"),
        ("莱蒙都会2幢乙单元1503室", "2幢乙单元1503室"),
        ("教场山路9弄3号402室", "3号402室"),
        ("数娱大厦17楼1702", "17楼1702"),
        ("Room 1203, Building 5, Keyuan Road", "Room 1203, Building 5"),
    ],
)
def test_rooms(text: str, room: str) -> None:
    """In the spellings of addresses."""
    assert found(text) == [("room", room)]


@pytest.mark.parametrize(
    "text",
    [
        "取件码8-2-5011",
        "请凭8-2-5011到店取件",
        "货位3-2-501",
        "设备间3-2-501",
        "M8*3-2-501螺栓",
        "版本2-1-501",
        "请拨400-820-8388",
        "编号 571-33-201",
        "2026-03-12",
        "会员12-345",
    ],
)
def test_no_rooms(text: str) -> None:
    """Codes of pickup and shelves, parts, versions, telephones, dates."""
    assert [kind for kind, _ in found(text) if kind == "room"] == []


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("payerIdNumber", "11010519491231002X", "identity-number"),
        ("idNo", "110105491231002", "identity-number"),
        ("room", "1203", "room"),
        ("address", "黄河南大街60号2-7-1", "room"),
        ("address", "城市之光 (26-2-404)", "room"),
        ("main", "95013850220", ""),
        ("recipient_phone", "18645256541_4749", "virtual-number"),
        ("order_id", "110105194912310021", ""),
        ("contact", "发货组", ""),
        ("receiver_name", "张三丰[1234]", "name"),
        ("dst_name", "古丽娜扎尔", "name"),
        ("lineName", "杭州", ""),
    ],
)
def test_values_by_their_fields(key: str, value: str, kind: str) -> None:
    """The role decides where the form alone does not."""
    assert [one.kind for _, one in field_stretches(value, role_of((key,)), numbers=True)] == (
        [kind] if kind else []
    )


def test_a_main_number_is_virtual_by_the_member_above_it() -> None:
    """As in ``virtual_number.main``."""
    assert [
        one.kind
        for _, one in field_stretches(
            "95013850220", role_of(("virtual_number", "main")), numbers=True
        )
    ] == ["virtual-number"]


@pytest.mark.parametrize(
    "text",
    ["/img/logo@2x.png", "git@code.example.com:wms/core.git", "redis://:word@cache.example.com"],
)
def test_no_addresses_of_mail(text: str) -> None:
    """Files and connections."""
    assert found(text) == []


def test_persons_by_surname_and_without() -> None:
    """Where a label or a field says so, and where only the place in a sentence does."""
    assert is_person("安静")
    assert not is_surely_person("安全")
    assert is_surely_person("扎西顿珠")
    assert not is_surely_person("金色家园")
    assert named_in_field("张三丰女士") == "张三丰"
    assert named_in_field("旗舰店") == ""
    assert named_in_field("Li Na") == "Li Na"


def test_columns_of_findings_in_text_point_at_the_value() -> None:
    """Also inside fields of text."""
    line = '2026 request={"receiverName": "张三丰"}'
    (one,) = Scanner(b"s").scan(io.BytesIO(line.encode()), "x.log")
    assert one.column == line.index("张三丰") + 1


@pytest.mark.parametrize(
    "value",
    [
        "13812345678",
        "１３８１２３４５６７８",
        "138 1234 5678",
        "138-1234-5678",
        "138.1234.5678",
        "1381 234 5678",
        "(138)12345678",
        "[138]1234-5678",
        "+86 138 1234 5678",
        "+86(138)12345678",
        "0086-13812345678",
        "86 138 1234 5678",
        "138\u200b1234\u200b5678",
        "13812345678.0",
        "1.3812345678E10",
        "1.3812345678e+010",
        "13812345678e0",
        "138123456780e-1",
        "0.13812345678E11",
        "13812345678.000",
        "138\ud8001234\udc005678",
        "'13812345678",
        "+852 9123 4567",
        "88889999",
        "8888-9999",
        "0571 8888 9999",
        "057188889999",
        "+44 20 7946 0958",
    ],
)
def test_a_field_for_telephones_believes_every_spelling(value: str) -> None:
    """Seven to fifteen digits are a number, whatever stands between them."""
    assert [
        text for text, one in field_stretches(value, "phone") if one.kind in {"mobile", "landline"}
    ] == [fold(value)]


@pytest.mark.parametrize(
    ("key", "value", "number"),
    [
        ("phone", "138****5678", False),
        ("phone", "95338", False),
        ("phone", "400-820-8388", False),
        ("phone", "00000000000", False),
        ("phone", "-", False),
        ("phone_type", "12345678", False),
        ("phone_verified_at", "1790000000", True),
        ("amount", "13812345678", True),
        ("file_size", "13812345678", True),
        ("durationNs", "13812345678", True),
        ("elapsed", "13812345678 ns", False),
        ("totalBytes", "13812345678 bytes", False),
        ("order_no", "13812345678", True),
        ("waybillNo", "13812345678", False),
        ("pay_fee", "13812345678", True),
        ("应付金额", "13812345678 元", False),
        ("uid", "6222021234567890128", True),
        ("note", "13812345678 bytes", False),
        ("note", "took 13812345678ns", False),
        ("note", "共 13812345678 元", False),
        ("note", "550e8400-e29b-41d4-a716-138123456780", False),
        ("note", "13812345-6781-4381-8345-678138123456", False),
    ],
)
def test_fields_that_count_or_name_hold_no_telephones(key: str, value: str, number: bool) -> None:
    """Amounts, sizes, durations, numbers of orders and parcels, UUIDs, numbers with their unit."""
    assert list(field_stretches(value, role_of((key,)), number=number)) == []

"""The scanner finds what is personal, leaves alone what only looks like it, and never shows a
value.
"""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.registry import Registry
from jidi.scan import Found, Scanner


def scan(
    text: str | bytes, name: str = "", form: str = "", registry: Registry | None = None
) -> list[Found]:
    data = text.encode() if isinstance(text, str) else text
    return list(Scanner(b"salt", registry).scan(io.BytesIO(data), name, form))


def kinds(text: str) -> list[str]:
    return [found.kind for found in scan(text, "x.log")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话 13812345678", "mobile"),
        ("电话 138 1234 5678", "mobile"),
        ("138-1234-5678", "mobile"),
        ("１３８１２３４５６７８", "mobile"),
        ("+8613812345678", "mobile"),
        ("+86 138 1234 5678", "mobile"),
        ("13812345678-1234", "virtual-number"),
        ("13812345678[1234]", "virtual-number"),
        ("13812345678转99", "virtual-number"),
        ("950131234567-12", "virtual-number"),
        ("0571-88889999", "landline"),
        ("(010)88889999", "landline"),
        ("座机 02188889999", "landline"),
        ("证件 11010519491231002X", "identity-number"),
        ("a.b@mail.example.com", "email"),
        ("文三路100号3栋2单元1201室", "room"),
        ("星河小区3-1-1201", "room"),
        ("锦绣公寓1201室", "room"),
        ("收件人：欧阳修文，", "name"),
        ("receiver=张三丰 ok", "name"),
        ("url %E6%94%B6%E4%BB%B6%E4%BA%BA%EF%BC%9A%E5%BC%A0%E4%B8%89", "name"),
        ("tok MTM4MTIzNDU2Nzg=", "mobile"),
        ("&#49;&#51;&#56;12345678", "mobile"),
    ],
)
def test_scan_finds_personal_data_in_text(text: str, kind: str) -> None:
    """Each form once."""
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "waybill SF1381234567890 YT1381234567812 JT5138123456781",
        "单号：13812345678 order_id=13912345678",
        "ts=1732181234567 1732181234",
        "0f3a13812345678bc 550e8400-e29b-41d4-a716-446655440000",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "202611211300001234 110105194912310021",
        "已到达 张江转运中心，下一站 王府井网点",
        "收件人：张** 电话 138******78",
        "签收人：本人 签收人：门卫",
        "客服 95338 10086",
        "文三路100号 3栋",
        "订单 2026-1381-2345678",
    ],
)
def test_scan_leaves_lookalikes_alone(text: str) -> None:
    """Waybill and order numbers, times, hashes, places, masks, service lines."""
    assert kinds(text) == []


@given(st.text("0123456789", min_size=12, max_size=17))
def test_scan_finds_no_mobile_inside_a_longer_number(digits: str) -> None:
    """Whatever the digits are."""
    assert "mobile" not in kinds(f"n SF{digits} x{digits}y")


@given(st.text(max_size=200))
def test_scan_takes_any_text(text: str) -> None:
    """No input is a fault of the scanner, in any form."""
    for form in ("text", "json", "csv", "ndjson"):
        scan(text.encode("utf-8", "surrogatepass"), "", form)


@given(st.binary(max_size=200))
def test_scan_takes_any_bytes(data: bytes) -> None:
    """Nor are bytes that are no text."""
    for form in ("text", "json", "csv", "ndjson"):
        scan(data, "", form)


def test_scan_goes_by_fields_in_records() -> None:
    """Names only where people are named; identifiers are no numbers; contacts of stations are those
    of staff.
    """
    record = {
        "order_no": "13812345678",
        "receiver_name": "张三丰",
        "facility": {"name": "王小二网点", "phone": "13812345678"},
        "courier": {"name": "李四", "mobile": "13912345678"},
        "shop_name": "李宁体育",
        "contact_phone": "02188889999",
    }
    found = {one.pointer: (one.kind, one.subject) for one in scan(json.dumps(record))}
    assert found == {
        "/receiver_name": ("name", "user"),
        "/facility/phone": ("mobile", "staff"),
        "/courier/mobile": ("mobile", "staff"),
        "/contact_phone": ("landline", "user"),
    } | ({"/courier/name": found["/courier/name"]} if "/courier/name" in found else {})


def test_scan_goes_by_the_schema_where_a_record_holds_under_one() -> None:
    """A direct value at its own place is declared; a phone in a place of class none is a leak."""
    registry = Registry.load()
    example = next(
        dict(one.instance)
        for one in registry.examples("valid", "consignment")
        if "phone" in one.instance["recipient"]
    )
    found = scan(json.dumps(example), "x.ndjson", "", registry)
    assert {"/recipient/name", "/recipient/phone/number"} <= {
        one.pointer for one in found if one.declared
    }
    event = dict(next(iter(registry.examples("valid", "shipment-event"))).instance)
    event["description"] = "请致电 13812345678"
    assert [
        (one.kind, one.pointer) for one in scan(json.dumps(event), "x.ndjson", "", registry)
    ] == [("mobile", "/description")]


def test_scan_reads_arrays_item_by_item_with_their_lines() -> None:
    """Commas and brackets inside texts do not split."""
    text = '[\n {"a":"x,]\\"[","mobile":"13812345678"},\n\n {"收件人":"张三"}]'
    assert [(one.kind, one.line) for one in scan(text, "x.json")] == [("mobile", 2), ("name", 4)]


def test_scan_reads_csv_with_its_header() -> None:
    """The column tells what a value is."""
    text = '运单号,姓名,手机\nSF1,张三,"138-1234-5678"\nSF2,李*,138******78\n'
    assert [(one.pointer, one.kind, one.line) for one in scan(text, "x.csv")] == [
        ("/姓名", "name", 2),
        ("/手机", "mobile", 2),
    ]


def test_scan_never_shows_a_value_and_tells_equal_ones() -> None:
    """Equal numbers have equal digests, however they are written; another salt gives another
    digest.
    """
    one, two = scan("a 13812345678\nb 138-1234-5678", "x.log")
    assert one.digest == two.digest
    assert "13812345678" not in repr((one, two))
    (other,) = Scanner(b"pepper").scan(io.BytesIO(b"13812345678"), "x.log")
    assert other.digest != one.digest


@pytest.mark.thorough
def test_scan_reads_a_line_without_end_in_constant_memory() -> None:
    """Forty megabytes without a line break are read and not kept; what follows is read too."""

    class Endless:
        def __init__(self) -> None:
            self.left = 40

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            return b"x" * size if self.left > 0 else b"\n13812345678\n" if self.left == 0 else b""

    scanner = Scanner(b"salt")
    assert [(one.kind, one.line) for one in scanner.scan(Endless(), "x.log")] == [("mobile", 2)]
    assert scanner.tally.records == 2

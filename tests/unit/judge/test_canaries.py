"""Canaries are found in every spelling, nowhere else, and are never shown."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.judge.personal.canaries import Automaton, Canary, canaries_in, disguises, search
from jidi.run.playing.making.generator import Generator

PHONE, NAME, ROOM = "14012345678", "欧阳芷若", "12栋3单元1201室"
CANARIES = (
    Canary(PHONE, "phone", "direct"),
    Canary(NAME, "name", "direct"),
    Canary(ROOM, "room", "direct"),
)
AUTOMATON = Automaton(CANARIES)


def kinds(data: bytes) -> list[str]:
    return [hit.kind for hit in search(data, AUTOMATON)]


@pytest.mark.parametrize(
    "spelling",
    [
        PHONE,
        "+86" + PHONE,
        "+86-140-1234-5678",
        "140-1234-5678",
        "140 1234 5678",
        "１４０１２３４５６７８",
        "140%201234%205678",
        "345678" + "14012",
        "5678" + "1401234",
        PHONE[::-1],
        PHONE.encode().hex(),
        "".join(f"&#{ord(digit)};" for digit in PHONE),
        "".join(f"\\u{ord(digit):04x}" for digit in PHONE),
        hashlib.md5(PHONE.encode(), usedforsecurity=False).hexdigest(),
        hashlib.sha1(PHONE.encode(), usedforsecurity=False).hexdigest().upper(),
        hashlib.sha256(PHONE.encode()).hexdigest(),
        hashlib.sha256(("+86" + PHONE).encode()).hexdigest(),
        hashlib.new("sm3", PHONE.encode()).hexdigest(),
        base64.b64encode(hashlib.sha256(PHONE.encode()).digest()).decode(),
    ],
)
def test_canaries_find_a_number_in_every_spelling(spelling: str) -> None:
    """Plain, grouped, wide, turned round, encoded, or as an unsalted hash."""
    assert kinds(f'{{"x":"{spelling}"}}'.encode()) == ["phone"]


@pytest.mark.parametrize("value", [NAME, ROOM])
@pytest.mark.parametrize(
    "encode",
    [
        str,
        quote,
        lambda text: quote(text).lower(),
        lambda text: quote(quote(text)),
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(json.dumps(text)),
        lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
        lambda text: text.encode().hex().upper(),
    ],
)
def test_canaries_find_han_text_in_every_escape(value: str, encode: Callable[[str], str]) -> None:
    """URL, twice URL, JSON, twice JSON, HTML, hex."""
    assert len(kinds(b"<" + encode(value).encode() + b">")) == 1


@given(st.binary(max_size=7), st.binary(max_size=7), st.sampled_from(CANARIES))
def test_canaries_find_base64_at_every_alignment(
    before: bytes, after: bytes, canary: Canary
) -> None:
    """Whatever bytes stand around the value before it is encoded."""
    data = base64.b64encode(before + canary.value.encode() + after)
    assert canary.kind in kinds(data)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
def test_canaries_find_other_charsets(encoding: str) -> None:
    """A label printer may speak the national encoding."""
    assert kinds(b"\x1b@" + NAME.encode(encoding)) == ["name"]


@given(st.text("0123456789", min_size=1, max_size=8))
def test_canaries_leave_longer_numbers_alone(more: str) -> None:
    """A waybill number or a time that happens to hold the digits is no leak."""
    assert kinds(f"SF{more}{PHONE}".encode()) == []
    assert kinds(f"{PHONE}{more}".encode()) == []


@given(st.binary(max_size=400))
def test_canaries_raise_no_false_alarm_on_noise(noise: bytes) -> None:
    """Random bytes hold none of the values."""
    assert search(noise, AUTOMATON) == []


def test_canaries_never_show_their_value() -> None:
    """Neither a hit nor the text of a canary tells it."""
    hit = search(f"x {PHONE}".encode(), AUTOMATON)[0]
    assert (hit.offset, hit.form) == (2, "raw")
    assert PHONE not in repr(hit)
    assert all(canary.value not in repr(canary) for canary in CANARIES)


def test_canaries_of_equal_value_share_a_hit_and_keep_their_bearers() -> None:
    """Two people of one name: both are named by the hit."""
    twins = Automaton(
        [Canary(NAME, "name", "direct", "platform-a"), Canary(NAME, "name", "direct", "platform-b")]
    )
    (hit,) = search(NAME.encode(), twins)
    assert {canary.owner for canary in twins.bearers(hit)} == {"platform-a", "platform-b"}


def test_canaries_in_a_made_consignment_are_all_its_personal_values() -> None:
    """Names, numbers and doors of both parties, and the goods; the number of a firm and a masked
    value are none.
    """
    for scope in range(40):
        made = Generator(1, "nonce", str(scope), datetime.now(UTC))
        parcel = made.make("order", {})
        found = canaries_in(parcel)
        of_firm = parcel["sender"]["phone"]["kind"] == "service"
        assert sorted((canary.subject, canary.kind) for canary in found) == sorted(
            [(role, kind) for role in ("sender", "recipient") for kind in ("name", "room")]
            + [("recipient", "phone"), ("parcel", "item")]
            + ([] if of_firm else [("sender", "phone")])
        )
        assert made.canaries == found
    assert canaries_in({"recipient": {"name": "张*", "phone": {"number": "140****1234"}}}) == []


@pytest.mark.parametrize(
    ("number", "seen"),
    [
        ("+85251234567", "call 0085251234567"),
        ("+85251234567", "51234567"),
        ("+85251234567", "85251234567"),
        ("0571-88001234-801", "0571-88001234"),
        ("0571-88001234-801", "057188001234"),
        ("+441214960000-204", "+441214960000"),
    ],
)
def test_numbers_are_found_without_extension_and_country(number: str, seen: str) -> None:
    """Who leaves out what leads to the desk still names the line."""
    planted = canaries_in({"phone": {"kind": "landline", "number": number}})
    assert search(f"({seen})".encode(), Automaton(planted))


def test_texts_of_extensions_are_canaries_at_any_depth() -> None:
    """Nobody knows whose they are; numbers, names of members and short codes are none."""
    parcel = {
        "extensions": {
            "com.example.shop": {
                "note": "礼盒装附手写贺卡",
                "deep": {"name": "不是人名的文字", "n": 7},
            },
            "cn.example.erp": {"list": ["第三批次的说明", "B-3", None, True]},
        }
    }
    found = canaries_in(parcel)
    assert {(one.value, one.kind, one.pi_class, one.subject) for one in found} == {
        (text, "extension", "quasi", "parcel")
        for text in ("礼盒装附手写贺卡", "不是人名的文字", "第三批次的说明")
    }


def test_party_to_whom_a_parcel_returns_is_looked_for() -> None:
    """It is a person like any other."""
    party = {"name": NAME, "phone": {"kind": "mobile", "number": PHONE}, "address": {"detail": "x"}}
    assert {one.kind for one in canaries_in({"return_to": party})} == {"name", "phone"}


def test_star_that_multiplies_makes_no_address_a_masked_one() -> None:
    """A detail with 5*5 in it is looked for like any other."""
    found = canaries_in({"address": {"detail": "5*5*5健身房三楼"}})
    assert [canary.kind for canary in found] == ["address-detail"]
    assert canaries_in({"address": {"detail": "云溪路18号****"}}) == []


def test_canaries_disguises_hold_turned_round_numbers() -> None:
    """The engine makes these known, so that redaction does not take them for foreign data."""
    assert "5678" + "1401234" in disguises(CANARIES[0])


def test_canaries_pass_tens_of_megabytes_a_second() -> None:
    """A thousand canaries over twenty megabytes: found once, and no copy of the data is made for
    each.
    """
    crowd = [Canary(f"140{index:08d}", "phone", "direct") for index in range(300)]
    data = (
        b'{"waybill_no":"SF1401234567890","state":"IN_TRANSIT"}\n' * 40_000
        + crowd[7].value.encode()
    )
    assert [hit.offset for hit in search(data, Automaton(crowd))] == [len(data) - 11]

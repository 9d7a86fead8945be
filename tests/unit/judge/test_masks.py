"""Masks of an e-waybill: enough is hidden, by whatever sign, and nothing on the label gives it
back.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.judge.personal.masks import (
    address_fault,
    ends_in_query_credential,
    label_faults,
    name_fault,
    payload_faults,
    phone_fault,
)

PHONE = "14012345678"
DETAIL = "文澜路754号4栋1单元1877室"
CLEAR: dict[str, Any] = {
    "sender": {
        "name": "周沅涵",
        "phone": {"kind": "mobile", "number": "14087654321"},
        "address": {"detail": "翠屏路5号2栋1单元302室"},
    },
    "recipient": {
        "name": "李芷若",
        "phone": {"kind": "mobile", "number": PHONE},
        "address": {"detail": DETAIL},
    },
}
LABEL: dict[str, Any] = {
    "waybill_no": "JD0000000000001",
    "barcode": "JD0000000000001",
    "qr": "https://courier.example/w/JD0000000000001",
    "printed_at": "2026-01-01T00:00:00Z",
    "sender": {"name": "周**", "phone": "140******21", "address": {"detail": "翠屏路5号2栋****"}},
    "recipient": {
        "name": "李**",
        "phone": "140******78",
        "address": {"detail": "文澜路754号4栋****"},
    },
}


def label(**recipient: Any) -> dict[str, Any]:
    made = copy.deepcopy(LABEL)
    made["recipient"].update(recipient)
    return made


def slugs(given: dict[str, Any]) -> list[str]:
    return [fault.slug for fault in label_faults(given, CLEAR)]


@pytest.mark.parametrize(
    "masked", ["李**", "李*若", "**若", "***", "李＊＊", "李××", "李xx", "李••"]
)
def test_name_with_a_hidden_character_passes(masked: str) -> None:
    """Star, full-width star, cross, x and bullet all hide."""
    assert name_fault(masked, "李芷若") == ""


@pytest.mark.parametrize(
    ("masked", "slug"),
    [
        ("李芷若", "name-clear"),
        ("李芷若*", "name-clear"),
        ("李*芷*若", "name-clear"),
        ("李女士", "name-not-masked"),
    ],
)
def test_name_that_can_be_read_fails(masked: str, slug: str) -> None:
    """Signs that are added to a name hide nothing of it."""
    assert name_fault(masked, "李芷若") == slug


@pytest.mark.parametrize(
    "masked", ["140******78", "*******5678", "１４０＊＊＊＊＊＊７８", "140xxxxxx78", "140*78"]
)
def test_phone_with_six_hidden_digits_passes(masked: str) -> None:
    """What counts is what cannot be read, not how many signs there are."""
    assert phone_fault(masked, PHONE) == ""


@pytest.mark.parametrize(
    ("masked", "slug"),
    [
        ("140****5678", "phone-four-star"),
        ("14012****78", "phone-four-star"),
        (PHONE, "phone-clear"),
        ("140*****678", "phone-too-few-hidden"),
    ],
)
def test_phone_with_fewer_hidden_digits_fails(masked: str, slug: str) -> None:
    """The mask of web pages hides four."""
    assert phone_fault(masked, PHONE) == slug


@given(st.sets(st.integers(0, 10)))
def test_phone_passes_exactly_from_six_hidden_digits_on(hidden: set[int]) -> None:
    """Wherever the hidden digits stand."""
    masked = "".join("*" if index in hidden else digit for index, digit in enumerate(PHONE))
    assert (phone_fault(masked, PHONE) == "") is (len(hidden) >= 6)


@pytest.mark.parametrize(
    "masked", ["文澜路754号4栋****", "文澜路****", "文澜路754号4栋*单元****室", "文澜路754号＊＊"]
)
def test_address_without_unit_and_room_passes(masked: str) -> None:
    """The building may stay."""
    assert address_fault(masked, DETAIL) == ""


@pytest.mark.parametrize(
    "masked",
    ["文澜路754号4栋1单元****", "文澜路754号****1877室", "文澜路754号4栋*单元1877", DETAIL],
)
def test_address_that_leads_to_the_door_fails(masked: str) -> None:
    """Unit or room, with or without its sign."""
    assert address_fault(masked, DETAIL) != ""


def test_address_in_the_short_form_hides_its_room() -> None:
    """Building-unit-room with hyphens."""
    assert address_fault("长乐弄3-1-****", "长乐弄3-1-1201") == ""
    assert address_fault("长乐弄***1201", "长乐弄3-1-1201") == "room-clear"


def test_label_that_hides_enough_has_no_fault() -> None:
    """Both parties are looked at."""
    assert slugs(LABEL) == []
    assert payload_faults(LABEL, CLEAR, [LABEL["barcode"], LABEL["qr"], "李** 140******78"]) == []


def test_label_that_shows_the_last_four_digits_is_a_warning() -> None:
    """With the waybill number they open the trajectory."""
    (fault,) = label_faults(label(phone="*******5678"), CLEAR)
    assert (fault.slug, fault.warning) == ("query-credential-exposed", True)
    assert ends_in_query_credential("*******5678", PHONE)
    assert not ends_in_query_credential("140******78", PHONE)


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        ("2026-02-01T00:00:00Z", []),
        ("2025-12-31T00:00:00Z", ["virtual-number-expired"]),
        (None, ["virtual-number-without-life"]),
    ],
)
def test_virtual_number_needs_a_life_that_is_not_over(
    expires: str | None, expected: list[str]
) -> None:
    """An expired one, or one without an end, is a warning."""
    virtual = {
        "main": "95013000000",
        "extension": "12",
        **({"expires_at": expires} if expires else {}),
    }
    made = label(virtual_number=virtual)
    del made["recipient"]["phone"]
    assert slugs(made) == expected


def test_label_without_any_number_is_a_fault() -> None:
    """Nothing would serve the courier."""
    made = label()
    del made["recipient"]["phone"]
    assert slugs(made) == ["phone-missing"]


@pytest.mark.parametrize(
    ("member", "value", "slug"),
    [
        ("remark", f"请联系 {PHONE}", "phone-in-payload"),
        ("qr", "https://courier.example/?n=%E6%9D%8E%E8%8A%B7%E8%8B%A5", "name-in-payload"),
        ("remark", "放1877室门口", "room-in-payload"),
        ("remark", "备用 ****2345***", "masks-complete-each-other"),
        ("remark", "备用 1401234****", "masks-complete-each-other"),
        ("barcode", "JD0000000000002", "barcode-is-not-the-waybill-number"),
    ],
)
def test_payload_that_gives_back_what_is_hidden_fails(member: str, value: str, slug: str) -> None:
    """In clear, encoded, or as a second mask that shows the other digits."""
    found = [fault.slug for fault in payload_faults({**LABEL, member: value}, CLEAR)]
    assert found == [slug]


def test_payload_decoded_from_the_print_is_judged_too() -> None:
    """A QR code that differs from the JSON."""
    found = payload_faults(LABEL, CLEAR, ["tel:+86" + PHONE])
    assert [(fault.slug, fault.pointer) for fault in found] == [("phone-in-payload", "/decoded/0")]


def test_withheld_value_is_no_mask() -> None:
    """What redaction had to take out of the evidence was not made from what the kit sent."""
    assert slugs(label(name="⟦quasi:0123456789ab⟧")) == ["name-not-a-mask"]


@pytest.mark.parametrize(
    ("masked", "slug"),
    [
        ("阿依古丽·麦麦提", "name-clear"),
        ("阿依古丽•麦麦提", "name-clear"),
        ("阿依古丽麦麦提", "name-clear"),
        ("阿依古丽·***", ""),
        ("阿*", ""),
        ("*", ""),
        ("阿***·***", ""),
    ],
)
def test_dot_between_the_parts_of_a_name_hides_nothing(masked: str, slug: str) -> None:
    """A sign of masking that stands in the clear name is none there."""
    assert name_fault(masked, "阿依古丽·麦麦提") == slug
    assert name_fault(masked, "阿依古丽•麦麦提") == slug


SHOP = {
    "organisation": "7-11便利店（文三店）",
    "phone": {"kind": "service", "service_number": "400-800-1234"},
    "address": {"detail": "翠屏路5号2栋1单元302室"},
}


@pytest.mark.parametrize(
    ("printed", "slugs_found"),
    [
        ({"organisation": SHOP["organisation"], "service_number": "400-800-1234"}, []),
        ({"organisation": SHOP["organisation"], "phone": "400*******"}, []),
        ({"name": "7***", "phone": "***"}, []),
        ({"service_number": "400-800-1234"}, ["name-missing"]),
    ],
)
def test_organisations_hide_neither_name_nor_service_number(
    printed: dict[str, Any], slugs_found: list[str]
) -> None:
    """They may be printed, masked or replaced; a label without either name lacks one."""
    sender = {**printed, "address": {"detail": "翠屏路5号2栋****"}}
    found = label_faults({**LABEL, "sender": sender}, {**CLEAR, "sender": SHOP})
    assert [fault.slug for fault in found] == slugs_found


@pytest.mark.parametrize(
    ("name", "slugs_found"), [("周**", []), ("周沅涵", ["name-clear"]), (None, [])]
)
def test_contact_of_an_organisation_is_masked_or_left_out(
    name: str | None, slugs_found: list[str]
) -> None:
    """The person is no less one for standing beside a firm."""
    sender = {**LABEL["sender"], "organisation": "58同城", "name": name}
    if name is None:
        del sender["name"]
    clear = {**CLEAR["sender"], "organisation": "58同城"}
    found = label_faults({**LABEL, "sender": sender}, {**CLEAR, "sender": clear})
    assert [fault.slug for fault in found] == slugs_found


def test_person_is_not_left_out_for_an_organisation_that_the_label_makes_up() -> None:
    """Whether a name may be missing is for the consignment to say."""
    sender = {**LABEL["sender"], "organisation": "58同城"}
    del sender["name"]
    found = label_faults({**LABEL, "sender": sender}, CLEAR)
    assert [(fault.slug, fault.pointer) for fault in found] == [("name-missing", "/sender/name")]


def test_contact_clear_in_the_organisation_is_found_in_the_payload() -> None:
    """No member of a label is a place for a person's name."""
    sender = {**LABEL["sender"], "organisation": "周沅涵"}
    found = payload_faults({**LABEL, "sender": sender}, CLEAR)
    assert [(fault.slug, fault.pointer) for fault in found] == [
        ("name-in-payload", "/sender/organisation")
    ]

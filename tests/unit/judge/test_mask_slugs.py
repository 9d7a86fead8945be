"""Faults of masks by slug, place and weight; canaries in their forms; what rules of level privacy
say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.judge.journals import REGISTRY, header

from jidi.judge.personal.canaries import Canary, canaries_in, disguises
from jidi.judge.personal.masks import (
    MaskFault,
    address_fault,
    ends_in_query_credential,
    label_faults,
    name_fault,
    payload_faults,
    phone_fault,
)
from jidi.judge.rules.chains import GENESIS, record_hash
from jidi.judge.rules.named import NAMED
from jidi.judge.ruling import Ruling
from jidi.language.views import StepView
from jidi.model.journal.codec import encode
from jidi.model.text import Text
from jidi.model.verdict import Outcome
from jidi.run.planning.judging_data import judging_context

CONTEXT = judging_context(REGISTRY, header())
PHONE = "14012345678"
WITHHELD = "⟦quasi:0123456789ab⟧"
CLEAR: dict[str, Any] = {
    "sender": {
        "name": "周沅涵",
        "phone": {"kind": "mobile", "number": "14087654321"},
        "address": {"detail": "翠屏路5号2栋1单元302室"},
    },
    "recipient": {
        "name": "李芷若",
        "phone": {"kind": "mobile", "number": PHONE},
        "address": {"detail": "文澜路754号4栋1单元1877室"},
    },
}
SENDER = {"name": "周**", "phone": "140******21", "address": {"detail": "翠屏路5号2栋****"}}
RECIPIENT = {"name": "李**", "phone": "140******78", "address": {"detail": "文澜路754号4栋****"}}
PRINTED_AT = "2026-01-01T00:00:00Z"


def faults(recipient: Any, clear: Any = None) -> list[MaskFault]:
    """Faults of a label with this recipient, against the consignment or another recipient in it."""
    sent = CLEAR if clear is None else {**CLEAR, "recipient": clear}
    return label_faults({"printed_at": PRINTED_AT, "sender": SENDER, "recipient": recipient}, sent)


def without(member: str) -> dict[str, Any]:
    """A good recipient that lacks one member."""
    return {name: value for name, value in RECIPIENT.items() if name != member}


def virtual(expires: str | None) -> dict[str, Any]:
    """A virtual number that lives until then."""
    return {
        "main": "95013000000",
        "extension": "12",
        **({"expires_at": expires} if expires else {}),
    }


@pytest.mark.parametrize(
    ("masked", "clear", "slug"),
    [
        (WITHHELD, PHONE, "phone-not-a-mask"),
        (PHONE, PHONE, "phone-clear"),
        ("140-1234-5678", PHONE, "phone-clear"),
        ("14012345670", PHONE, "phone-not-masked"),
        ("", PHONE, "phone-not-masked"),
        ("140****5678", PHONE, "phone-four-star"),
        ("140*****678", PHONE, "phone-too-few-hidden"),
        ("140******78", PHONE, ""),
    ],
)
def test_phone_mask_has_one_slug(masked: str, clear: str, slug: str) -> None:
    """Withheld, the number itself, another number, four hidden, five hidden, six."""
    assert phone_fault(masked, clear) == slug


@pytest.mark.parametrize(
    ("masked", "clear", "slug"),
    [
        (WITHHELD, "文澜路4栋1单元1877室", "address-not-a-mask"),
        ("文澜路4栋1单元****", "文澜路4栋1单元1877室", "unit-clear"),
        ("文澜路4栋****1877室", "文澜路4栋1单元1877室", "room-clear"),
        ("文澜路1877****", "文澜路4栋1单元1877室", "room-clear"),
        ("文澜路302****", "文澜路4栋1单元302室", "room-clear"),
        ("文澜路4栋102****", "文澜路4栋102单元9室", ""),
        ("文澜路21****", "文澜路4栋1单元21室", ""),
        ("文澜路4栋****", "文澜路4栋1单元1877室", ""),
    ],
)
def test_address_mask_has_one_slug(masked: str, clear: str, slug: str) -> None:
    """A bare number gives the room away from three digits on; a unit's number alone is none of a
    room.
    """
    assert address_fault(masked, clear) == slug


def test_name_that_is_only_written_apart_is_clear() -> None:
    """Signs between its letters hide nothing; in a Latin name a plain x is a letter."""
    assert name_fault("李*芷*若", "李芷若") == "name-clear"
    assert name_fault("Max", "Max") == "name-clear"
    assert name_fault("M**", "Max") == ""


@pytest.mark.parametrize(
    ("masked", "clear", "shown"),
    [
        ("***4567", "1234567", True),
        ("**4567", "234567", False),
        ("****5678", PHONE, True),
        ("****5678**", PHONE, True),
        ("****5678", "140-1234-5678", True),
        ("****5678", "140 1234 56-78", True),
        ("****567-8", PHONE, False),
        ("****678", PHONE, False),
    ],
)
def test_last_four_digits_of_a_whole_number_are_a_credential(
    masked: str, clear: str, shown: bool
) -> None:
    """Whatever stands behind them; a number is whole from seven digits on."""
    assert ends_in_query_credential(masked, clear) is shown


CLEAR_RECIPIENT: dict[str, Any] = CLEAR["recipient"]


@pytest.mark.parametrize(
    ("recipient", "found"),
    [
        (RECIPIENT, []),
        (None, [MaskFault("party-missing", "/recipient")]),
        ("李**", [MaskFault("party-missing", "/recipient")]),
        (without("name"), [MaskFault("name-missing", "/recipient/name")]),
        ({**RECIPIENT, "name": 5}, [MaskFault("name-missing", "/recipient/name")]),
        (without("address"), [MaskFault("address-missing", "/recipient/address/detail")]),
        (
            {**RECIPIENT, "address": {"detail": 5}},
            [MaskFault("address-missing", "/recipient/address/detail")],
        ),
        (
            {**RECIPIENT, "address": CLEAR_RECIPIENT["address"]},
            [MaskFault("unit-clear", "/recipient/address/detail")],
        ),
        (without("phone"), [MaskFault("phone-missing", "/recipient/phone")]),
        ({**RECIPIENT, "phone": "140****5678"}, [MaskFault("phone-four-star", "/recipient/phone")]),
        (
            {**RECIPIENT, "phone": {"kind": "mobile", "number": "140****5678"}},
            [MaskFault("phone-four-star", "/recipient/phone")],
        ),
        (
            {**RECIPIENT, "phone": {"kind": "mobile"}},
            [MaskFault("phone-missing", "/recipient/phone")],
        ),
        (
            {
                **RECIPIENT,
                "phone": {"kind": "virtual", "virtual_number": virtual("2026-01-02T00:00:00Z")},
            },
            [],
        ),
        (
            {
                **RECIPIENT,
                "phone": {"kind": "mobile", "virtual_number": virtual("2026-01-02T00:00:00Z")},
            },
            [MaskFault("phone-missing", "/recipient/phone")],
        ),
        (
            {
                **RECIPIENT,
                "phone": {"kind": "mobile", "virtual_number": virtual(None)},
                "virtual_number": virtual("2026-01-02T00:00:00Z"),
            },
            [],
        ),
        (
            {**RECIPIENT, "phone": "*******5678"},
            [MaskFault("query-credential-exposed", "/recipient/phone", warning=True)],
        ),
        (
            {**RECIPIENT, "virtual_number": virtual(None)},
            [MaskFault("virtual-number-without-life", "/recipient/virtual_number", warning=True)],
        ),
        (
            {**RECIPIENT, "virtual_number": virtual("2026-01-01T00:00:00Z")},
            [MaskFault("virtual-number-expired", "/recipient/virtual_number", warning=True)],
        ),
        ({**RECIPIENT, "virtual_number": virtual("2026-01-01T00:00:01Z")}, []),
    ],
)
def test_printed_party_has_its_faults_at_their_places(
    recipient: Any, found: list[MaskFault]
) -> None:
    """What lacks, what shows too much, and what is only a warning; a virtual number is over at the
    very second.
    """
    assert faults(recipient) == found


@pytest.mark.parametrize(
    "clear", ["x", {"recipient_token": "t"}, {"name": "x", "recipient_token": "t"}]
)
def test_party_of_which_nothing_clear_was_handed_over_is_not_compared(clear: Any) -> None:
    """Behind a token the label cannot be held to what the kit does not know."""
    assert faults({"name": 5}, clear) == []


def test_party_without_a_clear_name_cannot_show_it() -> None:
    """Nothing is not a name that could be read."""
    assert (
        faults(
            {**RECIPIENT, "name": "NoneXXXX*"},
            {name: value for name, value in CLEAR_RECIPIENT.items() if name != "name"},
        )
        == []
    )


def test_party_without_a_clear_number_cannot_show_it() -> None:
    """Any mask will do."""
    assert (
        faults(
            {**RECIPIENT, "phone": "140****5678"},
            {name: value for name, value in CLEAR_RECIPIENT.items() if name != "phone"},
        )
        == []
    )


@pytest.mark.parametrize(
    ("remark", "phone", "found"),
    [
        ("转 140-123*-***8", "140-1234-5678", []),
        ("*******5678 1401*******", PHONE, ["masks-complete-each-other"]),
        ("*******5678 1401*******", "140-1234-5678", ["masks-complete-each-other"]),
        ("*******5678 140********", PHONE, ["masks-complete-each-other"]),
        ("*****45678* 1***********", PHONE, []),
        ("*****67 12*****", "1234567", ["masks-complete-each-other"]),
        ("*****67 12*****", "123456", []),
        ("1****** 1******", "1234567", []),
        ("\ud800", PHONE, []),
    ],
)
def test_masks_of_one_number_must_leave_six_digits_hidden_together(
    remark: str, phone: str, found: list[str]
) -> None:
    """Only masks as long as the number and true to it count; a number of six digits or less is
    none.
    """
    clear = {"recipient": {"name": "李芷若", "phone": {"kind": "mobile", "number": phone}}}
    assert [(fault.slug, fault.pointer) for fault in payload_faults({}, clear, [remark])] == [
        (slug, "/recipient/phone") for slug in found
    ]


PARTY = {
    "name": "李芷若",
    "phone": {"number": PHONE},
    "address": {"detail": "文澜路754号4栋1单元1877室"},
}


def test_canary_is_noted_with_its_four_members() -> None:
    """And comes back from its note, without its owner."""
    canary = Canary(PHONE, "phone", "direct", "platform-a", "recipient")
    assert encode(canary.as_planted()) == {
        "value": PHONE,
        "kind": "phone",
        "pi_class": "direct",
        "subject": "recipient",
    }
    assert Canary.of(canary.as_planted()) == Canary(PHONE, "phone", "direct", "", "recipient")


def test_canaries_of_a_party_are_direct() -> None:
    """Name, number and door, with whose they are."""
    assert canaries_in({"recipient": PARTY}) == [
        Canary("李芷若", "name", "direct", subject="recipient"),
        Canary(PHONE, "phone", "direct", subject="recipient"),
        Canary("4栋1单元1877室", "room", "direct", subject="recipient"),
    ]


def test_disguises_are_reversals_and_hashes_that_are_not_in_lower_case() -> None:
    """What stands in evidence in another form is taken for foreign data, but for these."""
    assert disguises(Canary("李芷若", "name", "direct")) == ["若芷李", "芷若李", "5p2O6Iq36Iul"]
    found = disguises(Canary(PHONE, "phone", "direct"))
    assert {
        "87654321041",
        "56781401234",
        "F85F303BC2897D97376822AA8586459C",
        "MTQwMTIzNDU2Nzg=",
    } <= set(found)
    assert {
        PHONE,
        "+86" + PHONE,
        "f85f303bc2897d97376822aa8586459c",
        "１４０１２３４５６７８",
    }.isdisjoint(found)


VIEW = StepView("step", (), {}, ())


def ruled(name: str, given: dict[str, Any], view: StepView = VIEW) -> Ruling:
    """What a named judgement comes to."""
    return NAMED[name](given, view, CONTEXT)


MASKED = Text(
    "a label that hides a character of the name, six digits of the number, unit and room",
    "面单隐去姓名至少一字、电话至少六位及单元户室号",
)


@pytest.mark.parametrize(
    ("recipient", "now", "outcome", "reason", "actual"),
    [
        (RECIPIENT, None, Outcome.PASS, "", Text("de-identified", "已去标识化")),
        (
            {**RECIPIENT, "phone": "*******5678"},
            None,
            Outcome.WARN,
            "query-credential-exposed",
            Text(
                "query-credential-exposed at /recipient/phone",
                "query-credential-exposed at /recipient/phone",
            ),
        ),
        (
            {**RECIPIENT, "name": "李芷若", "phone": "*******5678"},
            None,
            Outcome.FAIL,
            "name-clear",
            Text("name-clear at /recipient/name, query-credential-exposed at /recipient/phone", ""),
        ),
        (
            {**RECIPIENT, "virtual_number": virtual("2026-02-01T00:00:00Z")},
            None,
            Outcome.PASS,
            "",
            Text("de-identified", "已去标识化"),
        ),
        (
            {**RECIPIENT, "virtual_number": virtual("2026-02-01T00:00:00Z")},
            "2026-03-01T00:00:00Z",
            Outcome.WARN,
            "virtual-number-expired",
            Text(
                "virtual-number-expired at /recipient/virtual_number",
                "virtual-number-expired at /recipient/virtual_number",
            ),
        ),
    ],
)
def test_label_is_ruled_on_with_every_fault_told(
    recipient: dict[str, Any], now: str | None, outcome: Outcome, reason: str, actual: Text
) -> None:
    """A fail goes before a warning; ``now`` decides whether a virtual number still lives."""
    label = {"printed_at": PRINTED_AT, "sender": SENDER, "recipient": recipient}
    found = ruled(
        "label-deidentified", {"label": label, "clear": CLEAR, **({"now": now} if now else {})}
    )
    said = actual if actual.zh else Text(actual.en, actual.en)
    assert replace(found, differences=(), place=None) == Ruling(outcome, reason, MASKED, said)
    assert all(one.pointer in actual.en for one in found.differences)
    assert bool(found.differences) is (outcome is Outcome.FAIL)


IMAGE = Text(
    "one barcode and one QR code, with the texts of the JSON label",
    "恰有一个条码与一个二维码，内容与 JSON 面单一致",
)


@pytest.mark.parametrize(
    ("barcodes", "qr_codes", "reason", "actual"),
    [
        (["JD1"], ["q"], "", Text("equal", "一致")),
        (
            [],
            ["q"],
            "barcode-not-readable",
            Text("no barcode could be decoded", "未能解码 barcode"),
        ),
        (["JD1"], [], "qr-not-readable", Text("no qr could be decoded", "未能解码 qr")),
        (
            ["JD1", "JD2"],
            ["q"],
            "barcode-differs",
            Text("2 decoded, not equal to barcode", "解码 2 个，与 barcode 不一致"),
        ),
        (
            ["JD1"],
            ["r"],
            "qr-differs",
            Text("1 decoded, not equal to qr", "解码 1 个，与 qr 不一致"),
        ),
    ],
)
def test_label_image_is_ruled_on_code_by_code(
    barcodes: list[str], qr_codes: list[str], reason: str, actual: Text
) -> None:
    """Nothing read, another text, or one text too many."""
    given = {"label": {"barcode": "JD1", "qr": "q"}, "barcodes": barcodes, "qr_codes": qr_codes}
    assert ruled("label-image-agrees", given) == Ruling(
        Outcome.FAIL if reason else Outcome.PASS, reason, IMAGE, actual
    )


def audited(**changes: Any) -> dict[str, Any]:
    """The first record of a chain."""
    made = {
        "sequence": 1,
        "operator_id": "op",
        "place": "p",
        "matter": "READ_LABEL",
        "recorded_at": "2026-01-01T00:00:00Z",
        "outcome": "GRANTED",
        "prev_hash": GENESIS,
    }
    return {**made, **changes, "record_hash": record_hash({**made, **changes})}


CHAIN = Text("an unbroken hash chain of audit records", "审计记录的哈希链完整")


@pytest.mark.parametrize(
    ("records", "reason", "actual"),
    [
        ([audited()], "", Text("1 records", "共 1 条")),
        ([], "no-records", Text("no audit record at all", "没有任何审计记录")),
        ("x", "no-records", Text("no audit record at all", "没有任何审计记录")),
        (
            [audited(), 5],
            "chain-no-record",
            Text("no-record at record 2 of 2", "第 2 条：no-record"),
        ),
    ],
)
def test_audit_chain_is_ruled_on_with_the_place_of_its_fault(
    records: Any, reason: str, actual: Text
) -> None:
    """Places count from one for a reader."""
    assert ruled("audit-chain-intact", {"records": records}) == Ruling(
        Outcome.FAIL if reason else Outcome.PASS, reason, CHAIN, actual
    )


@pytest.mark.parametrize(
    ("records", "reads", "reason", "en"),
    [
        ([audited()], ["READ_LABEL"], "", "1 reads on record"),
        (
            [audited(), audited(place="", operator_id="")],
            ["READ_LABEL"],
            "audit-without-operator-id",
            "record 2 lacks operator_id, place",
        ),
        (
            [audited()],
            ["READ_A", "READ_B", "READ_A"],
            "read-without-record",
            "no record of READ_A, READ_B",
        ),
    ],
)
def test_audit_is_ruled_on_with_everything_that_lacks(
    records: list[Any], reads: list[str], reason: str, en: str
) -> None:
    """Facts of a record first, then reads without one, each once."""
    found = ruled(
        "audit-covers", {"records": records, "reads": [{"matter": matter} for matter in reads]}
    )
    assert (found.reason, found.actual.en) == (reason, en)


NOTICE = Text(
    "filed and announced within 7 working days, with CAC within 30",
    "7 个工作日内报备并公告，30 个工作日内向网信部门报送",
)


def noticed(clocks: list[str] | None = None, **changes: Any) -> Ruling:
    """The ruling on one notice."""
    made = {
        "changed_at": "2025-09-28T10:00:00+08:00",
        "announced_at": "2025-10-13T20:00:00Z",
        **changes,
    }
    return ruled(
        "officer-notice-in-time",
        {
            "notices": [made],
            "now": "2025-10-01T00:00:00Z",
            **({"clocks": clocks} if clocks else {}),
        },
    )


@pytest.mark.parametrize(
    ("clocks", "changes", "outcome", "reason", "actual"),
    [
        (
            ["ANNOUNCEMENT"],
            {},
            Outcome.PASS,
            "",
            Text("ANNOUNCEMENT: on 2025-10-14, due before 2025-10-15 00:00", ""),
        ),
        (
            ["POSTAL"],
            {"filings": "x"},
            Outcome.PASS,
            "",
            Text(
                "POSTAL: nothing yet, due before 2025-10-15 00:00",
                "POSTAL：尚未办理，截止 2025-10-15 00:00",
            ),
        ),
        (
            ["POSTAL"],
            {"filings": 5},
            Outcome.PASS,
            "",
            Text(
                "POSTAL: nothing yet, due before 2025-10-15 00:00",
                "POSTAL：尚未办理，截止 2025-10-15 00:00",
            ),
        ),
        (
            None,
            {"changed_at": "soon"},
            Outcome.FAIL,
            "late",
            Text("changed_at is no time", "changed_at 不是时间"),
        ),
        (
            ["POSTAL"],
            {"changed_at": "2027-03-01T10:00:00+08:00"},
            Outcome.WARN,
            "calendar-not-published",
            Text(
                "POSTAL: not known, the calendar of 2027 is not published",
                "POSTAL：无法判定，2027 年的工作日历尚未公布",
            ),
        ),
    ],
)
def test_officer_notice_is_ruled_on_clock_by_clock(
    clocks: list[str] | None, changes: dict[str, Any], outcome: Outcome, reason: str, actual: Text
) -> None:
    """Days are those of Beijing; only the clocks that are asked for count."""
    found = noticed(clocks, **changes)
    assert (found.outcome, found.reason, found.expected) == (outcome, reason, NOTICE)
    assert found.actual.en == actual.en
    assert not actual.zh or found.actual.zh == actual.zh

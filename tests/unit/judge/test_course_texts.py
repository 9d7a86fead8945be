"""Courses, chains, cross-field rules and sweeps: where a fault is, what it is called, and what is
said of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.judge.journals import CONTEXT, TABLE, all_typed, events, exchange

from jidi.judge.context import TransitionTable
from jidi.judge.personal.internals import signs
from jidi.judge.rules.chains import GENESIS, ChainFault, chain_fault, missing_facts, record_hash
from jidi.judge.rules.document_rules import apply
from jidi.judge.rules.signatures import Window, fault_of, sign
from jidi.judge.rules.transitions import (
    CourseFault,
    course_faults,
    delivered_unaccepted,
    instant,
    missing_groups,
)
from jidi.judge.sweeping.answer_sweeps import ANSWER_RULES
from jidi.judge.sweeping.sightings import RunView
from jidi.model.text import Text


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        (
            ("DELIVERED",),
            CourseFault(
                "bad-beginning",
                0,
                "error",
                Text("the course begins with DELIVERED", "过程以 DELIVERED 开始"),
            ),
        ),
        (
            ("ACCEPTED", "DELIVERED"),
            CourseFault(
                "unusual-move",
                1,
                "warning",
                Text(
                    "unusual move from ACCEPTED to DELIVERED",
                    "不常见的状态变化：ACCEPTED → DELIVERED",
                ),
            ),
        ),
        (
            ("ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED", "DELIVERED"),
            CourseFault(
                "after-terminal",
                3,
                "error",
                Text(
                    "DELIVERED after the terminal state DELIVERED",
                    "终态 DELIVERED 之后又出现 DELIVERED",
                ),
            ),
        ),
        (
            ("ORDER_CREATED", "ACCEPTED", "RETURNED"),
            CourseFault(
                "illegal-move",
                2,
                "error",
                Text("ACCEPTED may not be followed by RETURNED", "ACCEPTED 之后不得为 RETURNED"),
            ),
        ),
    ],
)
def test_fault_of_a_course_tells_its_place_and_both_states(
    codes: tuple[str, ...], fault: CourseFault
) -> None:
    """The place counts from nought in the order given."""
    assert course_faults(events(*codes), TABLE) == [fault]


def test_faults_of_time_tell_their_place() -> None:
    """Both kinds on one event, with the two times that contradict each other."""
    course = events("ORDER_CREATED", "ACCEPTED")
    course[1]["recorded_at"] = "2026-11-20T00:00:00+08:00"
    en = "occurred_at 2026-11-21T00:02:00+08:00 is later than recorded_at 2026-11-20T00:00:00+08:00"
    assert course_faults(course, TABLE) == [
        CourseFault(
            "occurred-after-recorded",
            1,
            "error",
            Text(en, "发生时间 2026-11-21T00:02:00+08:00 晚于记录时间 2026-11-20T00:00:00+08:00"),
        ),
        CourseFault(
            "time-backwards",
            1,
            "error",
            Text("recorded_at runs backwards along the sequence", "记录时间随序号倒退"),
        ),
    ]


def test_two_events_recorded_at_the_same_time_are_in_order() -> None:
    """A batch is written in one go."""
    assert (
        course_faults(
            events(
                "ORDER_CREATED",
                "ACCEPTED",
                occurred_at="2026-11-21T00:00:00Z",
                recorded_at="2026-11-21T00:00:00Z",
            ),
            TABLE,
        )
        == []
    )


def test_correction_is_no_move() -> None:
    """It may follow a terminal state, and what follows it goes on from the state that it gives."""
    course = events(
        "ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED", ("CORRECTION", "OUT_FOR_DELIVERY"), "DELIVERED"
    )
    assert course_faults(course, TABLE) == []


def test_code_that_no_list_knows_belongs_to_no_node_group() -> None:
    """It neither fills a gap nor breaks the judgement."""
    unknown = events(("TELEPORTED", "IN_TRANSIT"))
    assert missing_groups(unknown, TABLE) == {"acceptance", "sorting", "transport", "delivery"}
    assert delivered_unaccepted([*unknown, *events("DELIVERED", "ACCEPTED")], TABLE) is True


def test_event_without_a_sequence_comes_before_number_one() -> None:
    """It counts as number 0."""
    delivered, accepted = events("DELIVERED", "ACCEPTED")
    del delivered["sequence"]
    assert delivered_unaccepted([{**accepted, "sequence": 1}, delivered], TABLE) is True
    assert delivered_unaccepted([delivered, {**accepted, "sequence": 1}], TABLE) is True


def test_event_that_is_acceptance_and_delivery_at_once_is_in_order() -> None:
    """A parcel that is handed over at the counter."""
    table = TransitionTable(
        frozenset(),
        frozenset(),
        frozenset(),
        frozenset(),
        {"BOTH": frozenset({"acceptance", "delivery"}), "ON": frozenset({"transport"})},
    )
    assert delivered_unaccepted([{"event_code": "BOTH"}, {"event_code": "ON"}], table) is False


def record(number: int, prev: str, **changes: Any) -> dict[str, Any]:
    """An audit record that is whole in itself."""
    made = {
        "sequence": number,
        "operator_id": "op",
        "place": "p",
        "matter": "m",
        "recorded_at": "2026-01-01T00:00:00Z",
        "prev_hash": prev,
        **changes,
    }
    return {**made, "record_hash": record_hash(made)}


ONE = record(1, GENESIS)
TWO = record(2, ONE["record_hash"])
THREE = record(3, TWO["record_hash"])
STRANGE = record(2, "sha-256:" + "1" * 64)


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        ([ONE, TWO, THREE], None),
        ([ONE, None], ChainFault("no-record", 1)),
        ([ONE, {"record_hash": 5}], ChainFault("no-record", 1)),
        ([ONE, {**TWO, "place": "⟦quasi:0123456789ab⟧"}], ChainFault("withheld", 1)),
        ([ONE, {**TWO, "place": "other"}], ChainFault("altered", 1)),
        (
            [ONE, {"record_hash": "x", "prev_hash": ONE["record_hash"], "sequence": 2**80}],
            ChainFault("altered", 1),
        ),
        ([ONE, record(7, ONE["record_hash"])], ChainFault("inserted", 1)),
        ([ONE, ONE], ChainFault("inserted", 1)),
        ([ONE, STRANGE, TWO], ChainFault("inserted", 1)),
        ([STRANGE, ONE], ChainFault("inserted", 0)),
        ([STRANGE, ONE, TWO], ChainFault("inserted", 0)),
        ([ONE, TWO, STRANGE, THREE], ChainFault("inserted", 2)),
        ([ONE, STRANGE], ChainFault("dropped", 1)),
        ([ONE, THREE], ChainFault("dropped", 1)),
        ([ONE, THREE, TWO], ChainFault("reordered", 1)),
    ],
)
def test_chain_fault_has_its_name_and_its_place(
    records: list[Any], fault: ChainFault | None
) -> None:
    """A record put in is told from one taken out by its neighbours."""
    assert chain_fault(records) == fault


def test_what_is_no_record_lacks_every_fact() -> None:
    """All four, in the order in which they are told."""
    assert missing_facts("x") == ["operator_id", "recorded_at", "place", "matter"]


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        (
            "uscc-check-digit",
            "short",
            Text("not an 18-character unified social credit code", "不是 18 位统一社会信用代码"),
        ),
        ("uscc-check-digit", "0" * 18, None),
        ("s10-check-digit", "RB200000006CN", None),
        (
            "s10-check-digit",
            "RB200000007CN",
            Text("check digit 7 is wrong; it should be 6", "校验位 7 有误，应为 6"),
        ),
    ],
)
def test_check_digits_are_told_in_both_languages(rule: str, value: str, said: Text | None) -> None:
    """A sum that nothing is left of gives the first character of the alphabet."""
    assert apply(rule, value, {}) == said


@pytest.mark.parametrize("name", ["X-AspNet-Version", "X-AspNetMvc-Version"])
def test_header_that_exists_to_tell_a_version_is_a_banner_whatever_it_says(name: str) -> None:
    """Others need a version in their value."""
    assert signs([[name, "on"]], "") == [f"version-banner-{name.lower()}"]
    assert signs([["Server", "on"]], "") == []


SECRET = "whsec_AAAA"


@pytest.mark.parametrize(
    ("changes", "secret", "fault"),
    [
        ({}, SECRET, ""),
        ({"webhook-timestamp": "0000000000300"}, SECRET, "bad-timestamp"),
        ({"webhook-signature": "v1,\ud800"}, SECRET, "signature-mismatch"),
        ({}, "whsec_A!AAA", "unusable-secret"),
    ],
)
def test_signature_is_judged_at_the_borders_of_its_form(
    changes: dict[str, str], secret: str, fault: str
) -> None:
    """Twelve digits are a time, thirteen are none; half a character and an odd secret raise
    nothing.
    """
    timestamp = "000000000300"
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(SECRET, "m", timestamp, b"{}"),
        **changes,
    }
    assert fault_of(headers, b"{}", [secret], Window(300, 0)) == fault


def swept(name: str, record: Any) -> str:
    """What one sweep says of one exchange."""
    seen = ANSWER_RULES[name]({}, RunView(all_typed([record])), CONTEXT)
    return "".join(breach.what for breach in seen.breaches)


@pytest.mark.parametrize(
    ("status", "location", "scheme", "fault"),
    [
        (302, "http://x.example/", "https", "http://x.example/"),
        (300, "HTTP://x.example/", "https", "HTTP://x.example/"),
        (399, "http://x.example/", "https", "http://x.example/"),
        (299, "http://x.example/", "https", ""),
        (400, "http://x.example/", "https", ""),
        (302, "https://x.example/", "https", ""),
        (302, "http://x.example/", "http", ""),
        (302, None, "https", ""),
        (None, None, "https", ""),
    ],
)
def test_redirect_to_clear_text_is_one_of_class_three_from_https(
    status: int | None, location: str | None, scheme: str, fault: str
) -> None:
    """The location as it was sent, or nothing."""
    seen = exchange("a", status, headers={} if location is None else {"Location": location})
    seen["request"]["url"] = f"{scheme}://partner.example/v1"
    assert swept("no-clear-text-redirect", seen) == fault


def test_sweep_for_internals_names_every_sign_and_none_where_there_is_no_text() -> None:
    """No response, a binary body, and an answer with two signs."""
    binary = exchange("a")
    del binary["response"]["body"]["text"]
    assert [swept("no-internals", one) for one in (exchange("a", None), binary)] == ["", ""]
    shown = exchange("a", 500, "panic: runtime error", headers={"Server": "nginx/1.2.3"})
    assert swept("no-internals", shown) == "go-panic, version-banner-server"


def test_table_is_made_of_the_two_code_lists() -> None:
    """Moves by their verdict, states by their place, codes with their groups."""
    moves = [
        {"from": "A", "to": "B", "verdict": "legal"},
        {"from": "B", "to": "A", "verdict": "warning"},
        {"from": "B", "to": "B", "verdict": "illegal"},
    ]
    codes = {
        "codes": [
            {"code": "X", "node_groups": ["sorting", "transport"]},
            {"code": "Y", "node_groups": []},
        ]
    }
    assert TransitionTable.from_code_lists(
        {"transitions": moves, "terminal": ["B"], "initial": ["A"]}, codes
    ) == TransitionTable(
        legal=frozenset({("A", "B")}),
        unusual=frozenset({("B", "A")}),
        terminal=frozenset({"B"}),
        initial=frozenset({"A"}),
        node_groups={"X": frozenset({"sorting", "transport"}), "Y": frozenset()},
    )


@pytest.mark.parametrize(
    "text", ["2026-11-21T00:00:00Z", "2026-11-21T00:00:00z", "2026-11-21T08:00:00+08:00"]
)
def test_instant_is_the_same_however_its_zone_is_written(text: str) -> None:
    """A letter of either case, or an offset."""
    assert instant(text) == datetime(2026, 11, 21, tzinfo=UTC)

"""Where canaries come from, where a match stands free, and what the check of a scenario says of
them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from msgspec import convert
from tests.unit.judge.journals import (
    CONTEXT,
    check,
    done,
    exchange,
    judge_scenario,
    push,
    scenario,
    started,
    step,
)

from jidi.judge.personal.canaries import Automaton, Canary, canaries_in, of_detail, search
from jidi.judge.personal.leaks import EXPECTED
from jidi.model.journal import PlantedValue
from jidi.model.journal.codec import encode
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome

PHONE = "14012345678"
WIDE = "１４０１２３４５６７８"
MD5 = hashlib.md5(PHONE.encode(), usedforsecurity=False).hexdigest()
BASE64 = "8zl9C9W/ryVSDuB2xFQNceIpTRN6LowWjwE6AHRnA90"
"""Of the SHA-256: it begins and ends with what could be a hex digit."""
NUMBER, DOOR = Canary(PHONE, "phone", "direct"), Canary("1单元9", "room", "direct")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (PHONE, "raw"),
        (f"a{PHONE}a", "raw"),
        (f"9{PHONE}", ""),
        (f"{PHONE}9", ""),
        (f"-86{PHONE}", "country-code"),
        (f"J86{PHONE}", ""),
        (f"-J86{PHONE}", ""),
        (MD5, "unsalted-md5"),
        (f"g{MD5}g", "unsalted-md5"),
        (f"a{MD5}", ""),
        (f"{MD5}a", ""),
        (BASE64, "unsalted-sha256"),
        (f"a{BASE64}1", "unsalted-sha256"),
        (WIDE, "full-width"),
        (f"9{WIDE}9", "full-width"),
        (f"９{WIDE}", ""),
        (f"号９{WIDE}", ""),
        (f"{WIDE}９", ""),
        (f"{WIDE}９号", ""),
    ],
)
def test_number_is_found_where_it_is_no_part_of_a_longer_one(text: str, form: str) -> None:
    """Digits end at a letter, hex digits only at a letter that is none, wide digits at anything but
    another wide one.
    """
    assert [hit.form for hit in search(text.encode(), Automaton([NUMBER]))] == (
        [form] if form else []
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [("1单元9", True), ("栋1单元9室", True), ("21单元9", False), ("1单元92", False)],
)
def test_door_is_found_where_its_numbers_end(text: str, found: bool) -> None:
    """Unit 21 is not unit 1, and room 92 is not room 9."""
    assert bool(search(text.encode(), Automaton([DOOR]))) is found


PARTY: dict[str, Any] = {
    "name": "李芷若",
    "phone": {"number": PHONE},
    "address": {"detail": "文澜路754号4栋1单元1877室"},
}
VIRTUAL = {"kind": "virtual", "virtual_number": {"main": "95013000000", "extension": "12"}}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"name": "李芷若"}, []),
        ({"name": "李**", "phone": {"number": "140******78"}}, []),
        ({"name": "李芷若", "phone": {}}, [Canary("李芷若", "name", "direct")]),
        ({"phone": {"number": "1234567"}}, [Canary("1234567", "phone", "direct")]),
        ({"phone": {"number": "123456"}}, []),
        ({"phone": VIRTUAL}, [Canary("95013000000-12", "virtual-number", "pseudonym")]),
        (
            {"recipient": {"phone": VIRTUAL}},
            [Canary("95013000000-12", "virtual-number", "pseudonym", subject="recipient")],
        ),
        ({"phone": {"virtual_number": {"main": "95013000000"}}}, []),
        ({"address": {"detail": "4栋1单元1877室"}}, [Canary("4栋1单元1877室", "room", "direct")]),
        (
            {"address": {"detail": "文澜路七五号"}},
            [Canary("文澜路七五号", "address-detail", "direct")],
        ),
        ({"address": {"detail": "文澜路七五"}}, []),
        (
            {"sender": {"address": {"detail": "文澜路七五号"}}},
            [Canary("文澜路七五号", "address-detail", "direct", subject="sender")],
        ),
        (
            {"x": {"sender": {"phone": {"number": PHONE}}}},
            [Canary(PHONE, "phone", "direct", subject="sender")],
        ),
        ({"x": {"phone": {"number": PHONE}}}, [NUMBER]),
        ({"remark": "放在门口即可"}, [Canary("放在门口即可", "remark", "quasi", subject="parcel")]),
        ({"remark": "放在门口吧"}, []),
        (
            {"category_code": "01", "items": [{"name": "青瓷茶杯一套"}, {"name": "茶"}, 5]},
            [Canary("青瓷茶杯一套", "item", "quasi", subject="parcel")],
        ),
        ({"items": [{"name": "青瓷茶杯一套"}]}, []),
        ({"category_code": "01", "items": "青瓷茶杯一套"}, []),
        (
            [
                {"phone": {"number": PHONE}},
                {"phone": {"number": "14087654321"}},
                {"phone": {"number": PHONE}},
            ],
            [NUMBER, Canary("14087654321", "phone", "direct")],
        ),
        (
            {"recipient": [{"phone": {"number": PHONE}}]},
            [Canary(PHONE, "phone", "direct", subject="recipient")],
        ),
    ],
)
def test_canaries_are_taken_from_members_by_their_names(value: Any, found: list[Canary]) -> None:
    """What is masked or too short to be told from other texts is none; each stands once, with whose
    it is.
    """
    assert canaries_in(value) == found


def test_canary_of_a_detail_is_its_door_or_the_whole() -> None:
    """Nobody's, where nobody is named."""
    assert of_detail("文澜路754号4栋1单元1877室") == [Canary("4栋1单元1877室", "room", "direct")]
    assert of_detail("文澜路七五号") == [Canary("文澜路七五号", "address-detail", "direct")]


def verdict(
    argument: Any, *records: dict[str, Any], planted: bool = True, **changes: Any
) -> CheckVerdict:
    """The verdict of a check on canaries over one step."""
    first = {
        **started(),
        **(
            {
                "canaries": [
                    encode(Canary(PHONE, "phone", "direct", subject="recipient").as_planted())
                ]
            }
            if planted
            else {}
        ),
    }
    (found,) = judge_scenario(
        scenario(step("a", check("canaries", argument), **changes)),
        [first, *records, done("a")],
        CONTEXT,
    )
    return found


NONE = Text("none of 1", "1 个植入值均未出现")


@pytest.mark.parametrize(
    ("argument", "answer", "reason", "place"),
    [
        ("none", {"x": "y"}, "", ""),
        ("none", {"x": PHONE}, "canary-raw", "createConsignment at /x"),
        (True, {"x": PHONE}, "canary-raw", "createConsignment at /x"),
        (["phone"], {"x": PHONE}, "", ""),
        (["recipient"], {"x": PHONE}, "", ""),
        (["recipient-phone"], {"x": PHONE}, "", ""),
        (["sender", "name"], {"x": PHONE}, "canary-raw", "createConsignment at /x"),
        (["$a.body#/x"], {"x": PHONE}, "canary-raw", "values at /0"),
        (["$a.body#/z", "$a.body#/x"], {"x": {"y": PHONE}}, "canary-raw", "values at /0/y"),
        (["$a.body#/y"], {"x": PHONE, "y": 1}, "", ""),
        (["$a.body#/x", "phone"], {"x": PHONE}, "", ""),
    ],
)
def test_canaries_may_show_by_kind_or_are_looked_for_in_values(
    argument: Any, answer: Any, reason: str, place: str
) -> None:
    """Expressions say where to look; words say what may be seen."""
    actual = f"phone (direct, raw) in {place}"
    found = verdict(argument, exchange("a", 200, answer))
    assert (found.reason, found.expected, found.actual) == (
        reason,
        EXPECTED,
        Text(actual, actual) if reason else NONE,
    )


def test_canary_in_an_answer_that_no_contract_knows_is_told() -> None:
    """No schema says that a value may stand there."""
    assert (
        verdict(True, exchange("a", 599, {"consignment": {"recipient": PARTY}})).reason
        == "canary-raw"
    )


def test_canary_in_a_push_is_told_by_its_direction() -> None:
    """A push is no operation of the candidate's."""
    assert (
        verdict("none", push("a", {"x": PHONE}, 11.0, operation=""), kind="receive").actual.en
        == "phone (direct, raw) in received at /x"
    )


def test_scenario_that_planted_nothing_cannot_judge_canaries() -> None:
    """Nothing was looked for, so nothing is green."""
    found = verdict(True, exchange("a"), planted=False)
    nothing = "nothing personal was planted in this scenario"
    assert (found.outcome, found.actual) == (Outcome.NOT_EXERCISED, Text(nothing, nothing))


@pytest.mark.parametrize(
    "argument",
    [
        "limits-within-bounds",
        {"name": "limits-within-bounds"},
        {"name": "limits-within-bounds", "with": {}},
    ],
)
def test_named_judgement_needs_no_arguments(argument: Any) -> None:
    """Without any it gets an empty set."""
    (found,) = judge_scenario(
        scenario(step("a", check("rule", argument))), [exchange("a"), done("a")], CONTEXT
    )
    assert found.actual.en == "inside"


def test_note_of_a_canary_may_lack_whose_it_is() -> None:
    """Then it is nobody's."""
    noted = convert({"value": PHONE, "kind": "phone", "pi_class": "direct"}, PlantedValue)
    assert Canary.of(noted, "platform-a") == Canary(PHONE, "phone", "direct", "platform-a", "")


def test_search_tells_every_place_in_order_and_the_longest_spelling_of_each() -> None:
    """Of two canaries, one after the other without a gap, and one that stands in another."""
    canaries = [Canary("4栋1单元9", "room", "direct"), Canary("1单元9", "room", "direct"), NUMBER]
    hits = search(f"{PHONE},+86{PHONE}".encode(), Automaton(canaries))
    assert [(hit.form, hit.offset, hit.end, hit.canary) for hit in hits] == [
        ("raw", 0, 11, 2),
        ("country-code", 13, 26, 2),
    ]
    hits = search("4栋1单元9 1单元9".encode(), Automaton(canaries))
    assert [(hit.offset, hit.end, hit.canary) for hit in hits] == [
        (0, 12, 0),
        (4, 12, 1),
        (13, 21, 1),
    ]
    hits = search("李芷若李芷若".encode(), Automaton([Canary("李芷若", "name", "direct")]))
    assert [(hit.offset, hit.end) for hit in hits] == [(0, 9), (9, 18)]


def test_virtual_number_is_found_in_the_spellings_of_a_number() -> None:
    """It is dialled like one: without its hyphen, or with the code of the country."""
    automaton = Automaton([Canary("95013000000-12", "virtual-number", "pseudonym")])
    assert [
        hit.form
        for text in ("9501300000012", "+869501300000012")
        for hit in search(text.encode(), automaton)
    ] == ["joined", "country-code"]


def test_automaton_of_nothing_finds_nothing() -> None:
    """A scenario may plant nothing."""
    assert search(PHONE.encode(), Automaton([])) == []

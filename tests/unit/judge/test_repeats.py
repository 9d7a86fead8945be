"""Checks that are made several times."""

from __future__ import annotations

import pytest
from tests.unit.judge.journals import all_typed

from jidi.judge.repeats import by_repeat, once_more, settle_later, settle_repeats
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome


def verdict(outcome: str) -> CheckVerdict:
    """A verdict with this outcome."""
    return CheckVerdict(
        "s/a/c",
        "DS-01.2",
        Outcome(outcome),
        "" if outcome == "pass" else "why",
        Text("e", "e"),
        Text(f"saw {outcome}", f"见 {outcome}"),
    )


@pytest.mark.parametrize(
    ("outcomes", "complete", "settled"),
    [
        (["pass"], True, "pass"),
        (["pass", "pass", "pass"], True, "pass"),
        (["fail", "fail"], True, "fail"),
        (["pass", "fail"], True, "unstable"),
        (["fail", "pass", "pass"], True, "unstable"),
        (["pass", "warn"], True, "unstable"),
        (["pass", "not-exercised"], True, "unstable"),
        (["pass", "not-exercised"], False, "not-exercised"),
        (["pass", "fail", "not-exercised"], False, "unstable"),
        (["pass", "harness-error"], True, "harness-error"),
        (["fail", "harness-error", "pass"], True, "harness-error"),
    ],
)
def test_check_that_does_not_come_out_alike_is_unstable(
    outcomes: list[str], complete: bool, settled: str
) -> None:
    """Never a pass; a fault of the kit and a run that broke off are not held against the candidate
    (issue 3, flakiness).
    """
    assert (
        settle_repeats([verdict(outcome) for outcome in outcomes], complete=complete).outcome.value
        == settled
    )


def test_unstable_check_says_how_often_and_shows_the_worst() -> None:
    """The exchange to look at is the one that went wrong."""
    settled = settle_repeats([verdict("pass"), verdict("fail"), verdict("pass")], complete=True)
    assert settled.reason == "unstable"
    assert settled.actual.en == "pass 2×, fail 1× in 3 repeats; saw fail"


def test_records_are_parted_by_the_playing_that_made_them() -> None:
    """The first playing carries no number; without any record there is one empty playing."""
    first, second = all_typed(
        [
            {"kind": "step-finished", "step": "a"},
            {"kind": "step-finished", "step": "a", "repeat": 1},
        ]
    )
    assert by_repeat([first, second]) == [[first], [second]]
    assert by_repeat([]) == [[]]


@pytest.mark.parametrize(
    ("first", "later", "complete", "settled"),
    [
        ("pass", "pass", True, "pass"),
        ("pass", "fail", True, "fail"),
        ("pass", "fail", False, "fail"),
        ("fail", "pass", True, "fail"),
        ("warn", "pass", True, "warn"),
        ("unstable", "pass", True, "unstable"),
        ("pass", "not-exercised", True, "not-exercised"),
        ("pass", "not-exercised", False, "pass"),
        ("not-exercised", "pass", True, "not-exercised"),
        ("not-applicable", "pass", True, "pass"),
        ("pass", "harness-error", True, "harness-error"),
        ("fail", "harness-error", True, "fail"),
    ],
)
def test_check_made_again_later_is_as_bad_as_the_worse_of_both(
    first: str, later: str, complete: bool, settled: str
) -> None:
    """Not unstable: the rules hold for all of a run (issue 13)."""
    found = settle_later(verdict(first), verdict(later), complete=complete)
    assert found.outcome.value == settled


def test_check_that_fails_later_only_says_so() -> None:
    """First as it must be, later not; the reason and the exchanges are those of the later one."""
    found = settle_later(verdict("pass"), verdict("fail"), complete=True)
    assert found.reason == "why"
    assert found.actual.en == (
        "the first time as it must be; the same scenario, later in the run: saw fail"
    )
    also = settle_later(verdict("warn"), verdict("fail"), complete=True)
    assert also.actual.en == "the same scenario, later in the run: saw fail"
    assert settle_later(verdict("fail"), verdict("fail"), complete=True).actual.en == "saw fail"


def test_playing_at_the_end_is_parted_from_those_in_a_row() -> None:
    """It carries the number after theirs."""
    records = all_typed(
        [{"kind": "step-finished", "step": "a", **({"repeat": n} if n else {})} for n in range(3)]
    )
    assert once_more(records, 2) == (records[:2], records[2:])
    assert once_more(records[:1], 1) == (records[:1], [])

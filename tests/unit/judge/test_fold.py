"""The fold is a join in a total order, so that the order and the number of times evidence is
counted never matters.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.judge.joining import fold, join, settle
from jidi.model.verdict import EXIT_CODES, Outcome

outcomes = st.sampled_from(list(Outcome))


@given(outcomes, outcomes, outcomes)
def test_join_is_associative(a: Outcome, b: Outcome, c: Outcome) -> None:
    """(a ∨ b) ∨ c is a ∨ (b ∨ c)."""
    assert join(join(a, b), c) is join(a, join(b, c))


@given(outcomes, outcomes)
def test_join_is_commutative(a: Outcome, b: Outcome) -> None:
    """A ∨ b is b ∨ a."""
    assert join(a, b) is join(b, a)


@given(outcomes)
def test_join_is_idempotent(a: Outcome) -> None:
    """A ∨ a is a."""
    assert join(a, a) is a


@given(st.lists(outcomes))
def test_fold_equals_the_highest_rank(many: list[Outcome]) -> None:
    """Folding gives the outcome of the highest rank, and none for nothing."""
    expected = max(many, key=lambda one: one.rank, default=Outcome.NONE)
    assert fold(many) is expected


@given(st.lists(outcomes), st.lists(outcomes))
def test_fold_of_parts_equals_fold_of_the_whole(one: list[Outcome], other: list[Outcome]) -> None:
    """A requirement may be folded scenario by scenario or all at once."""
    assert join(fold(one), fold(other)) is fold(one + other)


def test_ranks_stand_in_the_published_order() -> None:
    """The order that standard/README.md publishes, word for word."""
    assert [one.value for one in sorted(Outcome, key=lambda one: one.rank)] == [
        "none",
        "not-applicable",
        "attested",
        "pass",
        "warn",
        "waived",
        "not-exercised",
        "config-error",
        "harness-error",
        "unstable",
        "fail",
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        Outcome.NOT_EXERCISED,
        Outcome.CONFIG_ERROR,
        Outcome.HARNESS_ERROR,
        Outcome.UNSTABLE,
        Outcome.FAIL,
    ],
)
def test_pass_never_covers_what_was_not_seen_or_failed(hidden: Outcome) -> None:
    """A single check that was not seen keeps the whole group from being green."""
    assert fold([Outcome.PASS, hidden, Outcome.PASS]) is hidden


def test_settle_shows_no_evidence_as_not_exercised() -> None:
    """A group without evidence is never green."""
    assert settle(fold([]), "MUST") is Outcome.NOT_EXERCISED


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Outcome.FAIL, Outcome.WARN),
        (Outcome.UNSTABLE, Outcome.WARN),
        (Outcome.NOT_EXERCISED, Outcome.NOT_EXERCISED),
        (Outcome.PASS, Outcome.PASS),
    ],
)
def test_settle_turns_a_failing_should_into_a_warning(outcome: Outcome, shown: Outcome) -> None:
    """SHOULD warns where MUST fails; everything else stays."""
    assert settle(outcome, "SHOULD") is shown


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.NONE])
def test_settle_leaves_a_must_alone(outcome: Outcome) -> None:
    """A MUST shows what it came to."""
    assert settle(outcome, "MUST") is outcome


def test_exit_codes_tell_conformant_from_everything_else() -> None:
    """Only a verdict that was earned ends with 0."""
    assert {word for word, code in EXIT_CODES.items() if code == 0} == {
        "conformant",
        "conformant-in-a-laboratory",
        "conformant-with-waivers",
        "selection-passed",
        "recording-passed",
    }
    assert {word for word, code in EXIT_CODES.items() if code == 1} == {
        "not-conformant",
        "selection-failed",
        "recording-failed",
    }
    assert EXIT_CODES["inconclusive"] == 3
    assert EXIT_CODES["kit-fault"] == 3

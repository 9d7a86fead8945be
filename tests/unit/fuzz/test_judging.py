"""Verdicts of generated checks, from records alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import all_typed, judge_generated

from jidi.judge.case_findings import observations
from jidi.model.journal.case_records import DeclaredCheck
from jidi.model.journal.codec import encode
from jidi.model.text import Text
from jidi.model.verdict import Outcome

CHECK = DeclaredCheck(
    "getStatus", "rejects-invalid", "DS-10.1", "negative", Text("Refused.", "拒绝。")
)


def _plan(*checks: DeclaredCheck) -> dict[str, Any]:
    return {
        "kind": "generated",
        "part": "plan",
        "checks": [encode(check.as_planned()) for check in checks],
    }


def _shard(accepted: int = 1, negative: int = 1, stop: str = "completed") -> dict[str, Any]:
    modes = {
        "positive": {"cases": 2, "accepted": accepted, "statuses": {}},
        "negative": {"cases": negative, "accepted": 0, "statuses": {}},
    }
    return {
        "kind": "generated",
        "part": "shard",
        "scope": ["getStatus"],
        "operations": {"getStatus": modes},
        "stop": stop,
    }


def _finding(state: str) -> dict[str, Any]:
    texts = {"expected": {"en": "e", "zh": "期"}, "actual": {"en": "a", "zh": "实"}}
    return {
        "kind": "generated-finding",
        "check": "rejects-invalid",
        "operation": "getStatus",
        "source": "accepted_invalid_query",
        "state": state,
        "exchange": "x1",
        **texts,
    }


@pytest.mark.parametrize(
    ("records", "outcome", "reason"),
    [
        ([_shard()], Outcome.PASS, ""),
        ([], Outcome.NOT_EXERCISED, "no-cases"),
        ([_shard(accepted=0)], Outcome.NOT_EXERCISED, "never-accepted"),
        ([_shard(negative=0)], Outcome.NOT_EXERCISED, "no-negative-cases"),
        ([_shard(stop="time-limit")], Outcome.NOT_EXERCISED, "generation-broken-off"),
        ([_shard(), _finding("confirmed")], Outcome.FAIL, "accepted_invalid_query"),
        (
            [_shard(stop="time-limit"), _finding("confirmed")],
            Outcome.FAIL,
            "accepted_invalid_query",
        ),
        ([_shard(), _finding("unstable")], Outcome.WARN, "not-reproduced"),
        ([_shard(), _finding("observation")], Outcome.PASS, ""),
    ],
)
def test_a_check_has_the_outcome_that_its_evidence_allows(
    records: list[dict[str, Any]], outcome: Outcome, reason: str
) -> None:
    """No evidence is never a pass, and a confirmed finding is a fail whatever else happened."""
    (verdict,) = judge_generated([_plan(CHECK), *records])
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.check == "generated/getStatus/rejects-invalid"


def test_a_fail_shows_its_exchange_and_both_languages() -> None:
    """Whoever reads the verdict can look at the evidence."""
    (verdict,) = judge_generated([_plan(CHECK), _shard(), _finding("confirmed")])
    assert verdict.exchanges == ("x1",)
    assert (verdict.expected, verdict.actual) == (Text("e", "期"), Text("a", "实"))


def test_there_are_as_many_verdicts_as_declared_checks() -> None:
    """None may get lost, not even when the phase never got as far as a plan."""
    absent = DeclaredCheck(
        "replaySubscription", "stays-up", "DS-08.4", "any", Text("", ""), "replay"
    )
    verdicts = judge_generated([], [CHECK, absent])
    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.NOT_EXERCISED,
        Outcome.NOT_APPLICABLE,
    ]
    assert judge_generated([]) == ()


def test_observations_are_kept_apart_from_verdicts() -> None:
    """What bears on no requirement is shown, not judged."""
    assert len(observations(all_typed([_finding("observation"), _finding("confirmed")]))) == 1


FORMS = ("any", "accepted", "negative", "probe", "excess", "refused")


def _check(needs: str) -> DeclaredCheck:
    return DeclaredCheck("getStatus", "stays-up", "DS-08.4", needs, Text("Stays up.", "保持可用。"))


def _figures(**cases: int) -> list[dict[str, Any]]:
    """A shard with so many cases of each mode, and the excess table; ``accepted`` counts among
    ``positive``.
    """
    modes = {
        mode: {
            "cases": count,
            "accepted": cases.get("accepted", 0) if mode == "positive" else count,
            "statuses": {},
        }
        for mode, count in cases.items()
        if mode != "accepted"
    }
    excess = modes.pop("excess", None)
    records = [
        {
            "kind": "generated",
            "part": "shard",
            "scope": ["getStatus"],
            "operations": {"getStatus": modes} if modes else {},
            "stop": "completed",
        }
    ]
    return (
        [*records, {"kind": "generated", "part": "excess", "operations": {"getStatus": excess}}]
        if excess
        else records
    )


def _told(needs: str, *records: dict[str, Any]) -> tuple[str, str, str, str]:
    (verdict,) = judge_generated([_plan(_check(needs)), *records])
    assert verdict.expected == Text("Stays up.", "保持可用。")
    assert verdict.requirement == "DS-08.4"
    assert verdict.exchanges == ()
    return verdict.outcome.value, verdict.reason, verdict.actual.en, verdict.actual.zh


@pytest.mark.parametrize("needs", FORMS)
def test_without_a_case_nothing_is_exercised(needs: str) -> None:
    """And the verdict says of which operation."""
    en, zh = "No request was generated for getStatus.", "未为 getStatus 生成任何请求。"
    assert _told(needs, *_figures()) == ("not-exercised", "no-cases", en, zh)


@pytest.mark.parametrize("needs", FORMS)
def test_refusals_prove_nothing_where_nothing_was_accepted(needs: str) -> None:
    """Unless the check is about refusals, or about excess members, which has a table of its own."""
    told = _told(needs, *_figures(positive=3, negative=1, probe=1, excess=1))
    if needs in {"excess", "refused"}:
        assert told == ("pass", "", "", "")
    else:
        en, zh = (
            "None of the valid requests to getStatus succeeded, so refusals prove nothing.",
            "对 getStatus 的有效请求无一成功，拒绝不能说明问题。",
        )
        assert told == ("not-exercised", "never-accepted", en, zh)


@pytest.mark.parametrize("needs", FORMS)
def test_a_check_needs_evidence_of_its_kind(needs: str) -> None:
    """One accepted case is evidence for some; negative cases, probes and excess members are each
    asked for by name.
    """
    told = _told(needs, *_figures(positive=1, accepted=1))
    if needs in {"negative", "probe", "excess"}:
        assert told == (
            "not-exercised",
            f"no-{needs}-cases",
            f"No request of the kind this check needs ({needs}).",
            f"没有该检查所需种类（{needs}）的请求。",
        )
    else:
        assert told == ("pass", "", "", "")


@pytest.mark.parametrize(
    ("needs", "mode"), [("negative", "negative"), ("probe", "probe"), ("excess", "excess")]
)
def test_evidence_adds_up_over_children(needs: str, mode: str) -> None:
    """Accepted cases of one child and refused ones of another, in either order."""
    accepted, other = _figures(positive=2, accepted=1), _figures(**{mode: 1})
    assert _told(needs, *accepted, *other) == ("pass", "", "", "")
    assert _told(needs, *other, *accepted) == ("pass", "", "", "")


def test_cases_of_the_excess_table_alone_are_cases() -> None:
    """An operation that only the table was tried on was exercised for the table's check, and for
    that alone.
    """
    assert _told("excess", *_figures(excess=4)) == ("pass", "", "", "")
    assert _told("any", *_figures(excess=4))[1] == "never-accepted"


def test_a_child_that_was_broken_off_says_why() -> None:
    """A later child that ended well does not heal it."""
    broken = {**_figures(positive=2, accepted=2)[0], "stop": "time-limit"}
    expected = (
        "not-exercised",
        "generation-broken-off",
        "Generation was broken off: time-limit.",
        "生成过程中断：time-limit。",
    )
    assert _told("any", broken) == expected
    assert _told("any", broken, *_figures(positive=1, accepted=1)) == expected
    assert _told("any", {**broken, "scope": ["listEvents"]}, *_figures(positive=1, accepted=1)) == (
        "pass",
        "",
        "",
        "",
    )


def test_what_was_not_seen_again_is_a_warning_with_its_exchange() -> None:
    """In both languages."""
    (verdict,) = judge_generated([_plan(CHECK), _shard(), _finding("unstable")])
    assert verdict.actual == Text(
        "Seen once, not again in the replay: a", "出现过一次，重放时未再现：实"
    )
    assert verdict.exchanges == ("x1",)
    assert verdict.expected == Text("Refused.", "拒绝。")


def test_an_absent_capability_is_named() -> None:
    """Not applicable, whatever was found."""
    absent = DeclaredCheck(
        "getStatus", "rejects-invalid", "DS-10.1", "negative", Text("Refused.", "拒绝。"), "replay"
    )
    (verdict,) = judge_generated([_plan(absent), _shard(), _finding("confirmed")])
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "no-capability-replay")
    assert verdict.actual == Text(
        "The candidate does not declare the capability replay.", "受测方未声明能力 replay。"
    )


def test_exchanges_of_a_fail_are_each_named_once_and_at_most_ten() -> None:
    """In the order found; findings without one are passed over."""
    findings = [
        {**_finding("confirmed"), "exchange": f"x{number // 2}" if number else ""}
        for number in range(40)
    ]
    (verdict,) = judge_generated([_plan(CHECK), _shard(), *findings])
    assert verdict.exchanges == tuple(f"x{number}" for number in range(10))


def test_a_declared_check_reads_back_from_the_journal() -> None:
    """Plan records hold all of it."""
    check = DeclaredCheck(
        "replaySubscription",
        "stays-up",
        "DS-08.4",
        "any",
        Text("Stays up.", "保持可用。"),
        "replay",
    )
    assert DeclaredCheck.of(check.as_planned()) == check
    assert encode(check.as_planned()) == {
        "check": "generated/replaySubscription/stays-up",
        "operation": "replaySubscription",
        "kind": "stays-up",
        "requirement": "DS-08.4",
        "needs": "any",
        "capability": "replay",
        "title": {"en": "Stays up.", "zh": "保持可用。"},
    }


def test_findings_count_for_their_own_operation_and_check_only() -> None:
    """Another operation's, or another kind of check, is not this one's."""
    for other in ({"operation": "listEvents"}, {"check": "stays-up"}):
        (verdict,) = judge_generated([_plan(CHECK), _shard(), {**_finding("confirmed"), **other}])
        assert verdict.outcome is Outcome.PASS

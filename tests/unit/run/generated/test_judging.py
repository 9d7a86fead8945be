"""Verdicts of generated checks, from records alone."""

from __future__ import annotations

from typing import Any

import pytest

from jidi.judge.generated import DeclaredCheck, judge_generated, observations
from jidi.model.text import Text
from jidi.model.verdict import Outcome

CHECK = DeclaredCheck("getStatus", "rejects-invalid", "DS-10.1", "negative", Text("Refused.", "拒绝。"))


def _plan(*checks: DeclaredCheck) -> dict[str, Any]:
    return {"kind": "generated", "part": "plan", "checks": [check.as_json() for check in checks]}


def _shard(accepted: int = 1, negative: int = 1, stop: str = "completed") -> dict[str, Any]:
    modes = {"positive": {"cases": 2, "accepted": accepted}, "negative": {"cases": negative, "accepted": 0}}
    return {"kind": "generated", "part": "shard", "scope": ["getStatus"], "operations": {"getStatus": modes}, "stop": stop}


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
        ([_shard(stop="time-limit"), _finding("confirmed")], Outcome.FAIL, "accepted_invalid_query"),
        ([_shard(), _finding("unstable")], Outcome.WARN, "not-reproduced"),
        ([_shard(), _finding("observation")], Outcome.PASS, ""),
    ],
)
def test_a_check_has_the_outcome_that_its_evidence_allows(records: list[dict[str, Any]], outcome: Outcome, reason: str) -> None:
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
    absent = DeclaredCheck("replaySubscription", "stays-up", "DS-08.4", "any", Text("", ""), "replay")
    verdicts = judge_generated([], [CHECK, absent])
    assert [verdict.outcome for verdict in verdicts] == [Outcome.NOT_EXERCISED, Outcome.NOT_APPLICABLE]
    assert judge_generated([]) == ()


def test_observations_are_kept_apart_from_verdicts() -> None:
    """What bears on no requirement is shown, not judged."""
    assert len(observations([_finding("observation"), _finding("confirmed")])) == 1

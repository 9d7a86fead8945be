"""What stands beside the verdict where it differs from what the progress said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import miniature
import pytest
from msgspec import structs
from tests.unit.judge.journals import typed

from jidi.model.run import RunRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict
from jidi.report.formats.markdown import markdown
from jidi.report.formats.terminal import render_terminal
from jidi.report.remarks import remarks

NOTHING = Text("", "")


def check(name: str, outcome: Outcome) -> CheckVerdict:
    """A check of one requirement."""
    return CheckVerdict(name, "DS-08.4", outcome, "x", NOTHING, NOTHING)


def record_with(outcome: Outcome, *checks: CheckVerdict, **changes: Any) -> RunRecord:
    """The miniature record with one requirement and its checks."""
    record = miniature.record()
    row = RequirementVerdict("DS-08.4", outcome, checks, NOTHING)
    return replace(record, verdict=replace(record.verdict, requirements=(row,)), **changes)


@pytest.mark.parametrize(
    ("row", "name", "outcome", "said"),
    [
        (Outcome.FAIL, "a/b/c", Outcome.FAIL, ""),
        (Outcome.PASS, "sweep/no-internals", Outcome.PASS, ""),
        (Outcome.UNSTABLE, "a/b/c", Outcome.UNSTABLE, "repeats do not agree: 1 (a/b/c)"),
        (Outcome.WARN, "a/b/c", Outcome.UNSTABLE, "repeats do not agree: 1 (a/b/c)"),
        (Outcome.FAIL, "sweep/no-internals", Outcome.FAIL, "whole run or of generated cases: 1"),
        (Outcome.FAIL, "generated/op/kind", Outcome.FAIL, "The progress counts those of scenarios"),
        (Outcome.WARN, "a/b/c", Outcome.FAIL, "ought to hold and only warn: 1 (a/b/c)"),
    ],
)
def test_what_differs_from_the_progress_is_said(
    row: Outcome, name: str, outcome: Outcome, said: str
) -> None:
    """In the summary on the terminal and in that of pipelines, or nothing where nothing differs."""
    record = record_with(row, check(name, outcome))
    assert [said in one.en for one in remarks(record)] == [True] * bool(said)
    assert said.split(" (", maxsplit=1)[0] in " ".join(render_terminal(record).split())
    assert said.split(" (", maxsplit=1)[0] in markdown(record)


def test_only_some_names_are_shown() -> None:
    """Thousands of generated cases may fail."""
    checks = [check(f"generated/{number}/x", Outcome.FAIL) for number in range(50)]
    told = remarks(record_with(Outcome.FAIL, *checks))
    assert "cases: 50 (generated/0/x, generated/1/x, generated/2/x …)" in told[0].en
    assert "50 项（generated/0/x、generated/1/x、generated/2/x …）" in told[0].zh


def test_a_candidate_that_is_gone_is_named_with_the_moment() -> None:
    """Connections refused to the end: since when."""
    base = "http://127.0.0.1:9"
    lost = {
        "kind": "exchange",
        "id": "x000001",
        "direction": "sent",
        "request": {"method": "GET", "url": f"{base}/v1/status", "headers": [], "body": {}},
        "response": None,
        "failure": {"kind": "refused", "detail": ""},
        "started_at": "2026-11-20T10:00:00+08:00",
    }
    record = record_with(Outcome.NOT_EXERCISED, journal=(typed(lost),))
    target = structs.replace(record.header.target, base_url=base)
    record = replace(record, header=structs.replace(record.header, target=target))
    assert "stopped answering at 2026-11-20T10:00:00+08:00" in remarks(record)[0].en
    assert "stopped answering at 2026-11-20T10:00:00" in render_terminal(record)

"""What a run that is gone on with needs to know of the one before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.journals_made import journal_of
from tests.unit.judge.journals import header, plain

from jidi.run.resuming import load_earlier


def moved(
    seconds: float, *, result: dict[str, Any] | None, action: str = "advance-clock"
) -> dict[str, Any]:
    """One action on the clock as the journal holds it."""
    return {
        "kind": "drive",
        "scenario": "s",
        "step": "later",
        "index": 0,
        "started": 0.0,
        "finished": 0.0,
        "action": action,
        "parameters": {"seconds": seconds},
        "result": result,
        "failure": "",
    }


@pytest.mark.parametrize(
    ("records", "ahead_s"),
    [
        ([], 0),
        ([moved(60, result={}), moved(30, result={})], 90),
        ([moved(60, result={}), moved(30, result=None)], 60),
        ([moved(60, result={}), moved(0, result={}, action="reset"), moved(5, result={})], 5),
        ([moved(60, result={"ahead_s": 7260})], 7260),
        ([moved(60, result={}), {"kind": "note", "ahead_s": 600.0}, moved(30, result={})], 630),
        ([{"kind": "note", "trace": "x"}, moved(60, result={})], 60),
    ],
)
def test_the_clock_stays_where_the_earlier_run_has_moved_it(
    tmp_path: Path, records: list[dict[str, Any]], ahead_s: float
) -> None:
    """Also where a person moves it; what a resumed run took over is summed up by the note after
    it.
    """
    lines = [{"kind": "run-started", "run": plain(header())}, *records]
    written = [
        {"seq": number, "at": "2026-11-22T09:00:00+08:00", **line}
        for number, line in enumerate(lines)
    ]
    (tmp_path / "journal.ndjson").write_bytes(journal_of(written))
    assert load_earlier(tmp_path).ahead_s == ahead_s


def played(repeat: int, state: str = "done") -> list[dict[str, Any]]:
    """One playing of a scenario as the journal holds it; ``repeat`` numbers it."""
    common = {"scenario": "s", **({"repeat": repeat} if repeat else {})}
    times = {"started": 0.0, "finished": 0.0}
    return [
        {"kind": "scenario-started", "variables": {}, "canaries": [], **common},
        {"kind": "step-finished", "step": "a", "state": state, "reason": "", "observed": {}}
        | common
        | times,
        {"kind": "scenario-finished", "state": "done", "reason": "", **common},
    ]


@pytest.mark.parametrize("state", ["done", "cut", "blocked"])
def test_what_was_played_once_more_in_the_end_is_done_anew(tmp_path: Path, state: str) -> None:
    """However it ended: what came before it stays, and is taken over once."""
    lines = [{"kind": "run-started", "run": plain(header())}, *played(0), *played(1, state)]
    written = [
        {"seq": number, "at": "2026-11-22T09:00:00+08:00", **line}
        for number, line in enumerate(lines)
    ]
    (tmp_path / "journal.ndjson").write_bytes(journal_of(written))
    earlier = load_earlier(tmp_path)
    assert earlier.scenarios == {"s"}
    assert [record.repeat for record in earlier.records] == [0, 0, 0]

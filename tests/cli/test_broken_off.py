"""Runs that are broken off for real: by the clock and gone on with, or by a candidate that dies."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli, jidi_process

from jidi.cli.reference import ReferencePartner, reference_partner

_CUT = "push-retried"
"""Takes longer than a second on any machine: it is quiet for one."""
_SELECTED = ("--scenario", "consignment-accepted", "--scenario", _CUT)
_PATIENCE_S = 120


def records_of(run: Path) -> list[dict[str, Any]]:
    """The journal of a run."""
    lines = (run / "journal.ndjson").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rows_of(run: Path) -> dict[str, str]:
    """Requirements by outcome, and the word."""
    verdict = json.loads((run / "run.json").read_text("utf-8"))["verdict"]
    rows = {row["id"]: row["outcome"] for row in verdict["requirements"]}
    return {**rows, "word": verdict["word"]}


def steps_of(run: Path, scenario: str) -> dict[str, str]:
    """Steps of a scenario by how they ended."""
    return {
        record["step"]: record["state"]
        for record in records_of(run)
        if record["kind"] == "step-finished" and record["scenario"].partition("[")[0] == scenario
    }


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_run_that_the_clock_ended_comes_to_the_verdict_of_an_undisturbed_one(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """What was cut is neither passed nor failed, is played anew from its first step, and what was
    seen to the end is taken over.
    """
    stopped, resumed, whole = tmp_path / "stopped", tmp_path / "resumed", tmp_path / "whole"
    asked = ("certify", courier.target_file, *_SELECTED)
    first = cli(*asked, "--out", stopped, "--max-time", "1")
    assert first.code == 3, first.said
    assert not {"fail", "unstable", "harness-error"} & set(rows_of(stopped).values())
    cut = steps_of(stopped, _CUT)
    assert not cut or set(cut.values()) - {"done"}

    second = cli("certify", courier.target_file, "--resume", stopped, "--out", resumed)
    assert second.code == 0, second.said
    undisturbed = cli(*asked, "--out", whole)
    assert undisturbed.code == 0, undisturbed.said
    assert rows_of(resumed) == rows_of(whole)
    assert steps_of(resumed, _CUT) == steps_of(whole, _CUT)
    assert set(steps_of(resumed, _CUT).values()) == {"done"}


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(280)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_candidate_that_dies_is_said_to_have_stopped_answering(
    tmp_path: Path, language: str
) -> None:
    """A process that is killed while it is being played with: inconclusive, never red, and the
    summary says since when.
    """
    run = tmp_path / "run"
    (tmp_path / "courier").mkdir()
    with (
        reference_partner("courier", tmp_path / "courier") as mortal,
        jidi_process(
            *("--lang", language, "certify", mortal.target_file, "--no-generated"),
            *("--out", run, "--seed", "7", "--jobs", "1"),
        ) as process,
    ):
        until = time.monotonic() + _PATIENCE_S
        journal = run / "journal.ndjson"
        while not (journal.exists() and journal.read_bytes().count(b'"kind":"exchange"') > 60):
            assert process.poll() is None
            assert time.monotonic() < until
        mortal.process.kill()
        said, _ = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 3, said
    assert rows_of(run)["word"] == "inconclusive"
    assert not {"fail", "unstable"} & set(rows_of(run).values())
    words = "stopped answering at" if language == "en" else "停止应答"
    summary = said[said.rindex("DS-08") :]
    assert words in summary
    assert words in (run / "summary.md").read_text("utf-8")

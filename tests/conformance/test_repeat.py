"""``--repeat``: a candidate that is right only every second time is unstable, however it begins."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path

import jsonschema
import pytest
from tests.conformance.fairness.answers import Answer, rewriting
from tests.conformance.fairness.play import Silence, serving
from tests.conformance.fairness.variant import Variant, same

from jidi.drive.candidate.target import read_target
from jidi.model.journal import ScenarioStarted
from jidi.model.run import RunRecord
from jidi.resources import conformance_root
from jidi.run.certify import certify
from jidi.run.planning.selection import RunOptions, Selection

_CHECK = "consignment-accepted/place/digest"


def run(directory: Path, repeat: int, around: object = same) -> RunRecord:
    """A run of one scenario, repeated, on the reference behind ``around``."""
    with serving(Variant("repeated", "", "", around=around), directory, "") as document:  # type: ignore[arg-type]  # any middleware
        options = RunOptions(out=directory / "run", seed=7, generated=False, repeat=repeat)
        return certify(
            read_target(document, directory / "target.yaml"),
            Selection(scenarios=frozenset({"consignment-accepted"})),
            options,
            Silence(),
        )


def every_second() -> object:
    """Middleware that gives a wrong digest in the receipts of every second repetition, two each."""
    receipts = count(0)

    def spoil(answer: Answer) -> Answer:
        if answer.status != 201 or next(receipts) % 4 < 2:
            return answer
        return answer.with_json(
            {**answer.json, "payload_digest": "sha-256:" + hashlib.sha256(b"other").hexdigest()}
        )

    return rewriting(spoil)


def outcomes(record: RunRecord) -> dict[str, str]:
    """Checks by outcome."""
    return {
        check.check: check.outcome.value
        for row in record.verdict.requirements
        for check in row.checks
    }


@pytest.mark.parametrize("repeat", [2, 3])
def test_candidate_that_fails_every_second_time_is_unstable(tmp_path: Path, repeat: int) -> None:
    """Neither passed nor failed: unstable, which is no certificate; the rest of the scenario is as
    stable as ever (issue 3, flakiness).
    """
    record = run(tmp_path, repeat, every_second())
    seen = outcomes(record)
    assert seen.pop(_CHECK) == "unstable"
    assert set(seen.values()) <= {"pass", "not-applicable"}
    assert (record.verdict.word, record.verdict.exit_code) == ("selection-failed", 1)


def test_single_run_would_have_passed_the_same_candidate(tmp_path: Path) -> None:
    """Why repeating is worth its time."""
    assert outcomes(run(tmp_path, 1, every_second()))[_CHECK] == "pass"


def test_stable_candidate_passes_every_time_with_fresh_data(tmp_path: Path) -> None:
    """Each playing makes up its own orders, so that one does not find what the other left; the
    journal says which is which.
    """
    record = run(tmp_path, 3)
    assert set(outcomes(record).values()) <= {"pass", "not-applicable"}
    started = [one for one in record.journal if isinstance(one, ScenarioStarted)]
    assert [one.repeat for one in started] == [0, 1, 2]
    assert len({one.variables["order"] for one in started}) == 3
    schema = json.loads(
        (conformance_root() / "meta" / "journal-record.schema.json").read_text("utf-8")
    )
    validator = jsonschema.Draft202012Validator(schema)
    lines = (record.directory / "journal.ndjson").read_text("utf-8").splitlines()
    written = [json.loads(line) for line in lines]
    assert [error.message for one in written for error in validator.iter_errors(one)] == []

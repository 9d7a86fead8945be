"""A candidate that was written from the published documents alone, in another framework, is
certified like any other.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conformance.fairness.play import Silence
from tests.conformance.foreign.running import flask_courier

from jidi.drive import load_target
from jidi.model.run import RunRecord
from jidi.run.certify import certify
from jidi.run.planning.selection import RunOptions, Selection

FOREIGN = Path(__file__).parent / "foreign"


def certified(folder: Path, *, generated: bool) -> RunRecord:
    """A whole run at level core."""
    with flask_courier(folder) as target:
        return certify(
            load_target(str(target)),
            Selection(),
            RunOptions(out=folder / "run", seed=11, jobs=4, generated=generated),
            Silence(),
        )


def open_ends(record: RunRecord) -> dict[str, str]:
    """Checks that neither pass nor are beside the point, with what was seen."""
    checks = [check for row in record.verdict.requirements for check in row.checks]
    return {
        check.check: check.actual.en
        for check in checks
        if check.outcome.value not in {"pass", "not-applicable"}
    }


def test_foreign_code_shares_nothing_with_the_kit_or_the_reference() -> None:
    """Only the published files."""
    for path in FOREIGN.glob("*.py"):
        assert not re.search(
            r"^\s*(?:from|import)\s+jidi", path.read_text("utf-8"), re.MULTILINE
        ), path.name


@pytest.mark.slow
@pytest.mark.thorough
def test_courier_in_flask_holds_every_scenario_of_level_core(tmp_path: Path) -> None:
    """Nothing fails, nothing is left open; capabilities that it does not declare are not
    applicable.
    """
    record = certified(tmp_path, generated=False)
    assert open_ends(record) == {}
    assert record.verdict.word == "selection-passed"


@pytest.mark.exhaustive
def test_courier_in_flask_is_conformant_with_generated_cases(tmp_path: Path) -> None:
    """The whole certificate."""
    record = certified(tmp_path, generated=True)
    assert open_ends(record) == {}
    assert record.verdict.word == "conformant-in-a-laboratory"

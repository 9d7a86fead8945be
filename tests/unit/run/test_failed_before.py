"""What is played again of a run in which something failed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import miniature
import pytest

from jidi.errors import SelectionError
from jidi.model.run import RunRecord
from jidi.model.verdict import Outcome, RequirementVerdict
from jidi.run.data import load_data
from jidi.run.planning.failed_before import failed_before
from jidi.run.planning.selection import RunOptions, Selection

_OPTIONS = RunOptions(out=Path("again"), level="privacy", seed=3)


def _run(*checks: tuple[str, Outcome]) -> RunRecord:
    """A run of the courier's scenarios of level core in which these checks of DS-01.2 came to
    this.
    """
    _, catalogue = load_data("1.0")
    scenarios = {one.id: one for one in catalogue.scenarios("courier") if one.level == "core"}
    made = tuple(miniature.check("DS-01.2", name, outcome) for name, outcome in checks)
    rows = (RequirementVerdict("DS-01.2", Outcome.FAIL, made),)
    return replace(miniature.record(rows=rows), scenarios=scenarios)


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.UNSTABLE])
def test_scenarios_whose_checks_failed_are_played_again(outcome: Outcome) -> None:
    """Only these, without generated cases, at the level of the run."""
    run = _run(
        ("consignment-accepted/place/digest", outcome),
        ("consignment-amended/read/unaltered", Outcome.PASS),
    )
    selection, options = failed_before(run, _OPTIONS)
    assert selection == Selection(scenarios=frozenset({"consignment-accepted"}))
    assert (options.level, options.generated, options.seed) == ("core", False, 3)


def test_what_failed_over_the_whole_run_is_shown_by_what_bears_on_it() -> None:
    """A sweep looks at what scenarios bring about."""
    run = _run(("sweep/consignment-kept", Outcome.FAIL))
    selection, _ = failed_before(run, _OPTIONS)
    bearing = {name for name, one in run.scenarios.items() if "DS-01.2" in one.requirements}
    assert selection.scenarios == bearing
    assert bearing


def test_generated_cases_are_sent_again_where_one_failed() -> None:
    """By requirement, since a selection of scenarios sends none."""
    run = _run(
        ("generated/createConsignment/answers-by-contract", Outcome.FAIL),
        ("consignment-accepted/place/digest", Outcome.FAIL),
    )
    selection, options = failed_before(run, _OPTIONS)
    assert selection == Selection(requirements=frozenset({"DS-01.2"}))
    assert options.generated


def test_run_in_which_nothing_failed_is_refused() -> None:
    """A selection of nothing would be the whole."""
    with pytest.raises(SelectionError, match="Nothing failed"):
        failed_before(miniature.passing(), _OPTIONS)

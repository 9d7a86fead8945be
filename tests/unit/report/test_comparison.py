"""Two runs beside each other: each change is told once and under its own name."""

from __future__ import annotations

import json

import miniature
import pytest

from jidi.model.run import RunRecord
from jidi.model.verdict import Outcome, RequirementVerdict
from jidi.report.comparison import Comparison, Pair, compare

_ROW = "PI-07.2"
_CHECK = "canaries/all/canaries"


def _run(row: Outcome | None, check: Outcome | None = None) -> RunRecord:
    if row is None:
        return miniature.record(rows=())
    checks = (miniature.check(_ROW, _CHECK, check or row),)
    return miniature.record(rows=(RequirementVerdict(_ROW, row, checks),))


def _between(before: Outcome | None, after: Outcome | None) -> Comparison:
    return compare(_run(before), _run(after))


@pytest.mark.parametrize(
    ("before", "after", "change", "code"),
    [
        (Outcome.PASS, Outcome.FAIL, "new", 1),
        (Outcome.PASS, Outcome.UNSTABLE, "new", 1),
        (Outcome.NOT_EXERCISED, Outcome.FAIL, "new", 1),
        (Outcome.NOT_APPLICABLE, Outcome.FAIL, "new", 1),
        (None, Outcome.FAIL, "new", 1),
        (Outcome.FAIL, Outcome.FAIL, "still", 0),
        (Outcome.FAIL, Outcome.UNSTABLE, "still", 0),
        (Outcome.PASS, Outcome.NOT_EXERCISED, "unseen", 3),
        (Outcome.FAIL, Outcome.NOT_EXERCISED, "unseen", 3),
        (Outcome.FAIL, Outcome.HARNESS_ERROR, "unseen", 3),
        (Outcome.WARN, Outcome.CONFIG_ERROR, "unseen", 3),
        (Outcome.FAIL, Outcome.PASS, "gone", 0),
        (Outcome.UNSTABLE, Outcome.NOT_APPLICABLE, "unseen", 3),
        (Outcome.PASS, Outcome.NOT_APPLICABLE, "unseen", 3),
        (Outcome.FAIL, Outcome.WAIVED, "still", 0),
        (Outcome.PASS, Outcome.WAIVED, "new", 1),
        (Outcome.FAIL, Outcome.WARN, "gone", 0),
        (Outcome.NOT_APPLICABLE, Outcome.PASS, "seen", 0),
        (Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE, None, 0),
        (Outcome.NOT_EXERCISED, Outcome.PASS, "seen", 0),
        (Outcome.PASS, Outcome.PASS, None, 0),
        (Outcome.NOT_EXERCISED, Outcome.HARNESS_ERROR, None, 0),
        (Outcome.PASS, None, None, 0),
        (Outcome.FAIL, None, None, 0),
        (None, Outcome.PASS, None, 0),
        (None, Outcome.NOT_EXERCISED, None, 0),
    ],
)
def test_change_has_its_name_and_the_exit_code(
    before: Outcome | None, after: Outcome | None, change: str | None, code: int
) -> None:
    """What nobody asked about in the later run is no change; what is not seen is never gone."""
    found = _between(before, after)
    assert [pair.change for pair in found.requirements] == ([change] if before or after else [])
    assert found.exit_code == code


@pytest.mark.parametrize("before", list(Outcome))
@pytest.mark.parametrize("after", list(Outcome))
def test_nothing_that_fails_is_passed_over(before: Outcome, after: Outcome) -> None:
    """A later failure is new or still there, and only a later failure is."""
    pair = Pair(_ROW, before, after)
    broken = {Outcome.FAIL, Outcome.UNSTABLE, Outcome.WAIVED}
    assert (pair.change in {"new", "still"}) == (after in broken)


def test_another_check_of_a_red_row_that_fails_is_new() -> None:
    """A second defect does not hide behind a first one of the same requirement."""
    one = miniature.check(_ROW, _CHECK, Outcome.FAIL)
    other = miniature.check(_ROW, "canaries/all/labels", Outcome.FAIL)
    first = miniature.record(rows=(RequirementVerdict(_ROW, Outcome.FAIL, (one,)),))
    second = miniature.record(rows=(RequirementVerdict(_ROW, Outcome.FAIL, (one, other)),))
    found = compare(first, second)
    assert [(pair.id, pair.change) for pair in found.checks[_ROW]] == [
        (_CHECK, "still"),
        ("canaries/all/labels", "new"),
    ]
    assert found.exit_code == 1


def test_check_that_was_made_twice_counts_as_its_worst() -> None:
    """Passing once does not make up for failing once."""
    checks = tuple(miniature.check(_ROW, _CHECK, one) for one in (Outcome.FAIL, Outcome.PASS))
    mixed = miniature.record(rows=(RequirementVerdict(_ROW, Outcome.FAIL, checks),))
    assert [pair.after for pair in compare(_run(Outcome.PASS), mixed).checks[_ROW]] == [
        Outcome.FAIL
    ]


def test_what_differs_between_the_runs_themselves_is_named() -> None:
    """A run of a part, or one that was broken off, is no like for like."""
    part = miniature.record(selected=True, complete=False)
    assert compare(miniature.record(), part).unlike == (
        ("selected", "no", "yes"),
        ("complete", "yes", "no"),
    )


def test_comparison_of_a_run_with_itself_is_empty() -> None:
    """Nothing new, nothing gone; what fails still fails."""
    whole = miniature.record()
    found = compare(whole, whole)
    assert found.unlike == ()
    assert {pair.change for pair in found.requirements} == {"still", None}
    assert found.exit_code == 0
    assert all(pace.before_ms == pace.after_ms for pace in found.paces)
    json.dumps(found.as_json())

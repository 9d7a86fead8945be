"""What a candidate shows at first it must show later in the run as well (ADR 39)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.conformance.fairness.answers import Answer, rewriting
from tests.conformance.fairness.play import Silence, serving
from tests.conformance.fairness.variant import Variant

from jidi.drive.candidate.target import read_target
from jidi.model.journal import ScenarioStarted
from jidi.model.run import RunRecord
from jidi.model.verdict import CheckVerdict
from jidi.run.certify import certify
from jidi.run.planning.selection import RunOptions, Selection

_ROW = Selection(requirements=frozenset({"DS-05.2"}))
_SCENARIO = Selection(scenarios=frozenset({"version-negotiation"}))
_REFUSALS = 3
"""How many versions that there are not the scenario asks for."""


def run(
    directory: Path, rewrite: Callable[[Answer], Answer], asked: Selection, *, generated: bool
) -> RunRecord:
    """A run on the reference whose answers are rewritten."""
    variant = Variant("later", "", "", around=rewriting(rewrite))
    with serving(variant, directory, "") as document:
        target = read_target(document, directory / "target.yaml")
        options = RunOptions(out=directory / "run", seed=7, generated=generated)
        return certify(target, asked, options, Silence())


def playings(record: RunRecord) -> list[int]:
    """Numbers of the playings of all scenarios, in their order."""
    return [one.repeat for one in record.journal if isinstance(one, ScenarioStarted)]


def failing(record: RunRecord) -> dict[str, CheckVerdict]:
    """Checks that failed, by their step and name."""
    return {
        check.check.partition("/")[2]: check
        for row in record.verdict.requirements
        for check in row.checks
        if check.outcome.value == "fail"
    }


def until(number: int) -> Callable[[Answer], Answer]:
    """Says clearly that there is no such version so often, and something else from then on."""
    seen = count(1)

    def rewrite(answer: Answer) -> Answer:
        if answer.slug != "unsupported-version" or next(seen) <= number:
            return answer
        return answer.with_json(
            {**answer.json, "type": answer.json["type"].replace(answer.slug, "parameter-invalid")}
        )

    return rewrite


def test_fault_that_begins_after_the_scenario_is_seen_when_it_is_played_again(
    tmp_path: Path,
) -> None:
    """It fails, with words that say when, and the exchange of the later playing."""
    record = run(tmp_path, until(_REFUSALS), _ROW, generated=True)
    assert playings(record) == [0, 1]
    assert record.verdict.word == "selection-failed"
    found = failing(record)
    assert {"unknown/clear", "unknown-write/clear"} <= found.keys()
    for name in ("unknown/clear", "unknown-write/clear"):
        assert found[name].actual.en.startswith(
            "the first time as it must be; the same scenario, later in the run: "
        )
        assert {record.exchanges[one].repeat for one in found[name].exchanges} == {1}


def test_candidate_that_is_the_same_all_along_passes(tmp_path: Path) -> None:
    """Playing again holds nothing against it."""
    record = run(tmp_path, lambda answer: answer, _ROW, generated=True)
    assert playings(record) == [0, 1]
    assert failing(record) == {}


@pytest.mark.parametrize(("asked", "generated"), [(_ROW, False), (_SCENARIO, True)])
def test_what_certifies_nothing_is_played_once(
    tmp_path: Path, asked: Selection, generated: bool
) -> None:
    """Somebody who looks for one scenario, or leaves the generated requests out, is not kept
    waiting.
    """
    record = run(tmp_path, until(_REFUSALS), asked, generated=generated)
    assert playings(record) == [0]
    assert failing(record) == {}

"""What to play again of a run in which something failed: so much as can show it, and no more."""

from __future__ import annotations

from dataclasses import replace

from jidi.errors import SelectionError
from jidi.model.run import RunRecord
from jidi.model.verdict import FAILING
from jidi.run.planning.selection import RunOptions, Selection
from jidi.wording import sentence

_GENERATED = "generated/"


def failed_before(record: RunRecord, options: RunOptions) -> tuple[Selection, RunOptions]:
    """A selection of what failed in ``record``, and ``options`` at its level.

    Scenarios whose checks failed are played again; where something failed over the whole run, those
    that bear on its requirement; where a generated case failed, whole requirements with generated
    cases.

    Raises:
        SelectionError: nothing failed in it.
    """
    failed = [
        check
        for row in record.verdict.requirements
        for check in row.checks
        if check.outcome in FAILING
    ]
    if not failed:
        raise SelectionError(
            sentence("run/nothing-failed-in", directory=record.directory),
            next_step=sentence("run/certify-the-whole-again"),
        )
    options = replace(options, level=record.header.level)
    if any(check.check.startswith(_GENERATED) for check in failed):
        rows = frozenset(check.requirement for check in failed)
        return Selection(requirements=rows), replace(options, generated=True)
    named = {check.check.partition("/")[0] for check in failed} & record.scenarios.keys()
    over_all = {
        check.requirement
        for check in failed
        if check.check.partition("/")[0] not in record.scenarios
    }
    bearing = {
        name
        for name, scenario in record.scenarios.items()
        if not over_all.isdisjoint(scenario.requirements)
    }
    return Selection(scenarios=frozenset(named | bearing)), replace(options, generated=False)

"""From a run directory back to a judged run: the same verdict for whoever holds journal, ledger and
profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jidi.catalogue import Catalogue
from jidi.drive.keeping import no_run, read_run, run_in
from jidi.errors import JidiError, RunDirectoryError
from jidi.judge import Case, judge_run
from jidi.judge.context import JudgingContext
from jidi.model.journal import ExchangeRecord, JournalRecord, RunHeader, RunStarted
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.run import RunRecord
from jidi.model.verdict import RunVerdict
from jidi.run.data import known_versions, load_data
from jidi.run.planning.judging_data import judging_context
from jidi.run.planning.rules import Rules
from jidi.run.planning.selection import (
    Selection,
    require_known,
    touched,
    wanted_requirements,
    wanted_scenarios,
)
from jidi.wording import sentence
from jidi.wording.failing import failure_name

Judging = Callable[[Sequence[JournalRecord], Case, JudgingContext], RunVerdict]
"""What makes a verdict of journal records: that of runs, or that of recordings."""


def rules_for(catalogue: Catalogue, role: Role, level: Level, selection: Selection) -> Rules:
    """The rules for ``role`` at ``level``, narrowed to ``selection``.

    Raises:
        SelectionError: an id that was asked for does not exist.
    """
    profile = catalogue.profile(role, level)
    rows = wanted_requirements(profile, catalogue.requirements, selection)
    within = [
        scenario
        for scenario in catalogue.scenarios(role)
        if LEVELS.index(scenario.level) <= LEVELS.index(level)
    ]
    require_known(catalogue.scenarios(), selection)
    scenarios = wanted_scenarios(within, rows, selection)
    return Rules(
        profile, touched(rows, scenarios.values(), selection), scenarios, selection.narrowed
    )


def load_record(directory: Path, judge_recording: Judging = judge_run) -> RunRecord:
    """The run in ``directory``, judged from its journal; a journal that broke off is judged as far
    as it goes. ``judge_recording`` is asked where the header says that strangers recorded it.

    Raises:
        RunDirectoryError: there is no journal, or it was damaged.
    """
    return _record(directory, *read_run(directory), judge_recording)


def record_from(path: Path, journal: bytes) -> RunRecord:
    """The same from the bytes of a journal, which errors call ``path``; recordings are refused.

    Raises:
        RunDirectoryError: it is no journal of a run, or was damaged.
    """
    records, first = run_in(path, journal)
    if first.run.is_of_recording:
        raise no_run(path)
    return _record(path.parent, records, first, judge_run)


def _record(
    directory: Path, records: list[JournalRecord], first: RunStarted, judge_recording: Judging
) -> RunRecord:
    header = first.run
    judge = judge_recording if header.is_of_recording else judge_run
    if header.standard_version not in known_versions():
        raise RunDirectoryError(
            sentence(
                "run/is-a-run-under-a-version-that",
                directory=directory,
                version=header.standard_version,
            ),
            next_step=sentence("run/judge-it-with-the-kit-that-made"),
        )
    registry, catalogue = load_data(header.standard_version)
    rules = _rules_of(header, catalogue)
    case = _case(header, rules, catalogue)
    return RunRecord(
        directory=directory,
        header=header,
        started_at=first.at,
        finished_at=records[-1].at,
        verdict=judge(records, case, judging_context(registry, header)),
        profile=rules.profile,
        requirements=rules.requirements,
        scenarios=rules.scenarios,
        exchanges=_exchanges(records),
        journal=tuple(records),
    )


def _rules_of(header: RunHeader, catalogue: Catalogue) -> Rules:
    selection = Selection.of(header.selection)
    rules = rules_for(catalogue, header.target.role, header.level, selection)
    return rules.worn(header.stand_ins)


def _case(header: RunHeader, rules: Rules, catalogue: Catalogue) -> Case:
    return Case(
        rules.profile,
        rules.requirements,
        rules.selected,
        rules.scenarios,
        catalogue.sweeps(header.target.role),
        whole=header.generated,
        repeat=header.repeat,
    )


def case_of(header: RunHeader) -> Case:
    """What a stored run is judged by, from its header."""
    _, catalogue = load_data(header.standard_version)
    return _case(header, _rules_of(header, catalogue), catalogue)


@contextmanager
def as_given(directory: Path) -> Iterator[None]:
    """For what is done with a run that somebody hands in: a journal that was changed cannot bring
    the kit down, wherever it is read.

    Raises:
        RunDirectoryError: reading, judging or showing it failed; what failed is named.
    """
    try:
        yield
    except (JidiError, OSError):
        raise
    except Exception as error:
        what = failure_name(error)
        raise RunDirectoryError(
            sentence("run/the-run-is-not-as-the-kit-writes", directory=directory, what=what),
            next_step=sentence("run/the-journal-was-changed-or-is-of"),
        ) from error


def _exchanges(records: list[JournalRecord]) -> dict[str, ExchangeRecord]:
    return {record.id: record for record in records if isinstance(record, ExchangeRecord)}

"""Going on with a run that was broken off: what was played to its end stays as it was seen, the
rest is played anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from jidi.drive.candidate.manual import INPUT_ENDED, NOBODY
from jidi.drive.keeping import no_run, read_run
from jidi.errors import RunDirectoryError
from jidi.model.journal import (
    DriveRecord,
    ExchangeRecord,
    JournalRecord,
    NoteRecord,
    PlayedRecord,
    RunHeader,
    ScenarioFinished,
    ScenarioStarted,
    StepRecord,
)
from jidi.model.journal.codec import encode
from jidi.run.planning.selection import RunOptions, Selection
from jidi.run.playing.clock import CandidateClock
from jidi.wording import sentence

_SAME: Final = (
    "standard_version",
    "target",
    "level",
    "profile",
    "ledger_digest",
    "schema_bundle_digest",
    "selection",
    "repeat",
)
"""Members of the header that both runs must share: the same rules, the same candidate."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The run that is gone on with: its header, the scenarios that need not be played again, and
    their records.

    ``ahead_s`` is by how many seconds the candidate's clock was moved on when it ended.
    """

    directory: Path
    header: RunHeader
    scenarios: frozenset[str] = frozenset()
    records: tuple[PlayedRecord, ...] = ()
    ahead_s: float = 0.0

    @property
    def exchanges(self) -> int:
        """Number of the last exchange that is taken over, so that none is given twice."""
        names = (record.id for record in self.records if isinstance(record, ExchangeRecord))
        return max((int(name[1:]) for name in names if name[1:].isdecimal()), default=0)

    @property
    def made_up(self) -> list[Any]:
        """What the kit made up for those scenarios, so that it is known when it comes back."""
        return [
            [record.variables, [encode(planted) for planted in record.canaries]]
            for record in self.records
            if isinstance(record, ScenarioStarted)
        ]

    def agrees(self, header: RunHeader) -> None:
        """Make sure that ``header`` is one of a run under the same rules on the same candidate.

        Raises:
            RunDirectoryError: it is not.
        """
        unlike = [name for name in _SAME if getattr(self.header, name) != getattr(header, name)]
        if unlike:
            raise RunDirectoryError(
                sentence(
                    "run/is-a-run-under-other-conditions-differ",
                    directory=self.directory,
                    unlike=", ".join(unlike),
                    unlike_zh="、".join(unlike),
                ),
                next_step=sentence("run/begin-a-new-run-without-resume"),
            )


def load_earlier(directory: Path) -> Earlier:
    """The run in ``directory`` as far as it can be taken over.

    A scenario is taken over when it was played to its end (each time, if it is repeated), none of
    its steps was blocked or cut short, and no question to a person was left unanswered in it. What
    was played once more in the end is left out: that is done anew.

    Raises:
        RunDirectoryError: there is no run, it was damaged, or it needs no more.
    """
    records, first = read_run(directory)
    header = first.run
    if header.is_of_recording:
        raise no_run(directory)
    before = [record for record in records if not _once_more(record, header)]
    ended: dict[str, int] = {}
    for record in before:
        if isinstance(record, ScenarioFinished):
            ended[record.scenario] = ended.get(record.scenario, 0) + 1
    whole = frozenset(name for name, times in ended.items() if times >= header.repeat)
    kept = whole - _unanswered(before) - _not_to_the_end(before)
    return Earlier(
        directory,
        header,
        kept,
        tuple(
            record
            for record in before
            if isinstance(record, PlayedRecord) and record.scenario in kept
        ),
        _ahead_s(records),
    )


def _ahead_s(records: Iterable[JournalRecord]) -> float:
    """How far the clock was moved in the end. What a resumed run took over stands before the note
    that sums it up.
    """
    clock = CandidateClock()
    for record in records:
        if isinstance(record, NoteRecord) and record.ahead_s is not None:
            clock.start_from(record.ahead_s)
        elif isinstance(record, DriveRecord) and record.result is not None:
            clock.follow(record.action, record.parameters, record.result, lambda: None)
    return clock.ahead.total_seconds()


def _once_more(record: JournalRecord, header: RunHeader) -> bool:
    """Whether it is of a playing at the end of the run, which comes at the end of this one too."""
    return isinstance(record, PlayedRecord) and record.repeat >= header.repeat


def _not_to_the_end(records: Iterable[JournalRecord]) -> frozenset[str]:
    """Scenarios of which a step was blocked, cut short or a fault of the kit."""
    return frozenset(
        record.scenario
        for record in records
        if isinstance(record, StepRecord) and record.state != "done"
    )


def _unanswered(records: Iterable[JournalRecord]) -> frozenset[str]:
    return frozenset(
        record.scenario
        for record in records
        if isinstance(record, DriveRecord) and record.failure.startswith((NOBODY, INPUT_ENDED))
    )


def as_before(earlier: Earlier, options: RunOptions) -> tuple[Selection, RunOptions]:
    """Selection and options of the earlier run, as far as they decide what is asked; the rest from
    ``options``.
    """
    header = earlier.header
    return Selection.of(header.selection), replace(
        options,
        level=header.level,
        generated=header.generated,
        repeat=header.repeat,
        earlier=earlier.directory,
    )

"""Going on with a run that was broken off: what was played to its end stays as it was seen, the
rest is played anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jidi.drive import read_journal
from jidi.drive.candidate.manual import INPUT_ENDED, NOBODY
from jidi.errors import RunDirectoryError
from jidi.model.journal import JournalRecord
from jidi.run.playing.clock import CandidateClock
from jidi.run.selection import RunOptions, Selection
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
    header: Mapping[str, Any]
    scenarios: frozenset[str] = frozenset()
    records: tuple[JournalRecord, ...] = ()
    ahead_s: float = 0.0

    @property
    def exchanges(self) -> int:
        """Number of the last exchange that is taken over, so that none is given twice."""
        names = (str(record["id"]) for record in self.records if record["kind"] == "exchange")
        return max((int(name[1:]) for name in names if name[1:].isdecimal()), default=0)

    @property
    def made_up(self) -> list[Any]:
        """What the kit made up for those scenarios, so that it is known when it comes back."""
        return [
            [record.get("variables"), record.get("canaries")]
            for record in self.records
            if record["kind"] == "scenario-started"
        ]

    def agrees(self, header: Mapping[str, Any]) -> None:
        """Make sure that ``header`` is one of a run under the same rules on the same candidate.

        Raises:
            RunDirectoryError: it is not.
        """
        unlike = [name for name in _SAME if self.header.get(name) != header.get(name)]
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
    its steps was blocked or cut short, and no question to a person was left unanswered in it.

    Raises:
        RunDirectoryError: there is no run, it was damaged, or it needs no more.
    """
    records, _ = read_journal(directory / "journal.ndjson")
    if not records or records[0]["kind"] != "run-started" or "recording" in records[0]["run"]:
        raise RunDirectoryError(
            sentence("run/holds-no-run-that-began", directory=directory),
            next_step=sentence("run/give-the-directory-that-jidi-certify-out"),
        )
    header = records[0]["run"]
    wanted = int(header.get("repeat", 1))
    ended: dict[str, int] = {}
    for record in records:
        if record["kind"] == "scenario-finished":
            ended[record["scenario"]] = ended.get(record["scenario"], 0) + 1
    whole = frozenset(name for name, times in ended.items() if times >= wanted)
    kept = whole - _unanswered(records) - _not_to_the_end(records)
    return Earlier(
        directory,
        header,
        kept,
        tuple(record for record in records if record.get("scenario") in kept),
        _ahead_s(records),
    )


def _ahead_s(records: Iterable[JournalRecord]) -> float:
    """How far the clock was moved in the end. What a resumed run took over stands before the note
    that sums it up.
    """
    clock = CandidateClock()
    for record in records:
        if record["kind"] == "note" and "ahead_s" in record:
            clock.start_from(record["ahead_s"])
        elif record["kind"] == "drive" and record["result"] is not None:
            clock.follow(record["action"], record["parameters"], record["result"], lambda: None)
    return clock.ahead.total_seconds()


def _not_to_the_end(records: Iterable[JournalRecord]) -> frozenset[str]:
    """Scenarios of which a step was blocked, cut short or a fault of the kit."""
    return frozenset(
        str(record["scenario"])
        for record in records
        if record["kind"] == "step-finished" and record["state"] != "done"
    )


def _unanswered(records: Iterable[JournalRecord]) -> frozenset[str]:
    failures = (
        (str(record["scenario"]), str(record.get("failure", "")))
        for record in records
        if record["kind"] == "drive"
    )
    return frozenset(
        name for name, failure in failures if failure.startswith((NOBODY, INPUT_ENDED))
    )


def as_before(earlier: Earlier, options: RunOptions) -> tuple[Selection, RunOptions]:
    """Selection and options of the earlier run, as far as they decide what is asked; the rest from
    ``options``.
    """
    header = earlier.header
    chosen = {
        "level": header["level"],
        "generated": bool(header["generated"]),
        "repeat": int(header.get("repeat", 1)),
    }
    members = {
        name: getattr(options, name) for name in ("out", "seed", "jobs", "max_time_s", "streams")
    }
    return Selection.from_json(header["selection"]), RunOptions(
        **members, **chosen, earlier=earlier.directory
    )

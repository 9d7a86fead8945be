"""How far the candidate's clock is ahead when a run begins, and what is said where that is not
known.
"""

from __future__ import annotations

from typing import Final

from jidi.drive.keeping import Place
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.journal import NoteRecord
from jidi.model.text import Text
from jidi.run.planning.selection import Progress
from jidi.run.playing.clock import ask_clock, told_by_status
from jidi.run.playing.stage import Stage
from jidi.wording import sentence

_NOTICED_S: Final = 60.0
"""A clock that is less far ahead was not moved, but is not set well."""


def set_clock(stage: Stage, earlier_s: float | None, progress: Progress) -> None:
    """Learn how far the clock is ahead: from ``earlier_s`` of the run that is gone on with, from
    read-clock, else from the candidate's status. The journal says it for whoever goes on with this
    run; without a usable discovery document nobody is asked.
    """
    if earlier_s is not None:
        stage.clock.start_from(earlier_s)
    if stage.base_url:
        outcome = ask_clock(stage.target, stage.driver, stage.clock)
        if outcome is not None:
            stage.recorder.drive(Place("", "preflight", "clock"), "read-clock", {}, outcome)
        if outcome is None or outcome.result is None:
            _look(stage, outcome, progress)
    if stage.clock.ahead or earlier_s is not None:
        stage.recorder.write(NoteRecord(ahead_s=stage.clock.ahead.total_seconds()))


def _look(stage: Stage, asked: DriveOutcome | None, progress: Progress) -> None:
    """Take the clock from the candidate's status where nobody says how far it was moved."""
    exchange, ahead = told_by_status(stage.client, stage.target, stage.base_url)
    if exchange is not None:
        stage.recorder.exchange(exchange, Place("", "preflight", "clock"))
    if ahead > max(stage.context.skew_s, _NOTICED_S):
        stage.clock.start_from(ahead)
        progress.note(_followed(ahead))
    elif asked is not None:
        progress.note(_unknown(asked.failure))


def _followed(ahead: float) -> Text:
    return sentence("run/the-candidates-clock-is-s-ahead-as", ahead=ahead)


def _unknown(why: Text) -> Text:
    return sentence("run/how-far-the-candidates-clock-was-moved", why=why)

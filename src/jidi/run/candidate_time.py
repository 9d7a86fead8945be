"""How far the candidate's clock is ahead when a run begins, and what is said where that is not
known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jidi.drive.candidate.drivers import Driver
from jidi.drive.http.client import Client
from jidi.drive.keeping import Place
from jidi.judge.seen import instant
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Exchange
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.journal import NoteRecord
from jidi.model.outgoing import Outgoing
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.run.planning.selection import Progress
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.stage import Stage
from jidi.wording import sentence

_NOTICED_S: Final = 60.0
"""A clock that is less far ahead was not moved, but is not set well."""
_DONE: Final = 200
_WHO_MAY: Final = ("supervisor", "platform-a", "platform-b", "east", "west")
"""Parties of a target that read the status, in the order in which they are asked for."""


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


def ask_clock(target: Target, driver: Driver, clock: CandidateClock) -> DriveOutcome | None:
    """What the candidate says of its clock, which an earlier run may have moved on; ``clock`` then
    follows. A person is not asked: ``None``.
    """
    if target.driver.kind not in {"http", "command"}:
        return None
    outcome = driver.act("read-clock", {})
    if outcome.result is not None:
        clock.follow("read-clock", {}, outcome.result, lambda: None)
    return outcome


def told_by_status(client: Client, target: Target, base_url: str) -> tuple[Exchange | None, float]:
    """By how many seconds the time in the candidate's status (``observed_at``) is ahead of this
    machine's, and the exchange that tells it; 0 where it tells nothing.
    """
    party = next((name for name in _WHO_MAY if target.party(name) is not None), "")
    if not party:
        return None, 0.0
    url = base_url.rstrip("/") + "/status"
    headers = (("Accept", "application/json"),)
    exchange = client.send(Outgoing("GET", url, headers, party=party, operation="getStatus"))
    response = exchange.response
    try:
        answer = read_json(response.body.decode("utf-8")) if response is not None else None
    except (NotJsonError, UnicodeDecodeError):
        answer = None
    observed = instant(answer.get("observed_at")) if isinstance(answer, Mapping) else None
    here = instant(exchange.started_at)
    if observed is None or here is None or response is None or response.status != _DONE:
        return exchange, 0.0
    return exchange, (observed - here).total_seconds()

"""How far the candidate's clock was moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from jidi.drive.candidate.drivers import Driver
from jidi.drive.http.client import Client
from jidi.judge.seen import instant
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Exchange
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.outgoing import Outgoing
from jidi.model.target import Target

_MOST_S: Final = 315_360_000
"""Ten years; the schema of the result allows no more, and times that are made up stay within what
can be written.
"""


_RECENT_S: Final = 60.0
"""Real seconds for which a time that was told before the clock moved may still be on its way."""


class CandidateClock:
    """How far the sandbox's clock was moved, in this run and before: times that the kit makes up
    must move with it.

    ``moved`` says whether this run moved it on: what was good when the run began may have ended
    since. Scenarios that go side by side may share it.
    """

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.moved = False
        self._until: dict[float, float] = {}

    def start_from(self, seconds: float) -> None:
        """Begin with a clock that is ``seconds`` ahead; what is no sensible number changes
        nothing.
        """
        if _sensible(seconds):
            self._leave(self.ahead.total_seconds())
            self.ahead = timedelta(seconds=seconds)

    def expect(self, action: str, parameters: Mapping[str, Any]) -> None:
        """Take note that ``action`` is asked for now: the clock may have moved before anybody says
        so.
        """
        if action == "advance-clock" and _sensible(parameters.get("seconds")):
            self._leave(self.ahead.total_seconds() + float(parameters["seconds"]))

    @property
    def recent(self) -> list[float]:
        """By how many seconds the clock is, or lately was, ahead; times that the candidate tells
        lie near real time plus one of them.
        """
        now = time.monotonic()
        lately = {ahead for ahead, until in dict(self._until).items() if until > now}
        return sorted({self.ahead.total_seconds(), *lately})

    def _leave(self, ahead: float) -> None:
        self._until[ahead] = time.monotonic() + _RECENT_S

    def follow(
        self,
        action: str,
        parameters: Mapping[str, Any],
        result: Mapping[str, Any],
        moved: Callable[[], None],
    ) -> None:
        """Take note of an ``action`` that was done, and of what came of it; ``moved`` is called
        when it moved the clock.
        """
        if action == "advance-clock":
            self.start_from(self.ahead.total_seconds() + float(parameters["seconds"]))
            self.moved = True
        elif action == "reset":
            self.start_from(0)
        elif action != "read-clock":
            return
        self.start_from(result.get("ahead_s", self.ahead.total_seconds()))
        moved()


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


_DONE: Final = 200
_WHO_MAY: Final = ("supervisor", "platform-a", "platform-b", "east", "west")
"""Parties of a target that read the status, in the order in which they are asked for."""


def _sensible(seconds: Any) -> bool:
    return (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 0 <= seconds <= _MOST_S
    )

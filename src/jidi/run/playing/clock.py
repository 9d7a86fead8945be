"""How far the candidate's clock was moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from jidi.drive import DriveOutcome, Driver
from jidi.model.target import Target

_MOST_S: Final = 315_360_000
"""Ten years; the schema of the result allows no more, and times that are made up stay within what
can be written.
"""


class CandidateClock:
    """How far the sandbox's clock was moved, in this run and before: times that the kit makes up
    must move with it.

    ``moved`` says whether this run moved it on: what was good when the run began may have ended
    since.
    """

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.moved = False

    def start_from(self, seconds: float) -> None:
        """Begin with a clock that is ``seconds`` ahead; what is no sensible number changes
        nothing.
        """
        if _sensible(seconds):
            self.ahead = timedelta(seconds=seconds)

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
            self.ahead += timedelta(seconds=float(parameters["seconds"]))
            self.moved = True
        elif action == "reset":
            self.ahead = timedelta()
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


def _sensible(seconds: Any) -> bool:
    return (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 0 <= seconds <= _MOST_S
    )

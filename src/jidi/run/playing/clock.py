"""How far the candidate's clock was moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

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


def _sensible(seconds: Any) -> bool:
    return (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 0 <= seconds <= _MOST_S
    )

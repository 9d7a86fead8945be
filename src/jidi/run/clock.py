"""How far the candidate's clock was moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any


class CandidateClock:
    """How far the sandbox's clock was moved in this run: times that the kit makes up must move with it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def follow(self, action: str, parameters: Mapping[str, Any], moved: Callable[[], None]) -> None:
        """Take note of an ``action`` that was done; ``moved`` is called when it moved the clock."""
        if action == "advance-clock":
            self.ahead += timedelta(seconds=float(parameters["seconds"]))
        elif action == "reset":
            self.ahead = timedelta()
        else:
            return
        moved()

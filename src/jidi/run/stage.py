"""What is constant while the scenarios of one run are played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from jidi.drive import Client, Driver, Receiver
from jidi.judge.context import JudgingContext
from jidi.model.requirement import Level
from jidi.model.target import Target
from jidi.registry import Registry
from jidi.run.recorder import Recorder


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


@dataclass(frozen=True)
class Stage:
    """The candidate, the kit's own sides, and where everything is recorded.

    ``base_url`` is that of the version under test; ``nonce`` is fresh in every run; ``deadline`` is the monotonic second after which nothing new begins.
    """

    target: Target
    base_url: str
    token_endpoint: str
    client: Client
    driver: Driver
    receiver: Receiver
    recorder: Recorder
    registry: Registry
    context: JudgingContext
    seed: int
    nonce: str
    now: datetime
    deadline: float
    level: Level = "core"
    clock: CandidateClock = field(default_factory=CandidateClock)

    @property
    def discovery(self) -> Mapping[str, Any]:
        """The candidate's discovery document as it came."""
        document: Mapping[str, Any] = self.context.discovery
        return document

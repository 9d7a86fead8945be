"""What is constant while the scenarios of one run are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jidi.drive.candidate.drivers import Driver
from jidi.drive.http.client import Client
from jidi.drive.http.deadline import Deadline
from jidi.drive.played.played_courier import PlayedCourier
from jidi.drive.receiver import Receiver
from jidi.judge.context import JudgingContext
from jidi.model.roles import Level
from jidi.model.target import Target
from jidi.registry import Registry
from jidi.run.journal_writer import Recorder
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.making.usual_forms import Manner
from jidi.run.playing.partners import partners_of
from jidi.run.playing.played_couriers import Couriers

__all__ = ["CandidateClock", "Stage"]


@dataclass(frozen=True)
class Stage:
    """The candidate, the kit's own sides, and where everything is recorded.

    ``base_url`` is that of the version under test; ``nonce`` is fresh in every run; nothing new
    begins after ``end``. ``couriers`` are those that the kit plays (``None`` towards a courier),
    ``cast`` those of the scenario that is played, by their names in it. ``manner`` is how its
    client writes.
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
    level: Level = "core"
    clock: CandidateClock = field(default_factory=CandidateClock)
    couriers: Couriers | None = None
    cast: Mapping[str, PlayedCourier] = field(default_factory=dict)
    manner: Manner = field(default_factory=Manner)

    @property
    def end(self) -> Deadline:
        """The end of the run."""
        return self.client.deadline

    @property
    def deadline(self) -> float:
        """The monotonic second after which nothing new begins."""
        return self.end.at

    @property
    def discovery(self) -> Mapping[str, Any]:
        """The candidate's discovery document as it came."""
        document: Mapping[str, Any] = self.context.discovery
        return document

    def party(self, name: str) -> str:
        """The party whose credential the scenario's word ``name`` means: a played courier's, a
        partner's, or that party itself.
        """
        if name in self.cast:
            return self.cast[name].party
        return partners_of(self.target.role).get(name, name)

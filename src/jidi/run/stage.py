"""What is constant while the scenarios of one run are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jidi.drive import Client, Driver, Receiver
from jidi.judge.context import JudgingContext
from jidi.model.target import Target
from jidi.registry import Registry
from jidi.run.recorder import Recorder


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

    @property
    def discovery(self) -> Mapping[str, Any]:
        """The candidate's discovery document as it came."""
        document: Mapping[str, Any] = self.context.discovery
        return document

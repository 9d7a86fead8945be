"""One scenario while it is played, and what each of its steps leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jidi.drive.endpoint import Endpoint
from jidi.drive.keeping import Place
from jidi.language.expressions import BlockedError
from jidi.language.views import ExchangeView, StepView
from jidi.model.exchange import Headers
from jidi.model.journal import ExchangeRecord
from jidi.model.scenario import Scenario, Step
from jidi.run.playing.making.filling import filled
from jidi.run.playing.stage import Stage

LONGEST: Final = 300.0
"""Seconds that one step waits at most; enough for five retries at the longest back-off that a
profile allows.
"""
GRACE: Final = 6.0
"""Seconds for which the kit keeps listening past a limit, so as to say how late something came."""


class UndoneError(BlockedError):
    """An action was not done, or there is no subscription to push to: nothing that comes later in
    the scenario means anything.
    """


_TIMER_S: Final = 0.02
"""Seconds by which clocks and rounding may differ."""


@dataclass
class Play:
    """One scenario being played: its scope grows with every step that came off.

    ``finished`` has the monotonic second at which each step ended, ``blocked`` why a step did not
    take place. ``begun`` counts what had arrived at each played courier before the scenario;
    ``pushed`` keeps id, bytes and headers of each ``push`` step. ``given_up`` says what was not
    done (:class:`UndoneError`), so that nothing after it means anything; empty while all is well.
    """

    scenario: Scenario
    stage: Stage
    scope: dict[str, Any]
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    pushed: dict[str, tuple[str, bytes, Headers]] = field(default_factory=dict)
    given_up: str = ""

    @property
    def owner(self) -> str:
        """What marks the scripts of this playing at couriers that others use too."""
        return f"{self.scenario.id}/{self.stage.nonce}"

    def end_of(self, step: str, otherwise: float) -> float:
        """Monotonic second at which ``step`` ended; ``otherwise`` for the empty name.

        Raises:
            BlockedError: it did not take place, so that nothing follows from what came after it,
                nor from its not coming.
        """
        if step in self.blocked:
            raise BlockedError(f"{step}: {self.blocked[step]}")
        return self.finished.get(step, otherwise)


@dataclass
class Trace:
    """What one step leaves: exchanges and results as they really were (not redacted), and what the
    engine observed. ``cut`` says how a wait was cut short by the end of the run, so that it was
    none; empty when it was not.
    """

    exchanges: list[ExchangeRecord] = field(default_factory=list)
    results: list[Mapping[str, Any]] = field(default_factory=list)
    observed: dict[str, Any] = field(default_factory=dict)
    cut: str = ""

    def view(self, step: str) -> StepView:
        """The step as expressions see it."""
        return StepView(
            step,
            tuple(ExchangeView(record) for record in self.exchanges),
            self.observed,
            tuple(self.results),
        )


def number(value: Any, play: Play, what: str) -> float:
    """A duration or count of the scenario, within bounds.

    Raises:
        BlockedError: it is no number, or points at nothing.
    """
    made = filled(value, play.scope, what)
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise BlockedError(f"{what} is {made!r}, which is no number")
    return float(max(0, min(made, LONGEST)))


def cut_short(listened: float, wanted: float) -> str:
    """How a wait of ``wanted`` seconds was cut short; empty when it was not."""
    if listened >= wanted - _TIMER_S:
        return ""
    return f"the run ended after {max(0.0, listened):.2f} of the {wanted:g} s that this step waits"


def place_of(step: Step, play: Play, *, attempt: int = 0, index: int = 0, page: int = 0) -> Place:
    """Where an exchange of ``step`` belongs."""
    return Place("", play.scenario.id, step.id, attempt, index, page)

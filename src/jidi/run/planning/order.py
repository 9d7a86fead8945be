"""In which order scenarios begin: those that wait long go first, so that the others are played
beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jidi.model.scenario import Scenario, Step
from jidi.model.step import Quiet, Wait
from jidi.run.planning.plan import Entry

_DECLARED_S: Final = 2.0
"""What a wait for a time that the candidate declares counts: sandbox limits are a few seconds."""
_OUTAGE_S: Final = 5.0
"""What a scripted outage of a receiver counts: the candidate's back-off follows it."""
_PUSH_S: Final = 1.0


def longest_first(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` by how long their steps may wait, the longest first; of equal ones in the order
    given.
    """
    return sorted(entries, key=lambda entry: -patience(entry.scenario))


def patience(scenario: Scenario) -> float:
    """Seconds, roughly, that the steps of a scenario wait for time to pass or pushes to come."""
    return sum(_waited(step) for step in scenario.steps)


def _waited(step: Step) -> float:
    if isinstance(step.deed, Wait | Quiet):
        length = step.deed.length
        return float(length) if isinstance(length, int | float) else _DECLARED_S
    return {"fault": _OUTAGE_S, "receive": _PUSH_S}.get(step.kind, 0.0)

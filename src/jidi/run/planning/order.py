"""In which order scenarios begin: in rounds, between which generated requests are sent, and half of
them once more in the end; in a round those that wait long go first, so that the others are played
beside them.

A candidate that keeps the rules for its first requests, or until requests of another kind begin, is
looked at by every kind early and late. Which scenario comes when is drawn by the seed alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Final

from jidi.model.scenario import Scenario, Step
from jidi.model.step import Quiet, Wait
from jidi.model.texts.seeded import seeded
from jidi.run.planning.plan import Entry

_DECLARED_S: Final = 2.0
"""What a wait for a time that the candidate declares counts: sandbox limits are a few seconds."""
_OUTAGE_S: Final = 5.0
"""What a scripted outage of a receiver counts: the candidate's back-off follows it."""
_PUSH_S: Final = 1.0
_ROUNDS: Final = 3
_LONG_S: Final = 5.0
"""Scenarios that wait as long as this are played side by side, all in one round."""


def longest_first(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` by how long their steps may wait, the longest first; of equal ones in the order
    given.
    """
    return sorted(entries, key=lambda entry: -patience(entry.scenario))


def in_rounds(entries: Sequence[Entry], seed: int) -> list[list[Entry]]:
    """``entries`` parted into rounds, each in the order given; some may be empty."""
    of_long = _drawn(seed, "long").randrange(_ROUNDS)
    rounds: list[list[Entry]] = [[] for _ in range(_ROUNDS)]
    for entry in entries:
        long = not entry.scenario.alone and patience(entry.scenario) >= _LONG_S
        own = _drawn(seed, f"round/{entry.scenario.id}").randrange(_ROUNDS)
        rounds[of_long if long else own].append(entry)
    return rounds


def once_more(entries: Sequence[Entry], seed: int) -> list[Entry]:
    """The half of ``entries`` that is played again when all else is over, in the order given."""
    number = (len(entries) + 1) // 2
    drawn = sorted(entries, key=lambda entry: _drawn(seed, f"again/{entry.scenario.id}").random())
    chosen = {entry.scenario.id for entry in drawn[:number]}
    return [entry for entry in entries if entry.scenario.id in chosen]


def _drawn(seed: int, what: str) -> random.Random:
    return seeded(f"{seed}/{what}")


def patience(scenario: Scenario) -> float:
    """Seconds, roughly, that the steps of a scenario wait for time to pass or pushes to come."""
    return sum(_waited(step) for step in scenario.steps)


def _waited(step: Step) -> float:
    if isinstance(step.deed, Wait | Quiet):
        length = step.deed.length
        return float(length) if isinstance(length, int | float) else _DECLARED_S
    return {"fault": _OUTAGE_S, "receive": _PUSH_S}.get(step.kind, 0.0)

"""Looks for planted values in what the candidate sent, before any of it is redacted."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from jidi.judge.seen import Automaton, Canary, Sighting, sightings
from jidi.model.journal import ExchangeRecord


class RawSearch:
    """Searches exchanges as they are recorded; safe to use from many threads.

    Canaries become known one scenario after the other. Few automata are kept, each at least twice
    as large as the next, so that each canary is compiled anew only so often.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._new: list[Canary] = []
        self._known: list[Automaton] = []

    def plant(self, canaries: Iterable[Canary]) -> None:
        """Look for these, too."""
        with self._lock:
            self._new += canaries

    def sightings(self, raw: ExchangeRecord, clean: ExchangeRecord) -> list[Sighting]:
        """What ``clean``, which is ``raw`` redacted, shows no more."""
        return sightings(raw, clean, self._automata()) if clean.redactions else []

    def _automata(self) -> tuple[Automaton, ...]:
        with self._lock:
            if self._new:
                canaries, self._new = tuple(self._new), []
                while self._known and len(self._known[-1].canaries) < 2 * len(canaries):
                    canaries = (*self._known.pop().canaries, *canaries)
                self._known.append(Automaton(canaries))
            return tuple(self._known)

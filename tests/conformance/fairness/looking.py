"""Looks for the members of a combination on account of which it is not clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.conformance.fairness.play import SEED, Result, play_together

from jidi.model.roles import Level


@dataclass(frozen=True)
class Together:
    """Plays variants as one, each time in a fresh process of ``workers``."""

    workers: ProcessPoolExecutor
    level: Level = "core"
    seed: int = SEED

    def __call__(self, names: tuple[str, ...], scenarios: frozenset[str] = frozenset()) -> Result:
        """What the kit says of them, on these scenarios or on all."""
        return self.workers.submit(play_together, names, self.level, self.seed, scenarios).result()


def culprits(
    play: Callable[[tuple[str, ...], frozenset[str]], Result],
    names: tuple[str, ...],
    result: Result,
) -> Iterator[tuple[str, ...]]:
    """The smallest sets of members found by halving that are not clean: single ones, or several
    that are clean one half at a time and not together.

    Only the scenarios that spoke against the whole are played again.
    """
    if len(names) == 1:
        yield names
        return
    middle = len(names) // 2
    red = [
        (half, again)
        for half in (names[:middle], names[middle:])
        if (again := play(half, result.suspects)).against
    ]
    if not red:
        yield names
    for half, again in red:
        yield from culprits(play, half, again)

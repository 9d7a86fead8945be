"""Whatever a candidate does, a run ends in its bounds with the right exit code and a sentence, and
nothing of the candidate is executed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conformance.hostile.candidate import MEMORY_MB, WALL_S
from tests.conformance.hostile.play import CANDIDATES, play
from tests.sampling import sampled

SAMPLE = frozenset(list(CANDIDATES)[::6])
"""Every sixth candidate; the others are tried by ``make hostile``."""
FEW = frozenset(list(CANDIDATES)[::80])
"""Of these the few that ``make test`` tries."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("candidate", sampled(CANDIDATES, FEW, SAMPLE))
def test_run_against_hostile_candidate_ends_in_bounds(
    candidate: str, record_property: Callable[[str, object], None]
) -> None:
    """In time and memory, never exit 0 or 4, no traceback, no live text, no call to an undeclared
    host (issue 3, hostile candidates).
    """
    result = play(candidate)
    record_property("peak MB", result.measured.peak_mb)
    record_property("seconds", result.measured.seconds)
    assert result.wrong == (), result.printed[-2000:]
    assert 0 < result.measured.peak_mb <= MEMORY_MB
    assert result.measured.seconds <= WALL_S + result.more_s
    assert not {0, 4} & CANDIDATES[candidate].exits


def test_there_are_enough_hostile_candidates() -> None:
    """At least sixty, each saying what it does."""
    assert len(CANDIDATES) >= 60
    assert all(candidate.does for candidate in CANDIDATES.values())

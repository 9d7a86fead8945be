"""Whatever a candidate does, a run ends in its bounds with the right exit code and a sentence, and
nothing of the candidate is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from tests.conformance.hostile.candidate import MEMORY_MB, WALL_S
from tests.conformance.hostile.play import CANDIDATES, Result, play

_JOBS = 4
SAMPLE = frozenset(list(CANDIDATES)[::4])
"""Every fourth candidate; the others are tried by ``make hostile``."""


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Result]]]:
    """The candidates that were chosen, being certified side by side; at the end the peak of the
    kit's memory over all is printed.
    """
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    chosen = [
        call.params["candidate"]
        for call in calls
        if call is not None and call.params.get("candidate") in CANDIDATES
    ]
    with ThreadPoolExecutor(_JOBS) as workers:
        started = {name: workers.submit(play, name) for name in chosen}
        yield started
    ended = {
        name: future.result() for name, future in started.items() if future.exception() is None
    }
    largest = max(ended, key=lambda name: ended[name].measured.peak_mb, default="")
    slowest = max(ended, key=lambda name: ended[name].measured.seconds, default="")
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if ended and reporter is not None:
        reporter.write_line(
            f"\n{len(ended)} hostile candidates: peak memory of the kit "
            f"{ended[largest].measured.peak_mb} MB ({largest}), bound {MEMORY_MB} MB;"
        )
        reporter.write_line(
            f"longest run {ended[slowest].measured.seconds} s ({slowest}), bound {WALL_S:g} s."
        )


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "candidate",
    [
        pytest.param(name, marks=() if name in SAMPLE else pytest.mark.exhaustive)
        for name in CANDIDATES
    ],
)
def test_run_against_hostile_candidate_ends_in_bounds(
    candidate: str, results: dict[str, Future[Result]]
) -> None:
    """In time and memory, never exit 0 or 4, no traceback, no live text, no call to an undeclared
    host (issue 3, hostile candidates).
    """
    result = results[candidate].result()
    assert result.wrong == (), result.printed[-2000:]
    assert 0 < result.measured.peak_mb <= MEMORY_MB
    assert result.measured.seconds <= WALL_S
    assert not {0, 4} & CANDIDATES[candidate].exits


def test_there_are_enough_hostile_candidates() -> None:
    """At least sixty, each saying what it does."""
    assert len(CANDIDATES) >= 60
    assert all(candidate.does for candidate in CANDIDATES.values())

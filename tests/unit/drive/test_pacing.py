"""The kit never earns a 429 of its own making, however requests bunch up on their way."""

from __future__ import annotations

import random

import pytest

from jidi.drive.http import pacing
from jidi.drive.http.pacing import Pace

DECLARED = [
    (5, 1),
    (30, 1),
    (30, 2),
    (30, 5),
    (10, 20),
    (60, 150),
    (300, 600),
    (1000, 1),
    (1000, 5000),
]


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the pace."""
    made = Clock()
    monkeypatch.setattr(pacing.time, "monotonic", made.monotonic)
    monkeypatch.setattr(pacing.time, "sleep", made.sleep)
    return made


@pytest.mark.parametrize(("rate", "burst"), DECLARED)
def test_requests_that_bunch_up_stay_within_the_declared_rate(
    clock: Clock, rate: int, burst: int
) -> None:
    """Each is under way for up to 0.15 s longer than another; the candidate's bucket holds all the
    same.
    """
    pace, chance = Pace(), random.Random(rate * 10_000 + burst)  # noqa: S311 - repeatable, not secret
    pace.keep_to(rate, burst)
    arrivals = []
    for _ in range(3 * burst + 300):
        pace.take("platform-a")
        arrivals.append(clock.now + chance.choice((0.0, chance.uniform(0.0, 0.15), 0.15)))
    left, since = float(burst), 0.0
    for moment in sorted(arrivals):
        left, since = min(burst, left + (moment - since) * rate), moment
        assert left >= 1 - 1e-9
        left -= 1


@pytest.mark.parametrize(("rate", "burst"), DECLARED)
def test_the_kit_goes_no_slower_than_it_must(clock: Clock, rate: int, burst: int) -> None:
    """Two a second at the least, and nine tenths of the rate where the burst leaves room."""
    pace = Pace()
    pace.keep_to(rate, burst)
    started = clock.now
    for _ in range(1000 + 3 * burst):
        pace.take("platform-a")
    seen = (1000 + 3 * burst) / (clock.now - started)
    assert seen >= 2 * 0.99
    assert seen >= 0.9 * rate * 0.99 or burst < rate * 0.3 + 2


def test_nothing_declared_is_no_bound(clock: Clock) -> None:
    """Nor is what is no positive number."""
    pace = Pace()
    for rate, burst in ((None, None), ("many", 3), (True, 3), (-1, 3)):
        pace.keep_to(rate, burst)
        for _ in range(1000):
            pace.take("platform-a")
    assert clock.now == 100.0
    assert pace.per_second == 0
    assert pace.most_at_once(20) == 20


def test_each_party_has_a_pace_of_its_own(clock: Clock) -> None:
    """What one used up is nothing to another."""
    pace = Pace()
    pace.keep_to(10, 20)
    for party in ("platform-a", "platform-b"):
        for _ in range(18):
            pace.take(party)
    assert clock.now == 100.0
    assert pace.most_at_once(50) == 18

"""The flood tells a limit that is not kept from a machine that is too slow to reach it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import pytest
from tests.conformance.hostile.server import Asked, RawServer, answer

from jidi.drive import FloodOutcome, FloodPlan, flood
from jidi.drive.http.flood import _is_gaining, _State
from jidi.model.target import Target
from jidi.model.urls import host_of

Respond = Callable[[RawServer, Asked], list[bytes]]


def _flooded(respond: Respond, **plan: float) -> FloodOutcome:
    with RawServer(respond) as server:
        url = f"{server.origin}/events"
        target = Target("x", "courier", server.origin, frozenset({host_of(url)}), ())
        return flood(FloodPlan(target, url, (), **{"rate": 1.0, "burst": 5.0, **plan}))  # type: ignore[arg-type]


def _settled(outcome: FloodOutcome, rate: float, burst: float) -> bool:
    return outcome.refused or outcome.requests > burst + rate * outcome.seconds


def test_flood_ends_at_the_first_refusal() -> None:
    """The refusal is what it leaves."""
    numbers = itertools.count()

    def respond(_server: RawServer, _asked: Asked) -> list[bytes]:
        return [answer("{}", "200 OK" if next(numbers) < 5 else "429 Too Many Requests")]

    outcome = _flooded(respond)
    assert outcome.refused
    assert outcome.exchange is not None
    assert outcome.exchange.response is not None
    assert outcome.exchange.response.status == 429


def test_flood_settles_that_no_rate_is_kept() -> None:
    """Far more was answered than is declared."""
    outcome = _flooded(lambda _server, _asked: [answer("{}")])
    assert not outcome.refused
    assert _settled(outcome, 1.0, 5.0)


@pytest.mark.parametrize("rate", [1_000.0, 5_000.0, 1_000_000.0])
def test_flood_settles_nothing_where_answers_come_too_slowly(rate: float) -> None:
    """Who answers below the declared rate need not refuse; neither connections that waited nor
    those that are cut off at the end count.
    """
    over = threading.Event()

    def respond(_server: RawServer, _asked: Asked) -> list[bytes]:
        over.wait(0.2)
        return [answer("{}")]

    outcome = _flooded(respond, rate=rate, burst=50.0, seconds=0.5)
    assert not _settled(outcome, rate, 50.0)


def test_flood_counts_nobody_whom_it_cut_off() -> None:
    """Ninety-six connections that wait when time is over are no answers."""
    over = threading.Event()

    def respond(_server: RawServer, _asked: Asked) -> list[bytes]:
        over.wait(3)
        return [answer("{}")]

    outcome = _flooded(respond, rate=0.1, burst=1.0, seconds=0.5)
    over.set()
    assert outcome.requests == 0


def test_flood_counts_no_request_that_met_a_connection_closed_after_use() -> None:
    """Whoever closes after each answer, without saying so before, has served what it answered."""
    served = itertools.count(1)
    silent = answer("{}").replace(b"Connection: close\r\n", b"")

    def respond(_server: RawServer, _asked: Asked) -> list[bytes]:
        next(served)
        return [silent]

    outcome = _flooded(respond, rate=50.0, burst=20.0)
    assert 0 < outcome.requests < next(served)


@pytest.mark.parametrize(
    ("answered", "elapsed", "gains"),
    [
        (2_100, 20.0, True),  # a hundred more than the rate: the burst is being used up
        (2_201, 20.0, False),  # it is used up
        (1_900, 20.0, False),  # it never will be
        (2_000, 20.0, False),
        (6_100, 60.0, False),  # time is over
        (5_950, 59.0, True),
    ],
)
def test_flood_goes_on_while_it_gains(answered: int, elapsed: float, gains: bool) -> None:
    """A crowded machine that answers a little faster than the rate needs longer to use up the
    burst.
    """
    target = Target("x", "courier", "http://h", frozenset(), ())
    plan = FloodPlan(target, "http://h/", (), rate=100.0, burst=200.0)
    assert _is_gaining(plan, answered, elapsed) is gains


def test_state_counts_what_broke_before_the_end_only() -> None:
    """A reset counts as an answer in the total, a wait in vain does not, and nothing after the
    end.
    """
    state = _State(time.monotonic())
    for late in (False, True):
        state.unanswered(late=late)
    state.cut_off()
    state.unanswered(late=False)
    assert (state.sent, state.broken) == (2, 1)

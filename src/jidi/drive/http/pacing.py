"""Keeps the kit within the rate that a candidate declares, so that no check but the flood ever
earns a 429 (DS-08.5).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

SHARE: Final = 0.9
"""Part of the declared rate that the kit uses: clocks differ."""
_BUNCHING_S: Final = 0.15
"""How long a request may be under way beyond the one after it: that many seconds' worth of them may
arrive at once.
"""
SLOWEST: Final = 2.0
"""Requests a second below which the kit does not go, whatever is declared; the profile asks for
more.
"""
_FASTEST: Final = 1_000_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class Pace:
    """A token bucket for each party; unlimited until :meth:`keep_to` is called. Safe to use from
    many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._per_second = 0.0
        self._burst = 1.0

    def keep_to(self, per_second: Any, burst: Any) -> None:
        """Hold to the declared ``per_second`` and ``burst``; what is no positive number is as good
        as not declared.
        """
        rate, size = _positive(per_second), _positive(burst)
        most = rate * SHARE
        burst = max(min(size * SHARE, size - most * _BUNCHING_S), 1.0)
        # Where the burst leaves no room for bunching, requests go so far apart that those that meet
        # are still no more than allowed.
        apart = 1 / (1 / rate + _BUNCHING_S) if rate else 0.0
        held = min(most, max((size - burst) / _BUNCHING_S, apart)) if size else most
        with self._lock:
            self._per_second = max(held, SLOWEST) if rate else 0.0
            self._burst = burst

    @property
    def per_second(self) -> float:
        """Requests a second for each party; 0 means that there is no bound."""
        return self._per_second

    def most_at_once(self, wanted: int) -> int:
        """How many of ``wanted`` requests may be sent together: two at least, since one alone is no
        race.
        """
        return wanted if not self._per_second else min(wanted, max(2, int(self._burst)))

    def take(
        self, party: str, count: int = 1, sleep: Callable[[float], object] | None = None
    ) -> None:
        """Wait, by ``sleep`` where it is given, until ``party`` may send ``count`` requests."""
        pause = self._reserve(party, count)
        if pause > 0:
            (sleep or time.sleep)(pause)

    def _reserve(self, party: str, count: int) -> float:
        """Seconds to wait for tokens that are taken now already; a debt makes whoever comes next
        wait longer.
        """
        with self._lock:
            if not self._per_second:
                return 0.0
            now = time.monotonic()
            bucket = self._buckets.setdefault(party, _Bucket(self._burst, now))
            bucket.tokens = min(
                self._burst, bucket.tokens + (now - bucket.filled_at) * self._per_second
            )
            bucket.filled_at = now
            bucket.tokens -= count
            return max(0.0, -bucket.tokens / self._per_second)


def _positive(value: Any) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return float(min(value, _FASTEST)) if usable else 0.0

"""A token bucket for each credential (DS-08.5)."""

from __future__ import annotations

import math
import threading
import time

from jidi_reference.domain.problems import Problem


class RateLimit:
    """Allows ``per_second`` requests on average and ``burst`` at once; safe to call from several
    threads.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        """Both positive."""
        self._per_second = per_second
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        self._guard = threading.Lock()

    def take(self, credential: str) -> None:
        """Count one request.

        Raises:
            Problem: ``rate-limited`` with the whole seconds to wait.
        """
        now = time.monotonic()
        with self._guard:
            left, since = self._buckets.get(credential, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._per_second)
            allowed = left >= 1
            self._buckets[credential] = (left - 1 if allowed else left, now)
        if not allowed:
            wait_s = max(1, math.ceil((1 - left) / self._per_second))
            raise Problem("rate-limited", f"Too many requests; wait {wait_s} s.", wait_s=wait_s)

    def forget(self) -> None:
        """Fill every bucket."""
        with self._guard:
            self._buckets.clear()

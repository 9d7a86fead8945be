"""The one moment at which a run ends: every wait, request, child and loop of the run goes by it."""

from __future__ import annotations

import math
import threading
import time
from typing import Final

GRACE_S: Final = 2.0
"""Seconds past the end for what is under way, and for taking back what the run made."""


class Deadline:
    """End of a run on the monotonic clock; safe to use from many threads.

    Without ``seconds`` there is none until :meth:`stop`. What begins after :attr:`at` is not worth
    beginning; nothing goes on after :attr:`last`.
    """

    def __init__(
        self,
        seconds: float | None = None,
        grace_s: float = GRACE_S,
        whole: Deadline | None = None,
    ) -> None:
        self._at = math.inf if seconds is None else time.monotonic() + seconds
        self._grace_s = grace_s
        self._whole = whole
        self._stopped: threading.Event = whole._stopped if whole else threading.Event()

    def within(self, seconds: float) -> Deadline:
        """End of a part that may last ``seconds``, but no longer than the whole; stopping the part
        stops the whole.
        """
        return Deadline(seconds, self._grace_s, self)

    @property
    def at(self) -> float:
        """Monotonic second after which nothing new begins; infinite where there is no bound."""
        return min(self._at, self._whole.at) if self._whole else self._at

    @property
    def last(self) -> float:
        """Monotonic second after which nothing goes on."""
        return self.at + self._grace_s

    @property
    def left(self) -> float:
        """Seconds until :attr:`at`, never below zero."""
        return max(0.0, self.at - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether :attr:`at` has passed."""
        return time.monotonic() >= self.at

    def put_off(self, seconds: float) -> None:
        """Give a part back what something else took of its time; the whole ends when it would."""
        self._at += seconds

    def stop(self) -> None:
        """End the run now, and wake whoever sleeps in :meth:`sleep`."""
        self._at = min(self._at, time.monotonic())
        if self._whole is not None:
            self._whole.stop()
        self._stopped.set()

    def sleep(self, seconds: float, *, grace: bool = False) -> bool:
        """Let ``seconds`` pass, but not beyond the end (with ``grace``: its last moment); whether
        they passed.
        """
        until = time.monotonic() + max(0.0, seconds)
        while (left := min(until, self.last if grace else self.at) - time.monotonic()) > 0:
            if self._stopped.wait(min(left, threading.TIMEOUT_MAX)) and not grace:
                break
            if grace and self._stopped.is_set():
                left = max(0.0, min(until, self.last) - time.monotonic())
                time.sleep(left)  # its one event is set: nothing is left that could wake it
        return time.monotonic() >= until

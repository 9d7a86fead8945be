"""How the threads of one partner wait for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Turns:
    """A lock for each key, kept only while somebody wants it."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Have the key's turn to oneself."""
        with self._guard:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, users = self._locks.pop(key)
                if users > 1:
                    self._locks[key] = (lock, users - 1)

    def held(self, prefix: str) -> bool:
        """Whether anybody has or waits for a key that begins like this."""
        with self._guard:
            return any(key.startswith(prefix) for key in self._locks)


class News:
    """Wakes whoever waits for something to change."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self._changed = threading.Condition()

    def tell(self) -> None:
        """Something was committed."""
        with self._changed:
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool], within_s: float) -> bool:
        """Whether the condition came true in time; it is looked at again after each piece of
        news.
        """
        deadline = time.monotonic() + within_s
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._changed:
                self._changed.wait(min(left, 0.05))
        return True

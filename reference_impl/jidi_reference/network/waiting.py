"""Waiting for other processes: they tell nobody when something has changed, so it is looked at
again and again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import inf


def looks(every_s: float, within_s: float = inf) -> Iterator[None]:
    """One look at once and one every ``every_s`` seconds, the last when ``within_s`` seconds are
    over.
    """
    end = time.monotonic() + within_s
    yield
    while time.monotonic() < end:
        time.sleep(every_s)  # another process changes what is looked at, and wakes nobody here
        yield

"""How much one address of the kit takes: counted for it alone, so that nobody can use up what is
meant for somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jidi.model.incoming.arrivals import ReceiverBounds

_STRANGERS_KEPT = 200
_STRANGERS_BYTES = 1024 * 1024


@dataclass(slots=True)
class Quota:
    """Bounds of one address and what was used of them; used by the receiver's thread only."""

    bounds: ReceiverBounds
    kept: int = 0
    kept_bytes: int = 0
    second: int = 0
    in_second: int = 0

    def admits(self, now: float) -> bool:
        """Whether one more request may come in this second."""
        if int(now) != self.second:
            self.second, self.in_second = int(now), 0
        self.in_second += 1
        return self.in_second <= self.bounds.per_second

    def keeps(self, size: int) -> bool:
        """Whether there is room for one more body of ``size`` bytes; if so, it is taken."""
        if self.kept >= self.bounds.pushes or self.kept_bytes + size > self.bounds.total_bytes:
            return False
        self.kept += 1
        self.kept_bytes += size
        return True


def for_strangers(bounds: ReceiverBounds) -> ReceiverBounds:
    """What is kept of those who showed no credential: enough to see that they were there."""
    return replace(
        bounds,
        pushes=min(bounds.pushes, _STRANGERS_KEPT),
        total_bytes=min(bounds.total_bytes, _STRANGERS_BYTES),
    )

"""The partner's one source of time, so that a sandbox can move it forward."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


class Clock:
    """Wall-clock time plus an offset that only grows (or is reset)."""

    def __init__(self) -> None:
        """Start at the real time."""
        self._offset_s = 0.0

    @property
    def ahead_s(self) -> float:
        """How far it was moved forward in all, in seconds."""
        return self._offset_s

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._offset_s

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds`` (not negative)."""
        self._offset_s += seconds

    def reset(self) -> None:
        """Go back to the real time."""
        self._offset_s = 0.0


def timestamp(unix_s: float) -> str:
    """RFC 3339 with China's offset and milliseconds; facts 2.6 want an offset on every time."""
    return datetime.fromtimestamp(unix_s, CHINA).isoformat(timespec="milliseconds")


def unix_seconds(text: str) -> float:
    """Unix seconds of an RFC 3339 time with offset; a leap second counts as the second before it.

    Raises:
        ValueError: when the text is not such a time.
    """
    normal = text.upper().replace(":60", ":59", 1) if text[17:19] == "60" else text.upper()
    moment = datetime.fromisoformat(normal)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write one, such as +08:00")
    return moment.timestamp()

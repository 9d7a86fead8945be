"""Foreign values as every schema engine can take them in: the one place where they become so."""

from __future__ import annotations

import re
from typing import Any, Final

MAX_DEPTH: Final = 200
"""Levels of nesting that are kept; readers of JSON in the kit refuse more."""
_HALF: Final = re.compile("[\ud800-\udfff]")
_INSTEAD: Final = "\ufffd"


def readable(value: Any, depth: int = 0) -> Any:
    """``value`` with U+FFFD for each half of a character, in texts and names, and ``None`` for what
    lies deeper than :data:`MAX_DEPTH` levels; texts keep their length.
    """
    if isinstance(value, str):
        return _HALF.sub(_INSTEAD, value)
    if not isinstance(value, dict | list):
        return value
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [readable(item, depth + 1) for item in value]
    return {readable(name): readable(item, depth + 1) for name, item in value.items()}

"""Values that need no second look, whatever holds them: times, codes and identifiers of which the
form shows that no rule finds anything in them.
"""

from __future__ import annotations

import re
from typing import Final

from jidi.scan.kinds.layers import is_packed

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_WORD: Final = re.compile(r"[A-Za-z0-9_.+-]{0,80}")
_SHAPES: Final = re.compile(r"(?<![A-Za-z0-9_])\d{7}|_\d{17}|\d{3}-\d{4}|\dF[A-Z]?\d{3}|\d{17}[Xx]")
_TOKEN: Final = re.compile(rb"[A-Za-z0-9+_-]{12,}")


def is_quiet(value: str) -> bool:
    """Whether a value holds nothing; it may hold nothing too where this is False."""
    if _TIME.fullmatch(value) is not None:
        return True
    if _WORD.fullmatch(value) is None or _SHAPES.search(value) is not None:
        return False
    return len(value) < 12 or not any(is_packed(token) for token in _TOKEN.findall(value.encode()))

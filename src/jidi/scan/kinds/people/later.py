"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Later:
    """A pattern of the kit's own: those with every surname take long to compile, and a log without
    Chinese asks none of them.
    """

    pattern: str
    flags: int = 0

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        return re.compile(self.pattern, self.flags)

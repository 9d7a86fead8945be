"""What a search for a value comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from jidi.evolution.algebra.form_graph import Literal
from jidi.evolution.algebra.keys import Key


@dataclass(frozen=True, slots=True)
class Outcome:
    """``empty`` says that there surely is no value; else ``values`` are some that may do, none when
    nothing was found (which proves nothing).
    """

    empty: bool
    values: tuple[Key, ...] = ()

    @property
    def value(self) -> Key | None:
        """The first value."""
        return self.values[0] if self.values else None


EMPTY: Final = Outcome(empty=True)
UNKNOWN: Final = Outcome(empty=False)
Solve = Callable[[Iterable[Literal]], Outcome]
"""Looks for a value of which all literals hold."""

"""What a preflight says about one thing that a run needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from jidi.model.text import Text

State = Literal["ok", "note", "mend"]
NOTHING: Final = Text("", "")
"""The next step where there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the preflight: what was tried, how it stands, what was seen, and what to do;
    ``mend`` stops a run from being worth its while.
    """

    subject: Text
    state: State
    detail: Text
    next_step: Text = NOTHING

    def told(self, net: Callable[[Text], Text]) -> Finding:
        """The same with everything that was seen as ``net`` leaves it."""
        return replace(self, detail=net(self.detail), next_step=net(self.next_step))

"""What a preflight says about one thing that a run needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the preflight: what was tried, how it stands, what was seen, and what to do; ``mend`` stops a run from being worth its while."""

    subject: str
    state: State
    detail: str
    next_step: str = ""

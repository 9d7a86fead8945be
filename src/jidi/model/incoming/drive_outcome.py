"""What came of one action that a candidate was asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from jidi.model.text import Text

WORKED: Final = Text("", "")
"""The failure of what worked."""


@dataclass(frozen=True, slots=True)
class DriveOutcome:
    """Result of one action.

    ``result`` is there when it worked; otherwise ``failure`` is a sentence (:data:`WORKED` when it
    did), ``unsupported`` tells "cannot" from "went wrong", and ``refused`` a system that said no
    from one that was never asked. ``started`` and ``finished`` are monotonic seconds.
    """

    result: dict[str, Any] | None
    failure: Text
    unsupported: bool
    started: float
    finished: float
    refused: bool = False

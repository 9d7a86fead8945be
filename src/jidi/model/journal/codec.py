"""Between a record and the JSON object that stands for it in the journal; the only way there and
back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec

from jidi.model.journal import (
    CaseFinding,
    CasePlan,
    CasesCut,
    CaseSummary,
    DriveRecord,
    ExcessFigures,
    ExchangeRecord,
    JournalRecord,
    NoteRecord,
    Part,
    PlanRecord,
    Record,
    RunFinished,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    StepRecord,
)

KINDS: Final[Mapping[str, type[Record]]] = {
    "run-started": RunStarted,
    "plan": PlanRecord,
    "scenario-started": ScenarioStarted,
    "scenario-finished": ScenarioFinished,
    "step-finished": StepRecord,
    "drive": DriveRecord,
    "exchange": ExchangeRecord,
    "note": NoteRecord,
    "generated-finding": CaseFinding,
    "run-finished": RunFinished,
}
"""Type of the records of each kind, but for the one that has several."""
PARTS: Final[Mapping[str, type[Record]]] = {
    "plan": CasePlan,
    "shard": CaseSummary,
    "excess": ExcessFigures,
    "cut": CasesCut,
}
"""Types of the records of kind ``generated``, by their ``part``."""
GENERATED: Final = "generated"
_LONGEST: Final = 200


class BrokenRecordError(ValueError):
    """A JSON value is no record of the journal; the text says why."""


def encode(record: Record | Part) -> dict[str, Any]:
    """The JSON object for ``record``, members in the order in which they are written."""
    return cast("dict[str, Any]", msgspec.to_builtins(record))


def decode(value: Any, *, written: bool = False) -> JournalRecord:
    """The record that the JSON object ``value`` stands for; what was ``written`` to a journal says
    when. Members that nobody knows are passed over: a later kit may have written them.

    Raises:
        BrokenRecordError: it is of no known kind, or a member is missing or of another type.
    """
    wanted = _type_of(value)
    if written and not value.get("at"):
        raise BrokenRecordError("Object missing required field `at`")
    try:
        return cast("JournalRecord", msgspec.convert(value, wanted))
    except (ValueError, RecursionError) as error:
        raise BrokenRecordError(str(error)[:_LONGEST]) from error


def _type_of(value: Any) -> type[Record]:
    if not isinstance(value, dict):
        raise BrokenRecordError("it is no object")
    kind = value.get("kind")
    known, told = (PARTS, value.get("part")) if kind == GENERATED else (KINDS, kind)
    if not isinstance(told, str) or told not in known:
        raise BrokenRecordError(f"no record is called {str(told)[:_LONGEST]!r}")
    return known[told]

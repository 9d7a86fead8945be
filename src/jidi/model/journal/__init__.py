"""Records of the journal, the only thing on which a verdict rests: one JSON object a line, told
apart by ``kind``, and already redacted.

This is its face. The types are the one statement of what stands in a journal: the codec beside them
goes by them, and ``conformance/meta/journal-record.schema.json`` is written from them.
"""

from jidi.model.journal.case_records import (
    CaseCount,
    CaseEffort,
    CaseFinding,
    CaseNeed,
    CasePlan,
    CasesCut,
    CaseSummary,
    ExcessFigures,
    FindingState,
    ModeFigures,
    PlannedCheck,
    RequestSketch,
)
from jidi.model.journal.exchange_records import (
    Body,
    DriveRecord,
    ExchangeRecord,
    HeaderPairs,
    JournalRequest,
    JournalResponse,
    Redaction,
)
from jidi.model.journal.play_records import (
    CanaryClass,
    CanaryKind,
    CanarySubject,
    NoteRecord,
    PlannedScenario,
    PlanRecord,
    PlanState,
    PlantedValue,
    ScenarioFinished,
    ScenarioStarted,
    StepRecord,
    StepState,
)
from jidi.model.journal.record_base import Part, Record
from jidi.model.journal.run_header import (
    HeaderBound,
    HeaderProfile,
    HeaderSelection,
    HeaderTarget,
    PassedOver,
    RecordedBy,
    Resumed,
    RunFinished,
    RunHeader,
    RunStarted,
)

__all__ = [
    "Body",
    "CanaryClass",
    "CanaryKind",
    "CanarySubject",
    "CaseCount",
    "CaseEffort",
    "CaseFinding",
    "CaseNeed",
    "CasePlan",
    "CaseSummary",
    "CasesCut",
    "DriveRecord",
    "ExcessFigures",
    "ExchangeRecord",
    "FindingState",
    "HeaderBound",
    "HeaderPairs",
    "HeaderProfile",
    "HeaderSelection",
    "HeaderTarget",
    "JournalRecord",
    "JournalRequest",
    "JournalResponse",
    "ModeFigures",
    "NoteRecord",
    "Part",
    "PassedOver",
    "PlanRecord",
    "PlanState",
    "PlannedCheck",
    "PlannedScenario",
    "PlantedValue",
    "PlayedRecord",
    "Record",
    "RecordedBy",
    "Redaction",
    "RequestSketch",
    "Resumed",
    "RunFinished",
    "RunHeader",
    "RunStarted",
    "ScenarioFinished",
    "ScenarioStarted",
    "StepRecord",
    "StepState",
]

PlayedRecord = (
    ExchangeRecord | DriveRecord | StepRecord | ScenarioStarted | ScenarioFinished | NoteRecord
)
"""A record that belongs to a scenario, or (``scenario`` empty) to none."""
JournalRecord = (
    RunStarted
    | PlanRecord
    | PlayedRecord
    | CasePlan
    | CaseSummary
    | ExcessFigures
    | CasesCut
    | CaseFinding
    | RunFinished
)
"""Every record; ``kind`` tells them apart in the journal."""

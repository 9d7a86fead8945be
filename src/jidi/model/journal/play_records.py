"""What was planned, and how each scenario and step went."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from jidi.model.journal.record_base import Count, Part, Record, Repeat
from jidi.model.text import Text

PlanState = Literal["planned", "not-applicable", "not-exercised", "config-error"]
StepState = Literal["done", "blocked", "cut", "kit-fault"]
CanaryKind = Literal[
    "name", "phone", "virtual-number", "address-detail", "room", "item", "remark", "extension"
]
CanaryClass = Literal["direct", "quasi", "pseudonym"]
CanarySubject = Literal["sender", "recipient", "parcel", ""]


class PlannedScenario(Part, frozen=True, kw_only=True):
    """One scenario instance of the plan; ``reason`` is a slug, empty when it is played."""

    id: str
    state: PlanState
    reason: str
    text: Text
    digest: str


class PlanRecord(Record, frozen=True, kw_only=True, tag="plan"):
    """Instances in the order planned, with the reason of those that are not run; ``again`` names
    those that are to be played once more at the end of the run, in the order planned.
    """

    scenarios: tuple[PlannedScenario, ...]
    again: tuple[str, ...] = ()


class PlantedValue(Part, frozen=True, kw_only=True):
    """A personal value that the kit made up, which the judge looks for in everything that the
    candidate sends.
    """

    value: Annotated[str, Meta(min_length=1)]
    kind: CanaryKind
    pi_class: CanaryClass
    subject: CanarySubject = ""


class ScenarioStarted(Record, frozen=True, kw_only=True, tag="scenario-started"):
    """A scenario begins: ``variables`` are the values that the kit made for it, ``canaries`` the
    personal ones among them.
    """

    scenario: str
    variables: dict[str, Any]
    canaries: tuple[PlantedValue, ...]
    repeat: Repeat = 0


class ScenarioFinished(Record, frozen=True, kw_only=True, tag="scenario-finished"):
    """A scenario was played to its end, teardown included."""

    scenario: str
    state: Literal["done"]
    reason: str
    repeat: Repeat = 0


class StepRecord(Record, frozen=True, kw_only=True, tag="step-finished"):
    """How a step ended. ``state``: ``done``, ``blocked`` (a reference or precondition is missing;
    ``reason`` says which), ``cut`` (the run ended while it waited; ``observed`` says what was
    wanted and what was listened), or ``kit-fault``.
    """

    scenario: str
    step: str
    state: StepState
    reason: str
    started: float
    finished: float
    observed: dict[str, Any]
    repeat: Repeat = 0


class NoteRecord(Record, frozen=True, kw_only=True, tag="note"):
    """What bears on no check: ``trace`` of a fault of the kit in a step, ``ahead_s`` by how many
    seconds the candidate's clock was ahead, ``not_kept`` what the receiver turned away, ``text``
    what a recording held that could not be read.
    """

    scenario: str = ""
    step: str = ""
    trace: str = ""
    text: str = ""
    ahead_s: float | None = None
    not_kept: dict[str, Count] | None = None
    repeat: Repeat = 0

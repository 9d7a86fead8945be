"""Records of the journal, the only thing on which a verdict rests.

Each record is one JSON object a line. The writer adds ``seq`` (from 0) and ``at`` (RFC 3339). What
stands in a record is already redacted.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Body(TypedDict, total=False):
    """A body: ``text`` when it is UTF-8, else ``base64``; ``digest`` is ``sha-256:`` + hex of the
    bytes before redaction.
    """

    text: str
    base64: str
    digest: str
    size: int
    truncated: bool


class Redaction(TypedDict):
    """One value that was replaced; ``faults`` are the schema faults (keyword names) found at the
    pointer before that.
    """

    pointer: str
    pi_class: str
    commitment: str
    faults: list[str]


class JournalRequest(TypedDict):
    """A request in the journal; header pairs keep their order."""

    method: str
    url: str
    headers: list[list[str]]
    body: Body


class JournalResponse(TypedDict):
    """A response in the journal."""

    status: int
    headers: list[list[str]]
    body: Body


class ExchangeRecord(TypedDict):
    """``kind: exchange``. ``attempt`` counts within ``eventually``, ``index`` within ``at-once``,
    ``page`` within ``pages``, all from 0.
    """

    kind: Literal["exchange"]
    id: str
    scenario: str
    step: str
    attempt: int
    index: int
    page: int
    direction: Literal["sent", "received"]
    receiver: NotRequired[str]
    party: str
    operation: str
    request: JournalRequest
    response: JournalResponse | None
    failure: dict[str, str] | None
    started_at: str
    started: float
    finished: float
    redactions: list[Redaction]
    facts: dict[str, Any]


class DriveRecord(TypedDict):
    """``kind: drive``: one action that the candidate was asked to do through its driver."""

    kind: Literal["drive"]
    scenario: str
    step: str
    index: int
    action: str
    parameters: dict[str, Any]
    result: dict[str, Any] | None
    failure: str
    started: float
    finished: float


class StepRecord(TypedDict):
    """``kind: step-finished``. ``state``: ``done``, ``blocked`` (a reference or precondition is
    missing; ``reason`` says which), or ``cut`` (the run ended while it waited; ``observed`` says
    what was wanted and what was listened).
    """

    kind: Literal["step-finished"]
    scenario: str
    step: str
    state: Literal["done", "blocked", "cut", "kit-fault"]
    reason: str
    started: float
    finished: float
    observed: dict[str, Any]


class ScenarioRecord(TypedDict):
    """``kind: scenario-started`` / ``scenario-finished``.

    ``variables`` are the values that the kit made for it, ``canaries`` the personal ones among them
    (``value``, ``kind``, ``pi_class``, ``subject``).
    """

    kind: Literal["scenario-started", "scenario-finished"]
    scenario: str
    variables: NotRequired[dict[str, Any]]
    canaries: NotRequired[list[dict[str, str]]]
    state: NotRequired[str]
    reason: NotRequired[str]


JournalRecord = dict[str, Any]

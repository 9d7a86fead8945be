"""What went between kit and candidate: exchanges, and actions that it was asked to do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from jidi.model.exchange import Failure, OtherCredential
from jidi.model.journal.record_base import Count, Moment, Part, Record, Repeat

HeaderPairs = tuple[tuple[str, str], ...]
Digest = Annotated[str, Meta(extra_json_schema={"pattern": "^sha-256:[0-9a-f]{64}$"})]


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A body: ``text`` when it is UTF-8, else perhaps ``base64``; ``digest`` is ``sha-256:`` + hex
    of the bytes before redaction, salted where something was withheld; ``size`` counts those bytes.
    """

    digest: Digest
    size: Count
    text: str | None = None
    base64: str | None = None
    truncated: bool = False


class Redaction(Part, frozen=True, kw_only=True):
    """One value that was replaced; ``faults`` are the schema faults (keyword names) found at the
    pointer before that.
    """

    pointer: str
    pi_class: str
    commitment: str
    faults: tuple[str, ...]


class JournalRequest(Part, frozen=True, kw_only=True):
    """A request in the journal; header pairs keep their order."""

    method: str
    url: str
    headers: HeaderPairs
    body: Body


class JournalResponse(Part, frozen=True, kw_only=True):
    """A response in the journal."""

    status: int
    headers: HeaderPairs
    body: Body


class ExchangeRecord(Record, frozen=True, kw_only=True, tag="exchange"):
    """One exchange. ``attempt`` counts within ``eventually``, ``index`` within ``at-once``,
    ``page`` within ``pages``, all from 0; ``receiver`` names the endpoint of a push; ``facts`` were
    found before redaction; ``credential`` tells of one that was not the party's own.
    """

    id: str
    scenario: str
    step: str
    attempt: Count
    index: Count
    page: Count
    direction: Literal["sent", "received"]
    party: str
    operation: str
    request: JournalRequest
    response: JournalResponse | None
    failure: Failure | None
    started_at: Moment
    started: float
    finished: float
    redactions: tuple[Redaction, ...]
    facts: dict[str, Any]
    receiver: str = ""
    credential: OtherCredential = ""
    repeat: Repeat = 0


class DriveRecord(Record, frozen=True, kw_only=True, tag="drive"):
    """One action that the candidate was asked to do through its driver; ``result`` is what came of
    it, ``failure`` (English, empty when there is none) why nothing did.
    """

    scenario: str
    step: str
    index: Count
    action: str
    parameters: dict[str, Any]
    result: dict[str, Any] | None
    failure: str
    started: float
    finished: float
    repeat: Repeat = 0

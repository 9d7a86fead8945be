"""The first and the last record of a journal: what run it is, and how it ended."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType, field

from jidi.model.journal.record_base import Count, Part, Record
from jidi.model.roles import Level, Role


class HeaderTarget(Part, frozen=True, kw_only=True):
    """The candidate, without secrets; ``driver`` is the kind of its driver."""

    name: str
    role: Role
    base_url: str
    driver: str


class HeaderProfile(Part, frozen=True, kw_only=True):
    """The profile that was asked for."""

    id: str
    version: str
    digest: str


class HeaderBound(Part, frozen=True, kw_only=True):
    """One bound of the profile: :class:`jidi.model.profile.Bound`; ``when-declared`` is written
    where it is true.
    """

    limit: str
    at_most: int | float | None = field(name="at-most", default=None)
    at_least: int | float | None = field(name="at-least", default=None)
    scaled: bool
    when_declared: bool | UnsetType = field(name="when-declared", default=UNSET)


class HeaderSelection(Part, frozen=True, kw_only=True):
    """What the run was narrowed to, each sorted; all empty: nothing."""

    requirements: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


class Resumed(Part, frozen=True, kw_only=True):
    """The run that this one goes on with, and how many scenarios were taken over from it."""

    run: str
    scenarios: Count


class PassedOver(Part, frozen=True, kw_only=True):
    """What of a recording could not be read, by kind: of the candidate or of nobody knows whom, of
    others, and headers.
    """

    entries: dict[str, Count] = field(default_factory=dict)
    elsewhere: dict[str, Count] = field(default_factory=dict)
    headers: dict[str, Count] = field(default_factory=dict)


class RecordedBy(Part, frozen=True, kw_only=True):
    """The recording that was judged, and what it held; ``editions`` are digests of earlier editions
    of the published texts, which it may still show.
    """

    file: str
    format: str
    digest: str
    editions: tuple[str, ...] = ()
    entries: Count
    broken: Count
    calls: Count
    pushes: Count
    elsewhere: Count
    unanswered: Count = 0
    passed_over: PassedOver = field(default_factory=PassedOver)


class RunHeader(Part, frozen=True, kw_only=True):
    """Kit version, seed, target without secrets, digests, selection; ``discovery`` is the
    candidate's discovery document as it came. ``recording`` is there where strangers recorded it,
    ``resumed`` where an earlier run was gone on with. ``words`` says for words of scenarios and
    published examples what stood for them in this run: all of it made up.
    """

    id: str
    kit_version: str
    python: str
    standard_version: str
    seed: int
    nonce: str
    target: HeaderTarget
    level: Level
    profile: HeaderProfile
    bounds: tuple[HeaderBound, ...]
    ledger_digest: str
    schema_bundle_digest: str
    selection: HeaderSelection
    generated: bool
    repeat: Count = 1
    discovery: Any
    words: dict[str, str] | UnsetType = UNSET
    resumed: Resumed | UnsetType = UNSET
    recording: RecordedBy | UnsetType = UNSET

    @property
    def stand_ins(self) -> dict[str, str]:
        """The ``words``; none where scenarios were played as they are written."""
        return {} if self.words is UNSET else self.words

    @property
    def is_of_recording(self) -> bool:
        """Whether strangers recorded what was judged."""
        return self.recording is not UNSET


class RunStarted(Record, frozen=True, kw_only=True, tag="run-started"):
    """The run begins; a whole journal begins with this."""

    run: RunHeader


class RunFinished(Record, frozen=True, kw_only=True, tag="run-finished"):
    """The run ended; a whole journal ends with this. ``reason``: ``completed``, or what cut it
    short.
    """

    reason: str = ""

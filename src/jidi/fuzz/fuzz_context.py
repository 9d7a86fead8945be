"""What the caller hands to the phase, and how far it has got."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jidi.drive.candidate.credentials import CredentialFailure
from jidi.drive.http.deadline import Deadline
from jidi.fuzz.contract import ContractSource
from jidi.fuzz.declared_limits import DeclaredLimits
from jidi.model.exchange import Exchange, Headers
from jidi.model.journal import JournalRecord
from jidi.model.outgoing import Outgoing
from jidi.model.roles import Level
from jidi.model.target import Target
from jidi.registry.values import Example, ExampleKind

STEP = "generated"
"""Scenario name under which exchanges of this phase stand in the journal."""


class Source(ContractSource, Protocol):
    """The registry, as far as the phase needs it."""

    def examples(self, kind: ExampleKind, thing: str = "*") -> tuple[Example, ...]:
        """Examples of one thing."""


class Sender(Protocol):
    """:class:`jidi.drive.http.client.Client`, as far as the phase needs it."""

    def send(self, outgoing: Outgoing) -> Exchange:
        """The exchange that sending gives; never raises for what a candidate does."""


class Proofs(Protocol):
    """:class:`jidi.drive.candidate.credentials.Credentials`, as far as the phase needs it."""

    def headers_for(self, party: str) -> Headers | CredentialFailure:
        """Headers that prove who ``party`` is, or why there are none."""


class Journal(Protocol):
    """Where the phase writes what happened."""

    def write(self, record: JournalRecord) -> object:
        """Write one record; the writer adds ``seq`` and ``at``."""

    def exchange(self, exchange: Exchange, step: str, index: int) -> str:
        """Write ``exchange`` as a redacted record of scenario ``generated`` and give its id."""


@dataclass(frozen=True, slots=True)
class GeneratedProgress:
    """How far the children are: requests so far, of which accepted, findings still to be replayed,
    and the names of the phases now under way.
    """

    cases: int
    accepted: int
    suspicions: int
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is generated. ``fuzzing`` and ``stateful`` count cases an operation and call
    sequences a child; 0 leaves the phase out.
    """

    fuzzing: int = 8
    stateful: int = 10

    @classmethod
    def focused(cls) -> Effort:
        """Examples and coverage only: what a selection of a single requirement can afford."""
        return cls(0, 0)


def _silent(_: GeneratedProgress) -> None:
    """Nobody wants to know."""


def _as_it_is(value: Any) -> Any:
    """Nothing stands for anything else."""
    return value


@dataclass(frozen=True, slots=True)
class GeneratedContext:
    """Everything that the phase works on.

    ``base_url`` is the base URL of the version; ``parties`` are the names of one or two parties
    that the children act as; ``receiver_url`` is the only address, besides the candidate, that may
    stand in a request; ``rate`` and ``burst``, requests in a second and at once, are what is
    declared for each credential (``None``: not declared). ``requirements`` and ``operations``
    select, ``None`` means all. ``known`` gives ids of things that the kit made beforehand by party
    and path parameter; ``None`` lets the phase make them itself. ``end`` bounds the whole phase.
    Only operations up to ``level`` are asked for. ``outgoing`` gives ids of outgoing consignments
    by the party that may read them; ``courier`` is the party that reads what an integrator serves
    to couriers, empty where ``parties`` do. ``limits`` are those that discovery declares.
    ``nonce`` is fresh in every run, ``dressed`` puts the run's words into a published example,
    ``accept`` is what the client says it takes.
    """

    base_url: str
    target: Target
    registry: Source
    client: Sender
    credentials: Proofs
    journal: Journal
    receiver_url: str
    parties: tuple[str, ...] = ("platform-a", "platform-b")
    capabilities: frozenset[str] | None = None
    rate: float | None = None
    burst: float | None = None
    seed: int = 1
    known: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    requirements: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    effort: Effort = Effort()
    end: Deadline = field(default_factory=Deadline)
    version: str = "1.0"
    level: Level = "full"
    outgoing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    courier: str = ""
    limits: DeclaredLimits = field(default_factory=DeclaredLimits)
    answer_s: float = 0.0
    progress: Callable[[GeneratedProgress], None] = _silent
    nonce: str = ""
    dressed: Callable[[Any], Any] = _as_it_is
    accept: str = "application/json, application/problem+json"

    def url(self, path: str) -> str:
        """Absolute URL of a path below the version's base URL."""
        return self.base_url.rstrip("/") + path

"""Steps of scenarios as frozen values: one class for each kind, so that who reads one knows what it
may hold.

A value of type ``Any`` is the scenario's own data, in which expressions still stand; it is filled
when the step is played. ``None``, the empty text and the empty tuple say that nothing was written;
:data:`UNSET` says so where ``null`` may be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final, Literal

StepKind = Literal["call", "push", "receive", "quiet", "wait", "fault", "drive", "do"]


Sign = Literal[
    "good",
    "none",
    "wrong",
    "empty",
    "unknown-scheme",
    "stale",
    "future",
    "altered",
    "other-id",
    "other-end",
    "old",
    "of-another",
    "among-others",
]
"""How a push is signed."""
Misspelt = Literal["", "longer", "shorter", "cased"]
"""How a credential is written otherwise than it was given."""


class Unset(Enum):
    """Type of :data:`UNSET`."""

    UNSET = "(not written)"


UNSET: Final = Unset.UNSET
"""What stands where nothing was written and ``null`` might have been."""


@dataclass(frozen=True, slots=True)
class StatusIs:
    """A condition on the status of the last answer."""

    wanted: Any


@dataclass(frozen=True, slots=True)
class Compares:
    """A condition on what an expression points at."""

    value: str
    matcher: str
    operand: Any


Condition = StatusIs | Compares


@dataclass(frozen=True, slots=True)
class Eventually:
    """A call is repeated until all conditions hold; times in seconds."""

    within: Any
    until: tuple[Condition, ...]
    every: float = 0.1
    after: str = ""


@dataclass(frozen=True, slots=True)
class Drive:
    """An action of the candidate, once or for each member of ``sequence``."""

    kind: ClassVar[StepKind] = "drive"
    action: str
    parameters: Any = None
    sequence: Any = None
    may_fail: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """What is driven after the page with that number, counted from 0."""

    after_page: int
    drive: Drive


@dataclass(frozen=True, slots=True)
class Pages:
    """A call is repeated along ``next_cursor``."""

    limit: Any
    at_most: int = 50
    between: Between | None = None
    cursor: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the candidate. ``again`` names the step whose request it repeats; what is
    written here is laid over that one. ``at_once`` is 0 for a single request.
    """

    kind: ClassVar[StepKind] = "call"
    op: str = ""
    method: str = ""
    url: str = ""
    party: str = ""
    path: Any = None
    query: Any = None
    headers: Any = None
    body: Any = UNSET
    raw: str | None = None
    media_type: str = ""
    omit_headers: tuple[str, ...] = ()
    patch: Any = None
    credential: str = ""
    misspelt: Misspelt = ""
    again: str = ""
    eventually: Eventually | None = None
    at_once: int = 0
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A push of a played courier to the candidate."""

    kind: ClassVar[StepKind] = "push"
    courier: str
    events: Any = None
    heartbeat: bool = False
    raw: str | None = None
    again: str = ""
    verbatim: bool = False
    message_id: str = ""
    patch: Any = None
    pad_to: Any = None
    media_type: str = ""
    sign: Sign = "good"
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Receive:
    """Messages arrive at a receiver or at a played courier; exactly one of the two is named."""

    kind: ClassVar[StepKind] = "receive"
    within: Any
    receiver: str = ""
    courier: str = ""
    op: str = ""
    where: Mapping[str, Any] | None = None
    exactly: Any = None
    at_least: Any = None
    settle: Any = None
    after: str = ""
    since: str = ""
    count: Literal["deliveries", "distinct"] = "deliveries"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing arrives for a while."""

    kind: ClassVar[StepKind] = "quiet"
    length: Any
    receiver: str = ""
    courier: str = ""
    op: str = ""
    where: Mapping[str, Any] | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    kind: ClassVar[StepKind] = "wait"
    length: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """How a receiver or a played courier answers from now on."""

    kind: ClassVar[StepKind] = "fault"
    reply: Any
    receiver: str = ""
    courier: str = ""
    op: str = ""
    where: Mapping[str, Any] | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """A named action of the kit with its arguments."""

    kind: ClassVar[StepKind] = "do"
    name: str
    given: Mapping[str, Any] | None = None


Deed = Call | Push | Receive | Quiet | Wait | Fault | Drive | Do
"""What a step does: exactly one of these."""

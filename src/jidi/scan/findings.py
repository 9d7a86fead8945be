"""What the scanner hands out: never the value, only its kind, its place and a salted digest by
which equal values can be told; and what it could not read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from jidi.scan.intake.parts import Unread

Subject = Literal["user", "staff"]
KINDS: Final = (
    "name",
    "mobile",
    "landline",
    "virtual-number",
    "identity-number",
    "email",
    "room",
    "plate",
    "bank-card",
)
"""Every kind of finding."""
CLASSES: Final = {"virtual-number": "pseudonym"}
"""Class of a kind; ``direct`` for those that are not named."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text[start:end]`` looks like personal data of ``kind``; ``layer`` says under which encoding
    it lay: empty, ``url``, ``base64``, ``html`` or ``json``.
    """

    start: int
    end: int
    kind: str
    subject: Subject = "user"
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding.

    ``line`` and ``column`` count from 1 (column 0 inside a record, where ``pointer`` tells the
    place: RFC 6901, or the title of a column; a step that is itself personal is told by its kind).
    ``inside``: members of containers that lead to the text. ``declared``: a published schema
    describes the place as personal; otherwise it is a leak. ``digest``: 12 hex digits, HMAC under
    the salt of the scan. ``layer`` is ``member-name`` where the name of a member is what was found.
    """

    kind: str
    pi_class: str
    subject: Subject
    line: int
    column: int
    pointer: str
    layer: str
    digest: str
    declared: bool = False
    inside: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What was seen: records or lines, findings about users by kind and about staff, and by reason
    what was not read.
    """

    records: int = 0
    users: int = 0
    staff: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def count(self, one: Found | Unread) -> None:
        """Take in one finding, or one reason."""
        if isinstance(one, Unread):
            self.unread[one.why] += 1
        elif one.subject == "staff":
            self.staff += 1
        else:
            self.users += 1
            self.kinds[one.kind] += 1

    def add(self, other: Tally) -> None:
        """Take in what another scanner saw."""
        self.records += other.records
        self.users += other.users
        self.staff += other.staff
        self.kinds.update(other.kinds)
        self.unread.update(other.unread)

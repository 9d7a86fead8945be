"""What the scanner hands out: never the value, only its kind, its place and a salted digest by
which equal values can be told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Subject = Literal["user", "staff"]
KINDS: Final = ("name", "mobile", "landline", "virtual-number", "identity-number", "email", "room")
"""Every kind of finding."""
CLASSES: Final = {"virtual-number": "pseudonym"}
"""Class of a kind; ``direct`` for those that are not named."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text[start:end]`` looks like personal data of ``kind``; ``layer`` says under which encoding
    it lay: empty, ``url``, ``base64`` or ``html``.
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
    place: RFC 6901, or the name of a CSV column).
    ``declared``: a published schema describes the place as personal; otherwise it is a leak.
    ``digest``: 12 hex digits, HMAC under the salt of the scan.
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


@dataclass(slots=True)
class Tally:
    """What was seen: records or lines, lines passed over as too long, findings about users and
    about staff.
    """

    records: int = 0
    passed_over: int = 0
    users: int = 0
    staff: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    def count(self, found: Found) -> None:
        """Take in one finding."""
        if found.subject == "staff":
            self.staff += 1
        else:
            self.users += 1
            self.kinds[found.kind] = self.kinds.get(found.kind, 0) + 1

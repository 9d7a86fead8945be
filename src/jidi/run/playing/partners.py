"""Who is whom among the parties of a run: couriers that live for the whole of it, and partners."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Final

SHARED: Final[Mapping[str, str]] = {"east": "KITEAST", "west": "KITWEST"}
"""Name and code of the couriers that live for the whole run."""
_CODE_LENGTH: Final = range(4, 10)
_PARTNERS: Final[Mapping[str, Mapping[str, str]]] = {
    "platform": {"partner-a": "east", "partner-b": "west"}
}
_USUAL_PARTNERS: Final[Mapping[str, str]] = {"partner-a": "platform-a", "partner-b": "platform-b"}
RECORDS: Final = "couriers"
"""Scenario name under which connections, and requests that no step asked for, stand in the journal.
"""


def fresh_code() -> str:
    """A carrier code that nobody has."""
    length = secrets.choice(_CODE_LENGTH)
    return "".join(secrets.choice(string.ascii_uppercase) for _ in range(length))


def partners_of(role: str) -> Mapping[str, str]:
    """Which parties ``partner-a`` and ``partner-b`` are towards a candidate of ``role``."""
    return _PARTNERS.get(role, _USUAL_PARTNERS)

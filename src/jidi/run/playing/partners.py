"""Who is whom among the parties of a run: couriers that live for the whole of it, and partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHARED: Final[Mapping[str, str]] = {"east": "KITEAST", "west": "KITWEST"}
"""Name and code of the couriers that live for the whole run."""
_PARTNERS: Final[Mapping[str, Mapping[str, str]]] = {
    "platform": {"partner-a": "east", "partner-b": "west"}
}
_USUAL_PARTNERS: Final[Mapping[str, str]] = {"partner-a": "platform-a", "partner-b": "platform-b"}
RECORDS: Final = "couriers"
"""Scenario name under which connections, and requests that no step asked for, stand in the journal.
"""


def partners_of(role: str) -> Mapping[str, str]:
    """Which parties ``partner-a`` and ``partner-b`` are towards a candidate of ``role``."""
    return _PARTNERS.get(role, _USUAL_PARTNERS)

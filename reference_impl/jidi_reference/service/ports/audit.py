"""The records of who saw what."""

from __future__ import annotations

from typing import Any, Protocol


class AuditTrail(Protocol):
    """Audit records: append and read, nothing else; the database itself refuses
    changes.
    """

    def append(self, partner: str, facts: dict[str, Any]) -> None:
        """Append a record to a partner's chain.

        The head's row stays locked until commit, so that no two records have one predecessor;
        callers append as the last thing they do.
        """

    def feed(self, partner: str, after: int, count: int) -> list[tuple[int, dict[str, Any]]]:
        """Up to ``count`` (sequence, record) pairs of a partner behind a sequence number."""

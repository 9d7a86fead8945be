"""Idempotency keys at a played courier: the same key and body give the first result again."""

from __future__ import annotations

import hashlib
from typing import Final

from jidi.counterparty.serving.answers import Answer

MARKED: Final = frozenset(
    {"createConsignment", "createSubscription", "replaySubscription", "allocateWaybillNumbers"}
)
"""Operations that heed a key."""


class Replays:
    """First results by operation and key. A request without a key is taken, and is never the twin
    of another: the judge says that it lacked one.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], tuple[str, Answer]] = {}

    def first(self, operation: str, key: str, body: bytes) -> Answer | bool:
        """The first result for the same key and body; ``True`` when the key came with another body,
        ``False`` when it is new.
        """
        known = self._first.get((operation, key)) if key else None
        if known is None:
            return False
        return known[1] if known[0] == _digest(body) else True

    def keep(self, operation: str, key: str, body: bytes, answer: Answer) -> None:
        """Remember a success; what was refused may be tried again."""
        if key and operation in MARKED and 200 <= answer.status < 300:
            self._first[operation, key] = (_digest(body), answer)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

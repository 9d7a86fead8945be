"""What makes a second call under one key harmless (DS-01.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class KeyedCall:
    """What a key belongs to, and the digest (hex SHA-256) of the raw body it came with."""

    caller: str
    operation: str
    key: str
    digest: str


@dataclass(frozen=True)
class KeyRow:
    """What is known under a key; ``result`` (JSON text) is None while the first call still runs."""

    digest: str
    claimed_at: float
    claim: str
    result: str | None


class IdempotencyKeys(Protocol):
    """Idempotency keys: one row a caller, operation and key; the primary key settles
    every race.
    """

    def claim(self, call: KeyedCall, claim_id: str, now: float) -> bool:
        """Whether this call is the first under its key; if so the key is now in flight."""

    def find_key(self, call: KeyedCall) -> KeyRow | None:
        """What is stored under the key."""

    def take_over(self, call: KeyedCall, old_claim: str) -> None:
        """Forget a key that has outlived its retention, or whose holder died in flight."""

    def forget_unfinished(self) -> None:
        """Free the keys of calls that an earlier process did not finish: their work was rolled back
        with it.
        """

    def finish(self, call: KeyedCall, claim_id: str, result: str) -> bool:
        """Store the result (JSON text) for later twins; False when the claim was lost meanwhile."""

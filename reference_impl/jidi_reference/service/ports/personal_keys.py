"""What opens personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class RecipientTokenRow:
    """A token, the partner it is bound to, and its end in Unix seconds."""

    recipient_token: str
    holder: str
    consignment_id: str
    expires_at: float


@dataclass(frozen=True)
class PersonKey:
    """Whose code: of one consignment and role."""

    consignment_id: str
    party_role: str


class PersonalKeys(Protocol):
    """What opens personal data: recipient tokens, and the codes that a person proves
    itself with.
    """

    def live_token(self, holder: str, consignment_id: str, now: float) -> RecipientTokenRow | None:
        """The partner's token for a consignment that has not ended yet."""

    def add_token(self, row: RecipientTokenRow) -> None:
        """Store a new token."""

    def find_token(self, holder: str, recipient_token: str) -> RecipientTokenRow | None:
        """The partner's token, living or not; another's is not found."""

    def add_code(self, key: PersonKey, code_hash: str, expires_at: float, attempts: int) -> None:
        """Store a code by its hash; equal codes of one person fold into one."""

    def spend_code(self, key: PersonKey, code_hash: str, now: float) -> bool:
        """Use a code up; False when there is no such living code."""

    def note_failure(self, key: PersonKey) -> None:
        """Bring every code of a person one step nearer to its end: six digits must not be
        guessed.
        """

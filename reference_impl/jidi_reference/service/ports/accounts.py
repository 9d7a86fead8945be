"""Who may call, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ClientRow:
    """A registered client; ``scopes`` in the order they were granted.

    ``role``: platform, integrator or courier; ``committed``: whether it promised to de-identify;
    ``reviewed_at``: Unix seconds of its last review; ``courier_code``: where an integrator sends
    what it gives (empty: to the courier connected first).
    """

    client_id: str
    party: str
    secret_hash: str
    scopes: tuple[str, ...]
    role: str = "platform"
    committed: bool = True
    reviewed_at: float = 0.0
    courier_code: str = ""


@dataclass(frozen=True)
class TokenRow:
    """An access token by its hash; ``expires_at`` in Unix seconds; ``operator_id`` empty when no
    person is named.
    """

    token_hash: str
    client_id: str
    environment: str
    scopes: tuple[str, ...]
    expires_at: float
    operator_id: str = ""


class Accounts(Protocol):
    """Clients, their tokens, and facts kept for the partner itself."""

    def save_client(self, client: ClientRow) -> None:
        """Register a client, or replace the secret and scopes of one that exists (its tokens live
        on until they expire).
        """

    def find_client(self, client_id: str) -> ClientRow | None:
        """The client with this id."""

    def find_client_of_party(self, party: str | None) -> ClientRow | None:
        """Some client of a party; of any party for None."""

    def save_token(self, token: TokenRow) -> None:
        """Remember a token that was just issued."""

    def forget_tokens(self, expired_before: float) -> None:
        """Delete tokens that expired before this Unix time."""

    def find_token(self, token_hash: str) -> tuple[TokenRow, ClientRow] | None:
        """A token and the client it speaks for."""

    def forget_operator(self, party: str, operator_id: str) -> None:
        """Delete every token of a person who left, whichever of the party's clients it was made
        for.
        """

    def forget_client(self, client_id: str) -> None:
        """Delete a client with its tokens."""

    def account_of(self, party: str) -> str:
        """The courier that a party's account names; empty when it names none."""

    def remember_fact(self, name: str, value: str) -> str:
        """The value stored under ``name``; ``value`` is stored when there is none yet."""

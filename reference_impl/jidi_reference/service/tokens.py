"""Clients and access tokens: OAuth 2.0 client credentials with opaque tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context
from jidi_reference.storage import accounts
from jidi_reference.storage.accounts import ClientRow, TokenRow


class TokenRefused(Exception):  # noqa: N818 - a refusal is a legal answer, not an error of ours
    """A token request that fails as RFC 6749 section 5.2 says; ``error`` is its code."""

    def __init__(self, error: str, description: str) -> None:
        """``error``: invalid_client, invalid_scope …."""
        super().__init__(error)
        self.error = error
        self.description = description


def register_client(context: Context, client_id: str, party: str, scopes: Iterable[str]) -> str:
    """Register a client and return its secret, which is kept as a hash only.

    SHA-256 without salt suffices: secrets are 256 random bits, so there is nothing to guess from a dictionary.
    """
    secret = secrets.token_urlsafe(32)
    with context.database.write() as connection:
        accounts.save_client(connection, ClientRow(client_id, party, _hash(secret), tuple(scopes)))
    return secret


def issue_token(context: Context, client_id: str, client_secret: str, wanted: str | None) -> dict[str, object]:
    """The token answer of RFC 6749 section 5.1; ``wanted`` is a space-separated scope list, None for all.

    Raises:
        TokenRefused: for wrong credentials or a scope that the client does not have.
    """
    with context.database.read() as connection:
        client = accounts.find_client(connection, client_id)
    stored = client.secret_hash if client else _hash("")
    if not hmac.compare_digest(stored, _hash(client_secret)) or client is None:
        raise TokenRefused("invalid_client", "client id or secret is wrong")
    scopes = client.scopes if wanted is None else tuple(wanted.split())
    if not scopes or not set(scopes) <= set(client.scopes):
        raise TokenRefused("invalid_scope", "the client has no such scope")
    lifetime = context.settings.token_lifetime_s
    token = _store(context, client, scopes, context.settings.environment, context.clock.now() + lifetime)
    return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(scopes)}


def issue_dud(context: Context, party: str | None, variant: str) -> str:
    """A token that must not work: ``expired`` or of the ``other-environment`` (sandbox control).

    Raises:
        Problem: ``not-found`` when there is no such party.
    """
    with context.database.read() as connection:
        client = accounts.find_client_of_party(connection, party)
    if client is None:
        raise Problem.unknown()
    now, environment = context.clock.now(), context.settings.environment
    if variant == "expired":
        return _store(context, client, client.scopes, environment, now - 1)
    other = "production" if environment == "sandbox" else "sandbox"
    return _store(context, client, client.scopes, other, now + context.settings.token_lifetime_s)


def authenticate(context: Context, token: str) -> Caller | None:
    """Whom a bearer token speaks for; None when it is unknown, expired or of another environment (DS-08.2)."""
    with context.database.read() as connection:
        found = accounts.find_token(connection, _hash(token))
    if found is None:
        return None
    row, party = found
    if row.expires_at <= context.clock.now() or row.environment != context.settings.environment:
        return None
    return Caller(party, row.client_id, frozenset(row.scopes))


def _store(context: Context, client: ClientRow, scopes: tuple[str, ...], environment: str, expires_at: float) -> str:
    token = secrets.token_urlsafe(32)
    with context.database.write() as connection:
        accounts.forget_tokens(connection, context.clock.now() - 86_400)
        accounts.save_token(connection, TokenRow(_hash(token), client.client_id, environment, scopes, expires_at))
    return token


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Clients and access tokens: OAuth 2.0 client credentials with opaque tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context
from jidi_reference.service.ports.accounts import ClientRow, TokenRow
from jidi_reference.service.ports.unit import Unit


class TokenRefused(Exception):
    """A token request that fails as RFC 6749 section 5.2 says; ``error`` is its code."""

    def __init__(self, error: str, description: str) -> None:
        """``error``: invalid_client, invalid_scope …."""
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class Registration:
    """Who is to be registered.

    ``committed``: whether it promised to de-identify labels (PI-13.3); ``courier_code``: where an
    integrator sends what it gives.
    """

    client_id: str
    party: str
    scopes: tuple[str, ...]
    role: str = "platform"
    committed: bool = True
    courier_code: str = ""


def register_client(context: Context, who: Registration) -> str:
    """Register a client and return its secret, which is kept as a hash only.

    SHA-256 without salt suffices: secrets are 256 random bits, so there is nothing to guess from a
    dictionary.
    """
    secret = secrets.token_urlsafe(32)
    with context.storage.write() as unit:
        row = ClientRow(
            who.client_id,
            who.party,
            hashed(secret),
            who.scopes,
            who.role,
            who.committed,
            context.clock.now(),
            who.courier_code,
        )
        unit.accounts.save_client(row)
    return secret


def issue_token(
    context: Context, client_id: str, client_secret: str, wanted: str | None
) -> dict[str, object]:
    """The token answer of RFC 6749 section 5.1; ``wanted`` is a space-separated scope list, None
    for all.

    Raises:
        TokenRefused: for wrong credentials or a scope that the client does not have.
    """
    with context.storage.read() as unit:
        client = unit.accounts.find_client(client_id)
    stored = client.secret_hash if client else hashed("")
    if not hmac.compare_digest(stored, hashed(client_secret)) or client is None:
        raise TokenRefused("invalid_client", "client id or secret is wrong")
    scopes = client.scopes if wanted is None else tuple(wanted.split())
    if not scopes or not set(scopes) <= set(client.scopes):
        raise TokenRefused("invalid_scope", "the client has no such scope")
    lifetime = context.settings.token_lifetime_s
    token = _store(
        context,
        TokenWish(client, scopes, context.settings.environment, context.clock.now() + lifetime),
    )
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": lifetime,
        "scope": " ".join(scopes),
    }


def issue_dud(context: Context, party: str | None, variant: str) -> str:
    """A token that must not work: ``expired`` or of the ``other-environment``, for a client or
    party of that name (sandbox control).

    Raises:
        Problem: ``not-found`` when there is no such party.
    """
    with context.storage.read() as unit:
        client = (
            None if party is None else unit.accounts.find_client(party)
        ) or unit.accounts.find_client_of_party(party)
    if client is None:
        raise Problem.unknown()
    now, environment = context.clock.now(), context.settings.environment
    if variant == "expired":
        return _store(context, TokenWish(client, client.scopes, environment, now - 1))
    other = "production" if environment == "sandbox" else "sandbox"
    return _store(
        context, TokenWish(client, client.scopes, other, now + context.settings.token_lifetime_s)
    )


def issue_operator_token(
    context: Context, client_id: str, operator_id: str, scopes: tuple[str, ...]
) -> str:
    """A token of a named person at a client (sandbox control).

    Raises:
        Problem: ``not-found`` for an unknown client; ``validation-failed`` for a scope that the
            client itself lacks.
    """
    with context.storage.read() as unit:
        client = unit.accounts.find_client(client_id)
    if client is None:
        raise Problem.unknown()
    if not set(scopes) <= set(client.scopes):
        raise Problem.invalid(
            [
                Fault(
                    "scope",
                    "a person cannot have a scope that the client lacks",
                    "/parameters/scopes",
                )
            ]
        )
    until = context.clock.now() + context.settings.token_lifetime_s
    return _store(
        context, TokenWish(client, scopes, context.settings.environment, until, operator_id)
    )


def authenticate(context: Context, token: str) -> Caller | None:
    """Whom a bearer token speaks for; None when it is unknown, expired or of another environment
    (DS-08.2).
    """
    return _bearer(context, context.storage.find_token(hashed(token)))


def still_lives(context: Context, unit: Unit, caller: Caller) -> bool:
    """Whether the caller's token is still good in this transaction; a leaver's is not (PI-15.3)."""
    return _bearer(context, unit.accounts.find_token(caller.token_hash)) is not None


def _bearer(context: Context, found: tuple[TokenRow, ClientRow] | None) -> Caller | None:
    if found is None:
        return None
    row, client = found
    if row.expires_at <= context.clock.now() or row.environment != context.settings.environment:
        return None
    person = row.operator_id or row.client_id
    return Caller(
        client.party,
        row.client_id,
        frozenset(row.scopes),
        client.role,
        client.committed,
        person,
        token_hash=row.token_hash,
    )


@dataclass(frozen=True)
class TokenWish:
    """What a new token shall be; ``expires_at`` in Unix seconds."""

    client: ClientRow
    scopes: tuple[str, ...]
    environment: str
    expires_at: float
    operator_id: str = ""


def _store(context: Context, wish: TokenWish) -> str:
    token = secrets.token_urlsafe(32)
    row = TokenRow(
        hashed(token),
        wish.client.client_id,
        wish.environment,
        wish.scopes,
        wish.expires_at,
        wish.operator_id,
    )
    with context.storage.write() as unit:
        unit.accounts.forget_tokens(context.clock.now() - 86_400)
        unit.accounts.save_token(row)
    return token


def hashed(text: str) -> str:
    """Hex SHA-256: enough for secrets that are random."""
    return hashlib.sha256(text.encode()).hexdigest()

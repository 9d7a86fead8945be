"""Clients, their tokens, and facts kept for the partner itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from jidi_reference.storage.tables import clients, facts, tokens


@dataclass(frozen=True)
class ClientRow:
    """A registered client; ``scopes`` in the order they were granted."""

    client_id: str
    party: str
    secret_hash: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class TokenRow:
    """An access token by its hash; ``expires_at`` in Unix seconds."""

    token_hash: str
    client_id: str
    environment: str
    scopes: tuple[str, ...]
    expires_at: float


def save_client(connection: Connection, client: ClientRow) -> None:
    """Register a client, or replace the secret and scopes of one that exists (its tokens live on until they expire)."""
    values = {"party": client.party, "secret_hash": client.secret_hash, "scopes": " ".join(client.scopes)}
    changed = connection.execute(clients.update().where(clients.c.client_id == client.client_id).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(clients).values(client_id=client.client_id, **values))


def find_client(connection: Connection, client_id: str) -> ClientRow | None:
    """The client with this id."""
    row = connection.execute(select(clients).where(clients.c.client_id == client_id)).one_or_none()
    return None if row is None else ClientRow(row.client_id, row.party, row.secret_hash, tuple(row.scopes.split()))


def find_client_of_party(connection: Connection, party: str | None) -> ClientRow | None:
    """Some client of a party; of any party for None."""
    query = select(clients.c.client_id).order_by(clients.c.client_id).limit(1)
    client_id = connection.execute(query if party is None else query.where(clients.c.party == party)).scalar_one_or_none()
    return None if client_id is None else find_client(connection, client_id)


def save_token(connection: Connection, token: TokenRow) -> None:
    """Remember a token that was just issued."""
    connection.execute(
        insert(tokens).values(
            token_hash=token.token_hash,
            client_id=token.client_id,
            environment=token.environment,
            scopes=" ".join(token.scopes),
            expires_at=token.expires_at,
        )
    )


def forget_tokens(connection: Connection, expired_before: float) -> None:
    """Delete tokens that expired before this Unix time."""
    connection.execute(delete(tokens).where(tokens.c.expires_at < expired_before))


_WITH_PARTY = select(tokens, clients.c.party).join(clients, clients.c.client_id == tokens.c.client_id)
_FIND_TOKEN = _WITH_PARTY.where(tokens.c.token_hash == bindparam("sought"))


def find_token(connection: Connection, token_hash: str) -> tuple[TokenRow, str] | None:
    """A token and the party it speaks for."""
    row = connection.execute(_FIND_TOKEN, {"sought": token_hash}).one_or_none()
    if row is None:
        return None
    return TokenRow(row.token_hash, row.client_id, row.environment, tuple(row.scopes.split()), row.expires_at), row.party


def remember_fact(connection: Connection, name: str, value: str) -> str:
    """The value stored under ``name``; ``value`` is stored when there is none yet."""
    known = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar_one_or_none()
    if known is not None:
        return str(known)
    connection.execute(insert(facts).values(name=name, value=value))
    return value

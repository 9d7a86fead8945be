"""Clients, their tokens, and facts kept for the partner itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from jidi_reference.storage.tables import clients, facts, tokens


@dataclass(frozen=True)
class ClientRow:
    """A registered client; ``scopes`` in the order they were granted.

    ``role``: platform, integrator or courier; ``committed``: whether it promised to de-identify;
    ``reviewed_at``: Unix seconds of its last
    review; ``courier_code``: where an integrator sends what it gives (empty: to the courier
    connected first).
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


def save_client(connection: Connection, client: ClientRow) -> None:
    """Register a client, or replace the secret and scopes of one that exists (its tokens live on
    until they expire).
    """
    values: dict[str, Any] = {
        "party": client.party,
        "secret_hash": client.secret_hash,
        "scopes": " ".join(client.scopes),
    }
    values |= {
        "role": client.role,
        "committed": client.committed,
        "reviewed_at": client.reviewed_at,
        "courier_code": client.courier_code,
    }
    changed = connection.execute(
        clients.update().where(clients.c.client_id == client.client_id).values(**values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(clients).values(client_id=client.client_id, **values))


def find_client(connection: Connection, client_id: str) -> ClientRow | None:
    """The client with this id."""
    row = connection.execute(_FIND_CLIENT, {"sought": client_id}).one_or_none()
    return None if row is None else _client(row)


def find_client_of_party(connection: Connection, party: str | None) -> ClientRow | None:
    """Some client of a party; of any party for None."""
    query = (
        select(clients.c.client_id)
        .order_by(clients.c.client_id != clients.c.party, clients.c.client_id)
        .limit(1)
    )
    client_id = connection.execute(
        query if party is None else query.where(clients.c.party == party)
    ).scalar_one_or_none()
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
            operator_id=token.operator_id,
        )
    )


def forget_tokens(connection: Connection, expired_before: float) -> None:
    """Delete tokens that expired before this Unix time."""
    connection.execute(delete(tokens).where(tokens.c.expires_at < expired_before))


_FIND_TOKEN = select(tokens).where(tokens.c.token_hash == bindparam("sought"))
_FIND_CLIENT = select(clients).where(clients.c.client_id == bindparam("sought"))


def find_token(connection: Connection, token_hash: str) -> tuple[TokenRow, ClientRow] | None:
    """A token and the client it speaks for."""
    row = connection.execute(_FIND_TOKEN, {"sought": token_hash}).one_or_none()
    client = None if row is None else find_client(connection, row.client_id)
    if row is None or client is None:
        return None
    return TokenRow(
        row.token_hash,
        row.client_id,
        row.environment,
        tuple(row.scopes.split()),
        row.expires_at,
        row.operator_id,
    ), client


def forget_operator(connection: Connection, party: str, operator_id: str) -> None:
    """Delete every token of a person who left, whichever of the party's clients it was made for."""
    mine = select(clients.c.client_id).where(clients.c.party == party)
    connection.execute(
        delete(tokens).where(tokens.c.client_id.in_(mine), tokens.c.operator_id == operator_id)
    )


def _client(row: Row[Any]) -> ClientRow:
    scopes, committed = tuple(row.scopes.split()), bool(row.committed)
    return ClientRow(
        row.client_id,
        row.party,
        row.secret_hash,
        scopes,
        row.role,
        committed,
        row.reviewed_at,
        row.courier_code,
    )


def forget_client(connection: Connection, client_id: str) -> None:
    """Delete a client with its tokens."""
    connection.execute(delete(tokens).where(tokens.c.client_id == client_id))
    connection.execute(delete(clients).where(clients.c.client_id == client_id))


def account_of(connection: Connection, party: str) -> str:
    """The courier that a party's account names; empty when it names none."""
    query = (
        select(clients.c.courier_code)
        .where(clients.c.party == party, clients.c.courier_code != "")
        .order_by(clients.c.client_id)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or ""


def remember_fact(connection: Connection, name: str, value: str) -> str:
    """The value stored under ``name``; ``value`` is stored when there is none yet."""
    known = connection.execute(
        select(facts.c.value).where(facts.c.name == name)
    ).scalar_one_or_none()
    if known is not None:
        return str(known)
    connection.execute(insert(facts).values(name=name, value=value))
    return value

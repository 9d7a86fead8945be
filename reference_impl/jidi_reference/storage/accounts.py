"""Clients, their tokens, and facts kept for the partner itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from jidi_reference.service.ports.accounts import Accounts, ClientRow, TokenRow
from jidi_reference.storage.tables.courier_tables import clients, facts, tokens

_FIND_TOKEN = select(tokens).where(tokens.c.token_hash == bindparam("sought"))
_FIND_CLIENT = select(clients).where(clients.c.client_id == bindparam("sought"))


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


class SqlAccounts(Accounts):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def save_client(self, client: ClientRow) -> None:
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
        changed = self.connection.execute(
            clients.update().where(clients.c.client_id == client.client_id).values(**values)
        )
        if changed.rowcount == 0:
            self.connection.execute(insert(clients).values(client_id=client.client_id, **values))

    def find_client(self, client_id: str) -> ClientRow | None:
        row = self.connection.execute(_FIND_CLIENT, {"sought": client_id}).one_or_none()
        return None if row is None else _client(row)

    def find_client_of_party(self, party: str | None) -> ClientRow | None:
        query = (
            select(clients.c.client_id)
            .order_by(clients.c.client_id != clients.c.party, clients.c.client_id)
            .limit(1)
        )
        client_id = self.connection.execute(
            query if party is None else query.where(clients.c.party == party)
        ).scalar_one_or_none()
        return None if client_id is None else self.find_client(client_id)

    def save_token(self, token: TokenRow) -> None:
        self.connection.execute(
            insert(tokens).values(
                token_hash=token.token_hash,
                client_id=token.client_id,
                environment=token.environment,
                scopes=" ".join(token.scopes),
                expires_at=token.expires_at,
                operator_id=token.operator_id,
            )
        )

    def forget_tokens(self, expired_before: float) -> None:
        self.connection.execute(delete(tokens).where(tokens.c.expires_at < expired_before))

    def find_token(self, token_hash: str) -> tuple[TokenRow, ClientRow] | None:
        row = self.connection.execute(_FIND_TOKEN, {"sought": token_hash}).one_or_none()
        client = None if row is None else self.find_client(row.client_id)
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

    def forget_operator(self, party: str, operator_id: str) -> None:
        mine = select(clients.c.client_id).where(clients.c.party == party)
        self.connection.execute(
            delete(tokens).where(tokens.c.client_id.in_(mine), tokens.c.operator_id == operator_id)
        )

    def forget_client(self, client_id: str) -> None:
        self.connection.execute(delete(tokens).where(tokens.c.client_id == client_id))
        self.connection.execute(delete(clients).where(clients.c.client_id == client_id))

    def account_of(self, party: str) -> str:
        query = (
            select(clients.c.courier_code)
            .where(clients.c.party == party, clients.c.courier_code != "")
            .order_by(clients.c.client_id)
            .limit(1)
        )
        return self.connection.execute(query).scalar_one_or_none() or ""

    def remember_fact(self, name: str, value: str) -> str:
        known = self.connection.execute(
            select(facts.c.value).where(facts.c.name == name)
        ).scalar_one_or_none()
        if known is not None:
            return str(known)
        self.connection.execute(insert(facts).values(name=name, value=value))
        return value

"""Statements on idempotency keys: one row a caller, operation and key; the primary key settles every race."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.storage.tables import idempotency


@dataclass(frozen=True)
class KeyedCall:
    """What a key belongs to, and the digest (hex SHA-256) of the raw body it came with."""

    caller: str
    operation: str
    key: str
    digest: str


@dataclass(frozen=True)
class KeyRow:
    """What is known under a key; ``status`` is None while the first call is still running."""

    digest: str
    claimed_at: float
    claim: str
    status: int | None
    location: str | None
    body: str | None


def claim(connection: Connection, call: KeyedCall, claim_id: str, now: float) -> bool:
    """Whether this call is the first under its key; if so the key is now in flight."""
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = insert(idempotency).values(**vars(call), claimed_at=now, claim=claim_id).on_conflict_do_nothing()
    return connection.execute(statement.returning(idempotency.c.claim)).one_or_none() is not None


def find_key(connection: Connection, call: KeyedCall) -> KeyRow | None:
    """What is stored under the key."""
    table = idempotency.c
    columns = (table.digest, table.claimed_at, table.claim, table.status, table.location, table.body)
    row = connection.execute(select(*columns).where(*_same(call))).one_or_none()
    return None if row is None else KeyRow(*row)


def take_over(connection: Connection, call: KeyedCall, old_claim: str) -> None:
    """Forget a key that has outlived its retention, or whose holder died in flight."""
    connection.execute(delete(idempotency).where(*_same(call), idempotency.c.claim == old_claim))


def finish(connection: Connection, call: KeyedCall, claim_id: str, result: tuple[int, str | None, str]) -> bool:
    """Store (status, location, body) for later twins; False when the claim was lost meanwhile."""
    status, location, body = result
    mine = update(idempotency).where(*_same(call), idempotency.c.claim == claim_id)
    return connection.execute(mine.values(status=status, location=location, body=body)).rowcount == 1


def _same(call: KeyedCall) -> tuple[ColumnElement[bool], ...]:
    table = idempotency.c
    return (table.caller == call.caller, table.operation == call.operation, table.key == call.key)

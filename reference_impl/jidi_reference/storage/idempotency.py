"""Statements on idempotency keys: one row a caller, operation and key; the primary key settles
every race.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update
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


_CLAIM = {
    "sqlite": sqlite_insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.claim),
    "postgresql": postgresql_insert(idempotency)
    .on_conflict_do_nothing()
    .returning(idempotency.c.claim),
}
_SAME = (
    idempotency.c.caller == bindparam("of_caller"),
    idempotency.c.operation == bindparam("of_operation"),
    idempotency.c.key == bindparam("of_key"),
)
_FIND = select(
    *(
        idempotency.c[name]
        for name in ("digest", "claimed_at", "claim", "status", "location", "body")
    )
).where(*_SAME)
_MINE = idempotency.c.claim == bindparam("of_claim")
_FORGET = delete(idempotency).where(*_SAME, _MINE)
_RESULT: dict[str, BindParameter[Any]] = {
    name: bindparam(f"new_{name}") for name in ("status", "location", "body")
}
_FINISH = update(idempotency).where(*_SAME, _MINE).values(**_RESULT)


def claim(connection: Connection, call: KeyedCall, claim_id: str, now: float) -> bool:
    """Whether this call is the first under its key; if so the key is now in flight."""
    values = {**vars(call), "claimed_at": now, "claim": claim_id}
    return connection.execute(_CLAIM[connection.dialect.name], values).one_or_none() is not None


def find_key(connection: Connection, call: KeyedCall) -> KeyRow | None:
    """What is stored under the key."""
    row = connection.execute(_FIND, _same(call)).one_or_none()
    return None if row is None else KeyRow(*row)


def take_over(connection: Connection, call: KeyedCall, old_claim: str) -> None:
    """Forget a key that has outlived its retention, or whose holder died in flight."""
    connection.execute(_FORGET, {**_same(call), "of_claim": old_claim})


def forget_unfinished(connection: Connection) -> None:
    """Free the keys of calls that an earlier process did not finish: their work was rolled back
    with it.
    """
    connection.execute(delete(idempotency).where(idempotency.c.status.is_(None)))


def finish(
    connection: Connection, call: KeyedCall, claim_id: str, result: tuple[int, str | None, str]
) -> bool:
    """Store (status, location, body) for later twins; False when the claim was lost meanwhile."""
    status, location, body = result
    values = {
        "of_claim": claim_id,
        "new_status": status,
        "new_location": location,
        "new_body": body,
    }
    return connection.execute(_FINISH, {**_same(call), **values}).rowcount == 1


def _same(call: KeyedCall) -> dict[str, str]:
    return {"of_caller": call.caller, "of_operation": call.operation, "of_key": call.key}

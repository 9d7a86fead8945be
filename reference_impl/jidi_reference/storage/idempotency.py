"""Statements on idempotency keys: one row a caller, operation and key; the primary key settles
every race.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.service.ports.idempotency import IdempotencyKeys, KeyedCall, KeyRow
from jidi_reference.storage.tables.courier_tables import idempotency

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
_FIND = select(*(idempotency.c[name] for name in ("digest", "claimed_at", "claim", "body"))).where(
    *_SAME
)
_MINE = idempotency.c.claim == bindparam("of_claim")
_FORGET = delete(idempotency).where(*_SAME, _MINE)
_FINISH = update(idempotency).where(*_SAME, _MINE).values(body=bindparam("result"))


def _same(call: KeyedCall) -> dict[str, str]:
    return {"of_caller": call.caller, "of_operation": call.operation, "of_key": call.key}


class SqlIdempotencyKeys(IdempotencyKeys):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def claim(self, call: KeyedCall, claim_id: str, now: float) -> bool:
        values = {**vars(call), "claimed_at": now, "claim": claim_id}
        return (
            self.connection.execute(_CLAIM[self.connection.dialect.name], values).one_or_none()
            is not None
        )

    def find_key(self, call: KeyedCall) -> KeyRow | None:
        row = self.connection.execute(_FIND, _same(call)).one_or_none()
        return None if row is None else KeyRow(*row)

    def take_over(self, call: KeyedCall, old_claim: str) -> None:
        self.connection.execute(_FORGET, {**_same(call), "of_claim": old_claim})

    def forget_unfinished(self) -> None:
        self.connection.execute(delete(idempotency).where(idempotency.c.body.is_(None)))

    def finish(self, call: KeyedCall, claim_id: str, result: str) -> bool:
        values = {**_same(call), "of_claim": claim_id, "result": result}
        return self.connection.execute(_FINISH, values).rowcount == 1

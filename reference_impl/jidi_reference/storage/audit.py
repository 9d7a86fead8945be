"""Statements on audit records: append and read, nothing else; the database itself refuses
changes.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.domain.chain import GENESIS, sealed
from jidi_reference.service.ports.audit import AuditTrail
from jidi_reference.storage.tables.privacy_tables import audit_heads, audit_records

_PARTNER: BindParameter[str] = bindparam("of_partner")
_HEAD = select(audit_heads).where(audit_heads.c.partner == _PARTNER).with_for_update()
_MOVE = update(audit_heads).where(audit_heads.c.partner == _PARTNER)
_ADD = insert(audit_records)
_BEGIN = {
    "sqlite": sqlite_insert(audit_heads).on_conflict_do_nothing(),
    "postgresql": postgresql_insert(audit_heads).on_conflict_do_nothing(),
}


class SqlAuditTrail(AuditTrail):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def append(self, partner: str, facts: dict[str, Any]) -> None:
        head = self._head(partner)
        record = sealed({**facts, "sequence": head.sequence + 1}, head.record_hash)
        place = {"sequence": record["sequence"]}
        self.connection.execute(_ADD, {"partner": partner, **place, "body": json.dumps(record)})
        self.connection.execute(
            _MOVE, {"of_partner": partner, **place, "record_hash": record["record_hash"]}
        )

    def _head(self, partner: str) -> Row[Any]:
        """The end of the chain, locked until commit; a chain that is not there yet is begun."""
        named = {"of_partner": partner}
        known = self.connection.execute(_HEAD, named).one_or_none()
        if known is not None:
            return known
        first = {"partner": partner, "sequence": 0, "record_hash": GENESIS}
        self.connection.execute(_BEGIN[self.connection.dialect.name], first)
        return self.connection.execute(_HEAD, named).one()

    def feed(self, partner: str, after: int, count: int) -> list[tuple[int, dict[str, Any]]]:
        query = select(audit_records.c.sequence, audit_records.c.body).where(
            audit_records.c.partner == partner, audit_records.c.sequence > after
        )
        return [
            (row.sequence, json.loads(row.body))
            for row in self.connection.execute(
                query.order_by(audit_records.c.sequence).limit(count)
            )
        ]

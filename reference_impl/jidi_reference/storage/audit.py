"""Statements on audit records: append and read, nothing else; the database itself refuses
changes.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jidi_reference.domain.chain import GENESIS, sealed
from jidi_reference.storage.privacy_tables import audit_heads, audit_records


def append(connection: Connection, partner: str, facts: dict[str, Any]) -> None:
    """Append a record to a partner's chain.

    The head's row stays locked until commit, so that no two records have one predecessor; callers
    append as the last thing they do.
    """
    upsert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    connection.execute(
        upsert(audit_heads)
        .values(partner=partner, sequence=0, record_hash=GENESIS)
        .on_conflict_do_nothing()
    )
    head = connection.execute(
        select(audit_heads).where(audit_heads.c.partner == partner).with_for_update()
    ).one()
    record = sealed({**facts, "sequence": head.sequence + 1}, head.record_hash)
    connection.execute(
        insert(audit_records).values(
            partner=partner, sequence=record["sequence"], body=json.dumps(record)
        )
    )
    moved = {"sequence": record["sequence"], "record_hash": record["record_hash"]}
    connection.execute(update(audit_heads).where(audit_heads.c.partner == partner).values(**moved))


def feed(
    connection: Connection, partner: str, after: int, count: int
) -> list[tuple[int, dict[str, Any]]]:
    """Up to ``count`` (sequence, record) pairs of a partner behind a sequence number."""
    query = select(audit_records.c.sequence, audit_records.c.body).where(
        audit_records.c.partner == partner, audit_records.c.sequence > after
    )
    return [
        (row.sequence, json.loads(row.body))
        for row in connection.execute(query.order_by(audit_records.c.sequence).limit(count))
    ]

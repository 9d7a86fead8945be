"""Statements on documents: agreements, consents, bases, exemptions, privacy requests, bulk
operations, notices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from jidi_reference.service.ports.documents import (
    Document,
    Documents,
    Draft,
)
from jidi_reference.storage.positions import take_positions
from jidi_reference.storage.tables.privacy_tables import documents


def _all(connection: Connection, query: Select[Any]) -> list[Document]:
    return [
        Document(**{**row._mapping, "body": json.loads(row.body)})
        for row in connection.execute(query)
    ]


class SqlDocuments(Documents):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, draft: Draft, body: Mapping[str, Any]) -> None:
        position = take_positions(self.connection, "documents")
        self.connection.execute(
            insert(documents).values(**vars(draft), position=position, body=json.dumps(body))
        )

    def find(
        self, kind: str, document_id: str, owner: str | None, *, lock: bool = False
    ) -> Document | None:
        query = select(documents).where(
            documents.c.document_id == document_id, documents.c.kind == kind
        )
        if owner is not None:
            query = query.where(documents.c.owner == owner)
        found = _all(self.connection, query.with_for_update() if lock else query)
        return found[0] if found else None

    def change(self, document: Document, body: Mapping[str, Any]) -> None:
        self.connection.execute(
            update(documents)
            .where(documents.c.document_id == document.document_id)
            .values(body=json.dumps(body))
        )

    def list_of(self, kind: str, owner: str, after: int, count: int) -> list[Document]:
        query = select(documents).where(
            documents.c.kind == kind, documents.c.owner == owner, documents.c.position > after
        )
        return _all(self.connection, query.order_by(documents.c.position).limit(count))

    def about(self, kind: str, subject: str, *, lock: bool = False) -> list[Document]:
        query = (
            select(documents)
            .where(documents.c.kind == kind, documents.c.subject == subject)
            .order_by(documents.c.position)
        )
        return _all(self.connection, query.with_for_update() if lock else query)

    def forget_all(self) -> None:
        self.connection.execute(delete(documents))

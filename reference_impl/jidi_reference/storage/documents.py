"""Statements on documents: agreements, consents, bases, exemptions, privacy requests, bulk
operations, notices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from jidi_reference.storage.database import take_positions
from jidi_reference.storage.privacy_tables import documents

AGREEMENT, CONSENT, BASIS, EXEMPTION = "agreement", "consent", "basis", "exemption"
PRIVACY_REQUEST, BULK, NOTICE = "privacy-request", "bulk-operation", "officer-notice"


@dataclass(frozen=True)
class Document:
    """One document; ``subject`` is what its kind is searched by besides the owner, ``body`` what is
    known of it.
    """

    document_id: str
    kind: str
    position: int
    owner: str
    subject: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A document that has no place yet."""

    document_id: str
    kind: str
    owner: str
    subject: str


def add(connection: Connection, draft: Draft, body: Mapping[str, Any]) -> None:
    """Store a new document."""
    position = take_positions(connection, "documents")
    connection.execute(
        insert(documents).values(**vars(draft), position=position, body=json.dumps(body))
    )


def find(
    connection: Connection, kind: str, document_id: str, owner: str | None, *, lock: bool = False
) -> Document | None:
    """The owner's document of a kind (anyone's for None). ``lock``: hold it until commit."""
    query = select(documents).where(
        documents.c.document_id == document_id, documents.c.kind == kind
    )
    if owner is not None:
        query = query.where(documents.c.owner == owner)
    found = _all(connection, query.with_for_update() if lock else query)
    return found[0] if found else None


def change(connection: Connection, document: Document, body: Mapping[str, Any]) -> None:
    """Replace the body of a document that is locked."""
    connection.execute(
        update(documents)
        .where(documents.c.document_id == document.document_id)
        .values(body=json.dumps(body))
    )


def list_of(
    connection: Connection, kind: str, owner: str, after: int, count: int
) -> list[Document]:
    """Up to ``count`` of the owner's documents behind a position, oldest first."""
    query = select(documents).where(
        documents.c.kind == kind, documents.c.owner == owner, documents.c.position > after
    )
    return _all(connection, query.order_by(documents.c.position).limit(count))


def about(connection: Connection, kind: str, subject: str, *, lock: bool = False) -> list[Document]:
    """Every document of a kind with this subject, oldest first."""
    query = (
        select(documents)
        .where(documents.c.kind == kind, documents.c.subject == subject)
        .order_by(documents.c.position)
    )
    return _all(connection, query.with_for_update() if lock else query)


def forget_all(connection: Connection) -> None:
    """Delete every document (sandbox reset)."""
    connection.execute(delete(documents))


def _all(connection: Connection, query: Select[Any]) -> list[Document]:
    return [
        Document(**{**row._mapping, "body": json.loads(row.body)})
        for row in connection.execute(query)
    ]

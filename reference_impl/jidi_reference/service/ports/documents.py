"""Documents that are found by kind, owner and subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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


class Documents(Protocol):
    """Documents: agreements, consents, bases, exemptions, privacy requests, bulk
    operations, notices.
    """

    def add(self, draft: Draft, body: Mapping[str, Any]) -> None:
        """Store a new document."""

    def find(
        self, kind: str, document_id: str, owner: str | None, *, lock: bool = False
    ) -> Document | None:
        """The owner's document of a kind (anyone's for None). ``lock``: hold it until commit."""

    def change(self, document: Document, body: Mapping[str, Any]) -> None:
        """Replace the body of a document that is locked."""

    def list_of(self, kind: str, owner: str, after: int, count: int) -> list[Document]:
        """Up to ``count`` of the owner's documents behind a position, oldest first."""

    def about(self, kind: str, subject: str, *, lock: bool = False) -> list[Document]:
        """Every document of a kind with this subject, oldest first."""

    def forget_all(self) -> None:
        """Delete every document (sandbox reset)."""

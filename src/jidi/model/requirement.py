"""Rows of the requirement ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jidi.model.text import Text

Document = Literal["DS", "PI"]
Modality = Literal["MUST", "SHOULD", "NONE"]
Establishment = Literal["tested", "attested", "authority", "scope", "kit"]
Role = Literal["courier", "platform", "integrator"]
Level = Literal["core", "privacy", "full"]

ROLES: tuple[Role, ...] = ("courier", "platform", "integrator")
LEVELS: tuple[Level, ...] = ("core", "privacy", "full")


@dataclass(frozen=True, slots=True)
class NegativeCase:
    """One broken behaviour that a requirement must catch; ``id`` is unique within its
    requirement.
    """

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the ledger. Its id never changes its meaning and is never used again.

    ``roles`` are the roles that it binds (also ``kit`` or ``authority``); ``checked`` those for
    which checks exist today. ``applies_from`` is an ISO date. ``title`` is the title of its
    article.
    """

    id: str
    document: Document
    article: int
    title: Text
    roles: tuple[str, ...]
    modality: Modality
    established: Establishment
    applies_from: str
    text: Text
    observable: Text
    negative_cases: tuple[NegativeCase, ...]
    checked: tuple[str, ...]

    @property
    def clause(self) -> str:
        """Article in short form, such as ``DS-01``."""
        return f"{self.document}-{self.article:02d}"

"""Rows of the requirement ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jidi.model.text import Text

Document = Literal["DS", "PI"]
Modality = Literal["MUST", "SHOULD", "NONE"]
Establishment = Literal["tested", "attested", "authority", "scope", "kit"]
Basis = Literal["text", "derived", "own"]
Force = Literal["应当", "应", "要", "不得", "严禁", "支持", "鼓励", "可以", "可", "none"]


@dataclass(frozen=True, slots=True)
class NegativeCase:
    """One broken behaviour that a requirement must catch; ``id`` is unique within its
    requirement.
    """

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Cited:
    """Words of a source document: ``quote`` verbatim in the sentence ``sentence`` (such as
    ``DS-01.s1``), with ``…`` for words left out, and the word of it that says how far it binds.
    """

    sentence: str
    quote: str
    force: Force


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the ledger. Its id never changes its meaning and is never used again.

    ``roles`` are the roles that it binds (also ``kit`` or ``authority``); ``checked`` those for
    which checks exist today. ``applies_from`` is an ISO date. ``title`` is the title of its
    article. ``basis`` says whether it is what the source says, follows from it, or is a choice of
    this standard, which may have no ``source``; ``note`` says where it departs from the words.
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
    basis: Basis = "own"
    source: Cited | None = None
    note: Text | None = None

    @property
    def clause(self) -> str:
        """Article in short form, such as ``DS-01``."""
        return f"{self.document}-{self.article:02d}"

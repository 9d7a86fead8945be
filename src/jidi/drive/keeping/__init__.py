"""What is written of what went over the wire, and what is taken out before: the journal, its
encoding, and the redactor.
"""

from __future__ import annotations

from jidi.drive.keeping.chain import BrokenChainError, Follower, is_linked
from jidi.drive.keeping.encoding import Place, encode_exchange
from jidi.drive.keeping.findings import Findings, SchemaView
from jidi.drive.keeping.foreign import secrets_net, shown
from jidi.drive.keeping.journal_file import (
    JOURNAL,
    JournalWriter,
    no_run,
    read_journal,
    read_run,
    run_in,
    tampered,
)
from jidi.drive.keeping.planted import KnownTexts, Planted
from jidi.drive.keeping.redaction import CleanRecord, Redactor

__all__ = [
    "JOURNAL",
    "BrokenChainError",
    "CleanRecord",
    "Findings",
    "Follower",
    "JournalWriter",
    "KnownTexts",
    "Place",
    "Planted",
    "Redactor",
    "SchemaView",
    "encode_exchange",
    "is_linked",
    "no_run",
    "read_journal",
    "read_run",
    "run_in",
    "secrets_net",
    "shown",
    "tampered",
]

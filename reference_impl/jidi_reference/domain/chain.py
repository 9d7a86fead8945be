"""The hash chain of audit records (PI-15.2).

- Each record names the hash of the one before; the first one names zeros.
- The hash is taken over the record's RFC 8785 form without that hash.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

GENESIS = "sha-256:" + "0" * 64


def digest(document: Any) -> str:
    """``sha-256:`` and the hex digest of the RFC 8785 form of a JSON document."""
    return "sha-256:" + hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def sealed(record: dict[str, Any], previous: str) -> dict[str, Any]:
    """The record, bound to the one before it and closed by its own hash."""
    bound = {**record, "prev_hash": previous}
    return {**bound, "record_hash": digest(bound)}

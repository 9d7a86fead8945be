"""Page cursors: opaque, unforgeable, bound to who asked and for what."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from jidi_reference.domain.problems import Problem

_POSITION_BYTES = 8
_MARK_BYTES = 16


@dataclass(frozen=True)
class CursorScope:
    """What a cursor may be used for: one caller, one listing, one filter."""

    caller: str
    listing: str
    filters: Mapping[str, str]

    def encoded(self) -> bytes:
        """Bytes that differ whenever any part differs."""
        return json.dumps([self.caller, self.listing, sorted(self.filters.items())]).encode()


class CursorMint:
    """Makes and opens cursors; the key is kept with the data, so cursors outlive a restart."""

    def __init__(self, key: bytes) -> None:
        """``key``: at least 32 random bytes."""
        self._key = key

    def make(self, scope: CursorScope, position: int) -> str:
        """The cursor that means: after ``position``."""
        raw = position.to_bytes(_POSITION_BYTES, "big")
        return base64.urlsafe_b64encode(raw + self._mark(scope, raw)).decode()

    def open(self, scope: CursorScope, cursor: str | None) -> int:
        """The position to go on after; 0 for no cursor.

        Raises:
            Problem: ``cursor-invalid`` when it was made for another caller or filter, or by nobody.
        """
        if cursor is None:
            return 0
        try:
            data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            data = b""
        raw, mark = data[:_POSITION_BYTES], data[_POSITION_BYTES:]
        if len(raw) != _POSITION_BYTES or not hmac.compare_digest(mark, self._mark(scope, raw)):
            raise Problem.parameter(
                "cursor-invalid",
                "query",
                "cursor",
                "not a cursor of this listing, filter and caller",
            )
        return int.from_bytes(raw, "big")

    def _mark(self, scope: CursorScope, raw: bytes) -> bytes:
        return hmac.new(self._key, scope.encoded() + raw, hashlib.sha256).digest()[:_MARK_BYTES]

"""What stands in the place of a value that is withheld: a salted commitment between brackets that
nobody else may write.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

MARKER: Final = re.compile("(⟦[a-z-]+:[0-9a-f]{12}⟧)")
_SHOWN: Final = 12
_BRACKETS: Final = str.maketrans({"⟦": "〚", "⟧": "〛"})


class Marks:
    """The markers of one run, under its ``salt``; safe to use from many threads.

    Equal values get equal markers wherever they stand: the class in a marker is the one under which
    its value was withheld first.
    """

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._issued: dict[str, str] = {}

    def commitment(self, value: str) -> str:
        """HMAC-SHA256 of ``value``, 64 hex digits; the marker shows the first twelve."""
        return hmac.new(
            self._salt, value.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()

    def marker(self, pi_class: str, value: str) -> str:
        """What stands in the place of ``value``."""
        shown = self.commitment(value)[:_SHOWN]
        return f"⟦{self._issued.setdefault(shown, pi_class)}:{shown}⟧"

    def unforged(self, text: str) -> str:
        """``text`` of a stranger without markers that this run did not make: such a one may hold
        somebody's number in clear, so it is committed to like any value; stray brackets become
        others.
        """
        if "⟦" not in text and "⟧" not in text:
            return text
        return "".join(
            part.translate(_BRACKETS)
            if MARKER.fullmatch(part) is None
            else part
            if self.is_own(part)
            else self.marker("withheld", part)
            for part in MARKER.split(text)
        )

    def is_own(self, marker: str) -> bool:
        """Whether this run made ``marker``."""
        pi_class, _, shown = marker[1:-1].partition(":")
        return MARKER.fullmatch(marker) is not None and self._issued.get(shown) == pi_class

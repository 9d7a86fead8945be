"""Why a certificate is not taken: one word each, and one exit code.

The first digit says what the kit's exit codes say: 1, it does not hold; 3, it cannot be told here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

RefusalWord = Literal[
    "tampered",
    "unknown-issuer",
    "expired",
    "revoked",
    "out-of-scope",
    "not-yet-valid",
    "verdict-differs",
    "suspended",
    "status-too-old",
    "other-rules",
]
CODES: Final[Mapping[RefusalWord, int]] = {
    "tampered": 11,
    "unknown-issuer": 12,
    "expired": 13,
    "revoked": 14,
    "out-of-scope": 15,
    "not-yet-valid": 16,
    "verdict-differs": 17,
    "suspended": 18,
    "status-too-old": 31,
    "other-rules": 32,
}
"""Exit code by word."""


class Refused(Exception):
    """A certificate is not taken; ``part`` is where the fault was found: a part of the evidence, or
    a member of the certificate. Never a stranger's text.
    """

    def __init__(self, word: RefusalWord, part: str = "") -> None:
        super().__init__(f"{word} {part}".strip())
        self.word: RefusalWord = word
        self.part = part

    @property
    def exit_code(self) -> int:
        """What the command line ends with."""
        return CODES[self.word]


class Tampered(Refused):
    """A byte of ``part`` is not that which was signed."""

    def __init__(self, part: str) -> None:
        super().__init__("tampered", part)

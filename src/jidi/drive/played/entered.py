"""Who a played courier is that people enter in the candidate: the same in every run, since it all
follows from the key in the target file, and nothing of it can be guessed without.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import string
from dataclasses import dataclass
from typing import Final

LEAST_KEY: Final = 16
"""Characters of a key: too many to be guessed."""
ENTERED_BELOW: Final = "couriers"
"""The path below which those lie that people enter: an address that they write down stays."""
_LETTERS: Final = 6
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Lasting:
    """What stays: the place below ``/couriers/``, the carrier code, and the credential with which
    the candidate comes.
    """

    segment: str
    code: str
    client_id: str
    client_secret: str

    @classmethod
    def of(cls, key: str, name: str) -> Lasting:
        """That of the courier ``name`` under ``key``; the code of a shared one is another."""
        local = name.rpartition("/")[2]
        letters = "".join(
            string.ascii_uppercase[byte % len(string.ascii_uppercase)]
            for byte in _bytes(key, "code", name)[:_LETTERS]
        )
        return cls(
            f"{local}-{_text(key, 'address', name)[:_NONCE]}",
            f"KIT{letters}",
            f"kit-{_bytes(key, 'client', name).hex()[:_NONCE]}",
            _text(key, "secret", name)[:32],
        )


def _bytes(key: str, purpose: str, name: str) -> bytes:
    return hmac.new(key.encode(), f"{purpose}\n{name}".encode(), hashlib.sha256).digest()


def _text(key: str, purpose: str, name: str) -> str:
    return base64.urlsafe_b64encode(_bytes(key, purpose, name)).decode().rstrip("=")

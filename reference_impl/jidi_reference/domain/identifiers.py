"""Numbers and names that the courier gives out."""

from __future__ import annotations

import secrets

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def new_id(kind: str) -> str:
    """An unguessable identifier such as ``cons_5f…``: nobody learns another's by counting
    (DS-08.3).
    """
    return f"{kind}_{secrets.token_hex(12)}"


def new_waybill_no() -> str:
    """A waybill number of 2 letters and 14 random digits; random, so that guessing finds nothing
    (PI-16.1).
    """
    return f"JR{secrets.randbelow(10**14):014d}"


def uscc_check_digit(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015): weights are powers of 3
    modulo 31.
    """
    total = sum(
        _USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17)
    )
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def synthetic_uscc(seed_17: str = "91310000MAJDREF0X") -> str:
    """A made-up code whose check character is right; it belongs to no real entity."""
    return seed_17 + uscc_check_digit(seed_17)

"""Ids that a played courier gives to its things, in the forms that couriers' servers make."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Sequence
from typing import Final

_FORMS: Final[Sequence[Callable[[str], str]]] = (
    lambda mark: f"{mark}_{secrets.token_hex(10)}",
    lambda _mark: str(uuid.uuid4()),
    lambda _mark: uuid.uuid4().hex,
    lambda mark: f"{mark}-{secrets.token_hex(8).upper()}",
    lambda _mark: secrets.token_hex(12),
)


def identifier(mark: str) -> str:
    """A fresh id of letters, digits, ``-`` and ``_``; ``mark`` says of what, where the form does
    so.
    """
    return secrets.choice(_FORMS)(mark)

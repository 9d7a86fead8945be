"""Standard Webhooks signatures (v1, HMAC-SHA256), in the partner's own few lines."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key inside a ``whsec_<base64>`` secret.

    Raises:
        ValueError: when what follows the prefix is not base64.
    """
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not whsec_ followed by base64") from error


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` header: one ``v1,<base64>`` per secret, so that a rotation can
    overlap.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    marks = (hmac.new(key_of(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join("v1," + base64.b64encode(mark).decode() for mark in marks)


def verified(secrets: Iterable[str], stamped: tuple[str, str], header: str, body: bytes) -> bool:
    """Whether one of the header's ``v1`` signatures is right by one of the secrets for (id,
    timestamp) and bytes; other versions are passed over.
    """
    message_id, timestamp = stamped
    signed = f"{message_id}.{timestamp}.".encode() + body
    given = [
        mark.encode()
        for version, _, mark in (part.partition(",") for part in header.split())
        if version == "v1"
    ]
    right = [
        base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest())
        for secret in secrets
    ]
    return any(hmac.compare_digest(mark, wanted) for mark in given for wanted in right)

"""Keys and signatures.

Whoever signs something calls :func:`sign` with a key of a :class:`KeyRing`; whoever trusts
something calls :func:`verify` with the public keys that it knows.

Keys are Ed25519, envelopes are DSSE; both are the library ``securesystemslib``.
"""

from jidi.keys.envelopes import EnvelopeError, Opened, sign, verify
from jidi.keys.key_pairs import PublicKey, SigningKey
from jidi.keys.keyring import KeptKey, KeptKeys, KeyRing, default_directory
from jidi.keys.strict_json import StrictJsonError, canonical, read_strictly

__all__ = [
    "EnvelopeError",
    "KeptKey",
    "KeptKeys",
    "KeyRing",
    "Opened",
    "PublicKey",
    "SigningKey",
    "StrictJsonError",
    "canonical",
    "default_directory",
    "read_strictly",
    "sign",
    "verify",
]

"""A key with which one signs, and the public half by which others know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

_RAW = 32


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key of 32 bytes. ``keyid`` (64 hexadecimal digits) is computed from it, so
    that nobody has the id of another.
    """

    raw: bytes

    @property
    def keyid(self) -> str:
        """As securesystemslib, TUF and in-toto compute it."""
        return str(self.library_key().keyid)

    def library_key(self) -> SSlibKey:
        """The key as securesystemslib has it."""
        return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(self.raw))

    def pem(self) -> str:
        """As every other tool reads it: SubjectPublicKeyInfo in PEM."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def as_json(self) -> dict[str, str]:
        """``{"keyid": …, "scheme": "ed25519", "public": <64 hexadecimal digits>}``."""
        return {"keyid": self.keyid, "scheme": "ed25519", "public": self.raw.hex()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PublicKey:
        """Inverse of :meth:`as_json`; other members are left alone.

        Raises:
            ValueError: it is no such key, or its id is that of another.
        """
        public, scheme = value.get("public"), value.get("scheme")
        if not isinstance(public, str) or len(public) != 2 * _RAW or scheme != "ed25519":
            raise ValueError("not an Ed25519 public key")
        found = cls(bytes.fromhex(public))
        if found.keyid != value.get("keyid"):
            raise ValueError("the id is not that of the key")
        return found


class SigningKey:
    """A private Ed25519 key in memory; its text never shows it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def made(cls) -> SigningKey:
        """A new one, of the randomness of the system."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: str) -> SigningKey:
        """The key of an encrypted file.

        Raises:
            ValueError: the passphrase is another, or it is no encrypted Ed25519 key.
        """
        try:
            private = load_pem_private_key(pem, passphrase.encode())
        except (TypeError, UnsupportedAlgorithm) as error:
            raise ValueError("not an encrypted key") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")  # noqa: TRY004 - what a file holds, no mistake of the caller
        return cls(private)

    def pem(self, passphrase: str) -> bytes:
        """PKCS#8 in PEM, encrypted with ``passphrase``; never without."""
        hidden = BestAvailableEncryption(passphrase.encode())
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey(raw)

    def signer(self) -> CryptoSigner:
        """What signs in securesystemslib."""
        return CryptoSigner(self._private)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.keyid})"

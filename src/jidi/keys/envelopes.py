"""DSSE: a signature over the bytes of a document and over what kind of document it is.

The kit writes an envelope in one way and reads it in that way alone, so that of two files that
differ in a byte at most one is good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, UnverifiedSignatureError

from jidi.keys.key_pairs import PublicKey, SigningKey
from jidi.keys.strict_json import LARGEST, canonical, read_strictly


class EnvelopeError(ValueError):
    """An envelope that nobody may trust; the text never quotes it.

    ``is_stranger`` says that it is well made, and that no key that is known signed it.
    """

    def __init__(self, why: str, *, is_stranger: bool = False) -> None:
        super().__init__(why)
        self.is_stranger = is_stranger


@dataclass(frozen=True, slots=True)
class Opened:
    """What was signed, and the ids of the keys that signed it, as they stand in the envelope."""

    payload: bytes
    signers: tuple[str, ...]


def sign(payload: bytes, payload_type: str, *keys: SigningKey) -> bytes:
    """The envelope of ``payload``, signed with each of ``keys``: JSON of RFC 8785 and a line end.

    The same bytes each time, because Ed25519 draws nothing.
    """
    envelope = Envelope(payload, payload_type, {})
    for key in keys:
        envelope.sign(key.signer())
    return _written(envelope)


def verify(
    envelope: bytes,
    known: Sequence[PublicKey],
    payload_type: str,
    *,
    threshold: int = 1,
    largest: int = LARGEST,
) -> Opened:
    """The payload of an envelope of which every signature is good and by a key that is ``known``,
    and that at least ``threshold`` of them signed.

    ``largest`` bounds the bytes of the envelope. A signature by a key that is not known is not
    passed over: whoever added it may have taken another one away.

    Raises:
        EnvelopeError: it is not as :func:`sign` writes it, of another ``payload_type``, or not
            signed so.
    """
    found = _read(envelope, largest)
    if found.payload_type != payload_type:
        raise EnvelopeError("another kind of document")
    keys = {key.keyid: key for key in known}
    strangers = set(found.signatures) - keys.keys()
    if strangers or not found.signatures:
        raise EnvelopeError("signed by nobody who is known", is_stranger=True)
    for keyid, signature in found.signatures.items():
        try:
            keys[keyid].library_key().verify_signature(signature, found.pae())
        except UnverifiedSignatureError as error:
            raise EnvelopeError("a signature is not that of the document") from error
    if len(found.signatures) < threshold:
        raise EnvelopeError("too few signatures", is_stranger=True)
    return Opened(found.payload, tuple(found.signatures))


def _read(data: bytes, largest: int) -> Envelope:
    try:
        value: Any = read_strictly(data, largest)
        envelope = Envelope.from_dict(value)
        again = _written(envelope)
    except (
        FormatError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise EnvelopeError("not an envelope") from error
    if again != data or any(one.unrecognized_fields for one in envelope.signatures.values()):
        raise EnvelopeError("not written as the kit writes it")
    return envelope


def _written(envelope: Envelope) -> bytes:
    return canonical(envelope.to_dict()) + b"\n"

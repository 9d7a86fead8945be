"""Who signed a certificate, and whether it was theirs to give; what it is based on is not looked
at.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from jidi.certificate.forms.listing_status import StatusList, read_list
from jidi.certificate.forms.refusing import Refused, Tampered
from jidi.certificate.forms.trusting import Issuer, Trust, moment_of
from jidi.certificate.statements import PAYLOAD, PREDICATE, STATEMENT, faults, statement_of
from jidi.keys import EnvelopeError, PublicKey, StrictJsonError, read_strictly, verify


def certified(certificate: bytes, trust: Trust) -> tuple[Mapping[str, Any], Issuer]:
    """What a certificate says, and who of those that are trusted says so, within what is theirs to
    say; the evidence is not looked at.

    Raises:
        Refused: nobody who is trusted says so, or not as a certificate.
    """
    predicate, keyid = signed_by(certificate, trust.keys)
    issuer, key = trust.whose(keyid)
    if key.stolen or not key.signs_at(moment_of(predicate["issued"])):
        raise Refused("unknown-issuer", "key")
    shown, told = predicate["shown"], predicate["issuer"]
    if (told["name"], told["keyid"]) != (issuer.name, key.public.keyid) or not issuer.may(
        told["kind"], shown["role"], shown["level"]
    ):
        raise Refused("out-of-scope", "issuer")
    return predicate, issuer


def signed_by(certificate: bytes, known: Sequence[PublicKey]) -> tuple[Mapping[str, Any], str]:
    """What a certificate says that one of the ``known`` keys alone signed, and the id of the key.

    Raises:
        Refused: none of them did, or it is no certificate.
    """
    try:
        opened = verify(certificate, known, PAYLOAD)
    except EnvelopeError as error:
        raise _unsigned(error, "certificate") from error
    if len(opened.signers) > 1:
        raise Refused("unknown-issuer", "signatures")
    return _predicate(opened.payload), opened.signers[0]


def _unsigned(error: EnvelopeError, part: str, stranger: str = "") -> Refused:
    return Refused("unknown-issuer", stranger) if error.is_stranger else Tampered(part)


def said_by(certificate: bytes) -> Mapping[str, Any]:
    """What a certificate says, whoever signed it: to be shown, and never to be relied on.

    Raises:
        Refused: it is none.
    """
    try:
        payload = base64.b64decode(read_strictly(certificate)["payload"], validate=True)
    except (ValueError, LookupError, TypeError) as error:
        raise Tampered("certificate") from error
    return _predicate(payload)


def _predicate(payload: bytes) -> Mapping[str, Any]:
    try:
        statement = read_strictly(payload)
        sound = (statement["_type"], statement["predicateType"]) == (STATEMENT, PREDICATE)
        predicate: Mapping[str, Any] = statement["predicate"]
    except (StrictJsonError, LookupError, TypeError) as error:
        raise Tampered("statement") from error
    if not sound or faults(predicate) or statement_of(predicate) != payload:
        raise Tampered("statement")
    try:
        moment_of(predicate["issued"]), moment_of(predicate["expires"])
    except ValueError as error:
        raise Tampered("statement") from error
    return predicate


def status_for(data: bytes, issuer: Issuer) -> StatusList:
    """The list of states that ``issuer`` signed, with a key that was in use then.

    Raises:
        Refused: it is not that.
    """
    keys = [key.public for key in issuer.keys if not key.stolen]
    try:
        found = read_list(data, keys)
    except EnvelopeError as error:
        raise _unsigned(error, "status", "status") from error
    signer = next(key for key in issuer.keys if key.public.keyid == found.signer)
    if not signer.signs_at(moment_of(found.issued)):
        raise Refused("unknown-issuer", "status")
    return found

"""Giving a certificate: only for what its evidence shows, with what its issuer has to say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jidi.certificate.evidence import Evidence
from jidi.certificate.forms.trusting import written
from jidi.certificate.looking import facts_of, look
from jidi.certificate.settling import CERTIFIABLE, MOST_DAYS, SELECTED, last_end
from jidi.certificate.statements import PAYLOAD, faults, statement_of
from jidi.errors import DataError, OperatorError
from jidi.keys import SigningKey, sign
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.wording import sentence

_SAID: Final = (
    "operator",
    "build",
    "runner",
    "blind",
    "posting",
    "vendor_statement",
    "new_run_when",
)
_OPEN: Final = frozenset({"build", "posting", "vendor_statement", "status"})
"""Members whose value may be unknown, with a reason."""


class NotIssued(Exception):
    """There is nothing to certify; ``word`` is what the run came to, or ``other-rules``, or
    ``needs-a-run`` where a certificate cannot be renewed.
    """

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Terms:
    """What the issuer says, as its file holds it."""

    path: Path
    members: Mapping[str, Any]

    @property
    def days(self) -> timedelta:
        """How long the certificate is to hold."""
        return timedelta(days=self.members["days"])


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a certificate is given; for part of a profile only where ``selection`` says so;
    ``renewed`` is what the certificate says that it follows on.
    """

    at: datetime
    selection: bool = False
    renewed: Mapping[str, Any] | None = None


def read_terms(data: bytes, path: Path) -> Terms:
    """The file of an issuer, in YAML.

    Raises:
        OperatorError: it is none, or does not say for how many days, at most three years.
    """
    try:
        value: Any = load_yaml(data.decode("utf-8"), str(path))
    except (DataError, UnicodeDecodeError):
        value = None
    days = value.get("days") if isinstance(value, dict) else None
    if type(days) is not int or not 1 <= days <= MOST_DAYS or value.get("jidi-terms") != 1:
        raise OperatorError(
            sentence("certificate/not-terms", path=path, most=MOST_DAYS),
            next_step=sentence("certificate/see-terms"),
        )
    return Terms(path, value)


def issue(
    evidence: Evidence, terms: Terms, signer: tuple[str, SigningKey], occasion: Occasion
) -> bytes:
    """The certificate, given under the name and key of ``signer``.

    Raises:
        NotIssued: the evidence shows nothing that could be certified.
        AttachmentError: waivers or attestations cannot be used.
        OperatorError: the terms lack something.
        RunDirectoryError: the journal is not one.
    """
    at, renewed = occasion.at, occasion.renewed
    seen = look(evidence, at)
    if evidence.facts != facts_of(seen.record):
        raise NotIssued("other-rules")
    word = seen.settled.word
    if word not in CERTIFIABLE and not (occasion.selection and word == SELECTED):
        raise NotIssued(word)
    name, key = signer
    predicate = {
        "id": f"urn:uuid:{uuid.uuid4()}",
        "issued": written(at),
        "expires": written(min(at + terms.days, last_end(at, seen.settled))),
        "renews": None if renewed is None else renewed["id"],
        "issuer": {"name": name, "kind": terms.members.get("kind"), "keyid": key.public.keyid},
        "evidence": {"sha256": evidence.digest},
        "status": _known(terms.members.get("status")),
        "shown": seen.shown(),
        "said": {member: _said(terms, member) for member in _SAID},
    }
    if renewed is not None:
        _require_no_run(predicate, renewed)
    _require_whole(predicate, terms)
    return sign(statement_of(predicate), PAYLOAD, key)


def _said(terms: Terms, member: str) -> Any:
    value = terms.members.get(member)
    if member == "operator" and isinstance(value, Mapping):
        return {**value, "social_credit_code": _known(value.get("social_credit_code"))}
    return _known(value) if member in _OPEN else value


def _known(value: Any) -> Any:
    """A value, or why there is none."""
    if isinstance(value, Mapping) and value.keys() == {"unknown"}:
        return {"value": None, "reason": value["unknown"]}
    return {"value": value, "reason": ""}


def _require_no_run(predicate: Mapping[str, Any], renewed: Mapping[str, Any]) -> None:
    """What was not run again must be what was run: the same build under the same rules."""
    new, old = predicate["shown"], renewed["shown"]
    same_run = new["journal"] == old["journal"]
    if new["candidate"]["name"] != old["candidate"]["name"] or new["role"] != old["role"]:
        raise NotIssued("another-candidate")
    if same_run and predicate["said"]["build"] != renewed["said"]["build"]:
        raise NotIssued("needs-a-run")


def _require_whole(predicate: Mapping[str, Any], terms: Terms) -> None:
    found = faults(predicate)
    if found:
        pointer, message, zh = found[0].pointer, found[0].message, found[0].message_zh
        raise OperatorError(
            sentence(
                "certificate/terms-lack",
                path=terms.path,
                pointer=pointer,
                message=message,
                message_zh=zh or message,
            ),
            next_step=sentence("certificate/see-terms"),
        )

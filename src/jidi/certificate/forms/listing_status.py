"""Which certificates of an issuer no longer hold: a numbered list that the issuer signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from jidi.certificate.forms.trusting import moment_of, written
from jidi.keys import (
    EnvelopeError,
    PublicKey,
    SigningKey,
    canonical,
    read_strictly,
    sign,
    verify,
)

STATUS: Final = "application/vnd.jidi.certificate-status.v1+json"
"""Payload type of a list."""
State = Literal["revoked", "suspended", "good"]
_STATES: Final[tuple[State, ...]] = get_args(State)
LARGEST_LIST: Final = 64 * 1024 * 1024
"""Bytes of a list at most."""
_AGE: Final = timedelta(days=30)
_MEMBERS: Final = frozenset({"jidi-status", "number", "issued", "next", "entries"})


@dataclass(frozen=True, slots=True)
class StatusList:
    """``entries`` by the id of the certificate: its state and since when; who is not named is good.
    ``signer`` is the id of the key that signed the list.
    """

    number: int
    issued: str
    next: str
    entries: Mapping[str, tuple[State, str]]
    signer: str

    def state(self, certificate: str) -> State:
        """What became of a certificate."""
        return self.entries.get(certificate, ("good", ""))[0]

    def is_old(self, at: datetime) -> bool:
        """Whether there should be a newer one."""
        return at > moment_of(self.next)


def read_list(data: bytes, known: Sequence[PublicKey]) -> StatusList:
    """A list that one of the ``known`` keys alone signed.

    Raises:
        EnvelopeError: none of them did, or it is no list.
    """
    opened = verify(data, known, STATUS, largest=LARGEST_LIST)
    try:
        value = read_strictly(opened.payload, LARGEST_LIST)
        entries = {str(name): _entry(one) for name, one in value["entries"].items()}
        number, begins, ends = value["number"], moment_of(value["issued"]), moment_of(value["next"])
        sound = (
            value.keys() == _MEMBERS
            and value["jidi-status"] == 1
            and type(number) is int
            and number >= 1
            and begins < ends <= begins + _AGE
            and len(opened.signers) == 1
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise EnvelopeError("not a list of states") from error
    if not sound:
        raise EnvelopeError("not a list of states")
    return StatusList(number, value["issued"], value["next"], entries, opened.signers[0])


def _entry(value: Mapping[str, Any]) -> tuple[State, str]:
    moment_of(value["since"])
    return _STATES[_STATES.index(value["state"])], value["since"]


def next_list(
    before: StatusList | None, changes: Mapping[str, State], key: SigningKey, at: datetime
) -> bytes:
    """The list that follows on ``before``, in which certificates have changed their state at the
    moment ``at``. What was revoked stays so.
    """
    now = written(at)
    entries = dict(before.entries) if before is not None else {}
    for name, state in changes.items():
        if entries.get(name, ("good", ""))[0] != "revoked":
            entries[name] = (state, now)
    value = {
        "jidi-status": 1,
        "number": 1 + (before.number if before is not None else 0),
        "issued": now,
        "next": written(at + _AGE),
        "entries": {
            name: {"state": state, "since": since} for name, (state, since) in entries.items()
        },
    }
    return sign(canonical(value), STATUS, key)

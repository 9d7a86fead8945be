"""A request of a stored run, sent again: which one, what can be sent of it, and where the answer is
another now.

Only what says something is compared: status, headers that carry meaning, and the document. Values
that were withheld on either side say nothing about equality and are counted instead.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.errors import RunDirectoryError, TargetError
from jidi.language.differing import differences
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.journal import ExchangeRecord, JournalRecord, JournalResponse, RunHeader
from jidi.model.outgoing import Outgoing
from jidi.model.target import Party, Target
from jidi.model.verdict import Difference
from jidi.report import exchange_view as evidence
from jidi.wording import sentence

_NUMBER: Final = re.compile("x?0*([0-9]{1,9})")
_MADE_ANEW: Final = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)
"""What the client, or the credential of the party, puts into each request."""
_TOLD: Final = (
    "allow",
    "content-type",
    "deprecation",
    "link",
    "location",
    "retry-after",
    "standard-version",
    "sunset",
    "www-authenticate",
)
KEY: Final = "idempotency-key"
_WITHHELD: Final = "⟦"
_NEITHER: Final = "⟦…⟧"


@dataclass(frozen=True, slots=True)
class Compared:
    """Where an answer is not what it was, in the order of the answer then; ``withheld`` counts the
    values that could not be compared.
    """

    differences: tuple[Difference, ...]
    withheld: int


def exchange_of(records: Sequence[JournalRecord], name: str) -> ExchangeRecord:
    """The exchange of that id; ``x000012``, ``12`` and the tail of a link to it are the same.

    Raises:
        RunDirectoryError: there is none.
    """
    listed = [record for record in records if isinstance(record, ExchangeRecord)]
    asked = _NUMBER.fullmatch(name.strip().rpartition("#")[2])
    wanted = f"x{int(asked[1]):06d}" if asked else ""
    found = next((record for record in listed if record.id == wanted), None)
    if found is None:
        last = listed[-1].id if listed else "-"
        raise RunDirectoryError(
            sentence("cli/replay-unknown", name=name),
            next_step=sentence("cli/replay-known", last=last),
        )
    return found


def outgoing(then: ExchangeRecord, header: RunHeader, target: Target, *, new_key: bool) -> Outgoing:
    """The same request, below the address at which the candidate is now, with the credential that
    the party of the target file has now.

    Raises:
        RunDirectoryError: the evidence does not hold all of it, or it was not the kit's to send.
        TargetError: the target has no such party.
    """
    why = obstacle(then)
    if why:
        raise RunDirectoryError(
            sentence("cli/replay-cannot", name=then.id, why=_REASONS[why]),
            next_step=sentence("cli/replay-see-the-report"),
        )
    party = _party(then, target)
    own = {name.lower() for name, _ in party.headers} if party else set()
    headers = [
        (name, secrets.token_hex(16) if new_key and name.lower() == KEY else value)
        for name, value in then.request.headers
        if name.lower() not in _MADE_ANEW | own
    ]
    body = evidence.payload(then.request).raw
    return Outgoing(
        method=then.request.method,
        url=_moved(then.request.url, header.target.base_url, target.base_url),
        headers=tuple(headers),
        body=body or None,
        party=then.party,
        credential=_credential(then, party),
        operation=then.operation,
    )


_REASONS: Final = {
    "received": sentence("cli/replay-received"),
    "truncated": sentence("cli/replay-truncated"),
    "withheld": sentence("cli/replay-withheld"),
    "given": sentence("cli/replay-given"),
}


def obstacle(then: ExchangeRecord) -> str:
    """Why a request cannot be sent again: ``received``, ``truncated``, ``given`` or ``withheld``;
    empty where it can.
    """
    asked = then.request
    if evidence.is_received(then):
        return "received"
    if asked.body.truncated:
        return "truncated"
    if then.credential == "given":
        return "given"
    sent = [value for name, value in asked.headers if name.lower() not in _MADE_ANEW]
    spoken = [asked.url, *sent, evidence.payload(asked).text or ""]
    return "withheld" if any(_WITHHELD in text for text in spoken) else ""


def _party(then: ExchangeRecord, target: Target) -> Party | None:
    if not then.party:
        return None
    found = next((one for one in target.parties if one.name == then.party), None)
    if found is None:
        names = ", ".join(one.name for one in target.parties)
        raise TargetError(
            sentence("cli/token-unknown-party", path=target.path, party=then.party),
            next_step=sentence("cli/token-known-parties", names=names),
        )
    return found


def _credential(then: ExchangeRecord, party: Party | None) -> str:
    if then.credential == "forged":
        return "forged"
    bare = not evidence.header(then.request, "authorization")
    by_header = party is not None and party.auth.type in {"bearer", "oauth2"}
    return "none" if party is None or (bare and by_header) else "party"


def _moved(url: str, before: str, now: str) -> str:
    """The address below where the candidate is now."""
    old, new = before.rstrip("/"), now.rstrip("/")
    if url == old or url.startswith((f"{old}/", f"{old}?")):
        return new + url[len(old) :]
    old_origin, new_origin = _origin(old), _origin(new)
    if url == old_origin or url.startswith(f"{old_origin}/"):
        return new_origin + url[len(old_origin) :]
    return url


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def compared(then: ExchangeRecord, now: ExchangeRecord) -> Compared:
    """Both answers; one that did not come is a document without members."""
    before, after, withheld = _blanked(_document(then.response), _document(now.response))
    return Compared(differences(before, after), withheld)


def _document(answer: JournalResponse | None) -> dict[str, Any]:
    if answer is None:
        return {}
    text = evidence.payload(answer).shown
    try:
        body = read_json(text) if text else ""
    except NotJsonError:
        body = text
    named = {name: evidence.header(answer, name) for name in _TOLD}
    return {
        "status": answer.status,
        "headers": {name: value for name, value in named.items() if value},
        "body": body,
    }


def _blanked(before: Any, after: Any) -> tuple[Any, Any, int]:
    """Both, with the same word in each place at which either was withheld, and how many."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _blanked_members(before, after)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        triples = [_blanked(*pair) for pair in zip(before, after, strict=True)]
        firsts, seconds = [one[0] for one in triples], [one[1] for one in triples]
        return firsts, seconds, sum(one[2] for one in triples)
    texts = [one for one in (before, after) if isinstance(one, str)]
    if len(texts) == 2 and any(_WITHHELD in one for one in texts):
        return _NEITHER, _NEITHER, 1
    return before, after, 0


def _blanked_members(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], int]:
    first, second, count = dict(before), dict(after), 0
    for name in before:
        if name in after:
            first[name], second[name], more = _blanked(before[name], after[name])
            count += more
    return first, second, count

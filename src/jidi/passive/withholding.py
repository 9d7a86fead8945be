"""Turns an exchange of a recording into its journal record. Both sides are strangers, so both are
redacted, and what no schema describes is not kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlunsplit

from msgspec import structs

from jidi.drive.keeping import KnownTexts, Planted, Redactor
from jidi.drive.keeping.encoding import redactions_of
from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.headers import KNOWN, is_secret_header
from jidi.drive.keeping.seeking.secrecy import SecretSearch, usual_spellings
from jidi.model.journal import (
    Body,
    ExchangeRecord,
    HeaderPairs,
    JournalRequest,
    JournalResponse,
)
from jidi.model.urls import url_parts
from jidi.passive.matching import Match
from jidi.passive.reading.entries import Entry
from jidi.registry import Operation, Registry

SCENARIO: Final = "recording"
_MOST_PARTS: Final = 60_000
_REMEMBERED: Final = 20_000
_REMEMBERED_LENGTH: Final = 100
"""Texts that were found clean, and how long such a one is at most: names and codes come again."""


class StrangersRedactor(Redactor):
    """A redactor for which nothing is the kit's own. ``personal`` are direct identifiers that were
    handed over: they go wherever else they stand, too.
    """

    def __init__(self, known: tuple[frozenset[str], frozenset[str]], registry: Registry) -> None:
        credentials, personal = known
        super().__init__(secrets.token_bytes(32), lambda: credentials, Planted(), registry)
        self._personal = SecretSearch(lambda: personal, usual_spellings)
        self.use_vocabulary(KnownTexts(registry.known_vocabulary()))
        self._bare: set[str] = set()
        self._clean: set[str] = set()

    def text(self, text: str, pointer: str, findings: Findings) -> str:
        """As for a run; what was found clean once is so again: nothing is learnt meanwhile."""
        if text in self._clean:
            return text
        before = len(findings.redactions)
        clean = super().text(text, pointer, findings)
        if clean == text and len(findings.redactions) == before:
            _remember(self._clean, text)
        return clean

    def scrub(self, value: Any) -> Any:
        """``value`` as it is. The journal's last net catches what was learnt while a record was
        made; of a recording everything is known before, and each part went through the redactor.
        """
        return value

    def credentials(self, text: str) -> str:
        """``text`` without any known credential or direct identifier, also where it is URL-encoded
        or in base64.
        """
        if text in self._bare:
            return text
        clean = super().credentials(text)
        parts, position = [], 0
        for start, end in self._personal.spans(clean):
            parts += [clean[position:start], self.marker("direct", clean[start:end])]
            position = end
        told = "".join([*parts, clean[position:]])
        if told == text:
            _remember(self._bare, text)
        return told


def _remember(known: set[str], text: str) -> None:
    if len(text) <= _REMEMBERED_LENGTH and len(known) < _REMEMBERED:
        known.add(text)


def raw_record(entry: Entry, match: Match, number: int) -> ExchangeRecord:
    """The record with everything in it, which never leaves the process."""
    exchange, operation = entry.exchange, match.operation
    request, response = exchange.request, exchange.response
    return ExchangeRecord(
        id=f"x{number:06d}",
        scenario=SCENARIO,
        step=operation.id if operation is not None else "push",
        attempt=0,
        index=0,
        page=0,
        direction="received" if operation is None or match.outgoing else "sent",
        party="",
        operation=operation.id if operation is not None else "",
        request=JournalRequest(
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=_raw_body(request.body),
        ),
        response=None
        if response is None
        else JournalResponse(
            status=response.status, headers=response.headers, body=_raw_body(response.body)
        ),
        failure=exchange.failure,
        started_at=exchange.started_at,
        started=exchange.started,
        finished=exchange.finished,
        redactions=(),
        facts={},
    )


def _raw_body(data: bytes) -> Body:
    body = Body(digest=f"sha-256:{hashlib.sha256(data).hexdigest()}", size=len(data))
    try:
        return structs.replace(body, text=data.decode("utf-8"))
    except UnicodeDecodeError:
        return body


def withheld_record(
    raw: ExchangeRecord,
    match: Match,
    schemas: tuple[str, str],
    facts: Mapping[str, Any],
    redactor: Redactor,
) -> ExchangeRecord:
    """``raw`` as it may be written. ``schemas`` are those of request and response, empty where none
    is known: such a body is kept as its size.
    """
    theirs, ours = Findings(), Findings()
    asked, answered = (theirs, ours) if raw.direction == "received" else (ours, theirs)
    answer, request = raw.response, raw.request
    return structs.replace(
        raw,
        party=_party(request.headers, redactor),
        request=JournalRequest(
            method=redactor.text(request.method, "method", ours),
            url=_url(request.url, match, redactor),
            headers=_headers(request.headers, redactor, asked),
            body=_body(request.body, schemas[0], redactor, asked),
        ),
        response=None
        if answer is None
        else JournalResponse(
            status=answer.status,
            headers=_headers(answer.headers, redactor, answered),
            body=_body(answer.body, schemas[1], redactor, answered),
        ),
        redactions=tuple(
            structs.replace(one, pointer=redactor.text(one.pointer, "facts", Findings()))
            for one in redactions_of(theirs)
        ),
        facts=_clean(facts, redactor),
    )


def _clean(value: Any, redactor: Redactor) -> Any:
    """Facts hold no values, but places are named after members, and a stranger may name a member
    after a person.
    """
    if isinstance(value, str):
        return redactor.text(value, "facts", Findings())
    if isinstance(value, Mapping) and "pointer" in value:
        pointer = redactor.text(str(value["pointer"]), "facts", Findings())
        same = pointer == value["pointer"]
        return {
            **value,
            "pointer": pointer,
            **({} if same else {"en": value["keyword"], "zh": value["keyword"]}),
        }
    if isinstance(value, Mapping):
        return {name: _clean(item, redactor) for name, item in value.items()}
    return [_clean(item, redactor) for item in value] if isinstance(value, list) else value


def _party(headers: HeaderPairs, redactor: Redactor) -> str:
    """A name for whoever holds this credential; empty without one."""
    value = next((value for name, value in headers if name.lower() == "authorization"), "")
    return f"caller-{redactor.commitment(value)[:8]}" if value else ""


def _url(url: str, match: Match, redactor: Redactor) -> str:
    """Without user and fragment; in the query only parameters that the contract knows keep a value,
    and that one redacted like those in the path.
    """
    parts = url_parts(url)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    if match.operation is None:
        path = redactor.marker("undeclared", parts.path) if parts.path.strip("/") else "/"
        return urlunsplit((parts.scheme, host, path, "", ""))
    path = parts.path.removesuffix(match.below)
    for value in match.parameters.values():
        clean = redactor.text(value, "url", Findings())
        path = path if clean == value else path.replace(quote(value), clean).replace(value, clean)
    hidden = "/" + redactor.marker("undeclared", match.below) if match.below else ""
    query = redactor.credentials(_query(parts.query, match.operation, redactor))
    return urlunsplit((parts.scheme, host, redactor.credentials(path) + hidden, query, ""))


def _query(query: str, operation: Operation, redactor: Redactor) -> str:
    """Parameters in their order; one that is not declared loses its name as well."""
    if query.count("&") >= 100:
        return ""
    known = {known.name for known in operation.parameters if known.location == "query"}
    return "&".join(
        f"{quote(name)}={quote(redactor.text(value, 'url', Findings()))}"
        if name in known
        else f"undeclared={redactor.marker('undeclared', value)}"
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    )


def _headers(headers: HeaderPairs, redactor: Redactor, findings: Findings) -> HeaderPairs:
    return tuple(
        (redactor.text(name, "header", Findings()), _header(name, value, redactor, findings))
        for name, value in headers
    )


def _header(name: str, value: str, redactor: Redactor, findings: Findings) -> str:
    if name.lower() in {"authorization", "proxy-authorization"}:
        return redactor.header(name, value)
    if is_secret_header(name):
        return redactor.marker("credential", value)
    return (
        redactor.foreign_header(name, value, findings)
        if name.lower() in KNOWN
        else redactor.marker("undeclared", value)
    )


def _body(body: Body, schema: str, redactor: Redactor, findings: Findings) -> Body:
    """The digest is salted: the plain one of a short body would give its telephone number back to
    whoever tries them all.
    """
    kept = Body(digest=f"sha-256:{redactor.commitment(body.digest)}", size=body.size)
    text = body.text or ""
    if body.size == 0:
        return structs.replace(kept, text="")
    if text and schema and text.count(",") + text.count(":") <= _MOST_PARTS:
        try:
            return structs.replace(kept, text=redactor.document(text, schema, findings))
        except ValueError:
            return kept
    return kept

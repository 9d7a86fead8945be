"""Turns an exchange into its journal record, redacted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs

from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.redaction import Redactor
from jidi.model.exchange import Exchange, Headers, Request, Response
from jidi.model.journal import (
    Body,
    ExchangeRecord,
    HeaderPairs,
    JournalRequest,
    JournalResponse,
    Redaction,
)

KEPT_OF_BROKEN = 4096
"""Bytes that are kept of a body that broke off or was too large: it is judged as no answer, so a
glimpse of it is evidence enough.
"""


_FORM = re.compile(r"[^\s=&{\[<\"]+=\S*")
_ENUMERABLE = frozenset({"direct", "credential"})
_MOST_PARTS = 60_000
_LONGEST_LIST = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exchange belongs. ``schema`` names the schema of what the candidate sent: the
    response, or for a push the request (empty: none); ``own`` that of what the kit said.

    ``receiver`` is the name of the endpoint for a received push; ``facts`` are findings about the
    raw bytes, made before redaction.
    """

    id: str
    scenario: str
    step: str
    attempt: int = 0
    index: int = 0
    page: int = 0
    schema: str = ""
    receiver: str = ""
    own: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def encode_exchange(exchange: Exchange, place: Place, redactor: Redactor) -> ExchangeRecord:
    """The ``exchange`` record. What the kit sent is no more its own than what it got: it says again
    what the candidate said, so both are looked through; the schema bears on the candidate's side.

    Redactions name JSON Pointers into the candidate's body; others say ``text``, ``failure`` or
    ``header:<name>``.
    """
    findings = Findings()
    theirs = exchange.direction == "received"
    request = _request(
        exchange.request,
        place.schema if theirs else place.own,
        redactor,
        findings if theirs else None,
    )
    response = _response(
        exchange.response,
        place.own if theirs else place.schema,
        redactor,
        None if theirs else findings,
    )
    facts = redactor.tree(dict(place.facts), "")
    failure = exchange.failure
    if failure is not None:
        failure = replace(failure, detail=redactor.text(failure.detail, "failure", findings))
    return ExchangeRecord(
        id=place.id,
        scenario=place.scenario,
        step=place.step,
        attempt=place.attempt,
        index=place.index,
        page=place.page,
        direction=exchange.direction,
        party=exchange.party,
        operation=exchange.operation,
        request=request,
        response=response,
        failure=failure,
        started_at=exchange.started_at,
        started=exchange.started,
        finished=exchange.finished,
        redactions=redactions_of(findings),
        facts=facts,
        receiver=place.receiver,
        credential=exchange.credential,
    )


def redactions_of(findings: Findings) -> tuple[Redaction, ...]:
    """What was replaced, as it stands in the record of an exchange."""
    return tuple(
        Redaction(
            pointer=one.pointer,
            pi_class=one.pi_class,
            commitment=one.commitment,
            faults=one.faults,
        )
        for one in findings.redactions
    )


def _request(
    request: Request, schema: str, redactor: Redactor, findings: Findings | None
) -> JournalRequest:
    return JournalRequest(
        method=redactor.text(request.method, "method", Findings()),
        url=redactor.url(request.url, Findings()),
        headers=_headers(request.headers, redactor, findings),
        body=_body(request.body, schema, redactor, findings),
    )


def _response(
    response: Response | None, schema: str, redactor: Redactor, findings: Findings | None
) -> JournalResponse | None:
    if response is None:
        return None
    data = (
        response.body[:KEPT_OF_BROKEN].decode("utf-8", "ignore").encode()
        if response.truncated
        else response.body
    )
    body = _body(data, schema, redactor, findings)
    if response.truncated:
        body = structs.replace(body, truncated=True)
    return JournalResponse(
        status=response.status,
        headers=_headers(response.headers, redactor, findings),
        body=body,
    )


def _headers(headers: Headers, redactor: Redactor, findings: Findings | None) -> HeaderPairs:
    return tuple(
        (
            redactor.header_name(name),
            redactor.own_header(name, value)
            if findings is None
            else redactor.foreign_header(name, value, findings),
        )
        for name, value in headers
    )


def _body(data: bytes, schema: str, redactor: Redactor, theirs: Findings | None) -> Body:
    """``theirs`` is ``None`` for the kit's own bodies. What is not UTF-8 text, or overgrown, is
    kept as digest and size only: nobody can redact it.

    The digest of a body in which something was withheld is salted: the plain one of a short body
    would give its telephone number back to whoever tries them all. That of the kit's own stays, for
    the candidate says it, too.
    """
    digest = f"sha-256:{hashlib.sha256(data).hexdigest()}"
    body = Body(digest=digest, size=len(data))
    findings = Findings() if theirs is None else theirs
    before = len(findings.redactions)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return body
    if theirs is not None and _overgrown(text):
        return structs.replace(body, truncated=True)
    kept = _text(text, schema, redactor, (findings, theirs is None))
    withheld = {one.pi_class for one in findings.redactions[before:]}
    if theirs is not None and withheld & _ENUMERABLE:
        digest = f"sha-256:{redactor.commitment(digest)}"
    return structs.replace(body, digest=digest, text=kept)


def _text(text: str, schema: str, redactor: Redactor, whose: tuple[Findings, bool]) -> str:
    findings, own = whose
    if _FORM.fullmatch(text):
        return redactor.form(text, findings)
    try:
        return redactor.document(text, schema, findings, own=own)
    except ValueError:
        return redactor.loose_text(text, findings)


def _overgrown(text: str) -> bool:
    """Whether a document has so many parts, or so long a list, that looking through each of them
    would take a minute. None of the standard's has.
    """
    commas = text.count(",")
    if commas + text.count(":") > _MOST_PARTS:
        return True
    if commas < _LONGEST_LIST:
        return False
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return False
    while waiting:
        part = waiting.pop()
        if isinstance(part, list) and len(part) > _LONGEST_LIST:
            return True
        waiting.extend(
            part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()
        )
    return False

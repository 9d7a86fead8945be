"""What surrounds the exchanges of a run: credentials, transport, clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from jidi.cli.preflight.advice import Finding
from jidi.cli.preflight.discovery_check import Discovery
from jidi.drive import Client, CredentialFailure
from jidi.drive.keeping.foreign import shown
from jidi.model.outgoing import Outgoing
from jidi.model.target import Party, Target
from jidi.model.text import Text
from jidi.model.urls import host_of, url_parts
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

_SKEW_LIMIT_S = 5.0
_TLS: Final = Text("TLS", "TLS")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_credentials(client: Client, target: Target, base_url: str) -> Iterator[Finding]:
    """Whether each party's credential is accepted; the probe is a read of ``/status`` below
    ``base_url``, which is empty when it is not known.
    """
    if not target.parties:
        detail = sentence("cli/none-nothing-that-needs-a-credential-can")
        yield Finding(
            sentence("cli/parties"),
            "mend",
            detail,
            sentence("cli/write-a-target-file-jidi-init-url"),
        )
    if base_url:
        for party in target.parties:
            yield _check_party(client, party, base_url)


def _check_party(client: Client, party: Party, base_url: str) -> Finding:
    subject = sentence("cli/party", name=party.name)
    if party.auth.type == "none":
        return Finding(subject, "ok", sentence("cli/has-no-credential-on-purpose"))
    credential = client.credentials.headers_for(party.name)
    if isinstance(credential, CredentialFailure):
        return Finding(
            subject,
            "mend",
            credential.cause,
            _how_to_get_one(credential),
        )
    exchange = client.send(
        Outgoing(
            "GET",
            f"{base_url}/status",
            (("Accept", "application/json"),),
            party=party.name,
            operation="getStatus",
        )
    )
    if exchange.response is None:
        failure = exchange.failure
        return Finding(
            subject,
            "mend",
            Text(f"{failure.kind}: {failure.detail}" if failure else "", failure_zh(failure)),
            sentence("cli/look-why-status-does-not-answer"),
        )
    status = exchange.response.status
    if status == 401:
        return Finding(
            subject,
            "mend",
            sentence("cli/refused-with-401", type=party.auth.type),
            sentence("cli/mend-its-auth-in-the-target-file"),
        )
    if status >= 500:
        return Finding(
            subject,
            "mend",
            sentence("cli/status-answered", status=status),
            sentence("cli/look-at-the-candidates-log"),
        )
    return Finding(
        subject,
        "ok",
        sentence("cli/accepted-status-answered", type=party.auth.type, status=status),
    )


def _how_to_get_one(failed: CredentialFailure) -> Text:
    exchange = failed.exchange
    if exchange is None or exchange.failure is None or exchange.failure.kind != "forbidden-host":
        return sentence("cli/how-to-get-one-mend-its-auth-in-the-target-file")
    host = shown(host_of(exchange.request.url))
    return sentence("cli/add-to-hosts-in-the-target-file", host=host)


def check_tls(target: Target, reached: bool) -> Finding:
    """Whether the way to the candidate is protected; ``reached`` says that the certificate held."""
    parts = url_parts(target.base_url)
    if parts.scheme == "https":
        return _certificate(reached)
    if parts.hostname in _LOOPBACK:
        return Finding(_TLS, "ok", sentence("cli/none-on-this-machine-only"))
    return Finding(
        _TLS,
        "note",
        sentence("cli/plain-http-beyond-this-machine-requirements"),
        sentence("cli/serve-https"),
    )


def _certificate(reached: bool) -> Finding:
    if reached:
        return Finding(_TLS, "ok", sentence("cli/certificate-verified"))
    return Finding(_TLS, "note", sentence("cli/not-known-for-want-of-an-answer"))


def check_clock(discovery: Discovery) -> Finding:
    """How far the candidate's clock is from ours, by the Date header, which has a resolution of one
    second.
    """
    subject = sentence("cli/clock")
    response = discovery.exchange.response
    value = response.header("date") if response else None
    try:
        theirs = parsedate_to_datetime(value or "")
    except ValueError:
        return Finding(
            subject,
            "note",
            sentence("cli/the-answer-has-no-usable-date-header"),
            sentence("cli/compare-the-clocks-by-hand"),
        )
    ours = datetime.now(UTC).timestamp() - (time.monotonic() - discovery.exchange.finished)
    skew = max(0.0, abs(theirs.timestamp() + 0.5 - ours) - 0.5)
    limit = max(_SKEW_LIMIT_S, discovery.limit("clock_skew_s", _SKEW_LIMIT_S))
    detail = sentence("cli/s-apart-s-allowed", skew=skew, limit=limit)
    if skew <= limit:
        return Finding(subject, "ok", detail)
    return Finding(
        subject,
        "mend",
        detail,
        sentence("cli/let-both-machines-take-their-time-from"),
    )

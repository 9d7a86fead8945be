"""What is sent, and whether it may be: the host must be declared, the credential must be had."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from urllib3 import HTTPHeaderDict
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from jidi.drive.candidate.credentials import CredentialFailure, Credentials
from jidi.drive.header_order import arranged, length_of
from jidi.drive.keeping.foreign import shown
from jidi.model.exchange import Failure, Headers
from jidi.model.outgoing import Outgoing
from jidi.model.target import Target

_WHOLE = "Transfer-Encoding"
Identity = tuple[str, str, str]
"""Scheme, client certificate and key: what may never be shared between connections."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with its credential and default headers, and where it goes."""

    outgoing: Outgoing
    url: Url
    headers: HTTPHeaderDict
    certificate: tuple[str, str]
    timeout_s: float

    @property
    def identity(self) -> Identity:
        """Over which connections it may go."""
        return (self.url.scheme or "", *self.certificate)


def prepare(
    outgoing: Outgoing, target: Target, credentials: Credentials, timeout_s: float
) -> Prepared | Failure:
    """``outgoing`` ready to be sent, or why nothing can be sent; ``timeout_s`` where it has none of
    its own.
    """
    url = _usable(outgoing.url)
    if isinstance(url, Failure):
        return url
    # What urllib3 will call is what must be declared, whatever another parser makes of it.
    place = f"{(url.host or '').lower()}:{url.port or (443 if url.scheme == 'https' else 80)}"
    if url.auth or place not in target.hosts:
        told = f"{shown(place)} is not among the hosts that the target declares"
        return Failure("forbidden-host", told)
    credential = _credential_headers(outgoing, credentials)
    if isinstance(credential, CredentialFailure):
        return _without_credential(credential)
    return Prepared(
        outgoing,
        url,
        _headers(outgoing, credential, target, credentials),
        _certificate(outgoing, credentials),
        outgoing.timeout_s or timeout_s,
    )


def _credential_headers(
    outgoing: Outgoing, credentials: Credentials
) -> Headers | CredentialFailure:
    if outgoing.credential == "none":
        return ()
    if outgoing.credential == "party":
        return credentials.headers_for(outgoing.party) if outgoing.party else ()
    token = secrets.token_urlsafe(32) if outgoing.credential == "forged" else outgoing.credential
    credentials.learn(token)
    return (("Authorization", f"Bearer {token}"),)


def _headers(
    outgoing: Outgoing, credential: Headers, target: Target, credentials: Credentials
) -> HTTPHeaderDict:
    """Own headers win over the party's and the credential's; several of one name are all sent, in
    order. The names are in the order of some client.
    """
    headers = HTTPHeaderDict()
    for name, value in outgoing.headers:
        headers.add(name, _sendable(value))
    party = credentials.party(outgoing.party)
    added = (
        *credential,
        *(party.headers if party else ()),
        ("User-Agent", target.user_agent),
        ("Accept-Encoding", "gzip, deflate"),
    )
    for name, value in added:
        if name not in headers:
            headers.add(name, _sendable(value))
    length = length_of(outgoing.method, outgoing.body)
    if length is not None and "Content-Length" not in headers and _WHOLE not in headers:
        headers.add("Content-Length", length)
    return HTTPHeaderDict(arranged(headers.items()))


def _certificate(outgoing: Outgoing, credentials: Credentials) -> tuple[str, str]:
    party = credentials.party(outgoing.party)
    if party is None or outgoing.credential != "party":
        return ("", "")
    return (party.auth.certificate, party.auth.key)


def _sendable(value: str) -> str:
    """``value`` as http.client can write it: header text beyond Latin-1 goes out as its UTF-8
    bytes.
    """
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8").decode("latin-1")
    return value


def _usable(text: str) -> Url | Failure:
    """The parts of an absolute http(s) URL, or why nothing can be sent there."""
    try:
        url = parse_url(text)
    except (HTTPError, ValueError) as error:
        return Failure("protocol", f"the URL {shown(text)} cannot be used: {shown(error)}")
    if url.scheme not in {"http", "https"} or not url.host:
        told = f"the URL {shown(text)} is not an absolute http or https URL"
        return Failure("protocol", told)
    return url


def _without_credential(fault: CredentialFailure) -> Failure:
    failure = fault.exchange.failure if fault.exchange else None
    kind = failure.kind if failure else "protocol"
    return Failure(kind, f"no credential: {fault.cause.en}")

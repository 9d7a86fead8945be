"""What a recording holds that must never be written readable: credentials of every party, and
personal values as they were handed over.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.drive.keeping.headers import is_secret_header
from jidi.model.exchange import Request, Response
from jidi.passive.matching import Match, json_of, split
from jidi.registry import Registry

_SECRET_MEMBERS: Final = frozenset(
    {
        "client_secret",
        "access_token",
        "refresh_token",
        "id_token",
        "password",
        "client_assertion",
        "secret",
        "person_code",
        "code_verifier",
    }
)
_MOST_PAIRS: Final = 100
_SHORTEST: Final = 6
_SHORTEST_NAME: Final = 4
_SHORTEST_NUMBER: Final = 7
_LONGEST: Final = 4096


def credentials_in(request: Request, response: Response | None) -> Iterator[str]:
    """Every credential that an exchange shows: in headers, form, JSON, query, and the user part of
    the URL.
    """
    for name, value in (*request.headers, *(response.headers if response is not None else ())):
        if is_secret_header(name):
            yield from _of_header(value)
    yield from _of_url(request.url)
    for body in (request.body, response.body if response is not None else b""):
        document = json_of(body) if body[:1] in {b"{", b"["} else None
        if document is not None:
            yield from _members(document)
        elif b"=" in body[:4096]:
            yield from _of_form(body)


def _of_url(url: str) -> Iterator[str]:
    parts = split(url)
    if parts is not None:
        yield from (part for part in (parts.username, parts.password) if part)
        pairs = parse_qsl(parts.query) if parts.query.count("&") < _MOST_PAIRS else []
        yield from (value for name, value in pairs if name.lower() in _SECRET_MEMBERS)


def _of_header(value: str) -> Iterator[str]:
    yield value
    scheme, _, rest = value.partition(" ")
    if rest:
        yield rest
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return
        yield from (user, password)
    for part in value.split(";"):
        yield part.partition("=")[2].strip()


def _of_form(body: bytes) -> Iterator[str]:
    try:
        pairs = parse_qsl(body[:65536].decode("ascii"), max_num_fields=_MOST_PAIRS)
    except ValueError:
        return
    yield from (value for name, value in pairs if name.lower() in _SECRET_MEMBERS)


def _members(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            yield from (
                item
                for name, item in part.items()
                if isinstance(item, str) and str(name).lower() in _SECRET_MEMBERS
            )
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def personal_in(
    match: Match, request: Request, response: Response | None, registry: Registry
) -> Iterator[str]:
    """Direct identifiers in bodies of known operations; they are taken out wherever else they
    stand, too.
    """
    operation = match.operation
    pairs = [(operation.request_schema if operation is not None else "push-envelope", request.body)]
    if operation is not None and response is not None:
        pairs.append((operation.responses.get(str(response.status)), response.body))
    for schema, body in ((schema, body) for schema, body in pairs if schema):
        value = json_of(body)
        if value is None:
            continue
        for found in registry.personal_values(schema, value):
            if found.pi_class == "direct" and isinstance(found.value, str):
                yield found.value


def usable(secret: str, *, personal: bool = False) -> bool:
    """Whether a value is long enough to be looked for without hitting ordinary words, and no value
    that the kit withheld before.
    """
    shortest = (
        _SHORTEST if not personal else _SHORTEST_NUMBER if secret.isdecimal() else _SHORTEST_NAME
    )
    return shortest <= len(secret) <= _LONGEST and "⟦" not in secret

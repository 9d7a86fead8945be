"""Couriers that break DS-08.2: who may come in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    told,
)

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller
from jidi_reference.settings import ALL_SCOPES


def open_door(*operations: str) -> Wrap:
    """Serves an empty page to those who show no credential."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        if asked.header("authorization"):
            return await forward(asked)
        return told(200, {"items": [], "next_cursor": None, "resume_cursor": "start"})

    return Around(operations, handler)


def gate(admit: Callable[[Any, str, str, Problem], Caller | None], *operations: str) -> Wrap:
    """A gate that lets in some whom it should turn away; ``admit`` sees the context, the token, the
    operation and the refusal.
    """

    def make(healthy: Any) -> Any:
        class Lenient(healthy):  # type: ignore[misc]  # the class is handed in
            def _caller(self, headers: Any, operation: Any) -> Caller:
                try:
                    return super()._caller(headers, operation)  # type: ignore[no-any-return]  # of the class that is handed in
                except Problem as refusal:
                    known = not operations or operation.operation_id in operations
                    token = headers.get("authorization", "").partition(" ")[2]
                    caller = (
                        admit(self.context, token, operation.operation_id, refusal)
                        if known and token
                        else None
                    )
                    if caller is None:
                        raise
                    return caller

        return Lenient

    return Inside("bootstrap.gate", make)


def _found(context: Any, token: str) -> Any:
    with context.storage.read() as unit:
        return unit.accounts.find_token(hashlib.sha256(token.encode()).hexdigest())


def _caller(found: Any, scopes: Iterable[str]) -> Caller:
    token, client = found
    person = token.operator_id or token.client_id
    return Caller(
        client.party,
        token.client_id,
        frozenset(scopes),
        client.role,
        client.committed,
        person,
        token_hash=token.token_hash,
    )


def any_token(context: Any, token: str, _operation: str, refusal: Problem) -> Caller | None:
    unknown = refusal.content.slug == "unauthenticated" and _found(context, token) is None
    return Caller("nobody", "nobody", frozenset(ALL_SCOPES)) if unknown else None


def _known(wanted: Callable[[Any, Any], bool]) -> Callable[[Any, str, str, Problem], Caller | None]:
    def admit(context: Any, token: str, _operation: str, refusal: Problem) -> Caller | None:
        found = _found(context, token) if refusal.content.slug == "unauthenticated" else None
        if found is None or not wanted(context, found[0]):
            return None
        return _caller(found, found[0].scopes)

    return admit


EXPIRED: Final = _known(lambda context, row: row.environment == context.settings.environment)
FOREIGN: Final = _known(lambda context, row: row.expires_at > context.clock.now())


def beyond_scope(context: Any, token: str, _operation: str, refusal: Problem) -> Caller | None:
    found = _found(context, token) if refusal.content.slug == "insufficient-scope" else None
    return None if found is None else _caller(found, ALL_SCOPES)


FAULTS: Final = (
    Fault(
        "open-without-credential",
        "DS-08.2",
        "no-credential-accepted",
        "One listing is served to those who show no credential.",
        ("credential-required[listSubscriptions]/none/refused-without#status",),
        open_door("listSubscriptions"),
    ),
    Fault(
        "forged-accepted-on-one-operation",
        "DS-08.2",
        "forged-credential-accepted",
        "Reading a shipment's events asks for a credential, any credential.",
        ("credential-required[listShipmentEvents]/forged/refused-forged#status",),
        gate(any_token, "listShipmentEvents"),
    ),
    Fault(
        "expired-accepted",
        "DS-08.2",
        "expired-credential-accepted",
        "Expired tokens go on working.",
        (
            "credential-dead[expired]/read/read-refused#status",
            "credential-dead[expired]/write/write-refused#status",
        ),
        gate(EXPIRED),
    ),
    Fault(
        "expired-accepted-on-feed",
        "DS-08.2",
        "expired-credential-accepted",
        "Only the feed does not look at the age of a token.",
        ("credential-dead[expired]/feed/feed-refused#status",),
        gate(EXPIRED, "listEvents"),
    ),
    Fault(
        "expired-accepted-on-subscriptions",
        "DS-08.2",
        "expired-credential-accepted",
        "Only the list of subscriptions does not look at the age of a token.",
        ("credential-dead-everywhere[expired]/subscriptions/subscriptions-refused#status",),
        gate(EXPIRED, "listSubscriptions"),
    ),
    Fault(
        "other-environment-accepted",
        "DS-08.2",
        "other-environment-accepted",
        "A token of production works in the sandbox.",
        ("credential-dead[other-environment]/read/read-refused#status",),
        gate(FOREIGN),
    ),
    Fault(
        "scope-ignored",
        "DS-08.2",
        "scope-ignored",
        "A token reads and writes whatever its scope.",
        ("scope-kept/list/read-refused#status", "scope-kept/place/write-refused#status"),
        gate(beyond_scope),
    ),
    Fault(
        "scope-ignored-on-feed",
        "DS-08.2",
        "scope-ignored",
        "The feed, and it alone, is open to every scope.",
        ("scope-kept/feed/feed-refused#status",),
        gate(beyond_scope, "listEvents"),
    ),
    Fault(
        "scope-ignored-on-query",
        "DS-08.2",
        "scope-ignored",
        "The query of shipments, and it alone, is open to every scope.",
        ("scope-kept/query/query-refused#status",),
        gate(beyond_scope, "queryShipments"),
    ),
)
"""Faults of DS-08.2."""

"""Platforms and integrators whose calls to couriers are not those of the published contract, though
what they mean is plain.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    PLACING,
    Send,
    calls,
    with_header,
    with_json,
)
from tests.conformance.broken_partners.wrapping import Wrap

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundRequest

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")
_SUBSCRIBING: Final = "createSubscription"
_AMENDING: Final = "amendConsignment"
_CANCELLING: Final = "cancelConsignment"
_TRAIL: Final = "listShipmentEvents"
_TOKEN: Final = "issueToken"

Change = Callable[[OutboundRequest], OutboundRequest]


def changed(operation: str, change: Change) -> Wrap:
    """Calls of one operation go out as ``change`` makes them."""

    def send(request: OutboundRequest, healthy: Send) -> Any:
        return healthy(change(request))

    return calls(operation, send)


def _asking(**more: str) -> Change:
    def change(request: OutboundRequest) -> OutboundRequest:
        mark = "&" if "?" in request.url else "?"
        return replace(request, url=f"{request.url}{mark}{urlencode(more)}")

    return change


def _token_in_address(request: OutboundRequest) -> OutboundRequest:
    token = request.headers["Authorization"].partition(" ")[2]
    return _asking(access_token=token)(request)


def _secret_in_address(request: OutboundRequest) -> OutboundRequest:
    """Client and secret go in the address; the body says the same once more."""
    return _asking(grant_type="client_credentials", client_secret="jidi-not-the-one")(request)


def _typed(media_type: str) -> Change:
    return lambda request: with_header(request, "Content-Type", media_type)


def _without(name: str) -> Change:
    return lambda request: replace(
        request,
        headers={key: value for key, value in request.headers.items() if key.lower() != name},
    )


def _headed(name: str, value: str) -> Change:
    return lambda request: with_header(request, name, value)


def _body(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    return lambda request: with_json(request, change(json.loads(request.body or b"{}")))


_OF_INTEGRATORS: Final = frozenset(
    {"order-key-too-long", "trail-in-too-large-pages", "numbers-asked-for-by-name"}
)
"""Those that show in an integrator only: a platform's couriers see its keys, it asks for no numbers
and seldom for events.
"""
_SWEEP: Final = "contract-of-calls"
_HOW: Final[tuple[tuple[str, str, Wrap], ...]] = (
    (
        "order-sent-with-parameter-of-its-own",
        "Consignments are posted with a parameter that the operation does not have.",
        changed(PLACING, _asking(trace="1")),
    ),
    (
        "order-sent-as-text",
        "Consignments are posted as text.",
        changed(PLACING, _typed("text/plain;charset=utf-8")),
    ),
    (
        "order-sent-without-type",
        "Consignments are posted without a media type.",
        changed(PLACING, _without("content-type")),
    ),
    (
        "order-sent-in-gbk",
        "Consignments are said to be in another charset than JSON has.",
        changed(PLACING, _typed("application/json; charset=gbk")),
    ),
    (
        "order-sent-for-another-version",
        "Consignments are posted for a version that nobody published.",
        changed(PLACING, _headed("Standard-Version", "1")),
    ),
    (
        "order-key-too-long",
        "Keys of consignments are longer than keys may be.",
        changed(
            PLACING,
            lambda request: with_header(
                request, "Idempotency-Key", request.headers["Idempotency-Key"] * 9
            ),
        ),
    ),
    (
        "order-sent-with-token-in-the-address",
        "The token stands in the address, too.",
        changed(PLACING, _token_in_address),
    ),
    (
        "secret-in-the-address",
        "What a token is asked for with stands in the address, too.",
        changed(_TOKEN, _secret_in_address),
    ),
    (
        "token-asked-for-in-json",
        "Tokens are asked for in a body that is said to be JSON.",
        changed(_TOKEN, _typed("application/json")),
    ),
    (
        "subscribed-without-key",
        "Subscriptions are made without a key.",
        changed(_SUBSCRIBING, _without("idempotency-key")),
    ),
    (
        "subscribed-with-more-than-there-is",
        "Subscriptions say a name of the subscriber that no contract knows.",
        changed(_SUBSCRIBING, _body(lambda body: {**body, "subscriber": "shop"})),
    ),
    (
        "numbers-asked-for-by-name",
        "Numbers are asked for with the name of who wants them.",
        changed("allocateWaybillNumbers", _body(lambda body: {**body, "holder": "shop"})),
    ),
    (
        "amendment-as-merge-patch",
        "Amendments are sent under the media type of JSON Merge Patch.",
        changed(_AMENDING, _typed("application/merge-patch+json")),
    ),
    (
        "cancellation-asks-for-silence",
        "Cancellations are posted with a parameter that the operation does not have.",
        changed(_CANCELLING, _asking(notify="false")),
    ),
    (
        "trail-in-too-large-pages",
        "Events are asked for in pages that are larger than pages may be.",
        changed(
            _TRAIL,
            lambda request: replace(request, url=request.url.replace("limit=100", "limit=0")),
        ),
    ),
)
"""By name: what about it, and how."""

_AREAS: Final = ("dispatch", "receiving")

FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        "DS-10.1",
        "calls-of-ones-own",
        about,
        (f"sweep/{_SWEEP}#{_SWEEP}",),
        wrap,
        areas=_AREAS,
        role=role,
    )
    for name, about, wrap in _HOW
    for role in _ROLES
    if role == "integrator" or name not in _OF_INTEGRATORS
)
"""Every fault of this module."""

"""Platforms and integrators that judge everyday pushes rightly, and others not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap, requests_of

from jidi.model.roles import Role
from jidi_reference.domain.problems import Problem
from jidi_reference.service.platform.receiving import PushRequest

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")


def _sender(change: Callable[[Callable[..., Any], Any, str | None, PushRequest], Any]) -> Wrap:
    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, code, request: change(healthy, context, code, request)

    return Inside("receiving.sender", make)


def _is_heartbeat(request: PushRequest) -> bool:
    try:
        return bool(json.loads(request.body)["type"] == "heartbeat")
    except (ValueError, LookupError, TypeError):
        return False


class _Stopped:
    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Always the same."""
        return self._at


def _heartbeat_at_any_time(
    healthy: Callable[..., Any], context: Any, code: str | None, request: PushRequest
) -> Any:
    stamp = request.headers.get("webhook-timestamp", "")
    if _is_heartbeat(request) and stamp.isascii() and stamp.isdigit():
        context = replace(context, clock=_Stopped(float(stamp)))
    return healthy(context, code, request)


def _heartbeat_of_anybody(
    healthy: Callable[..., Any], context: Any, code: str | None, request: PushRequest
) -> Any:
    try:
        return healthy(context, code, request)
    except Problem:
        if code is None or not _is_heartbeat(request) or "webhook-id" not in request.headers:
            raise
        with context.storage.read() as unit:
            return unit.couriers.find(code)


def _signed_by_any_courier(
    healthy: Callable[..., Any], context: Any, code: str | None, request: PushRequest
) -> Any:
    """Whichever courier signed it, it is taken as one of the courier whose address it came to."""
    healthy(context, None, request)
    with context.storage.read() as unit:
        row = None if code is None else unit.couriers.find(code)
    return row if row is not None else healthy(context, code, request)


def _only_the_first(healthy: Callable[..., bool]) -> Callable[..., bool]:
    """Of several signatures the first is verified."""
    return lambda secrets, stamped, header, body: healthy(
        secrets, stamped, header.split(" ")[0], body
    )


def _known_schemes_only(healthy: Callable[..., bool]) -> Callable[..., bool]:
    """A list that holds a scheme that nobody knows is refused."""

    def check(secrets: Any, stamped: Any, header: str, body: bytes) -> bool:
        known = all(mark.startswith("v1,") for mark in header.split())
        return known and healthy(secrets, stamped, header, body)

    return check


def _spent_by_forgeries() -> Wrap:
    """The id of a push that was not believed is spent."""
    spent: set[str] = set()

    def change(
        healthy: Callable[..., Any], context: Any, code: str | None, request: PushRequest
    ) -> Any:
        name = request.headers.get("webhook-id", "")
        if name in spent:
            raise Problem("unauthenticated", "This id came before.")
        try:
            return healthy(context, code, request)
        except Problem:
            spent.add(name)
            raise

    return _sender(change)


_HOW: Final[tuple[tuple[str, str, str, str, Wrap], ...]] = (
    (
        "stale-heartbeat-believed",
        "stale-accepted",
        "Of heartbeats the time is not looked at.",
        "stale-heartbeat/stale-heartbeat-refused#status",
        _sender(_heartbeat_at_any_time),
    ),
    (
        "forged-heartbeat-believed",
        "forged-accepted",
        "Heartbeats are taken from anybody.",
        "forged-heartbeat/forged-heartbeat-refused#status",
        _sender(_heartbeat_of_anybody),
    ),
    (
        "signed-by-any-courier",
        "forged-accepted",
        "A push is believed by the secret of whichever courier.",
        "of-another/other-courier-not-believed#not-in",
        _sender(_signed_by_any_courier),
    ),
    (
        "first-signature-only",
        "altered-accepted",
        "Of several signatures only the first is verified, so that rotations lose pushes.",
        "among-others/right-one-found#status",
        Inside("receiving.verified", _only_the_first),
    ),
    (
        "unknown-scheme-spoils-the-list",
        "altered-accepted",
        "A signature of a scheme that nobody knows spoils the right one beside it.",
        "among-others/right-one-found#status",
        Inside("receiving.verified", _known_schemes_only),
    ),
    (
        "id-spent-by-a-forgery",
        "replayed-accepted",
        "An id that a forgery had is refused to the courier.",
        "right/right-one-believed#status",
        _spent_by_forgeries(),
    ),
    (
        "text-taken-as-json",
        "altered-accepted",
        "Pushes are taken under any media type.",
        "as-text/other-media-type-refused#status",
        requests_of(
            ("receiveShipmentEvents",),
            lambda asked: asked.with_header("content-type", "application/json"),
        ),
    ),
)
"""By name: the case of DS-02.9, what about it, the check that sees it, and how."""
_ALSO: Final = {
    "DS-02.8": "a retry that is signed afresh comes under an id that was refused before."
}
_IN_INTEGRATORS: Final = frozenset(
    {"stale-heartbeat-believed", "signed-by-any-courier", "first-signature-only"}
)
"""Those that are tried in integrators, too: their pushes are judged alike."""

FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        "DS-02.9",
        case,
        about,
        (f"{'integrator-' if role == 'integrator' else ''}push-not-believed/{check}",),
        wrap,
        also=_ALSO if name == "id-spent-by-a-forgery" else {},
        role=role,
    )
    for name, case, about, check, wrap in _HOW
    for role in _ROLES
    if role == "platform" or name in _IN_INTEGRATORS
)
"""Every fault of this module."""

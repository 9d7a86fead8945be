"""Variants of the integrator: what another honest implementer would do otherwise towards platforms,
towards couriers, and in between.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import requests
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness import behaviour, data, inside, platforms, wire
from tests.conformance.fairness.receipts import numbers_of_receipts
from tests.conformance.fairness.variant import Variant
from tests.conformance.seams import healthy, stand_in

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_CONTRACT: Final = "docs/standard/platforms-and-integrators.md: "
_LIMITS: Final = {"push_initial_backoff_s": 0.5}
"""So long that gaps between tries can be told from the noise of a busy machine."""
_PUSHES: Final = "/shipment-events/"
_DEEPER: Final = "/shipment-events/hooks/v2/of/"
"""Where callbacks lie that lie deeper."""


def _numbers_as_needed() -> None:
    """No pool: numbers are fetched for each consignment, and there is 503 while the courier gives
    none.
    """
    stand_in("handing-on.least", 0)
    stand_in("handing-on.refill", 0)
    stand_in("connection.first-numbers", 1)


def _receipt_at_once() -> None:
    """Nobody waits for the courier before the receipt is given."""
    stand_in("forwarding.moment-s", 0.0)


def _text_of_another_library() -> None:
    """Members sorted, characters beyond ASCII as they are, a member a line: bodies down, pushes,
    whatever is kept.
    """
    stand_in("value.json-text", partial(json.dumps, sort_keys=True, ensure_ascii=False, indent=1))


def _pieces(body: bytes) -> Iterator[bytes]:
    for place in range(0, len(body), 64):
        yield body[place : place + 64]


def _in_pieces(request: OutboundRequest) -> OutboundRequest:
    """A body of unknown length, as streaming clients send it."""
    return request if request.body is None else replace(request, body=_pieces(request.body))  # type: ignore[arg-type]  # a session takes both


def _pushes_in_pieces() -> None:
    platforms.sends(_in_pieces)()
    sent = healthy("push.send")

    def send(context: Any, session: requests.Session, row: Any, parcel: Any) -> int:
        post = session.post
        session.post = lambda url, data, **more: post(url, data=_pieces(data), **more)  # type: ignore[assignment]  # this lane's own session
        try:
            return sent(context, session, row, parcel)
        finally:
            session.post = post  # type: ignore[method-assign]

    stand_in("push.send", send)


def _deeper(request: OutboundRequest) -> OutboundRequest:
    if request.operation != "createSubscription":
        return request
    return replace(request, body=(request.body or b"").replace(_PUSHES.encode(), _DEEPER.encode()))


def _from_deeper(asgi: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _DEEPER in scope["path"]:
            path = scope["path"].replace(_DEEPER, _PUSHES)
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await asgi(scope, receive, send)

    return app


def _looks_first() -> None:
    """Before each consignment and each change it asks the courier whether all is well, and after
    each it reads the shipment feed.
    """
    sent = healthy("outgoing.send")

    def beside(request: OutboundRequest, path: str) -> OutboundAnswer:
        base, headers = (
            request.url.partition("/consignments")[0],
            {name: value for name, value in request.headers.items() if name != "Idempotency-Key"},
        )
        return sent(
            OutboundRequest(
                request.courier_code, "other", "GET", base + path, headers, None, request.timeout_s
            )
        )

    def send(request: OutboundRequest) -> OutboundAnswer:
        if request.operation not in {"createConsignment", "amendConsignment", "cancelConsignment"}:
            return sent(request)
        beside(request, "/status")
        answer = sent(request)
        threading.Thread(target=beside, args=(request, "/events?limit=10"), daemon=True).start()
        return answer

    stand_in("outgoing.send", send)


def _keyed(request: OutboundRequest) -> OutboundRequest:
    """An idempotency key on amendments and cancellations too."""
    keyed = request.operation in {
        "amendConsignment",
        "cancelConsignment",
        "rotateSubscriptionSecret",
    }
    return (
        replace(
            request, headers={**request.headers, "Idempotency-Key": f"change-{hash(request.body)}"}
        )
        if keyed
        else request
    )


def _both(*parts: Callable[[], None]) -> Callable[[], None]:
    def inside_() -> None:
        for part in parts:
            part()

    return inside_


def _of(module: Any, names: str) -> Iterator[Variant]:
    """Variants that were written for another role and are as legal for an integrator."""
    known = {variant.name.removeprefix("platform-"): variant for variant in module.VARIANTS}
    for name in names.split():
        limits = {**_LIMITS, **known[name].limits}
        yield replace(
            known[name],
            name=f"integrator-{name}",
            role="integrator",
            limits=limits,
            generated=False,
        )


_WITHOUT: Final = {
    "no-batch": frozenset({"batch-split"}),
    "no-rotation": frozenset({"capability-rotate-secret", "integrator-push-rotated"}),
    "no-amendment": frozenset({"change-passed-on"}),
}
"""What comes out not-applicable of an integrator, besides what does of a courier."""

VARIANTS = (
    *_of(
        wire,
        "member-order spread-out-json integral-floats title-case-headers extra-headers "
        "two-challenges location-absolute location-relative",
    ),
    *_of(wire, "gzip chunked http-1.0 https slow-answers"),
    *_of(
        data,
        "ids-uuid ids-numeric ids-long times-utc times-behind-utc times-whole-seconds "
        "fewest-members problem-extensions validation-400 coarse-pointers",
    ),
    *_of(data, "forbidden-not-unknown"),
    *_of(
        behaviour,
        "created-200 replay-200 batch-207 twins-refused twins-served "
        "events-late pushes-late pushes-twice",
    ),
    *_of(
        behaviour,
        "one-event-a-push many-events-a-push retries-jittered several-signatures heartbeats "
        "pushes-close small-pages small-bodies slow-rate",
    ),
    *_of(
        behaviour,
        "narrow-burst no-replay static-bearer client-secret-post driver-command",
    ),
    *(
        replace(variant, absent=variant.absent | _WITHOUT[variant.name.removeprefix("integrator-")])
        for variant in _of(behaviour, " ".join(_WITHOUT))
    ),
    *_of(
        platforms,
        "unbelieved-403 unbelieved-400 nothing-acceptable-422 reused-id-409 other-details "
        "one-callback-path talkative-caller",
    ),
    *_of(
        platforms,
        "blanks-around-orders orders-gathered token-for-each-call gaps-with-jitter "
        "events-shown-later keys-from-orders path-prefix",
    ),
    *(
        Variant(f"integrator-{name}", varies, legal, role="integrator", limits=_LIMITS, **more)
        for name, varies, legal, more in (
            (
                "numbers-of-receipts",
                "the number is that of the courier's receipt: the platform waits for it, or gets "
                "503",
                _CONTRACT + "from a pool, or of the courier's receipt; 503 and keep nothing",
                {"inside": numbers_of_receipts},
            ),
            (
                "numbers-as-needed",
                "numbers are fetched for each consignment",
                _CONTRACT + "a pool may be empty; 503",
                {"inside": _numbers_as_needed},
            ),
            (
                "receipt-at-once",
                "the receipt does not wait for the courier",
                _CONTRACT + "it may accept and send later",
                {"inside": _receipt_at_once},
            ),
            (
                "other-text",
                "members sorted, characters as they are, a member a line, in bodies down and "
                "pushes up",
                _CONTRACT + "equal value by value",
                {"inside": _text_of_another_library},
            ),
            (
                "secret-in-form",
                "its secret in the form at the couriers' token endpoint",
                "docs/standard/platforms-and-integrators.md: client_secret_basic or _post",
                {"inside": platforms.sends(platforms.in_form)},
            ),
            (
                "chunked-calls",
                "consignments and pushes in chunks",
                "RFC 9112, 7.1",
                {"inside": _pushes_in_pieces},
            ),
            (
                "callback-deeper",
                "callbacks lie deep below the path of pushes",
                "docs/standard/platforms-and-integrators.md: or a path below that",
                {"inside": platforms.sends(_deeper), "around": _from_deeper},
            ),
            (
                "looks-first",
                "it asks a courier's status before and its feed after each call",
                "docs/standard/platforms-and-integrators.md: getStatus and listEvents are served",
                {"inside": _looks_first},
            ),
            (
                "keyed-changes",
                "an idempotency key on changes too",
                "RFC 9110, 5.1: unknown header fields are ignored",
                {"inside": platforms.sends(_keyed)},
            ),
            (
                "at-leisure",
                "shows after 80 %, pushes after 70 %, sends after half of the declared time",
                "DS-01.4 and DS-02.3: within the declared limits",
                {
                    "inside": _both(
                        inside.events_show_after(1.6),
                        inside.pushes_leave_after(1.4),
                        platforms.gathered(1.0),
                    )
                },
            ),
        )
    ),
)

"""Variants of the platform: what another honest implementer would do otherwise when sending orders
and receiving pushes.
"""

from __future__ import annotations

import json
import random
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus, urlencode

from tests.conformance.fairness import behaviour, inside, surroundings, wire
from tests.conformance.fairness.answers import Answer, bodies, compressed, refused, rewriting, walk
from tests.conformance.fairness.variant import Address, Variant
from tests.conformance.seams import healthy, put_in, stand_in

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_SEED = 7
_CONTRACT = "docs/standard/platforms-and-integrators.md: "
_PUSHES = "/shipment-events"


def _of_push(answer: Answer) -> bool:
    return answer.method == "POST" and _PUSHES in answer.path


def _unbelieved(status: int) -> Callable[[Answer], Answer]:
    """Pushes that carry a signature which is not right get another status than 401; those without
    one get 401 as ever.
    """

    def change(answer: Answer) -> Answer:
        signed = answer.asked.get("webhook-signature") is not None
        return (
            refused(answer, "insufficient-scope" if status == 403 else "validation-failed", status)
            if _of_push(answer) and signed and answer.status == 401
            else answer
        )

    return change


def _nothing_acceptable(answer: Answer) -> Answer:
    document = answer.json
    nothing = _of_push(answer) and answer.status == 200 and document["result"] == "rejected"
    return refused(answer, "validation-failed", 422) if nothing else answer


def _reuse_conflicts(answer: Answer) -> Answer:
    return (
        refused(answer, "state-conflict", 409)
        if _of_push(answer) and answer.slug == "idempotency-key-reused"
        else answer
    )


def _other_details(value: Any) -> Any:
    """Rejected events in the reverse order, each explained in other words."""
    if not isinstance(value, dict) or "rejected" not in value:
        return value
    return {
        **value,
        "rejected": [{**one, "detail": "未予受理"} for one in reversed(value["rejected"])],
    }


def _forbidden(answer: Answer) -> Answer:
    return (
        refused(answer, "insufficient-scope", 403)
        if answer.method == "GET"
        and "/outgoing-consignments/" in answer.path
        and answer.status == 404
        else answer
    )


def _amends_with_the_rest() -> None:
    """An amendment tells of sender and goods as well, as they were sent."""
    sent, placed = healthy("outgoing.send"), dict[str, dict[str, Any]]()

    def send(request: OutboundRequest) -> OutboundAnswer:
        if request.operation == "amendConsignment":
            before = placed.get(request.url.rpartition("/")[2], {})
            rest = {name: before[name] for name in ("sender", "contents") if name in before}
            body = json.dumps({**rest, **json.loads(request.body or b"{}")}).encode()
            return sent(replace(request, body=body))
        answer = sent(request)
        if request.operation == "createConsignment" and answer.status in {200, 201}:
            placed[json.loads(answer.body)["consignment_id"]] = json.loads(request.body or b"{}")
        return answer

    stand_in("outgoing.send", send)


def sends(change: Callable[[OutboundRequest], OutboundRequest]) -> Callable[[], None]:
    """``change`` on everything that is sent to couriers."""

    def replaced() -> None:
        sent = healthy("outgoing.send")

        def send(request: OutboundRequest) -> OutboundAnswer:
            return sent(change(request))

        stand_in("outgoing.send", send)

    return replaced


def _one_address(request: OutboundRequest) -> OutboundRequest:
    """The plain path as the callback of every courier."""
    if request.operation != "createSubscription":
        return request
    code = f"/{request.courier_code}".encode()
    return replace(
        request, body=(request.body or b"").replace(_PUSHES.encode() + code, _PUSHES.encode())
    )


def in_form(request: OutboundRequest) -> OutboundRequest:
    """Client id and secret in the form instead of a header."""
    if request.operation != "issueToken":
        return request
    pair = b64decode(request.headers["Authorization"].partition(" ")[2]).decode().partition(":")
    form = {
        "grant_type": "client_credentials",
        "client_id": unquote_plus(pair[0]),
        "client_secret": unquote_plus(pair[2]),
    }
    rest = {name: value for name, value in request.headers.items() if name != "Authorization"}
    return replace(request, headers=rest, body=urlencode(form).encode())


def _talkative(request: OutboundRequest) -> OutboundRequest:
    more = {
        "User-Agent": "shop/3.2 (orders)",
        "X-Request-Id": "7f3c",
        "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    return replace(request, headers={**request.headers, **more, "Accept": "*/*"})


def _spread_out(request: OutboundRequest) -> OutboundRequest:
    """JSON with blanks around it, alike at every try."""
    return (
        replace(request, body=b"\n " + request.body + b"\n")
        if request.operation == "createConsignment" and request.body
        else request
    )


def gathered(seconds: float) -> Callable[[], None]:
    """Orders are due only some time after they were placed, within the declared limit."""

    def replaced() -> None:
        queued = healthy("order.queue")

        def queue(context: Any, unit: Any, *rest: Any) -> str:
            outgoing_id = queued(context, unit, *rest)
            unit.dispatches.change(outgoing_id, next_attempt_at=context.clock.now() + seconds)
            return outgoing_id

        stand_in("order.queue", queue)
        stand_in("forwarding.queue", queue)

    return replaced


def _token_for_each_call() -> None:
    of_partner = healthy("outgoing.token")

    def token(context: Any, courier: Any, *, renew: bool) -> str | None:
        del renew
        return of_partner(context, courier, renew=True)

    stand_in("outgoing.token", token)


def _jittered() -> None:
    """Gaps between tries are longer than the plain doubling by up to two fifths."""
    chance = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    put_in(
        "dispatch.gap",
        lambda plain: lambda context, attempts: plain(context, attempts) * chance.uniform(1.0, 1.4),
    )


def _shown_after(seconds: float) -> Callable[[], None]:
    """Accepted events are shown some time later, within the declared limit."""

    def replaced() -> None:
        since: dict[str, float] = {}
        add, feed = map(healthy, ("received.stored-add", "received.stored-feed"))

        def adding(stored: Any, row: Any, release_at: Any) -> None:
            since[row.event_id] = time.monotonic()
            add(stored, row, release_at)

        def reading(*given: Any) -> list[Any]:
            return [
                row
                for row in feed(*given)
                if time.monotonic() - since.get(row.event_id, 0.0) > seconds
            ]

        stand_in("received.stored-add", adding)
        stand_in("received.stored-feed", reading)

    return replaced


def _numbered_keys() -> None:
    """Keys of idempotency as a shop makes them from its order numbers."""
    numbers = iter(range(10**6))
    put_in(
        "order.id",
        lambda plain: (
            lambda kind: f"ORDER:2026/11/22:{next(numbers):06d}" if kind == "key" else plain(kind)
        ),
    )


def _below() -> None:
    """The callback lies below the path, as everything else does."""
    plain = healthy("connection.connect")

    def connect(context: Any, wish: Any, origin: str) -> Any:
        return plain(context, wish, origin + surroundings.PREFIX)

    stand_in("connection.connect", connect)


_OF_PREFIX = next(variant for variant in wire.VARIANTS if variant.name == "path-prefix")
_OF_WIRE = {
    variant.name: variant
    for variant in wire.VARIANTS
    if variant.name
    in {
        "member-order",
        "spread-out-json",
        "integral-floats",
        "title-case-headers",
        "extra-headers",
        "two-challenges",
        "chunked",
        "https",
        "slow-answers",
    }
}

_OF_BEHAVIOUR = tuple(
    variant
    for variant in behaviour.VARIANTS
    if variant.name in {"small-pages", "small-bodies", "slow-rate", "narrow-burst"}
)

_LIMITS = {"push_initial_backoff_s": 0.5}
"""So long that gaps between tries can be told from the noise of a busy machine."""

VARIANTS = (
    *(
        replace(variant, name=f"platform-{name}", role="platform", limits=_LIMITS)
        for name, variant in _OF_WIRE.items()
    ),
    *(
        replace(
            variant,
            name=f"platform-{variant.name}",
            role="platform",
            limits={**_LIMITS, **variant.limits},
        )
        for variant in _OF_BEHAVIOUR
    ),
    *(
        Variant(f"platform-{name}", varies, legal, role="platform", limits=_LIMITS, **more)
        for name, varies, legal, more in (
            (
                "gzip",
                "answers in gzip for whoever takes it",
                "RFC 9110, 8.4",
                {"around": rewriting(compressed)},
            ),
            (
                "amends-with-the-rest",
                "amendments hold sender and contents too, as they were",
                "docs/standard/wire.md: whole recipient, sender, contents or remark replaced",
                {"inside": _amends_with_the_rest},
            ),
            (
                "ids-numeric",
                "identifiers of nineteen digits",
                "an id is opaque",
                {"inside": inside.ids(inside.numbers)},
            ),
            (
                "ids-long",
                "identifiers of 64 characters with - and _",
                "up to 64 characters",
                {"inside": inside.ids(inside.long_ids)},
            ),
            (
                "times-utc",
                "times in UTC, marked Z",
                "RFC 3339, 5.6: any offset",
                {"inside": inside.times(inside.zulu)},
            ),
            (
                "keys-from-orders",
                "idempotency keys made of a date and a number",
                "docs/standard/wire.md: a key is opaque",
                {"inside": _numbered_keys},
            ),
            (
                "unbelieved-403",
                "403 for a push whose signature is not right",
                _CONTRACT + "400 and 403 are legal",
                {"around": rewriting(_unbelieved(403))},
            ),
            (
                "unbelieved-400",
                "400 for a push whose signature is not right",
                _CONTRACT + "400 and 403 are legal",
                {"around": rewriting(_unbelieved(400))},
            ),
            (
                "nothing-acceptable-422",
                "422 where no event of a push can be taken",
                _CONTRACT + "422 is legal, with a problem",
                {"around": rewriting(_nothing_acceptable)},
            ),
            (
                "reused-id-409",
                "409 for another push under a used id",
                _CONTRACT + "409 is legal",
                {"around": rewriting(_reuse_conflicts)},
            ),
            (
                "other-details",
                "rejected events in another order and in other words",
                "a list of results names its events",
                {"around": bodies(lambda value: walk(value, _other_details))},
            ),
            (
                "forbidden-not-unknown",
                "403 for foreign and unknown consignments alike",
                "DS-08.3: both are answered alike",
                {"around": rewriting(_forbidden)},
            ),
            (
                "one-callback-path",
                "the plain path as callback of every courier",
                "docs/standard/platforms-and-integrators.md: one for each courier, if it likes",
                {"inside": sends(_one_address)},
            ),
            (
                "client-secret-post",
                "its secret in the form at the couriers' token endpoint",
                "docs/standard/platforms-and-integrators.md: client_secret_basic or _post",
                {"inside": sends(in_form)},
            ),
            (
                "talkative-caller",
                "request ids, traces and another Accept in its calls",
                "RFC 9110, 5.1: unknown header fields are ignored",
                {"inside": sends(_talkative)},
            ),
            (
                "blanks-around-orders",
                "consignments with blanks around the JSON",
                "RFC 8259, 2; each try is alike",
                {"inside": sends(_spread_out)},
            ),
            (
                "orders-gathered",
                "orders are sent a second after they were placed",
                "docs/standard/platforms-and-integrators.md: within consignment_dispatch_s",
                {"inside": gathered(1.0)},
            ),
            (
                "token-for-each-call",
                "a fresh token for each call",
                "docs/standard/platforms-and-integrators.md: tokens are the platform's own affair",
                {"inside": _token_for_each_call},
            ),
            (
                "gaps-with-jitter",
                "gaps between tries vary upwards",
                "docs/standard/platforms-and-integrators.md: gaps grow, the first at least the "
                "declared one",
                {"inside": _jittered},
            ),
            (
                "events-shown-later",
                "accepted events are shown after a second",
                "docs/standard/platforms-and-integrators.md: within event_availability_s",
                {"inside": _shown_after(1.0)},
            ),
            (
                "path-prefix",
                "everything but discovery lies below a path",
                "docs/standard/wire.md: paths are relative to base_url, wherever it is",
                {
                    "inside": _below,
                    "address": Address(path=surroundings.PREFIX, trailing_slash=True),
                    "around": _OF_PREFIX.around,
                    "document": _OF_PREFIX.document,
                },
            ),
        )
    ),
)

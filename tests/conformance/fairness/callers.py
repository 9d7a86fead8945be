"""Choices that the published text leaves to whoever calls others: couriers that push, platforms and
integrators that send orders.
"""

from __future__ import annotations

import json
import string
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from secrets import token_bytes
from typing import Any, Final

from tests.conformance.fairness import data, inside, integrators, platforms, text, tokens, wire
from tests.conformance.fairness.variant import Variant
from tests.conformance.seams import healthy, put_in, stand_in

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_CONTRACT: Final = "docs/standard/platforms-and-integrators.md: "
_LIMITS: Final = {"push_initial_backoff_s": 0.5}


def _pushing(change: Callable[[dict[str, str]], Mapping[str, str]]) -> Callable[[], None]:
    """``change`` on the header fields of every push."""

    def inside_() -> None:
        sent = healthy("push.send")

        def send(context: Any, session: Any, row: Any, parcel: Any) -> int:
            post = session.post
            session.post = lambda url, headers, **more: post(url, headers=change(headers), **more)
            try:
                return int(sent(context, session, row, parcel))
            finally:
                session.post = post

        stand_in("push.send", send)

    return inside_


def _expecting(headers: Mapping[str, str]) -> dict[str, str]:
    """RFC 9110, 10.1.1: it need not wait for the interim answer."""
    return {**headers, "Expect": "100-Continue"}


def _of_another_library(headers: Mapping[str, str]) -> dict[str, str]:
    """Other letters, more fields, a charset, and nothing that is optional."""
    left_out = {"standard-version", "user-agent", "accept", "accept-encoding"}
    kept = {name.upper(): value for name, value in headers.items() if name.lower() not in left_out}
    typed = {
        name: f'{value.title()} ; Charset="utf-8"' if value == "application/json" else value
        for name, value in kept.items()
    }
    more = {
        "accept": "application/json;q=0.9, application/problem+json;q=0.8, */*;q=0.1",
        "accept-language": "zh-CN, zh;q=0.9",
        "forwarded": 'for="[2001:db8::17]:4711";proto=https',
        "priority": "u=3, i",
    }
    return {**typed, **more}


def _calls(request: OutboundRequest) -> OutboundRequest:
    return replace(request, headers=_of_another_library(request.headers))


def _calls_expecting(request: OutboundRequest) -> OutboundRequest:
    return (
        request if request.body is None else replace(request, headers=_expecting(request.headers))
    )


def _calls_alone(request: OutboundRequest) -> OutboundRequest:
    return replace(request, headers={**request.headers, "Connection": "close"})


def _keys_of_all_characters() -> None:
    """128 characters, each that is printable among them."""
    numbers = count(1)
    marks = string.punctuation + string.digits + string.ascii_letters
    put_in(
        "order.id",
        lambda plain: lambda kind: f"{marks}{next(numbers):034d}" if kind == "key" else plain(kind),
    )


def _last_first() -> None:
    """What came last is sent first."""
    put_in(
        "dispatch.tasks",
        lambda plain: lambda worker, context: iter(list(plain(worker, context))[::-1]),
    )


def _reads_back() -> None:
    """What a courier took is read there at once, and its events too."""
    sent = healthy("outgoing.send")

    def send(request: OutboundRequest) -> OutboundAnswer:
        answer = sent(request)
        if request.operation == "createConsignment" and answer.status in {200, 201}:
            told = json.loads(answer.body)
            headers = {
                name: value
                for name, value in request.headers.items()
                if name.lower() not in {"idempotency-key", "content-type"}
            }
            look = replace(request, operation="other", method="GET", headers=headers, body=None)
            sent(replace(look, url=f"{request.url}/{told['consignment_id']}"))
            base = request.url.rpartition("/")[0]
            sent(replace(look, url=f"{base}/shipments/{told['waybill_no']}/events?limit=5"))
        return answer

    stand_in("outgoing.send", send)


def _nothing() -> None:
    """It pushes nothing, so no push tells the time."""


def _signatures_reversed() -> None:
    put_in(
        "value.signatures",
        lambda plain: lambda *given: " ".join(reversed(plain(*given).split())),
    )


def _numbers_as_of_children() -> Callable[[], str]:
    made = count(10**11)
    return lambda: f"jd{next(made):012d}-1-12-"


_PUSHES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "pushes-expect",
        "pushes expect 100-continue and do not wait for it",
        "RFC 9110, 10.1.1",
        {"inside": _pushing(_expecting)},
    ),
    (
        "pushes-of-another-library",
        "header names in capitals, a charset, more fields",
        "RFC 9110, 5.1 and 8.3.1",
        {"inside": _pushing(_of_another_library)},
    ),
    (
        "signatures-reversed",
        "the newer secret signs first",
        "Standard Webhooks: a space-separated list",
        {"inside": _signatures_reversed},
    ),
)
_COURIER: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "text-over-many-lines",
        "what is stored and pushed is indented, all beyond ASCII escaped",
        "RFC 8259, 2 and 7",
        {"inside": lambda: stand_in("value.json-text", partial(json.dumps, indent=2))},
    ),
    (
        "waybills-of-children",
        "small letters, groups behind hyphens and a last hyphen",
        "types.schema.json: as couriers write them",
        {"inside": inside.waybill_numbers(_numbers_as_of_children())},
    ),
)
_CALLS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "calls-of-another-library",
        "header names in capitals, a charset, no Standard-Version, other Accept, more fields",
        "docs/standard/wire.md: optional request header; RFC 9110, 5.1 and 12.5.1",
        {"inside": platforms.sends(_calls)},
    ),
    (
        "calls-expect",
        "calls with a body expect 100-continue and do not wait for it",
        "RFC 9110, 10.1.1",
        {"inside": platforms.sends(_calls_expecting)},
    ),
    (
        "calls-alone",
        "each call over a connection of its own",
        "RFC 9112, 9.6",
        {"inside": platforms.sends(_calls_alone)},
    ),
    (
        "keys-of-all-characters",
        "idempotency keys of 128 characters, every printable one among them",
        "types.schema.json: 1 to 128 printable ASCII characters",
        {"inside": _keys_of_all_characters},
    ),
    (
        "last-first",
        "what came last is sent first",
        _CONTRACT + "in time; no order is promised",
        {"inside": _last_first},
    ),
    (
        "reads-back",
        "what a courier took is read there at once",
        _CONTRACT + "getConsignment and listShipmentEvents are served",
        {"inside": _reads_back},
    ),
    (
        "secrets-longest",
        "secrets of 64 bytes",
        "subscription-request.schema.json: 24 to 64 bytes",
        {
            "inside": lambda: stand_in(
                "connection.secret", lambda: "whsec_" + b64encode(token_bytes(64)).decode()
            )
        },
    ),
)


def _made(role: Role, rows: tuple[tuple[str, str, str, dict[str, Any]], ...]) -> Iterator[Variant]:
    prefix, limits = ("", {}) if role == "courier" else (f"{role}-", dict(_LIMITS))
    for name, varies, legal, more in rows:
        yield Variant(prefix + name, varies, legal, role=role, limits=limits, **more)


def _lent(role: Role, module: Any, names: str) -> Iterator[Variant]:
    """Variants that were written for couriers and are as legal of another role."""
    known = {variant.name: variant for variant in module.VARIANTS}
    for name in names.split():
        yield replace(
            known[name],
            name=f"{role}-{name}",
            role=role,
            limits={**_LIMITS, **known[name].limits},
            generated=False,
        )


VARIANTS = (
    *_made("courier", _PUSHES + _COURIER),
    *_made("integrator", _PUSHES + _CALLS),
    *_made("platform", _CALLS),
    *_lent("platform", wire, "charset upper-case-headers connection-close gzip-chunked-close"),
    *_lent("platform", wire, "early-hints http-1.0 ipv6 ipv6-alone"),
    *_lent(
        "platform",
        data,
        "ids-uuid ids-snowflakes ids-like-telephones times-behind-utc times-microseconds "
        "times-whole-seconds fewest-members problem-extensions validation-400 coarse-pointers",
    ),
    *_lent("platform", tokens, "token-type-capitals token-charset token-cache-words"),
    *(replace(one, inside=_nothing) for one in _lent("platform", text, "clock-moved-in-silence")),
    *_lent("platform", text, "statistics-without-node"),
    *_lent("platform", text, "retry-after-as-date weak-validators"),
    *_lent("integrator", wire, "charset upper-case-headers connection-close early-hints ipv6"),
    *_lent("integrator", data, "ids-snowflakes ids-like-telephones times-microseconds"),
    *_lent("integrator", tokens, "token-type-capitals token-charset token-cache-words"),
    *_lent("integrator", text, "clock-moved-in-silence statistics-without-node"),
    *_lent("integrator", text, "retry-after-as-date weak-validators pointers-from-the-root"),
    *(
        replace(one, name=one.name.replace("integrator-", "platform-"), role="platform")
        for one in integrators.VARIANTS
        if one.name == "integrator-callback-deeper"
    ),
)

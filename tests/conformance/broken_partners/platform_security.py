"""Platforms that break DS-08: who may come in, whose data they see, and what odd, large and many
requests do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners import isolation, limits, security, transport
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    EAST,
    WEST,
    held_for_courier,
    of_platform,
    taken,
)
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Declares,
    Forward,
    Inside,
    Told,
    Wrap,
    answers,
    both,
    documents,
)

from jidi_reference.service.platform import receiving
from jidi_reference.service.platform.receiving import BatchResult
from jidi_reference.service.ports.events import EventFilter
from jidi_reference.settings import Limits
from jidi_reference.storage.tables import courier_tables
from jidi_reference.storage.tables.network_tables import received_events

_LIST: Final = ("listOutgoingConsignments",)
_READ: Final = ("getOutgoingConsignment",)
_PUSH: Final = ("receiveShipmentEvents",)
_ISOLATED: Final = "platform-isolation"
_MOST: Final = Limits().max_body_bytes


def _fault(
    name: str, broken: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap, **more: Any
) -> Fault:
    requirement, case = broken.split("/")
    return Fault(
        f"platform-{name}",
        requirement,
        case,
        about,
        (caught_by,) if isinstance(caught_by, str) else caught_by,
        wrap,
        role="platform",
        **more,
    )


def _called_back_in_clear_text(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Couriers that come later than the first two are given an http address."""

    def connect(context: Any, wish: Any, origin: str) -> Any:
        shared = wish["courier_code"] in (EAST, WEST)
        return healthy(context, wish, origin if shared else origin.replace("https:", "http:"))

    return connect


_TRANSPORT: Final = (
    *(of_platform(fault, f"platform-{fault.name}") for fault in transport.FAULTS),
    _fault(
        "callback-in-clear-text",
        "DS-08.1/clear-text-address",
        "Everything is served over https, but some couriers are told to push to http.",
        "callback-tls/subscription/callback-encrypted#matches",
        both(Inside("connection.connect", _called_back_in_clear_text), transport.issued()),
    ),
)

_ENTRANCE: Final = (
    _fault(
        "open-without-credential",
        "DS-08.2/no-credential-accepted",
        "The list of what is sent is served to those who show no credential.",
        "credential-required[listOutgoingConsignments]/none/refused-without#status",
        security.open_door(*_LIST),
    ),
    _fault(
        "forged-accepted-on-events",
        "DS-08.2/forged-credential-accepted",
        "The list of received events asks for a credential, any credential.",
        "credential-required[listReceivedEvents]/forged/refused-forged#status",
        security.gate(security.any_token, "listReceivedEvents"),
    ),
    _fault(
        "expired-accepted",
        "DS-08.2/expired-credential-accepted",
        "Expired tokens go on working.",
        (
            "platform-credential-dead[expired]/list/list-refused#status",
            "platform-credential-dead[expired]/read/read-refused#status",
        ),
        security.gate(security.EXPIRED),
    ),
    _fault(
        "expired-accepted-on-events",
        "DS-08.2/expired-credential-accepted",
        "Only the list of received events does not look at the age of a token.",
        "platform-credential-dead[expired]/events/events-refused#status",
        security.gate(security.EXPIRED, "listReceivedEvents"),
    ),
    _fault(
        "other-environment-accepted",
        "DS-08.2/other-environment-accepted",
        "A token of production works in the sandbox.",
        "platform-credential-dead[other-environment]/list/list-refused#status",
        security.gate(security.FOREIGN),
    ),
    _fault(
        "scope-ignored",
        "DS-08.2/scope-ignored",
        "A token reads whatever its scope.",
        (
            "platform-scope-kept/list/list-refused#status",
            "platform-scope-kept/events/events-refused#status",
        ),
        security.gate(security.beyond_scope),
    ),
    _fault(
        "scope-ignored-on-read",
        "DS-08.2/scope-ignored",
        "Reading one consignment, and it alone, is open to every scope.",
        "platform-scope-kept/read/read-refused#status",
        security.gate(security.beyond_scope, *_READ),
    ),
)


def _unowned_list(*, filtered: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The list forgets whose consignments they are, filtered by order number, or not filtered."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def list_consignments(stored: Any, wanted: Any, after: int, count: int) -> Any:
            if bool(wanted.order_no) is filtered:
                owners = (
                    stored.connection.execute(
                        select(courier_tables.consignments.c.owner).distinct()
                    )
                    .scalars()
                    .all()
                )
                wanted = replace(wanted, owners=sorted(owners))
            return healthy(stored, wanted, after, count)

        return list_consignments

    return make


def _seen_by_all(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def sight(context: Any, unit: Any, caller: Any, purpose: Any = None) -> Any:
        found = healthy(context, unit, caller, purpose)
        owners = (
            unit.connection.execute(select(courier_tables.consignments.c.owner).distinct())
            .scalars()
            .all()
        )
        return replace(found, categories={**dict.fromkeys(owners), **found.categories})

    return sight


def _unowned_feed(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def feed(stored: Any, owners: Any, wanted: Any, after: int, count: int) -> Any:
        asked = select(received_events.c.owner).where(
            received_events.c.waybill_no.in_(wanted.waybill_nos or ())
        )
        return healthy(
            stored,
            sorted({*owners, *stored.connection.execute(asked).scalars()}),
            wanted,
            after,
            count,
        )

    return feed


def _everybodys_feed(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Asked without a filter, the events forget whose they are."""

    def feed(unit: Any, owners: Any, wanted: Any, after: int, count: int) -> Any:
        if wanted == EventFilter():
            owners = sorted(
                unit.connection.execute(select(received_events.c.owner).distinct()).scalars()
            )
        return healthy(unit, owners, wanted, after, count)

    return feed


def _anybodys_waybill(healthy: Callable[..., Any]) -> Callable[..., Any]:
    return lambda stored, _owner, waybill_no, **named: healthy(stored, None, waybill_no, **named)


def _moved_behind(
    context: Any, courier: Any, request: Any, healthy: Callable[..., BatchResult]
) -> BatchResult:
    """Refuses events of foreign waybills, and moves the parcels all the same."""
    result = healthy(context, courier, request)
    document = receiving.parse_json(request.body)
    with context.storage.write() as unit:
        for event in document["data"].get("events", []):
            row = held_for_courier(unit, str(event.get("waybill_no")))
            if row is not None and row.owner != courier.party:
                unit.consignments.change_consignment(
                    row.consignment_id,
                    state=event["state"],
                    last_sequence=max(row.last_sequence, 1),
                )
    return result


def _foreign_told(
    context: Any, courier: Any, request: Any, healthy: Callable[..., BatchResult]
) -> BatchResult:
    """An event of a foreign waybill is refused in other words than one of no waybill."""
    result = healthy(context, courier, request)
    events = {
        event.get("event_id"): event
        for event in receiving.parse_json(request.body)["data"].get("events", [])
        if isinstance(event, dict)
    }
    told = []
    for one in result.rejected:
        number = events.get(one["event_id"], {}).get("waybill_no")
        with context.storage.read() as unit:
            foreign = (
                one["code"] == "unknown-waybill" and held_for_courier(unit, str(number)) is not None
            )
        told.append({**one, "code": "invalid-event"} if foreign else one)
    return replace(result, rejected=tuple(told))


def _of_another(change: Callable[[Any, Told], Told]) -> Wrap:
    return isolation.other_answer(change, *_READ, column="consignment_id")


_APART: Final = (
    _fault(
        "foreign-read",
        "DS-08.3/foreign-read",
        "Any consignment can be read by its id.",
        f"{_ISOLATED}/read/read-refused#status",
        isolation.for_everybody("show"),
    ),
    _fault(
        "foreign-events-by-waybill",
        "DS-08.3/foreign-in-filter",
        "Filtered by waybill the list of events forgets whose they are.",
        f"{_ISOLATED}/events/events-tell-nothing#lacks",
        Inside("received.stored-feed", _unowned_feed),
    ),
    _fault(
        "foreign-events-listed",
        "DS-08.3/foreign-in-batch",
        "Without a filter the list of events is everybody's.",
        f"{_ISOLATED}/events-whole/events-not-listed#lacks",
        Inside("received.stored-feed", _everybodys_feed),
    ),
    _fault(
        "foreign-in-order-filter",
        "DS-08.3/foreign-in-filter",
        "Filtered by order number the list forgets whose consignments they are.",
        f"{_ISOLATED}/list/filter-empty#count",
        both(
            Inside("consignment.stored-list", _unowned_list(filtered=True)),
            Inside("consignment.sight", _seen_by_all),
        ),
    ),
    _fault(
        "foreign-in-whole-list",
        "DS-08.3/foreign-in-batch",
        "Without a filter the list is everybody's.",
        f"{_ISOLATED}/list-whole/not-listed#lacks",
        both(
            Inside("consignment.stored-list", _unowned_list(filtered=False)),
            Inside("consignment.sight", _seen_by_all),
        ),
    ),
    _fault(
        "foreign-push-believed",
        "DS-08.3/foreign-change",
        "A courier's push moves whosever parcel it names.",
        (
            f"{_ISOLATED}/intact/not-moved#differs-from",
            "push-unknown-waybill/feed-of-the-other/nothing-of-it-with-the-other#lacks",
        ),
        Inside("consignment.stored-by-waybill", _anybodys_waybill),
    ),
    _fault(
        "foreign-push-refused-yet-obeyed",
        "DS-08.3/foreign-change",
        "A push about another courier's parcel is refused, and moves it.",
        f"{_ISOLATED}/intact/not-moved#differs-from",
        taken(_moved_behind),
    ),
    _fault(
        "foreign-cursor-accepted",
        "DS-08.3/foreign-cursor",
        "A cursor is not bound to its caller; another's is taken as one's own.",
        (
            f"{_ISOLATED}/foreign-cursor/cursor-refused#in",
            f"{_ISOLATED}/foreign-outgoing-cursor/outgoing-cursor-refused#in",
        ),
        Inside("bootstrap.cursors", isolation.unbound),
    ),
    _fault(
        "foreign-order-in-error",
        "DS-08.3/foreign-in-error-text",
        "The refusal of a foreign consignment names its order.",
        f"{_ISOLATED}/read/read-tells-nothing#lacks",
        _of_another(isolation.detail(lambda row: f"Order {row.order_no} is not yours.")),
    ),
    _fault(
        "oracle-by-status",
        "DS-08.3/existence-oracle",
        "Another's consignment is forbidden, an unknown one not found.",
        f"{_ISOLATED}/read/read-like-unknown#same-as",
        _of_another(isolation.other_status(403, "insufficient-scope")),
    ),
    _fault(
        "oracle-by-text",
        "DS-08.3/existence-oracle",
        "Both are not found, but the sentences differ.",
        f"{_ISOLATED}/read/read-words-like-unknown#told-apart",
        _of_another(isolation.detail(lambda _row: "This consignment is kept for another caller.")),
    ),
    _fault(
        "oracle-by-push",
        "DS-08.3/existence-oracle",
        "An event of another courier's waybill is refused under another code than one of no "
        "waybill.",
        f"{_ISOLATED}/move-unknown/foreign-waybill-like-unknown#same-as",
        taken(_foreign_told),
    ),
)


def _when(odd: Callable[[Asked], bool], answer: Told, operations: tuple[str, ...]) -> Wrap:
    async def handler(asked: Asked, forward: Forward) -> Told:
        return answer if odd(asked) else await forward(asked)

    return Around(operations, handler)


async def _hanging(asked: Asked, forward: Forward) -> Told:
    if limits.is_deep(asked):
        await asyncio.sleep(3600)
    return await forward(asked)


BY_SWEEP: Final = (
    "trace-in-refusal",
    "java-trace-in-not-found",
    "trace-in-header",
    "sql-in-refusal",
    "database-error-in-not-found",
    "file-path-in-refusal",
    "version-in-server-header",
    "version-in-powered-by",
)
"""Faults whose traces are looked for in everything a partner said."""

_ODD: Final = (
    *(
        of_platform(fault, f"platform-{fault.name}")
        for fault in limits.FAULTS
        if fault.name in BY_SWEEP
    ),
    _fault(
        "crash-on-nul",
        "DS-08.4/server-error",
        "A zero byte in a filter leads to 500.",
        ("platform-hostile-input[nul-in-query]/attack/refused#status", "sweep/no-server-error"),
        limits.answering(limits.is_nul, limits.problem(500, "internal-error")),
    ),
    _fault(
        "crash-on-surrogate",
        "DS-08.4/server-error",
        "Half a character in a push leads to 500.",
        ("hostile-push[lone-surrogate]/attack/refused#status", "sweep/no-server-error"),
        _when(limits.is_surrogate, limits.problem(500, "internal-error"), _PUSH),
    ),
    _fault(
        "hangs-on-depth",
        "DS-08.4/hang",
        "A deeply nested push is never answered.",
        "hostile-push[deep]/attack/refused#no-answer-timeout",
        Around(_PUSH, _hanging),
    ),
)


def _reading_up_to(most: int) -> Wrap:
    """Another limit is kept than the declared one."""
    kept = Declares(
        lambda settings: replace(settings, limits=replace(settings.limits, max_body_bytes=most))
    )
    return both(
        kept,
        documents(
            ("getDiscovery",),
            lambda document: {
                **document,
                "limits": {**document["limits"], "max_body_bytes": _MOST},
            },
        ),
    )


def after_flood(
    answer: Told, operations: tuple[str, ...], flooded: str = "listOutgoingConsignments"
) -> Wrap:
    """Once somebody who asked for ``flooded`` was limited, ``operations`` are answered with
    ``answer`` for some seconds, whoever asks.
    """
    until = [0.0]

    async def handler(asked: Asked, forward: Forward) -> Told:
        spared = (
            asked.operation in _PUSH and b'"heartbeat"' not in asked.body
        )  # the next scenario may begin before it is over
        if time.monotonic() < until[0] and asked.operation in operations and not spared:
            return answer
        healthy = await forward(asked)
        if healthy.status == 429 and asked.operation == flooded:
            until[0] = time.monotonic() + 5.0
        return healthy

    return Around((), handler)


_MANY: Final = (
    _fault(
        "oversize-accepted",
        "DS-08.5/oversize-accepted",
        "Ten times the declared push is read.",
        "push-oversize/large/refused#status",
        _reading_up_to(10 * _MOST),
    ),
    _fault(
        "oversize-by-one-accepted",
        "DS-08.5/oversize-accepted",
        "Off by one: a push of one byte more than declared is read.",
        "push-oversize/large/refused#status",
        _reading_up_to(_MOST + 1),
    ),
    _fault(
        "largest-push-refused",
        "DS-08.5/limit-not-kept",
        "Off by one: a push of exactly the declared maximum is too large.",
        "push-oversize/largest/largest-read#status",
        _reading_up_to(_MOST - 1),
    ),
    _fault(
        "flood-unlimited",
        "DS-08.5/flood-unlimited",
        "No rate is kept.",
        "platform-flood/flood/limited#status",
        Inside("bootstrap.rate-limit", lambda _healthy: limits.Unlimited),
    ),
    _fault(
        "flood-limited-at-tenfold",
        "DS-08.5/flood-unlimited",
        "Ten times the declared rate is let through.",
        "platform-flood/flood/limited#status",
        Inside("bootstrap.rate-limit", limits.tenfold),
    ),
    _fault(
        "limited-without-retry-after",
        "DS-08.5/no-retry-after",
        "A 429 does not say when to come again.",
        "platform-flood/flood/says-when#count",
        answers((), limits.without("retry-after")),
    ),
    _fault(
        "dead-after-flood",
        "DS-08.5/crashed",
        "After a flood nothing is listed for anybody.",
        "platform-flood/others/others-served#status",
        after_flood(limits.problem(503, "interruption"), _LIST),
    ),
    _fault(
        "pushes-limited-by-reads",
        "DS-08.5/crashed",
        "After a flood of reads everybody's pushes are refused.",
        "platform-flood/pushed/right-push-taken#status",
        after_flood(limits.problem(429, "rate-limited").with_header("retry-after", "5"), _PUSH),
    ),
)

FAULTS: Final = (*_TRANSPORT, *_ENTRANCE, *_APART, *_ODD, *_MANY)
"""Faults of DS-08 in platforms."""

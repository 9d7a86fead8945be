"""Couriers that break DS-08.3: what one partner sees of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Inside,
    Told,
    Wrap,
)

from jidi_reference.domain.cursors import CursorScope
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Published
from jidi_reference.storage.tables import courier_tables

_ISOLATED: Final = "partner-isolation"
_SUBSCRIBED: Final = "subscription-isolation"


def _owner(context: Any, consignment_id: str) -> str | None:
    with context.storage.read() as unit:
        table = courier_tables.consignments
        found = unit.connection.execute(
            select(table.c.owner).where(table.c.consignment_id == consignment_id)
        ).scalar_one_or_none()
    return None if found is None else str(found)


def _as_owner(context: Any, caller: Caller, consignment_id: str) -> Caller:
    return replace(caller, party=_owner(context, consignment_id) or caller.party)


def for_everybody(name: str, *, quietly: bool = False) -> Inside:
    """A service that does not ask whose consignment it is; ``quietly`` it denies what it did."""

    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        def serve(
            context: Any, caller: Caller, consignment_id: str, *rest: Any, **named: Any
        ) -> Published:
            asker = getattr(
                caller, "caller", caller
            )  # a read comes with its purpose, which holds the caller
            owner = _as_owner(context, asker, consignment_id)
            shown = healthy(
                context,
                replace(caller, caller=owner) if asker is not caller else owner,
                consignment_id,
                *rest,
                **named,
            )
            if quietly and owner.party != asker.party:
                raise Problem.unknown()
            return shown

        return serve

    return Inside(f"consignment.{name}", make)


def _unowned_list(healthy: Callable[..., Published]) -> Callable[..., Published]:
    def list_page(
        context: Any, reading: Any, request: Any, order_no: str | None, *face: Any
    ) -> Published:
        table = courier_tables.consignments.c
        asked = select(table.owner).where(
            table.order_no == order_no, table.outgoing.is_(bool(face))
        )
        with context.storage.read() as unit:
            owner = unit.connection.execute(asked).scalars().first() or reading.caller.party
        return healthy(
            context,
            replace(reading, caller=replace(reading.caller, party=owner)),
            request,
            order_no,
            *face,
        )

    return list_page


def _unowned_feed(healthy: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def feed(stored: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
        asked = courier_tables.consignments.c.waybill_no.in_(wanted.waybill_nos or ())
        return healthy(
            stored,
            [
                *owners,
                *stored.connection.execute(
                    select(courier_tables.consignments.c.owner).where(asked)
                ).scalars(),
            ],
            wanted,
            after,
            count,
        )

    return feed


def unowned_query(healthy: Callable[..., Published]) -> Callable[..., Published]:
    def query(context: Any, caller: Caller, waybill_nos: Any) -> Published:
        table = courier_tables.consignments
        with context.storage.read() as unit:
            given = select(table.c.waybill_no, table.c.owner).where(
                table.c.waybill_no.in_(waybill_nos), table.c.outgoing.is_(False)
            )
            owners = dict(unit.connection.execute(given).all())
        shown = [
            healthy(context, replace(caller, party=owners.get(number, caller.party)), [number])
            for number in waybill_nos
        ]
        return {"results": [result for one in shown for result in one["results"]]}

    return query


def unbound(healthy: Any) -> Any:
    class Mint(healthy):  # type: ignore[misc]  # the class is handed in
        def _mark(self, scope: CursorScope, raw: bytes) -> bytes:
            return bytes(super()._mark(replace(scope, caller=""), raw))

    return Mint


def _cursor_is_key() -> Handler:
    """A cursor shows what its maker sees, whoever presents it."""
    makers: dict[str, str] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        cursor = next(
            (
                part.partition("=")[2]
                for part in asked.query.split("&")
                if part.startswith("cursor=")
            ),
            "",
        )
        maker = makers.get(cursor.replace("%3D", "="), asked.header("authorization"))
        answer = await forward(asked.with_header("authorization", maker))
        if answer.status == 200:
            makers.update(
                {
                    answer.json[name]: maker
                    for name in ("next_cursor", "resume_cursor")
                    if answer.json[name]
                }
            )
        return answer

    return handler


def other_answer(change: Callable[[Any, Told], Told], *operations: str, column: str = "") -> Wrap:
    """Answers about another's object differ from those about none; ``change`` sees the row and the
    refusal.

    ``column`` is what the path parameter names, where it is not called alike.
    """
    return _Telling(operations, change, column)


class _Telling(Wrap):
    def __init__(
        self, operations: tuple[str, ...], change: Callable[[Any, Told], Told], column: str
    ) -> None:
        self._operations, self._change, self._column = operations, change, column

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that says more than it should."""
        table = courier_tables.consignments

        async def handler(asked: Asked, forward: Forward) -> Told:
            answer = await forward(asked)
            if answer.status != 404:
                return answer
            name, value = next(iter(asked.values.items()))
            with _app.context.storage.read() as unit:
                row = unit.connection.execute(
                    select(table)
                    .where(table.c[self._column or name] == value)
                    .order_by(table.c.outgoing)
                ).first()
            return answer if row is None else self._change(row, answer)

        return Around(self._operations, handler).around(_app, asgi)


def other_status(status: int, slug: str) -> Callable[[Any, Told], Told]:
    def change(_row: Any, answer: Told) -> Told:
        kind = answer.json["type"].rpartition("/")[0] + "/" + slug
        return answer.with_json(
            {**answer.json, "type": kind, "status": status, "title": slug}, status
        )

    return change


def detail(text: Callable[[Any], str]) -> Callable[[Any, Told], Told]:
    return lambda row, answer: answer.with_json({**answer.json, "detail": text(row)})


def _half_hidden(row: Any, results: list[Any]) -> list[Any]:
    return [
        {**one, "consignment_id": row.consignment_id}
        if one["waybill_no"] == row.waybill_no and one["outcome"] == "not-found"
        else one
        for one in results
    ]


class _HintingQuery(Wrap):
    def around(self, _app: Any, asgi: Any) -> Any:
        """A query that calls foreign shipments unknown and names their consignment."""
        table = courier_tables.consignments

        async def handler(asked: Asked, forward: Forward) -> Told:
            answer = await forward(asked)
            if answer.status != 200:
                return answer
            with _app.context.storage.read() as unit:
                rows = unit.connection.execute(
                    select(table).where(
                        table.c.waybill_no.in_(asked.json["waybill_nos"]),
                        table.c.outgoing.is_(False),
                    )
                ).all()
            results = answer.json["results"]
            for row in rows:
                results = _half_hidden(row, results)
            return answer.with_json({**answer.json, "results": results})

        return Around(("queryShipments",), handler).around(_app, asgi)


def _unowned_subscription(name: str) -> Wrap:
    def make(healthy: Callable[..., Published]) -> Callable[..., Published]:
        def serve(context: Any, caller: Caller, subscription_id: str, *rest: Any) -> Published:
            with context.storage.read() as unit:
                row = unit.subscriptions.find_subscription(None, subscription_id)
            return healthy(
                context,
                caller if row is None else replace(caller, party=row.owner),
                subscription_id,
                *rest,
            )

        return serve

    return Inside(f"subscription.{name}", make)


def _listed_for_all(healthy: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def list_subscriptions(stored: Any, _owner: str, after: int, count: int) -> list[Any]:
        owners = (
            stored.connection.execute(select(courier_tables.subscriptions.c.owner).distinct())
            .scalars()
            .all()
        )
        rows = [row for owner in owners for row in healthy(stored, owner, after, count)]
        return sorted(rows, key=lambda row: row.position)[:count]

    return list_subscriptions


def _pushed_to_all(healthy: Any) -> Any:
    def feed(unit: Any, owner: str, wanted: Any, after: int, count: int) -> list[Any]:
        owners = [owner, *({"platform-a", "platform-b"} - {owner})]
        rows = [row for one in owners for row in healthy(unit).feed(one, wanted, after, count)]
        return sorted(rows, key=lambda row: row.position)[:count]

    return lambda unit: SimpleNamespace(
        feed=partial(feed, unit), last_position=healthy(unit).last_position
    )


FAULTS: Final = (
    Fault(
        "foreign-read",
        "DS-08.3",
        "foreign-read",
        "Any consignment can be read by its id.",
        (f"{_ISOLATED}/read/read-refused#status",),
        for_everybody("show"),
    ),
    Fault(
        "foreign-amendment",
        "DS-08.3",
        "foreign-change",
        "Any consignment can be amended.",
        (f"{_ISOLATED}/amend/amend-refused#status",),
        for_everybody("amend"),
    ),
    Fault(
        "foreign-amendment-denied-yet-made",
        "DS-08.3",
        "foreign-change",
        "A foreign amendment is answered with not-found, and made.",
        (f"{_ISOLATED}/intact/untouched#same-as",),
        for_everybody("amend", quietly=True),
        also={"DS-01.8": "what was refused shows in the data"},
    ),
    Fault(
        "foreign-cancellation",
        "DS-08.3",
        "foreign-cancel",
        "Any consignment can be cancelled.",
        (f"{_ISOLATED}/cancel/cancel-refused#status",),
        for_everybody("cancel"),
    ),
    Fault(
        "foreign-cancellation-denied-yet-made",
        "DS-08.3",
        "foreign-cancel",
        "A foreign cancellation is answered with not-found, and made.",
        (f"{_ISOLATED}/intact/not-cancelled#differs-from",),
        for_everybody("cancel", quietly=True),
    ),
    Fault(
        "foreign-in-order-filter",
        "DS-08.3",
        "foreign-in-filter",
        "Filtered by order number the list forgets whose consignments they are.",
        (f"{_ISOLATED}/list/filter-empty#count",),
        Inside("consignment.list", _unowned_list),
    ),
    Fault(
        "foreign-in-feed-filter",
        "DS-08.3",
        "foreign-in-filter",
        "Filtered by waybill the feed forgets whose events they are.",
        (f"{_ISOLATED}/feed/feed-tells-nothing#lacks",),
        Inside("event.stored-feed", _unowned_feed),
    ),
    Fault(
        "foreign-cursor-accepted",
        "DS-08.3",
        "foreign-cursor",
        "A cursor is not bound to its caller; another's is taken as one's own.",
        (f"{_ISOLATED}/foreign-cursor/cursor-refused#in",),
        Inside("bootstrap.cursors", unbound),
    ),
    Fault(
        "foreign-cursor-is-key",
        "DS-08.3",
        "foreign-cursor",
        "Whoever has a cursor sees what its maker sees.",
        (
            f"{_ISOLATED}/foreign-cursor/cursor-refused#in",
            f"{_ISOLATED}/foreign-cursor/cursor-tells-nothing#lacks",
        ),
        Around(("listEvents",), _cursor_is_key()),
    ),
    Fault(
        "foreign-in-query",
        "DS-08.3",
        "foreign-in-batch",
        "A query by waybill numbers shows everybody's shipments.",
        (f"{_ISOLATED}/query/query-like-unknown#equals",),
        Inside("tracking.query", unowned_query),
    ),
    Fault(
        "foreign-in-query-by-hint",
        "DS-08.3",
        "foreign-in-batch",
        "A query calls a foreign shipment not found, and names its consignment.",
        (f"{_ISOLATED}/query/query-tells-nothing#lacks",),
        _HintingQuery(),
    ),
    Fault(
        "foreign-order-in-error",
        "DS-08.3",
        "foreign-in-error-text",
        "The refusal of a foreign consignment names its order.",
        (f"{_ISOLATED}/read/read-tells-nothing#lacks",),
        other_answer(detail(lambda row: f"Order {row.order_no} is not yours."), "getConsignment"),
    ),
    Fault(
        "foreign-order-in-error-of-shipment",
        "DS-08.3",
        "foreign-in-error-text",
        "The refusal of a foreign shipment names its order.",
        (f"{_ISOLATED}/shipment/shipment-tells-nothing#lacks",),
        other_answer(detail(lambda row: f"Order {row.order_no} is not yours."), "getShipment"),
    ),
    Fault(
        "oracle-by-status",
        "DS-08.3",
        "existence-oracle",
        "Another's consignment is forbidden, an unknown one not found.",
        (f"{_ISOLATED}/read/read-like-unknown#same-as",),
        other_answer(other_status(403, "insufficient-scope"), "getConsignment"),
    ),
    Fault(
        "oracle-by-problem-type",
        "DS-08.3",
        "existence-oracle",
        "Both are not found, but the problem types differ.",
        (f"{_ISOLATED}/read/read-problem-like-unknown#same-as",),
        other_answer(other_status(404, "state-conflict"), "getConsignment"),
    ),
    Fault(
        "oracle-by-text",
        "DS-08.3",
        "existence-oracle",
        "Both are not found, but the sentences differ.",
        (f"{_ISOLATED}/read/read-words-like-unknown#told-apart",),
        other_answer(
            detail(lambda _row: "This consignment is kept for another caller."), "getConsignment"
        ),
    ),
    Fault(
        "oracle-by-text-of-shipment",
        "DS-08.3",
        "existence-oracle",
        "The sentence about a foreign shipment differs from that about none.",
        (f"{_ISOLATED}/shipment/shipment-words-like-unknown#told-apart",),
        other_answer(
            detail(lambda _row: "This shipment is kept for another caller."), "getShipment"
        ),
    ),
    Fault(
        "oracle-by-status-of-events",
        "DS-08.3",
        "existence-oracle",
        "Only the events of a foreign shipment are forbidden instead of not found.",
        (f"{_ISOLATED}/events/events-words-like-unknown#told-apart",),
        other_answer(other_status(403, "insufficient-scope"), "listShipmentEvents"),
    ),
    Fault(
        "oracle-by-text-of-cancellation",
        "DS-08.3",
        "existence-oracle",
        "The refusal to cancel a foreign consignment differs from that of an unknown one.",
        (f"{_ISOLATED}/cancel/cancel-words-like-unknown#told-apart",),
        other_answer(detail(lambda row: f"It is {row.state}, but not yours."), "cancelConsignment"),
    ),
    Fault(
        "foreign-subscription-read",
        "DS-08.3",
        "foreign-read",
        "Any subscription can be read by its id.",
        (f"{_SUBSCRIBED}/read/read-refused#status",),
        _unowned_subscription("show"),
    ),
    Fault(
        "foreign-subscription-deleted",
        "DS-08.3",
        "foreign-change",
        "Any subscription can be ended.",
        (
            f"{_SUBSCRIBED}/delete/deletion-refused#status",
            f"{_SUBSCRIBED}/still-there/survives#status",
        ),
        _unowned_subscription("remove"),
    ),
    Fault(
        "foreign-secret-rotated",
        "DS-08.3",
        "foreign-change",
        "Any subscription can be given another secret.",
        (f"{_SUBSCRIBED}/rotate/rotation-refused#status",),
        _unowned_subscription("rotate-secret"),
    ),
    Fault(
        "foreign-subscriptions-listed",
        "DS-08.3",
        "foreign-in-filter",
        "The list of subscriptions is everybody's.",
        (f"{_SUBSCRIBED}/list/not-listed#lacks",),
        Inside("subscription.stored-list", _listed_for_all),
    ),
    Fault(
        "foreign-events-pushed",
        "DS-08.3",
        "foreign-read",
        "Pushes go to every subscriber, whosever parcels they are about.",
        (f"{_SUBSCRIBED}/silence/foreign-events-not-pushed#not-quiet",),
        Inside("push.stored-events", _pushed_to_all),
    ),
)
"""Faults of DS-08.3."""

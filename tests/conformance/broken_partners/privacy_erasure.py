"""Couriers that break PI-09.3: what an erasure leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    both,
    documents,
    told,
)

from jidi_reference.storage.tables.courier_tables import consignments as stored_consignments

_AREAS: Final = ("person", "audit", "bulk", "label", "token")
_FOLLOW: Final = ("getPrivacyRequest",)


def _without(document: Json, *names: str) -> Json:
    return {name: value for name, value in document.items() if name not in names}


class Memory(Wrap):
    """Bodies of consignments as they were before an erasure, by consignment id."""

    def __init__(self, *parts: Callable[[dict[str, Any]], Wrap]) -> None:
        self._bodies: dict[str, Any] = {}
        self._parts = both(*(part(self._bodies) for part in parts))

    def prepare(self, settings: Any) -> Any:
        """Remember whatever is about to be erased at a person's request."""

        def make(healthy: Callable[..., None]) -> Callable[..., None]:
            def erase(unit: Any, row: Any, roles: Any) -> None:
                self._bodies.setdefault(row.consignment_id, json.loads(row.body))
                healthy(unit, row, roles)

            return erase

        return self._parts.prepare(Inside("person.erase", make).prepare(settings))

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application around which the parts are laid."""
        return self._parts.around(_app, asgi)


def records_shown(
    show: Callable[[Json, Any], Json], operation: str, identity: str = "consignment_id"
) -> Callable[[dict[str, Any]], Wrap]:
    """Changes the record of what was erased; ``show`` sees record and former body. ``identity`` is
    the member that names the consignment.
    """

    def part(bodies: dict[str, Any]) -> Wrap:
        def one(record: Json) -> Json:
            return show(record, bodies[record[identity]]) if record[identity] in bodies else record

        return documents(
            (operation,),
            lambda document: (
                {**document, "items": [one(record) for record in document["items"]]}
                if "items" in document
                else one(document)
            ),
        )

    return part


def whole(record: Json, body: Any) -> Json:
    """The record as if nothing had been erased."""
    return {**_without(record, "view"), "consignment": body}


def with_telephone(record: Json, body: Any) -> Json:
    """The view of what is left, and the telephone."""
    return {
        **record,
        "view": {**record["view"], "recipient": {"phone": body["recipient"]["phone"]}},
    }


def with_remark(record: Json, body: Any) -> Json:
    """The view of what is left, and a remark that names the person."""
    return {
        **record,
        "view": {
            **record["view"],
            "remark": f"{body['recipient']['name']} {body['recipient']['phone']}",
        },
    }


def _in_export(bodies: dict[str, Any]) -> Wrap:
    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def record(row: Any, categories: Any, reason: str) -> Any:
            known = bodies.get(row.consignment_id)
            return healthy(
                row if known is None else replace(row, body=json.dumps(known)), categories, reason
            )

        return record

    return Inside("bulk.record", make)


def _in_pushes(bodies: dict[str, Any]) -> Wrap:
    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def make_messages(context: Any, unit: Any, subscription: Any, rows: Any) -> None:
            healthy(context, unit, subscription, [_named(unit, row, bodies) for row in rows])

        return make_messages

    return both(Inside("push.messages", make), Inside("subscription.replay-messages", make))


def _named(unit: Any, row: Any, bodies: dict[str, Any]) -> Any:
    table = stored_consignments.c
    mine = (table.waybill_no == row.waybill_no) & (table.owner == row.owner)
    consignment_id = unit.connection.execute(
        select(table.consignment_id).where(mine)
    ).scalar_one_or_none()
    if consignment_id not in bodies:
        return row
    event = {
        **json.loads(row.body),
        "description": f"收件人{bodies[consignment_id]['recipient']['name']}",
    }
    return replace(row, body=json.dumps(event, ensure_ascii=False))


def _in_old_answers(bodies: dict[str, Any]) -> Wrap:
    """The answer to an earlier request is shown as it once was."""

    def change(document: Json) -> Json:
        former = (
            next(iter(bodies.values()), None)
            if document["type"] == "ACCESS" and "answer" not in document
            else None
        )
        return document if former is None else {**document, "answer": former["recipient"]}

    return documents(_FOLLOW, change)


def _resolved(bodies: dict[str, Any]) -> Wrap:
    """What a token of an erased recipient is answered with."""

    def change(asked: Asked, answer: Told) -> Told:
        if answer.problem != "erased" or not bodies:
            return answer
        times = {"resolved_at": "2026-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}
        found = {
            "recipient_token": asked.values["recipient_token"],
            "waybill_no": "JD0000000000000",
            "recipient": list(bodies.values())[-1]["recipient"],
        }
        return told(200, {**found, **times})

    return answers(("resolveRecipientToken",), change)


def _last_good(operation: str) -> Wrap:
    """What is gone is answered from a cache."""
    cache: dict[str, Told] = {}

    def change(asked: Asked, answer: Told) -> Told:
        if answer.status == 200:
            cache[asked.path] = answer
        return cache.get(asked.path, answer) if answer.problem == "erased" else answer

    return answers((operation,), change)


class _Restored(Memory):
    """A repeated order brings back what was erased."""

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that stores the order's body again."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            answer = await forward(asked)
            if answer.status in {200, 201} and answer.json.get("consignment_id") in self._bodies:
                consignment_id = answer.json["consignment_id"]
                with _app.context.storage.write() as unit:
                    unit.consignments.change_consignment(
                        consignment_id,
                        body=json.dumps(self._bodies[consignment_id]),
                        erased="",
                    )
            return answer

        return Around(("createConsignment",), handler).around(_app, asgi)


_FAULTS: Final = (
    Fault(
        "erasure-erases-nothing",
        "PI-09.3",
        "readable-by-pull",
        "An erasure is reported as done and nothing is erased.",
        (
            "erasure/record/pull-shows-sender-only",
            "erasure/search/search-shows-sender-only",
            "erasure/label-after/label-gone#status",
            "erasure/export/export-shows-nobody",
        ),
        Inside("person.erase", lambda _healthy: lambda _unit, _row, _roles: None),
    ),
    Fault(
        "erased-and-read",
        "PI-09.3",
        "readable-by-pull",
        "The record is read from a copy that was not erased.",
        ("erasure/record/pull-shows-sender-only", "erasure/record-again/still-gone"),
        Memory(records_shown(whole, "getConsignment")),
    ),
    Fault(
        "erased-but-the-telephone",
        "PI-09.3",
        "readable-by-pull",
        "The telephone outlives the erasure.",
        ("erasure/record/pull-shows-sender-only",),
        Memory(records_shown(with_telephone, "getConsignment")),
    ),
    Fault(
        "erased-but-the-remark",
        "PI-09.3",
        "readable-by-pull",
        "The remark goes on to name the person.",
        ("erasure/record/pull-shows-sender-only",),
        Memory(records_shown(with_remark, "getConsignment")),
    ),
    Fault(
        "erased-and-resolved",
        "PI-09.3",
        "readable-by-pull",
        "The token still opens the recipient.",
        ("erasure/resolve/token-gone#status",),
        Memory(_resolved),
    ),
    Fault(
        "erased-but-in-old-answer",
        "PI-09.3",
        "readable-by-pull",
        "The answer to an earlier request keeps the data.",
        ("erasure/answer-of-old/earlier-answer-gone",),
        Memory(_in_old_answers),
    ),
    Fault(
        "erased-and-brought-back",
        "PI-09.3",
        "readable-by-pull",
        "Repeating the order brings the person back.",
        ("erasure/record-again/still-gone",),
        _Restored(),
    ),
    Fault(
        "erased-and-pushed",
        "PI-09.3",
        "readable-by-push",
        "Replayed pushes name the person.",
        ("erasure/pushes/push-shows-nobody",),
        Memory(_in_pushes),
    ),
    Fault(
        "erased-and-printed",
        "PI-09.3",
        "readable-on-label",
        "The label comes from a cache.",
        ("erasure/label-after/label-gone#status",),
        _last_good("getLabel"),
    ),
    Fault(
        "erased-and-exported",
        "PI-09.3",
        "readable-in-export",
        "Exports read from a copy that was not erased.",
        ("erasure/export/export-shows-nobody",),
        Memory(_in_export),
    ),
    Fault(
        "erased-and-found",
        "PI-09.3",
        "readable-by-search",
        "The search reads from an index that was not erased.",
        ("erasure/search/search-shows-sender-only", "erasure/list/list-shows-sender-only"),
        Memory(records_shown(whole, "listConsignments")),
    ),
)

FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-09.3."""

"""Couriers that do a thing right once: the first answer, the first amendment, the first of many."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Json,
    Told,
    Wrap,
    answers,
)

_ID: Final = "consignment_id"
_BATCH: Final = ("createConsignmentBatch",)
_OLD: Final = "updated_at"


def _undone() -> Handler:
    """Each amendment is laid over what was sent at first, so that it takes back the one before."""
    first: dict[str, Json] = {}
    latest: dict[str, Json] = {}

    def shown(record: Json) -> Json:
        own = latest.get(record.get(_ID))
        return record if own is None or "consignment" not in record else {**record, **own}

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status not in {200, 201} or not isinstance(answer.json, dict):
            return answer
        if asked.operation == "createConsignment":
            first.setdefault(answer.json[_ID], asked.json)
            return answer
        if asked.operation == "amendConsignment" and asked.values[_ID] in first:
            own = asked.values[_ID]
            latest[own] = {"consignment": {**first[own], **asked.json}}
        if "items" in answer.json:
            items = [shown(item) for item in answer.json["items"]]
            return answer.with_json({**answer.json, "items": items})
        return answer.with_json(shown(answer.json))

    return handler


def _same_time(*operations: str) -> Wrap:
    """Records tell the time of their creation for that of the change by ``operations``."""
    changed: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        own = asked.values[_ID]
        if answer.status != 200:
            return answer
        if asked.operation in operations:
            changed.add(own)
        if own not in changed or _OLD not in answer.json:
            return answer
        return answer.with_json({**answer.json, _OLD: answer.json["created_at"]})

    return Around((*operations, "getConsignment"), handler)


def _first_answer(operation: str, key: Callable[[Asked], str]) -> Wrap:
    """What was asked once is answered for good as it was answered then; without a key as ever."""
    cache: dict[tuple[str, str], Told] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        name = (asked.party, key(asked))
        if not name[1]:
            return await forward(asked)
        if name in cache:
            return cache[name]
        answer = await forward(asked)
        if answer.status == 200:
            cache[name] = answer
        return answer

    return Around((operation,), handler)


def _frozen_results() -> Handler:
    """A shipment is told by queries as at its first query, whatever is asked beside it."""
    seen: dict[tuple[str, str], Json] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status != 200:
            return answer
        results = [
            seen.setdefault((asked.party, one["waybill_no"]), one)
            if one["outcome"] == "found"
            else one
            for one in answer.json["results"]
        ]
        return answer.with_json({**answer.json, "results": results})

    return handler


def _accepted(items: list[Any], change: Callable[[int, Json, list[Any]], Json]) -> list[Any]:
    return [
        {**item, "receipt": change(place, item["receipt"], items)} if "receipt" in item else item
        for place, item in enumerate(items)
    ]


def _lost_from(first: int) -> Wrap:
    """Receipts from this place on carry the id of nothing."""

    def change(place: int, receipt: Json, _items: list[Any]) -> Json:
        return {**receipt, _ID: f"cons_{uuid.uuid4().hex}"} if place >= first else receipt

    def changed(_asked: Asked, answer: Told) -> Told:
        if answer.status != 200:
            return answer
        return answer.with_json({**answer.json, "items": _accepted(answer.json["items"], change)})

    return answers(_BATCH, changed)


async def _merged(asked: Asked, forward: Forward) -> Told:
    """Equal items of a batch are one parcel; the answer says so to each of them."""
    body = asked.json
    sent = body.get("consignments") if isinstance(body, dict) else None
    if not isinstance(sent, list) or not sent:
        return await forward(asked)
    alone = [place for place, item in enumerate(sent) if sent.index(item) == place]
    answer = await forward(asked.with_json({**body, "consignments": [sent[i] for i in alone]}))
    if answer.status != 200:
        return answer
    told = dict(zip(alone, answer.json["items"], strict=True))
    items = [{**told[sent.index(item)], "index": place} for place, item in enumerate(sent)]
    return answer.with_json({**answer.json, "items": items})


def _remark_lost_from(first: int) -> Wrap:
    """Items of a batch from this place on are kept without their remark."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        body = copy.deepcopy(asked.json)
        sent = body.get("consignments") if isinstance(body, dict) else None
        for item in sent[first:] if isinstance(sent, list) else []:
            if isinstance(item, dict):
                item.pop("remark", None)
        return await forward(asked.with_json(body) if sent else asked)

    return Around(_BATCH, handler)


def _few_counted(most: int) -> Wrap:
    """A replay says that it sends ``most`` events at the most, and sends all."""

    def changed(_asked: Asked, answer: Told) -> Told:
        if answer.status not in {200, 202} or "event_count" not in answer.json:
            return answer
        counted = min(answer.json["event_count"], most)
        return answer.with_json({**answer.json, "event_count": counted})

    return answers(("replaySubscription",), changed)


_AMENDED: Final = "amendment-before-acceptance"
_QUERY: Final = "shipment-query"
FAULTS: Final = (
    Fault(
        "amendment-undoes-the-one-before",
        "DS-01.8",
        "amendment-not-visible",
        "A second amendment is laid over what was sent at first, so that the first is lost.",
        (f"{_AMENDED}/reread/every-amendment-kept#same-as",),
        Around(
            ("createConsignment", "amendConsignment", "getConsignment", "listConsignments"),
            _undone(),
        ),
    ),
    Fault(
        "amendment-leaves-the-time-of-change",
        "DS-01.8",
        "amendment-not-visible",
        "An amended consignment says that it never changed.",
        (f"{_AMENDED}/reread/change-dated#differs-from",),
        _same_time("amendConsignment"),
    ),
    Fault(
        "cancellation-leaves-the-time-of-change",
        "DS-01.8",
        "amendment-not-visible",
        "A cancelled consignment says that it never changed.",
        ("cancellation-before-acceptance/read/change-dated#differs-from",),
        _same_time("cancelConsignment"),
    ),
    Fault(
        "query-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "A query goes on telling of a shipment what it told at the first query.",
        (f"{_QUERY}/query-again/moved-in-query#equals",),
        Around(("queryShipments",), _frozen_results()),
    ),
    Fault(
        "shipment-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "A shipment that was read once is told so for good.",
        (f"{_QUERY}/shipment-again/moved-in-shipment#equals",),
        _first_answer("getShipment", lambda asked: asked.path),
    ),
    Fault(
        "course-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "The events of a shipment that were read once are told so for good.",
        (f"{_QUERY}/course-again/moved-in-course#contains",),
        _first_answer("listShipmentEvents", lambda asked: asked.path + asked.query),
    ),
    Fault(
        "feed-of-one-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "The feed that is filtered for one waybill goes on telling what it told at first.",
        (f"{_QUERY}/feed-again/moved-in-feed#contains",),
        _first_answer("listEvents", lambda asked: asked.query * ("waybill_no" in asked.query)),
    ),
    Fault(
        "record-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "The record of a consignment that was read once keeps the state that it had.",
        (f"{_QUERY}/record-again/moved-in-record#equals",),
        _first_answer("getConsignment", lambda asked: asked.path),
    ),
    Fault(
        "list-frozen-at-first-answer",
        "DS-02.3",
        "pull-late",
        "A list that was read once keeps the states that it had.",
        (f"{_QUERY}/list-again/moved-in-list#equals",),
        _first_answer("listConsignments", lambda asked: asked.query),
    ),
    Fault(
        "batch-tail-under-no-id",
        "DS-01.2",
        "value-dropped",
        "Receipts of a batch carry ids of nothing from the twenty-first item on.",
        ("batch-full/list/every-id-kept#same-items-as",),
        _lost_from(20),
    ),
    Fault(
        "batch-tail-without-remark",
        "DS-01.2",
        "value-dropped",
        "Items of a batch are kept without their remark from the twenty-first on.",
        ("batch-full/list/every-item-kept#same-items-as",),
        _remark_lost_from(20),
    ),
    Fault(
        "batch-twins-merged",
        "DS-01.2",
        "value-dropped",
        "Two equal parcels in a batch are taken for one.",
        (
            "consignment-batch/batch/number-each#distinct",
            "consignment-batch/list-good/good-stored#same-as",
        ),
        Around(_BATCH, _merged),
    ),
    Fault(
        "replay-counts-five-at-most",
        "DS-02.5",
        "answer-not-as-published",
        "A replay says that it sends five events where it sends more.",
        ("push-replay/replay/counted#count",),
        _few_counted(5),
    ),
)
"""Faults that show when a thing is done again, or to many."""

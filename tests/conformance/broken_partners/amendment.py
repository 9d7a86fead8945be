"""Couriers that break DS-01.8: amending and cancelling."""

from __future__ import annotations

from typing import Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Json,
    Told,
    answers,
    requests_of,
)

_CANCEL: Final = ("cancelConsignment",)
_AMEND: Final = ("amendConsignment",)
_ID: Final = "consignment_id"


async def _record(asked: Asked, forward: Forward) -> Json:
    """The record of the consignment that a request is about, as its owner sees it."""
    path = f"/v1/consignments/{asked.values[_ID]}"
    kept = (
        pair for pair in asked.headers if not pair[0].startswith(("content-", "processing-purpose"))
    )
    headers = (*kept, ("processing-purpose", "DELIVERY"))
    answer = await forward(
        Asked("getConsignment", "GET", path, "", headers, b"", asked.values, asked.party)
    )
    return answer.json


def _obeyed(*, admitted: bool) -> Handler:
    """A cancellation that comes too late takes effect; ``admitted`` says whether the answer owns up
    to it.
    """
    cancelled: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        own = asked.values[_ID]
        if asked.operation == "cancelConsignment" and answer.problem == "state-conflict":
            cancelled.add(own)
            return (
                answer
                if not admitted
                else answer.with_json({**await _record(asked, forward), "state": "CANCELLED"}, 200)
            )
        if asked.operation == "getConsignment" and answer.status == 200 and own in cancelled:
            return answer.with_json({**answer.json, "state": "CANCELLED"})
        return answer

    return handler


def _late_amendment() -> Handler:
    """An amendment after acceptance is carried out."""
    amended: dict[str, Json] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        own = asked.values[_ID]
        if asked.operation == "amendConsignment" and answer.problem == "state-conflict":
            amended[own] = asked.json
            record = await _record(asked, forward)
            return answer.with_json(
                {**record, "consignment": {**record["consignment"], **asked.json}}, 200
            )
        if asked.operation == "getConsignment" and answer.status == 200 and own in amended:
            return answer.with_json(
                {**answer.json, "consignment": {**answer.json["consignment"], **amended[own]}}
            )
        return answer

    return handler


def _without_reason(_asked: Asked, answer: Told) -> Told:
    if answer.problem != "state-conflict":
        return answer
    return answer.with_json(
        {name: value for name, value in answer.json.items() if name != "detail"}
    )


def _other_type(_asked: Asked, answer: Told) -> Told:
    if answer.problem != "state-conflict":
        return answer
    return answer.with_json(
        {
            **answer.json,
            "type": answer.json["type"].replace("state-conflict", "idempotency-in-flight"),
        }
    )


def _forgotten_amendment() -> Handler:
    """The answer shows the amendment, and nothing is ever changed."""
    old: dict[str, Json] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        own = asked.values[_ID]
        before = await _record(asked, forward) if asked.operation == "amendConsignment" else None
        answer = await forward(asked)
        if answer.status != 200:
            return answer
        if before is not None:
            old.setdefault(own, before["consignment"])
            return answer
        return answer.with_json({**answer.json, "consignment": old[own]}) if own in old else answer

    return handler


def _stale_cache() -> Handler:
    """What was read once is answered from a cache that amendments do not clear."""
    cache: dict[tuple[str, str], Told] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.values[_ID])
        if key in cache:
            return cache[key]
        answer = await forward(asked)
        if answer.status == 200:
            cache[key] = answer
        return answer

    return handler


def _stale_list() -> Handler:
    """The list goes on showing what a consignment was before it was amended."""
    old: dict[str, Json] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        if asked.operation == "amendConsignment":
            before = await _record(asked, forward)
            if "consignment" in before:
                old.setdefault(asked.values[_ID], before["consignment"])
            return await forward(asked)
        answer = await forward(asked)
        if answer.status != 200:
            return answer
        items = [
            {**item, "consignment": old[item[_ID]]} if item[_ID] in old else item
            for item in answer.json["items"]
        ]
        return answer.with_json({**answer.json, "items": items})

    return handler


def _both_parties_replaced(asked: Asked) -> Asked:
    body = asked.json
    return (
        asked.with_json({**body, "sender": body["recipient"]})
        if isinstance(body, dict) and "recipient" in body
        else asked
    )


def _cancelled_stays_created() -> Handler:
    """The answer to a cancellation says so, and later reads do not."""
    cancelled: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status == 200 and asked.operation == "cancelConsignment":
            cancelled.add(asked.values[_ID])
        elif answer.status == 200 and asked.values[_ID] in cancelled:
            return answer.with_json({**answer.json, "state": "CREATED"})
        return answer

    return handler


FAULTS: Final = (
    Fault(
        "late-cancellation-obeyed",
        "DS-01.8",
        "late-cancel-obeyed",
        "A cancellation after acceptance is carried out.",
        (
            "after-acceptance/cancel/cancel-refused#status",
            "after-acceptance/read/not-cancelled#differs-from",
        ),
        Around((*_CANCEL, "getConsignment"), _obeyed(admitted=True)),
    ),
    Fault(
        "late-cancellation-refused-yet-obeyed",
        "DS-01.8",
        "late-cancel-obeyed",
        "A cancellation after acceptance is refused, and carried out.",
        ("after-acceptance/read/not-cancelled#differs-from",),
        Around((*_CANCEL, "getConsignment"), _obeyed(admitted=False)),
    ),
    Fault(
        "late-amendment-obeyed",
        "DS-01.8",
        "late-cancel-obeyed",
        "An amendment after acceptance is carried out.",
        (
            "amendment-after-acceptance/amend/amend-refused#status",
            "amendment-after-acceptance/read/not-amended#same-as",
        ),
        Around((*_AMEND, "getConsignment"), _late_amendment()),
    ),
    Fault(
        "late-cancellation-without-reason",
        "DS-01.8",
        "late-cancel-obeyed",
        "A late cancellation is refused without a word on why.",
        ("after-acceptance/cancel/cancel-reason#matches",),
        answers(_CANCEL, _without_reason),
    ),
    Fault(
        "late-cancellation-other-problem",
        "DS-01.8",
        "late-cancel-obeyed",
        "A late cancellation is refused as if a twin were in flight, so that the caller tries "
        "again.",
        ("after-acceptance/cancel/cancel-problem#problem-type",),
        answers(_CANCEL, _other_type),
    ),
    Fault(
        "amendment-never-kept",
        "DS-01.8",
        "amendment-not-visible",
        "The answer shows the amendment; no later read does.",
        ("amendment-before-acceptance/read/new-recipient-visible#same-as",),
        Around((*_AMEND, "getConsignment"), _forgotten_amendment()),
    ),
    Fault(
        "cache-outlives-amendment",
        "DS-01.8",
        "amendment-not-visible",
        "A consignment that was read before its amendment is answered from a stale cache.",
        ("amendment-before-acceptance/read/new-recipient-visible#same-as",),
        Around(("getConsignment",), _stale_cache()),
    ),
    Fault(
        "list-ignores-amendment",
        "DS-01.8",
        "amendment-not-visible",
        "The single record shows the amendment, the list does not.",
        ("amendment-before-acceptance/list/visible-in-list#same-as",),
        Around((*_AMEND, "listConsignments"), _stale_list()),
    ),
    Fault(
        "amendment-replaces-too-much",
        "DS-01.8",
        "amendment-not-visible",
        "Amending the recipient replaces the sender too.",
        ("amendment-before-acceptance/read/rest-untouched#same-as",),
        requests_of(_AMEND, _both_parties_replaced),
    ),
    Fault(
        "cancellation-not-visible",
        "DS-01.8",
        "amendment-not-visible",
        "The answer to a cancellation says CANCELLED; later reads say CREATED.",
        ("cancellation-before-acceptance/read/state-visible#equals",),
        Around((*_CANCEL, "getConsignment"), _cancelled_stays_created()),
    ),
)
"""Faults of DS-01.8."""

"""Couriers that break DS-01.7: keys."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

from tests.conformance.broken_partners.consignment import CREATE
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Told,
    requests_of,
)

_KEY: Final = "idempotency-key"
_REMEMBERED: Final = 10


def _fresh(asked: Asked) -> Asked:
    return asked.with_header(_KEY, str(uuid.uuid4()))


def _per_body() -> Handler:
    """A new key for everything but the first use: what came before is forgotten, yet another body
    is still refused.
    """
    seen: dict[tuple[str, str], bytes] = {}
    lock = asyncio.Lock()

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.header(_KEY))
        async with lock:  # twins wait for each other, so that only a later repetition is wrong
            again = key[1] and seen.get(key) == asked.body
            seen.setdefault(key, asked.body)
            return await forward(_fresh(asked) if again else asked)

    return handler


def _sequential_only() -> Handler:
    """A key works when the first call has ended; twins in flight are both carried out."""
    running: set[tuple[str, str]] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.header(_KEY))
        if key in running:
            return await forward(_fresh(asked))
        running.add(key)
        try:
            return await forward(asked)
        finally:
            running.discard(key)

    return handler


def _forgetful() -> Handler:
    """Keys are kept in a cache of a few for each caller; older ones are as good as new."""
    caches: dict[str, OrderedDict[str, str]] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = asked.header(_KEY)
        if not key:
            return await forward(asked)
        cache = caches.setdefault(asked.party, OrderedDict())
        inner = cache.setdefault(key, str(uuid.uuid4()))
        if len(cache) > _REMEMBERED:
            cache.popitem(last=False)
        return await forward(asked.with_header(_KEY, inner))

    return handler


def _new_receipt() -> Handler:
    """The replayed receipt is made afresh: another time of receipt, the same consignment."""
    seen: set[tuple[str, str]] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        key = (asked.party, asked.header(_KEY))
        if answer.status == 201 and key in seen:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            return answer.with_json({**answer.json, "received_at": now})
        seen.add(key)
        return answer

    return handler


async def _second_body_created(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    return await forward(_fresh(asked)) if answer.problem == "idempotency-key-reused" else answer


def _first_for_any_body() -> Handler:
    """Whatever comes under a used key gets the first receipt."""
    first: dict[tuple[str, str], Told] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        key = (asked.party, asked.header(_KEY))
        if answer.status == 201:
            first.setdefault(key, answer)
        return first[key] if answer.problem == "idempotency-key-reused" and key in first else answer

    return handler


def _same_order_is_same_body() -> Handler:
    """Bodies under one key are told apart by their order number alone."""
    first: dict[tuple[str, str, str], bytes] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        body = asked.json
        if not isinstance(body, dict) or not asked.header(_KEY):
            return await forward(asked)
        known = first.setdefault(
            (asked.party, asked.header(_KEY), json.dumps(body.get("order_no"))), asked.body
        )
        return await forward(Asked(**{**vars(asked), "body": known}))

    return handler


def _shared_between_partners() -> Handler:
    """Keys belong to nobody: another partner's key gives that partner's receipt."""
    first: dict[str, tuple[str, Told]] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        owner, receipt = first.get(asked.header(_KEY), (asked.party, None))
        if receipt is not None and owner != asked.party:
            return receipt
        answer = await forward(asked)
        if answer.status == 201:
            first.setdefault(asked.header(_KEY), (asked.party, answer))
        return answer

    return handler


def _keyless(asked: Asked) -> Asked:
    return asked if asked.header(_KEY) or not asked.party else _fresh(asked)


FAULTS: Final = (
    Fault(
        "repetition-creates-another",
        "DS-01.7",
        "duplicate-created",
        "A creation that is sent again with its key makes a second consignment.",
        (
            "idempotency-replay/replay/same-receipt#same-as",
            "idempotency-replay/list/only-one#count",
        ),
        Around(CREATE, _per_body()),
    ),
    Fault(
        "twins-both-created",
        "DS-01.7",
        "duplicate-created",
        "Only under concurrency: twins in flight are both carried out, a later repetition is not.",
        ("idempotency-twins/twins/one-result#distinct", "idempotency-twins/list/one-stored#count"),
        Around(CREATE, _sequential_only()),
    ),
    Fault(
        "keys-forgotten-after-ten",
        "DS-01.7",
        "duplicate-created",
        "Only the last ten keys of a partner are remembered, whatever retention is declared.",
        (
            "idempotency-remembered/late/same-receipt#same-as",
            "idempotency-remembered/list/only-one#count",
        ),
        Around(CREATE, _forgetful()),
    ),
    Fault(
        "receipt-made-anew",
        "DS-01.7",
        "answered-otherwise",
        "Nothing is created twice, but the repeated answer is another receipt than the first.",
        ("idempotency-replay/replay/same-receipt#same-as",),
        Around(CREATE, _new_receipt()),
    ),
    Fault(
        "key-not-wanted",
        "DS-01.7",
        "duplicate-created",
        "A creation without any key is taken.",
        ("idempotency-replay/no-key/key-wanted#status",),
        requests_of(CREATE, _keyless),
    ),
    Fault(
        "other-body-created",
        "DS-01.7",
        "second-body-accepted",
        "Another body under a used key is carried out.",
        (
            "idempotency-replay/other-body/refused#status",
            "idempotency-replay/list-other/other-not-stored#count",
        ),
        Around(CREATE, _second_body_created),
    ),
    Fault(
        "other-body-gets-first-receipt",
        "DS-01.7",
        "second-body-accepted",
        "Another body under a used key is answered with the first receipt, as if it had been "
        "taken.",
        ("idempotency-replay/other-body/refused#status",),
        Around(CREATE, _first_for_any_body()),
    ),
    Fault(
        "body-known-by-order-number",
        "DS-01.7",
        "second-body-accepted",
        "A changed body with the same order number passes for the same body.",
        ("idempotency-replay/changed-body/changed-refused#status",),
        Around(CREATE, _same_order_is_same_body()),
    ),
    Fault(
        "keys-shared-between-partners",
        "DS-01.7",
        "keys-confused",
        "A key that one partner used gives another partner the first one's receipt.",
        ("idempotency-replay/stranger-same-key/own-object#differs-from",),
        Around(CREATE, _shared_between_partners()),
    ),
)
"""Faults of DS-01.7."""

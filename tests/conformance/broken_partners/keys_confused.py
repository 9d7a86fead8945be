"""Couriers that break DS-01.7: keys that are taken for one another, answers that are not kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.consignment import CREATE
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Told,
    Wrap,
    answers,
    requests_of,
    told,
)

from jidi_reference.contract.bundle import load_bundle

_REUSED: Final = f"{load_bundle().base_uri}problems/idempotency-key-reused"
_KEY: Final = "idempotency-key"
_BATCH: Final = ("createConsignmentBatch",)
_REPLAY: Final = ("replaySubscription",)
_CREATING: Final = (*CREATE, *_BATCH, "createSubscription", *_REPLAY)


def _keys(change: Callable[[str], str]) -> Wrap:
    return requests_of(
        CREATE,
        lambda asked: (
            asked.with_header(_KEY, change(asked.header(_KEY))) if asked.header(_KEY) else asked
        ),
    )


def _one_store() -> Handler:
    """A key that one operation had is used up for every other."""
    used: dict[tuple[str, str], str] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.header(_KEY))
        if used.get(key, asked.operation) != asked.operation:
            return told(
                422, {"type": _REUSED, "title": "reused", "status": 422}, "application/problem+json"
            )
        answer = await forward(asked)
        if answer.status < 300:
            used.setdefault(key, asked.operation)
        return answer

    return handler


def _first_of_any_operation() -> Handler:
    """What a key gave in one operation is given by another, too."""
    first: dict[tuple[str, str], tuple[str, Told]] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.header(_KEY))
        operation, known = first.get(key, (asked.operation, None))
        if known is not None and operation != asked.operation:
            return replace(known, status=200)
        answer = await forward(asked)
        if answer.status < 300:
            first.setdefault(key, (asked.operation, answer))
        return answer

    return handler


def _first_by(change: Callable[[str], str]) -> Handler:
    """What a key gave first is given for every key that is taken for it, whatever the body."""
    first: dict[tuple[str, str], Told] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, change(asked.header(_KEY)))
        if key in first:
            return first[key]
        answer = await forward(asked)
        if asked.header(_KEY) and answer.status < 300:
            first[key] = answer
        return answer

    return handler


async def _short_keys(asked: Asked, forward: Forward) -> Told:
    """Keys as long as they may be are refused."""
    answer = await forward(asked)
    if answer.status >= 300 or len(asked.header(_KEY)) < 128:
        return answer
    return await forward(asked.with_header(_KEY, ""))


async def _by_first_item(asked: Asked, forward: Forward) -> Told:
    """A batch of several is refused as a whole where its first item is not valid."""
    answer = await forward(asked)
    items = answer.json.get("items") if answer.status < 300 else None
    if items and len(items) > 1 and items[0]["outcome"] == "rejected":
        return told(422, items[0]["problem"], "application/problem+json")
    return answer


def _again(change: Callable[[list[Any]], list[Any]]) -> Wrap:
    """Batches that are sent again are answered with other items."""
    seen: set[tuple[str, str]] = set()

    def changed(asked: Asked, answer: Told) -> Told:
        key = (asked.party, asked.header(_KEY))
        if answer.status != 200:
            return answer
        if key in seen:
            return answer.with_json({**answer.json, "items": change(answer.json["items"])})
        seen.add(key)
        return answer

    return answers(_BATCH, changed)


def _accepted_alone(items: list[Any]) -> list[Any]:
    return [item for item in items if item["outcome"] == "accepted"]


def _mixed_alone(items: list[Any]) -> list[Any]:
    return _accepted_alone(items) or items


FAULTS: Final = (
    Fault(
        "keys-of-any-case",
        "DS-01.7",
        "keys-confused",
        "Keys that differ in the case of their letters alone are one.",
        ("idempotency-replay/cased/case-told#status",),
        _keys(str.lower),
    ),
    Fault(
        "keys-cut-short",
        "DS-01.7",
        "keys-confused",
        "Keys are known by their first sixty-four characters.",
        ("idempotency-replay/long-twin/end-told#status",),
        _keys(lambda key: key[:64]),
    ),
    Fault(
        "keys-cut-by-one",
        "DS-01.7",
        "keys-confused",
        "The last of 128 characters of a key is lost.",
        ("idempotency-replay/long-twin/end-told#status",),
        _keys(lambda key: key[:127]),
    ),
    Fault(
        "keys-of-any-operation",
        "DS-01.7",
        "keys-confused",
        "A key that one operation had is used up for every other.",
        ("consignment-batch/bad-alone/key-of-its-own#status",),
        Around(_CREATING, _one_store()),
    ),
    Fault(
        "results-of-any-operation",
        "DS-01.7",
        "keys-confused",
        "A key that is known gives the first result, whatever the operation.",
        ("consignment-batch/bad-alone/batch-answered",),
        Around(_CREATING, _first_of_any_operation()),
    ),
    Fault(
        "results-of-keys-of-any-case",
        "DS-01.7",
        "keys-confused",
        "Keys that differ in the case of their letters alone give the first result.",
        ("idempotency-replay/cased/cased-own-object#differs-from",),
        Around(CREATE, _first_by(str.lower)),
    ),
    Fault(
        "results-of-keys-cut-by-one",
        "DS-01.7",
        "keys-confused",
        "Keys that differ in the last of 128 characters alone give the first result.",
        ("idempotency-replay/long-twin/twin-own-object#differs-from",),
        Around(CREATE, _first_by(lambda key: key[:127])),
    ),
    Fault(
        "long-keys-refused",
        "DS-01.7",
        "keys-confused",
        "Keys as long as they may be are refused.",
        ("idempotency-replay/long/longest-taken#status",),
        Around(CREATE, _short_keys),
    ),
    Fault(
        "batch-judged-by-its-first-item",
        "DS-01.3",
        "half-stored-batch",
        "A batch of several is refused as a whole where its first item is not valid.",
        ("batch-repeated/mixed/mixed-answered#status",),
        Around(_BATCH, _by_first_item),
    ),
    Fault(
        "batch-again-without-rejected",
        "DS-01.7",
        "answered-otherwise",
        "A batch that is sent again is answered without its rejected items.",
        (
            "consignment-batch/bad-again/bad-same-result#same-as",
            "batch-repeated/mixed-again/mixed-same-result#same-as",
        ),
        _again(_accepted_alone),
    ),
    Fault(
        "mixed-batch-again-without-rejected",
        "DS-01.7",
        "answered-otherwise",
        "A batch that is sent again is told from what was stored, if anything was.",
        ("batch-repeated/mixed-again/mixed-same-result#same-as",),
        _again(_mixed_alone),
    ),
)
"""Faults of keys and of answers to repetitions."""

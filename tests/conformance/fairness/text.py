"""Variants that keep the published text where the reference does otherwise: what an implementer who
read nothing else may do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.conformance.fairness import inside
from tests.conformance.fairness.answers import Answer, collect, deliver, refused, rewriting
from tests.conformance.fairness.variant import Served, Variant
from tests.conformance.seams import healthy, stand_in

AHEAD_S = 7_200


def moved_before(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target as it is, after an earlier run has moved the sandbox's clock on by two hours."""
    act(document, served, "advance-clock", {"seconds": AHEAD_S})
    return document


def moved_and_silent(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The same, with a driver that does not know how far."""
    known = (
        "provision-partner issue-token issue-operator-token dismiss-operator record-scan "
        "advance-clock person-code change-officer connect-courier place-order amend-order "
        "cancel-order rotate-secret reset"
    )
    moved = moved_before(document, served)
    return {**moved, "driver": {**moved["driver"], "actions": known.split()}}


def act(document: dict[str, Any], served: Served, action: str, parameters: dict[str, Any]) -> Any:
    """The result of a sandbox action that is done beforehand."""
    driver = document["driver"]
    answer = requests.post(
        driver["url"],
        json={"action": action, "parameters": parameters},
        headers=driver.get("headers", {}),
        timeout=10,
    )
    answer.raise_for_status()
    assert served.origin in driver["url"]
    return answer.json()["result"]


def stamps_by_sandbox_clock() -> None:
    """Pushes tell the time of the sandbox, wherever it was moved."""
    sign = healthy("push.signatures")
    stand_in("push.send", _sending_by(sign))


def _sending_by(sign: Callable[..., str]) -> Callable[..., int]:
    def send(context: Any, session: requests.Session, row: Any, delivery: Any) -> int:
        stamp = int(context.clock.now())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(
                row.secrets_at(context.clock.now()), delivery.message_id, stamp, delivery.body
            ),
        }
        limit = context.settings.limits.push_timeout_s
        try:
            answer = session.post(
                row.callback_url, data=delivery.body, headers=headers, timeout=limit
            )
        except requests.RequestException:
            return 0
        return answer.status_code

    return send


def first_event(code: str) -> Callable[[], None]:
    """The event that a courier records by itself when a consignment comes is ``code``."""

    def inside_() -> None:
        written = healthy("event.document")

        def document(row: Any, scan: Any, now: float) -> dict[str, Any]:
            own = scan.event_code == "ORDER_CREATED"
            return written(row, replace(scan, event_code=code) if own else scan, now)

        stand_in("event.document", document)

    return inside_


def no_event_of_its_own() -> None:
    """Nothing is recorded until somebody scans the parcel."""
    written, store = healthy("event.document"), healthy("event.store")

    def document(row: Any, scan: Any, now: float) -> dict[str, Any]:
        own = scan.event_code == "ORDER_CREATED"
        made: dict[str, Any] = written(row, scan, now)
        return {**made, "sequence": 0} if own else made

    def stored(connection: Any, row: Any) -> None:
        if row.event_code != "ORDER_CREATED":
            store(connection, row)

    stand_in("event.document", document)
    stand_in("event.store", stored)


def retries_by_a_tenth() -> None:
    """Each gap is a tenth of the first one longer than the one before."""
    change = healthy("push.change-delivery")
    tries: dict[int, int] = {}

    def later(connection: Any, number: int, **values: Any) -> None:
        if values.get("next_attempt_at"):
            now, count = inside.time.time(), tries.get(number, 0)
            tries[number] = count + 1
            values["next_attempt_at"] = now + 0.5 * (1 + 0.1 * count)
        change(connection, number, **values)

    stand_in("push.change-delivery", later)


def _without_node(answer: Answer) -> Answer:
    if not answer.path.endswith("/statistics") or answer.status != 200:
        return answer
    cells = [
        {name: value for name, value in cell.items() if name != "node"}
        for cell in answer.json["cells"]
    ]
    return answer.with_json({**answer.json, "cells": cells})


def _from_the_root(answer: Answer) -> Answer:
    """Pointers of a refused item from the root of the batch."""
    if not answer.path.endswith("/consignment-batches") or answer.status != 200:
        return answer
    items = [_rooted(item) for item in answer.json["items"]]
    return answer.with_json({**answer.json, "items": items})


def _rooted(item: dict[str, Any]) -> dict[str, Any]:
    problem = item.get("problem", {})
    if "errors" not in problem:
        return item
    errors = [
        {**error, "pointer": f"/consignments/{item['index']}{error['pointer']}"}
        if "pointer" in error
        else error
        for error in problem["errors"]
    ]
    return {**item, "problem": {**problem, "errors": errors}}


def _dated(answer: Answer) -> Answer:
    """Retry-After as a date (RFC 9110, 10.2.3)."""
    seconds = dict(answer.headers).get("retry-after", "")
    if not seconds.isdigit():
        return answer
    moment = datetime.now(UTC) + timedelta(seconds=int(seconds) + 1)
    return answer.with_header("retry-after", format_datetime(moment, usegmt=True))


def _tagged(answer: Answer) -> Answer:
    """A weak validator and a rule for caches on every answer."""
    return answer.with_header("etag", 'W/"1"').with_header("cache-control", "no-store")


def _acknowledged(status: int) -> Callable[[Answer], Answer]:
    def change(answer: Answer) -> Answer:
        taken = answer.method == "POST" and re.search(r"/shipment-events\b", answer.path)
        return (
            replace(answer, status=status, body=b"") if taken and answer.status == 200 else answer
        )

    return change


class _Batches:
    """Refuses whole batches of more items than ``most``, which it declares."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, asgi: ASGIApp) -> ASGIApp:
        """The application behind it."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].endswith("/consignment-batches"):
                await asgi(scope, receive, send)
                return
            body = await whole(receive)
            if _length(body) > self._most:
                plain = Answer("", "", {}, 413, (("standard-version", "1.0"),), b"")
                await deliver(refused(plain, "body-too-large", 413), send)
                return
            await deliver(await collect(asgi, scope, again(body)), send)

        return app


async def whole(receive: Receive) -> bytes:
    """The body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def again(body: bytes) -> Receive:
    """A request's body to be read anew."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _length(body: bytes) -> int:
    try:
        items = json.loads(body)["consignments"]
    except (ValueError, KeyError, TypeError):
        return 0
    return len(items) if isinstance(items, list) else 0


VARIANTS = (
    Variant(
        "clock-moved-before",
        "the sandbox is two hours ahead when the run begins, and pushes tell its time",
        "docs/standard/wire.md: read-clock; a push may tell either time",
        inside=stamps_by_sandbox_clock,
        document=moved_before,
    ),
    Variant(
        "clock-moved-in-silence",
        "the same, and the driver does not know read-clock",
        "docs/vendor.md: read-clock is optional; getStatus tells the time",
        inside=stamps_by_sandbox_clock,
        document=moved_and_silent,
    ),
    Variant(
        "begins-with-pickup-pending",
        "the courier's own first event is PICKUP_PENDING",
        "code list transitions: a shipment begins in CREATED",
        inside=first_event("PICKUP_PENDING"),
    ),
    Variant(
        "no-event-of-its-own",
        "the courier records nothing before the first scan",
        "shipment.schema.json: event_count from 0, latest_event optional",
        inside=no_event_of_its_own,
    ),
    Variant(
        "retries-by-a-tenth",
        "gaps of 0.5, 0.55, 0.6 s",
        "discovery.push_retry: a tenth is growing",
        limits={"push_initial_backoff_s": 0.5},
        inside=retries_by_a_tenth,
    ),
    Variant(
        "statistics-without-node",
        "figures by day and state alone",
        "statistics.schema.json: node is optional",
        around=rewriting(_without_node),
    ),
    Variant(
        "minimum-cell-30",
        "cells below thirty are not shown",
        "discovery.schema.json: from 3 on",
        limits={"minimum_cell": 30, "max_batch_items": 20},
        around=_Batches(20),
    ),
    Variant(
        "batches-of-20",
        "batches of twenty at most",
        "profile: max_batch_items at least 1",
        limits={"max_batch_items": 20},
        around=_Batches(20),
        generated=True,
    ),
    Variant(
        "batches-of-1",
        "batches of one at most",
        "profile: max_batch_items at least 1",
        limits={"max_batch_items": 1},
        around=_Batches(1),
        absent=frozenset({"batch-repeated"}),
    ),
    Variant(
        "pointers-from-the-root",
        "pointers of a refused item begin at the root of the batch",
        "consignment-batch-result.schema.json: they are as clear",
        around=rewriting(_from_the_root),
    ),
    Variant(
        "retry-after-as-date",
        "Retry-After is a date",
        "RFC 9110, 10.2.3",
        around=rewriting(_dated),
    ),
    Variant(
        "weak-validators",
        "a weak ETag and Cache-Control on every answer",
        "RFC 9110, 8.8.3",
        around=rewriting(_tagged),
    ),
)
"""Variants of couriers."""

ACKNOWLEDGING = tuple(
    Variant(
        f"platform-acknowledges-{status}",
        f"pushes that are taken are answered {status} without a body",
        "against platform.yaml: a receiver answers 200 with a batch-result (DS-02.8, and no other)",
        around=rewriting(_acknowledged(status)),
        role="platform",
    )
    for status in (202, 204)
)
"""Platforms that break one rule and are held to have broken no other."""

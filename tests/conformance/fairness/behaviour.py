"""Variants of behaviour: answers to repetitions, pages, pushes, limits and what is not offered at
all.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness import inside, surroundings
from tests.conformance.fairness.answers import (
    DISCOVERY,
    Answer,
    collect,
    deliver,
    refused,
    rewriting,
)
from tests.conformance.fairness.variant import CLEAR_TEXT, Variant


def _created_200(answer: Answer) -> Answer:
    return replace(answer, status=200) if answer.status == 201 else answer


def _accepted_200(answer: Answer) -> Answer:
    return replace(answer, status=200) if answer.status == 202 else answer


def _batch_207(answer: Answer) -> Answer:
    return (
        replace(answer, status=207)
        if answer.status == 200 and answer.path.endswith("/consignment-batches")
        else answer
    )


class _Twins:
    """What becomes of a request whose key is being worked on: refused, or made to wait for the
    first.
    """

    def __init__(self, *, wait: bool) -> None:
        self._wait = wait

    def __call__(self, asgi: ASGIApp) -> ASGIApp:
        """The application with one lock a key."""
        locks: dict[str, asyncio.Lock] = {}

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            key = dict(scope.get("headers", [])).get(b"idempotency-key", b"").decode("latin-1")
            if scope["type"] != "http" or not key:
                await asgi(scope, receive, send)
                return
            lock = locks.setdefault(
                key + dict(scope["headers"]).get(b"authorization", b"").decode("latin-1"),
                asyncio.Lock(),
            )
            if lock.locked() and not self._wait:
                await deliver(
                    refused(
                        Answer("", "", {}, 409, (("standard-version", "1.0"),), b""),
                        "idempotency-in-flight",
                        409,
                    ),
                    send,
                )
                return
            async with lock:
                answer = await collect(asgi, scope, receive)
                if not self._wait:
                    await asyncio.sleep(0.1)
            await deliver(answer, send)

        return app


_PATHS = {
    "batch": r"/consignment-batches",
    "push": r"/subscriptions(/.*)?",
    "replay": r"/subscriptions/[^/]+/replay",
    "secret_rotation": r"/subscriptions/[^/]+/secret-rotation",
}


def _lacking(*capabilities: str) -> Any:
    """Neither declares nor offers ``capabilities``: their paths are unknown, with or without a
    credential.
    """
    unknown = (
        re.compile(
            "/v1(?:" + "|".join(_PATHS[name] for name in capabilities if name in _PATHS) + ")"
        )
        if set(capabilities) & _PATHS.keys()
        else None
    )

    def change(answer: Answer) -> Answer:
        if answer.path == DISCOVERY and answer.status == 200:
            able = {**answer.json["capabilities"], **dict.fromkeys(capabilities, False)}
            return answer.with_json({**answer.json, "capabilities": able})
        if unknown is not None and unknown.fullmatch(answer.path):
            return refused(answer, "not-found", 404)
        if "amendment" in capabilities and answer.method == "PATCH":
            return refused(answer, "method-not-allowed", 405).with_header("allow", "GET")
        return answer

    return rewriting(change)


_PUSH_SCENARIOS = frozenset(
    {
        "push-signed",
        "push-retried",
        "push-outage",
        "push-gone",
        "push-replay",
        "push-rotation",
        "capability-push",
    }
)

VARIANTS = (
    Variant(
        "created-200",
        "200 instead of 201 for what was created",
        "docs/standard/wire.md: same status or 200; the scenarios' own rule",
        around=rewriting(_created_200),
    ),
    Variant(
        "replay-200",
        "200 instead of 202 for a replay",
        "RFC 9110, 15.3.1: it was done at once",
        around=rewriting(_accepted_200),
    ),
    Variant(
        "batch-207",
        "207 for a batch",
        "RFC 4918, 11.1: several outcomes in one answer",
        around=rewriting(_batch_207),
    ),
    Variant(
        "twins-refused",
        "a twin in flight gets 409",
        "docs/standard/wire.md: 409 or the first result",
        around=_Twins(wait=False),
    ),
    Variant(
        "twins-served",
        "a twin waits and gets the first result",
        "docs/standard/wire.md: 409 or the first result",
        around=_Twins(wait=True),
    ),
    Variant(
        "events-late",
        "events show after 80 % of the declared time",
        "DS-02.3: within event_availability_s",
        inside=inside.events_show_after(1.6),
    ),
    Variant(
        "pushes-late",
        "pushes leave after 70 % of the declared time",
        "DS-02.3: within push_latency_s",
        inside=inside.pushes_leave_after(1.4),
    ),
    Variant(
        "pushes-twice",
        "every acknowledged push comes once more",
        "at least once is what pushes promise; id and bytes are the same",
        inside=inside.pushes_twice,
    ),
    Variant(
        "one-event-a-push",
        "one event in each push",
        "docs/standard/wire.md: 1 to 100 events",
        inside=inside.events_for_each_push(1, 0.02),
    ),
    Variant(
        "many-events-a-push",
        "events are gathered for 0.3 s",
        "docs/standard/wire.md: 1 to 100 events",
        inside=inside.events_for_each_push(100, 0.3),
    ),
    Variant(
        "retries-jittered",
        "gaps of retries vary by two fifths",
        "docs/standard/wire.md: growing gaps, the first at least initial_backoff_s",
        inside=inside.retries_with_jitter,
    ),
    Variant(
        "retries-slower",
        "first retry after 0.5 s",
        "profile: push_retry.initial_backoff_s at most 5",
        limits={"push_initial_backoff_s": 0.5},
    ),
    Variant(
        "several-signatures",
        "unknown signatures stand before the right one",
        "Standard Webhooks: a space-separated list",
        inside=inside.several_signatures,
    ),
    Variant(
        "heartbeats",
        "a heartbeat before every push",
        "docs/standard/wire.md: type heartbeat",
        inside=inside.heartbeats,
    ),
    Variant(
        "pushes-close",
        "each push over a connection of its own",
        "RFC 9112, 9.6",
        inside=inside.pushes_close,
    ),
    Variant(
        "small-pages",
        "pages hold ten at most, and five by default",
        "profile: max_page_items at least 10",
        limits={"max_page_items": 10, "default_page_items": 5},
    ),
    Variant(
        "middling-pages",
        "pages hold fifty at most",
        "profile: max_page_items at least 10",
        limits={"max_page_items": 50, "default_page_items": 50},
    ),
    Variant(
        "small-bodies",
        "bodies of 256 KiB at most",
        "profile: max_body_bytes at least 262144",
        limits={"max_body_bytes": 262144},
    ),
    Variant(
        "slow-rate",
        "ten requests a second for each partner",
        "profile: rate.per_second at least 5",
        limits={"rate_per_second": 10, "rate_burst": 20},
    ),
    Variant(
        "narrow-burst",
        "five at once and no more",
        "profile: rate.burst at least 1",
        limits={"rate_per_second": 30, "rate_burst": 5},
    ),
    Variant(
        "fast-rate",
        "300 requests a second for each partner",
        "profile: rate.per_second at most 1000",
        limits={"rate_per_second": 300, "rate_burst": 600},
    ),
    Variant(
        "no-batch",
        "no batches",
        "docs/standard/wire.md: capabilities",
        around=_lacking("batch"),
        absent=frozenset({"consignment-batch", "batch-repeated", "capability-batch"}),
    ),
    Variant(
        "no-push",
        "no pushes at all",
        "docs/standard/wire.md: capabilities",
        around=_lacking("push", "replay", "secret_rotation"),
        not_applicable=CLEAR_TEXT | {"DS-02.5"},
        absent=_PUSH_SCENARIOS | {"subscription-isolation", "foreign-subscription"},
    ),
    Variant(
        "no-replay",
        "no replays",
        "docs/standard/wire.md: capabilities",
        around=_lacking("replay"),
        absent=frozenset({"push-replay"}),
    ),
    Variant(
        "no-rotation",
        "no rotation of secrets",
        "docs/standard/wire.md: capabilities",
        around=_lacking("secret_rotation"),
        absent=frozenset({"push-rotation"}),
    ),
    Variant(
        "no-amendment",
        "no amendments",
        "docs/standard/wire.md: capabilities",
        around=_lacking("amendment"),
        absent=frozenset({"amendment-before-acceptance", "capability-amendment"}),
    ),
    Variant(
        "no-tokens",
        "no recipient tokens",
        "docs/standard/wire.md: capabilities",
        around=_lacking("recipient_tokens"),
    ),
    Variant(
        "postgresql",
        "PostgreSQL instead of SQLite",
        "nothing is said about storage",
        postgresql=True,
    ),
    Variant(
        "static-bearer",
        "parties come with tokens instead of OAuth clients, good for a month",
        "contract: target file, auth.type bearer",
        document=surroundings.with_tokens,
        tokens_live_s=30 * 86_400,
    ),
    Variant(
        "client-secret-post",
        "client id and secret in the form",
        "RFC 6749, 2.3.1",
        document=surroundings.with_secret_in_form,
    ),
    Variant(
        "driver-command",
        "a program makes the candidate act",
        "contract: target file, driver.kind command",
        document=surroundings.with_program,
    ),
)

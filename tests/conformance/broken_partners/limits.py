"""Couriers that break DS-08.4 and DS-08.5: odd, large and many requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Inside,
    Told,
    Wrap,
    answers,
    told,
)

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.settings import Limits

_CREATE: Final = ("createConsignment",)
_MOST: Final = Limits().max_body_bytes
_SWEEP_5XX: Final = "sweep/no-server-error"
_SWEEP_INSIDE: Final = "sweep/no-internals"
_TRACE: Final = (
    'Traceback (most recent call last):\n  File "consignments.py", line 41, in '
    "create\nKeyError: None"
)
_JAVA: Final = (
    "java.lang.NullPointerException\n\tat example.courier.intake.Reader.read(Reader.java:88)"
)
_SQL: Final = "SELECT consignment_id FROM consignments WHERE order_no = 'x'"


def problem(status: int, slug: str, **members: Any) -> Told:
    body = {
        "type": f"{load_bundle().base_uri}problems/{slug}",
        "title": slug,
        "status": status,
        **members,
    }
    return told(status, body, "application/problem+json")


def answering(odd: Callable[[Asked], bool], answer: Told, operations: tuple[str, ...] = ()) -> Wrap:
    """One answer for odd requests of known partners, the healthy one for others."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        return answer if asked.party and odd(asked) else await forward(asked)

    return Around(operations, handler)


def _hanging(odd: Callable[[Asked], bool]) -> Handler:
    async def handler(asked: Asked, forward: Forward) -> Told:
        if odd(asked):
            await asyncio.sleep(3600)
        return await forward(asked)

    return handler


def _telling(slug: str, detail: str) -> Wrap:
    """Refusals of one kind say more than they should."""

    def change(_asked: Asked, answer: Told) -> Told:
        return (
            answer.with_json({**answer.json, "detail": detail})
            if answer.problem == slug
            else answer
        )

    return answers((), change)


def _heading(name: str, value: str, when: Callable[[Told], bool] = lambda _: True) -> Wrap:
    return answers(
        (), lambda _asked, answer: answer.with_header(name, value) if when(answer) else answer
    )


def is_nul(asked: Asked) -> bool:
    return "\0" in asked.path or "%00" in asked.path or "%00" in asked.query


def is_surrogate(asked: Asked) -> bool:
    return b"\\ud800" in asked.body


def is_deep(asked: Asked) -> bool:
    return asked.body.startswith(b"[[[[[[")


def _cut(asked: Asked) -> Asked:
    return replace(asked, body=asked.body.replace(b"xx", b"x", 1))


def _up_to(most: int) -> Wrap:
    """Another limit than the declared one: bodies up to ``most`` bytes are read."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        if _MOST < len(asked.body) <= most:
            while len(asked.body) > _MOST:
                asked = replace(
                    asked, body=asked.body.replace(b"x" * (len(asked.body) - _MOST), b"", 1)
                )
        return await forward(asked)

    return Around(_CREATE, handler)


def _refusing_the_edge() -> Wrap:
    return answering(
        lambda asked: len(asked.body) == _MOST, problem(413, "body-too-large"), _CREATE
    )


def _oversize_crash(_asked: Asked, answer: Told) -> Told:
    return problem(500, "internal-error") if answer.status == 413 else answer


class Unlimited:
    """A rate limit that keeps none."""

    def __init__(self, _per_second: float, _burst: float) -> None: ...

    def take(self, _credential: str) -> None:
        """Let everything through."""

    def forget(self) -> None:
        """Nothing is counted."""


def tenfold(healthy: Any) -> Callable[[float, float], Any]:
    return lambda per_second, burst: healthy(per_second * 10, burst * 10)


def without(name: str) -> Callable[[Asked, Told], Told]:
    def change(_asked: Asked, answer: Told) -> Told:
        return (
            replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] != name))
            if answer.status == 429
            else answer
        )

    return change


def _plain_429(_asked: Asked, answer: Told) -> Told:
    return answer.with_header("content-type", "text/plain") if answer.status == 429 else answer


def _after_flood(answer: Told, seconds: float) -> Handler:
    """Once somebody was limited whom the target does not name, everybody gets ``answer`` for some
    seconds.
    """
    until = [0.0]

    async def handler(asked: Asked, forward: Forward) -> Told:
        if time.monotonic() < until[0] and asked.operation != "issueToken":
            return answer
        healthy = await forward(asked)
        known = asked.party.startswith("platform-")
        if healthy.status == 429 and asked.operation == "listEvents" and not known:
            until[0] = time.monotonic() + seconds
        return healthy

    return handler


_INSIDES: Final = (
    Fault(
        "crash-on-nul",
        "DS-08.4",
        "server-error",
        "A zero byte in a filter leads to 500.",
        ("hostile-input[nul-in-query]/attack/refused#status", _SWEEP_5XX),
        answering(is_nul, problem(500, "internal-error")),
    ),
    Fault(
        "crash-on-surrogate",
        "DS-08.4",
        "server-error",
        "Half a character in a body leads to 500.",
        ("hostile-body[lone-surrogate]/attack/refused#status", _SWEEP_5XX),
        answering(is_surrogate, problem(500, "internal-error"), _CREATE),
    ),
    Fault(
        "overloaded-by-depth",
        "DS-08.4",
        "server-error",
        "Deep nesting is answered with 503, as if the server were busy.",
        ("hostile-body[deep]/attack/refused#status",),
        answering(is_deep, problem(503, "interruption").with_header("retry-after", "1"), _CREATE),
    ),
    Fault(
        "bad-gateway-on-odd-method",
        "DS-08.4",
        "server-error",
        "An unusual method leads to 502.",
        ("hostile-input[odd-method]/attack/refused#status", _SWEEP_5XX),
        answering(lambda asked: asked.method == "PROPFIND", told(502, {})),
    ),
    Fault(
        "hangs-on-depth",
        "DS-08.4",
        "hang",
        "Deep nesting is never answered.",
        ("hostile-body[deep]/attack/refused#no-answer-timeout",),
        Around(_CREATE, _hanging(is_deep)),
    ),
    Fault(
        "trace-in-refusal",
        "DS-08.4",
        "stack-trace",
        "The refusal of bad JSON shows a stack trace.",
        (_SWEEP_INSIDE,),
        _telling("malformed-json", _TRACE),
    ),
    Fault(
        "java-trace-in-not-found",
        "DS-08.4",
        "stack-trace",
        "What is not found shows a stack trace.",
        (_SWEEP_INSIDE,),
        _telling("not-found", _JAVA),
    ),
    Fault(
        "trace-in-header",
        "DS-08.4",
        "stack-trace",
        "A header for developers carries a stack trace.",
        (_SWEEP_INSIDE,),
        _heading(
            "x-debug",
            'Traceback (most recent call last): File "consignments.py", line 41',
            lambda answer: answer.status == 400,
        ),
    ),
    Fault(
        "sql-in-refusal",
        "DS-08.4",
        "sql-text",
        "The refusal of a bad parameter shows the query.",
        (_SWEEP_INSIDE,),
        _telling("parameter-invalid", _SQL),
    ),
    Fault(
        "database-error-in-not-found",
        "DS-08.4",
        "sql-text",
        "What is not found shows the error of the database.",
        (_SWEEP_INSIDE,),
        _telling("not-found", "sqlite3.OperationalError: no such column"),
    ),
    Fault(
        "file-path-in-refusal",
        "DS-08.4",
        "file-path",
        "The refusal of a bad body names the file of its schema.",
        (_SWEEP_INSIDE,),
        _telling("validation-failed", "schema /opt/courier/schemas/consignment.json"),
    ),
    Fault(
        "version-in-server-header",
        "DS-08.4",
        "version-banner",
        "The server names itself with its version.",
        (_SWEEP_INSIDE,),
        _heading("server", "example-httpd/2.4.62"),
    ),
    Fault(
        "version-in-powered-by",
        "DS-08.4",
        "version-banner",
        "Only refusals name the framework with its version.",
        (_SWEEP_INSIDE,),
        _heading("x-powered-by", "Framework/8.1.2", lambda answer: answer.status == 404),
    ),
)

_AMOUNTS: Final = (
    Fault(
        "oversize-accepted",
        "DS-08.5",
        "oversize-accepted",
        "Ten times the declared body is read.",
        ("oversize/large/refused#status",),
        _up_to(10 * _MOST),
    ),
    Fault(
        "oversize-by-one-accepted",
        "DS-08.5",
        "oversize-accepted",
        "Off by one: one byte more than declared is read.",
        ("oversize/large/refused#status",),
        _up_to(_MOST + 1),
    ),
    Fault(
        "largest-body-refused",
        "DS-08.5",
        "limit-not-kept",
        "Off by one: a body of exactly the declared maximum is too large.",
        ("oversize/largest/largest-read#differs-from",),
        _refusing_the_edge(),
    ),
    Fault(
        "oversize-crashes",
        "DS-08.5",
        "oversize-accepted",
        "A body above the maximum leads to 500.",
        ("oversize/large/refused#status",),
        answers(_CREATE, _oversize_crash),
        also={"DS-08.4": "an answer of class 5xx is a fault of DS-08.4 wherever it is seen."},
    ),
    Fault(
        "flood-unlimited",
        "DS-08.5",
        "flood-unlimited",
        "No rate is kept.",
        ("flood/flood/limited#status",),
        Inside("bootstrap.rate-limit", lambda _healthy: Unlimited),
    ),
    Fault(
        "flood-limited-at-tenfold",
        "DS-08.5",
        "flood-unlimited",
        "Ten times the declared rate is let through.",
        ("flood/flood/limited#status",),
        Inside("bootstrap.rate-limit", tenfold),
    ),
    Fault(
        "limited-without-retry-after",
        "DS-08.5",
        "no-retry-after",
        "A 429 does not say when to come again.",
        ("flood/flood/says-when#count",),
        answers((), without("retry-after")),
    ),
    Fault(
        "limited-without-problem",
        "DS-08.5",
        "no-retry-after",
        "A 429 is plain text, from which nothing can be read.",
        ("flood/flood/problem#problem-media-type",),
        answers((), _plain_429),
    ),
    Fault(
        "dead-after-flood",
        "DS-08.5",
        "crashed",
        "After a flood everybody gets 503.",
        ("flood/others/others-served#status",),
        Around((), _after_flood(problem(503, "interruption"), 5.0)),
    ),
    Fault(
        "flood-limits-everybody",
        "DS-08.5",
        "crashed",
        "After one partner's flood all others are limited too.",
        ("flood/others/others-served#status",),
        Around((), _after_flood(problem(429, "rate-limited").with_header("retry-after", "5"), 5.0)),
    ),
)

FAULTS: Final = (*_INSIDES, *_AMOUNTS)
"""Faults of DS-08.4 and DS-08.5."""

"""Choices where the published text says in so many words that another answer is legal too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness.answers import Answer, collect, deliver, rewriting, walk
from tests.conformance.fairness.variant import Variant

Json = Any
_OTHER_STATUS: Final = {
    "purpose-refused": 400,
    "waybill-number-used": 422,
    "waybill-number-not-allocated": 409,
    "self-approval": 409,
    "cross-border-basis-missing": 422,
    "approval-required": 403,
    "approval-expired": 403,
    "approval-used": 403,
    "approval-scope-mismatch": 403,
}
"""Problem types with a second status that is legal (docs/standard/privacy.md)."""
_PAUSE_S: Final = 1


def _slug(problem: Json) -> str:
    return str(problem.get("type", "")).rpartition("/problems/")[2]


def _with_other_status(value: Json) -> Json:
    if not isinstance(value, dict) or _slug(value) not in _OTHER_STATUS:
        return value
    return {**value, "status": _OTHER_STATUS[_slug(value)]}


def _other_statuses(answer: Answer) -> Answer:
    told = walk(answer.json, _with_other_status)
    if told == answer.json:
        return answer
    return answer.with_json(told, status=_OTHER_STATUS.get(answer.slug, answer.status))


def _patient(answer: Answer) -> Answer:
    """Whoever asks too often is to wait a second longer than it must."""
    seconds = dict(answer.headers).get("retry-after", "")
    longer = str(int(seconds) + _PAUSE_S) if seconds.isdigit() else ""
    return answer.with_header("retry-after", longer) if longer else answer


def _key(scope: Scope) -> str:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    key = headers.get("idempotency-key", "")
    return f"{scope['path']} {headers.get('authorization', '')} {key}" if key else ""


def _repeated_200(asgi: ASGIApp) -> ASGIApp:
    """201 for the first, 200 for whoever comes with the same key again."""
    created: set[str] = set()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _key(scope):
            await asgi(scope, receive, send)
            return
        answer = await collect(asgi, scope, receive)
        if answer.status in {201, 202}:
            again_ = _key(scope) in created
            created.add(_key(scope))
            answer = replace(answer, status=200) if again_ else answer
        await deliver(answer, send)

    return app


_WIRE: Final = "docs/standard/wire.md: "
_PRIVACY: Final = "docs/standard/privacy.md: "
_CHOICES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "other-legal-statuses",
        "every problem that may have one has its other status",
        _PRIVACY + "new problem types, in brackets",
        {"around": rewriting(_other_statuses)},
    ),
    (
        "asks-for-patience",
        "Retry-After is a second longer than it need be",
        _WIRE + "rate-limited 429 (+Retry-After)",
        {"around": rewriting(_patient)},
    ),
    (
        "tokens-short-lived",
        "access tokens live ten minutes of the sandbox's time",
        "token-response.schema.json: expires_in from 1",
        {"tokens_live_s": 600},
    ),
)
_OF_COURIERS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "repeated-200",
        "200 for whoever repeats what was created with 201",
        _WIRE + "same status or 200, same body",
        {"around": _repeated_200},
    ),
)
_LIMITS: Final = {"push_initial_backoff_s": 0.5}

VARIANTS = (
    *(
        Variant(name, varies, legal, **more)
        for name, varies, legal, more in _CHOICES + _OF_COURIERS
    ),
    *(
        Variant(f"integrator-{name}", varies, legal, role="integrator", limits=_LIMITS, **more)
        for name, varies, legal, more in _CHOICES + _OF_COURIERS
    ),
    *(
        Variant(f"platform-{name}", varies, legal, role="platform", limits=_LIMITS, **more)
        for name, varies, legal, more in _CHOICES
    ),
)

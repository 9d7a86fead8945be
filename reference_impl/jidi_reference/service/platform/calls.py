"""Calls to a connected courier: token, idempotency key, and what an answer means."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote_plus

from jidi_reference.contract.bundle import VERSION
from jidi_reference.service.context import Context
from jidi_reference.service.platform import sending
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest
from jidi_reference.service.ports.couriers import CourierRow

_TRY_AGAIN = frozenset(
    {401, 408, 425, 429}
)  # 401: the token was renewed already, so the courier's own house is not in order


@dataclass(frozen=True)
class CourierCall:
    """One call of a courier's API; ``path`` below its base URL, ``key`` for creating operations."""

    operation: str
    method: str
    path: str
    body: bytes | None = None
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def call(context: Context, courier: CourierRow, wish: CourierCall) -> OutboundAnswer:
    """The courier's answer; a token that it no longer takes is renewed once and the call sent again
    with the same key.
    """
    answer = OutboundAnswer(0)
    for renew in (False, True):
        token = _token(context, courier, renew=renew)
        if token is None:
            return OutboundAnswer(0)
        answer = sending.send(_request(context, courier, wish, token))
        if answer.status != 401:
            break
    return answer


def document(answer: OutboundAnswer) -> dict[str, Any]:
    """The JSON object in an answer; empty when there is none."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def problem_slug(answer: OutboundAnswer) -> str:
    """The problem type's last path segment; empty when the answer names none."""
    kind = document(answer).get("type")
    return kind.rsplit("/", 1)[-1] if isinstance(kind, str) else ""


def is_passing(answer: OutboundAnswer) -> bool:
    """Whether the same request may fare better later: no answer, the courier's own failure, or its
    asking to wait.
    """
    if answer.status == 409:
        return problem_slug(answer) == "idempotency-in-flight"
    return (
        answer.status < 200
        or 300 <= answer.status < 400
        or answer.status >= 500
        or answer.status in _TRY_AGAIN
    )


def asked_pause(context: Context, answer: OutboundAnswer) -> float:
    """The seconds of Retry-After; 0 when there is none."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - context.clock.now())
    except (ValueError, IndexError, TypeError):
        return 0.0


def token_request(
    courier_code: str, endpoint: str, client: tuple[str, str], timeout_s: float
) -> OutboundRequest:
    """A request for a token by HTTP Basic (RFC 6749 section 2.3.1)."""
    basic = b64encode(":".join(map(quote_plus, client)).encode()).decode()
    headers = {
        "Authorization": f"Basic {basic}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return OutboundRequest(
        courier_code,
        "issueToken",
        "POST",
        endpoint,
        headers,
        b"grant_type=client_credentials",
        timeout_s,
    )


def token_in(answer: OutboundAnswer) -> str | None:
    """The token of a token endpoint's answer."""
    token = document(answer).get("access_token") if answer.status == 200 else None
    return (
        token
        if isinstance(token, str) and token.isascii() and token.isprintable() and token
        else None
    )


def _token(context: Context, courier: CourierRow, *, renew: bool) -> str | None:
    place = (courier.courier_code, courier.client_id)
    known = None if renew else context.courier_tokens.get(place)
    if known is not None:
        return known
    client = (courier.client_id, courier.client_secret)
    request = token_request(
        courier.courier_code, courier.token_endpoint, client, context.settings.limits.push_timeout_s
    )
    token = token_in(sending.send(request))
    if token is not None:
        context.courier_tokens[place] = token
    return token


def _request(
    context: Context, courier: CourierRow, wish: CourierCall, token: str
) -> OutboundRequest:
    headers = {"Authorization": f"Bearer {token}", "Standard-Version": VERSION, **wish.headers}
    headers |= {} if wish.key is None else {"Idempotency-Key": wish.key}
    headers |= {} if wish.body is None else {"Content-Type": "application/json"}
    limit = context.settings.limits.push_timeout_s
    return OutboundRequest(
        courier.courier_code,
        wish.operation,
        wish.method,
        courier.base_url + wish.path,
        headers,
        wish.body,
        limit,
    )

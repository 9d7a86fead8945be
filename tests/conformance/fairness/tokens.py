"""Legal answers of a token endpoint: everything that RFC 6749 and ``token-response`` leave open."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp
from tests.conformance.fairness.answers import Answer, rewriting
from tests.conformance.fairness.variant import Variant


def _token(change: Callable[[Answer], Answer]) -> Callable[[ASGIApp], ASGIApp]:
    """``change`` of every answer that holds a token."""

    def rewrite(answer: Answer) -> Answer:
        at_endpoint = answer.path.endswith("/oauth/token") and answer.status == 200
        return change(answer) if at_endpoint else answer

    return rewriting(rewrite)


def _members(**more: Any) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_json({**answer.json, **more})


def _without(name: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_json(
        {key: value for key, value in answer.json.items() if key != name}
    )


def _headers(**headers: str) -> Callable[[Answer], Answer]:
    def changed(answer: Answer) -> Answer:
        for name, value in headers.items():
            answer = answer.with_header(name.replace("_", "-"), value)
        return answer

    return changed


def _laid_out(answer: Answer) -> Answer:
    """Members the other way round, over many lines, with a line end at the end."""
    members = dict(reversed(answer.json.items()))
    text = json.dumps(members, indent="\t", ensure_ascii=True) + "\r\n"
    return replace(answer, body=text.encode())


_EXTRA: dict[str, Any] = {
    "id_token": None,
    "issued_at": "1764400000",
    "jti": "0b6ff3d1-6d11-4d02-9a2e-6b9a3c1f7d55",
    "refresh_expires_in": 0,
    "not-before-policy": 0,
    "data": {"code": 0, "msg": "成功"},
}

VARIANTS = (
    Variant(
        "token-type-small",
        "token_type is bearer in small letters",
        "RFC 6749, 5.1: its value is case-insensitive",
        around=_token(_members(token_type="bearer")),
    ),
    Variant(
        "token-type-capitals",
        "token_type is BEARER, and the answer holds no scope",
        "RFC 6749, 5.1: its value is case-insensitive; scope is optional if it is what was asked",
        around=_token(lambda answer: _without("scope")(_members(token_type="BEARER")(answer))),
    ),
    Variant(
        "token-more-members",
        "members of other profiles beside the token, null and nested ones too",
        "RFC 6749, 5.1: the client ignores members that it does not know",
        around=_token(_members(**_EXTRA)),
    ),
    Variant(
        "token-charset",
        "the media type of tokens is application/json;charset=UTF-8, in odd letters",
        "RFC 9110, 8.3.1: parameters may be there, types and their names are case-insensitive",
        around=_token(_headers(content_type="Application/JSON;Charset=UTF-8")),
    ),
    Variant(
        "token-laid-out",
        "the token answer has other order, blanks and line ends",
        "RFC 8259, 2 and 4: blanks and order mean nothing",
        around=_token(_laid_out),
    ),
    Variant(
        "token-cache-words",
        "Cache-Control names no-store among others, Pragma and Expires beside it",
        "RFC 9111, 5.2.2: several directives, in any case",
        around=_token(
            _headers(cache_control="No-Store, private, max-age=0", pragma="no-cache", expires="0")
        ),
    ),
    Variant(
        "platform-token-answers",
        "a platform whose token answers have all of this at once",
        "each of them is legal, so are all",
        around=_token(
            lambda answer: _headers(content_type="application/json ; charset=utf-8")(
                _laid_out(_members(token_type="bearer", **_EXTRA)(answer))
            )
        ),
        role="platform",
    ),
)
"""Variants of the answers of token endpoints. A token without ``expires_in`` is none: the published
schema wants it, where RFC 6749 recommends it.
"""

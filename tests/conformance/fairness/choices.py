"""Choices that the published text leaves to every role, found by reading it sentence by sentence:
cursors, tokens, problems, challenges, the text of JSON, and how long a connection lasts.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness import odd_http
from tests.conformance.fairness.answers import Answer, collect, compressed, deliver, rewriting
from tests.conformance.fairness.variant import Address, Variant

Json = Any

_MARK: Final = "~.="
"""Cursors that begin with it are of the odd kind."""
_TOKEN_HEAD: Final = "v2.local~A-Z_0/9+"
_TOKEN_TAIL: Final = "." + "x/Y+" * 300 + "=="


def _odd_cursor(cursor: Json) -> Json:
    """Another text at every reading, with all marks that the schema allows."""
    if not isinstance(cursor, str):
        return cursor
    return f"{_MARK}{secrets.token_hex(3)}-_.{cursor[::-1]}=="


def _odd_cursors(asgi: ASGIApp) -> ASGIApp:
    """Cursors go out odd and come back plain; a made-up one is refused as ever."""

    def out(answer: Answer) -> Answer:
        page = answer.json
        if not isinstance(page, dict) or "resume_cursor" not in page:
            return answer
        names = ("next_cursor", "resume_cursor")
        return answer.with_json({**page, **{name: _odd_cursor(page.get(name)) for name in names}})

    inner = rewriting(out)(asgi)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode("latin-1")
        if "cursor=" in query:
            pairs = parse_qsl(query, keep_blank_values=True)
            plain = [(name, _plain(value) if name == "cursor" else value) for name, value in pairs]
            scope = {**scope, "query_string": urlencode(plain).encode()}
        await inner(scope, receive, send)

    return app


def _plain(cursor: str) -> str:
    head, mark, rest = cursor.partition("-_.")
    fits = head.startswith(_MARK) and mark and rest.endswith("==")
    return rest[:-2][::-1] if fits else cursor


def _goes_on(asgi: ASGIApp) -> ASGIApp:
    """A full page always names a next one, as whoever does not look ahead answers; behind the last
    item that is an empty page.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await asgi(scope, receive, send)
            return
        asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        await deliver(_followed(await collect(asgi, scope, receive), asked), send)

    return app


def _followed(answer: Answer, asked: dict[str, str]) -> Answer:
    page = answer.json
    if answer.status != 200 or not isinstance(page, dict) or "resume_cursor" not in page:
        return answer
    full = str(len(page["items"])) == asked.get("limit", "")
    ends = page["next_cursor"] is None
    return (
        answer.with_json({**page, "next_cursor": page["resume_cursor"]})
        if full and ends
        else answer
    )


def _odd_tokens(asgi: ASGIApp) -> ASGIApp:
    """Access tokens of 1,2 kB, of all characters that RFC 6750, 2.1 allows."""

    def odd(value: Json) -> Json:
        token = value.get("access_token")
        return {**value, "access_token": _TOKEN_HEAD + token + _TOKEN_TAIL} if token else value

    def out(answer: Answer) -> Answer:
        told = answer.json
        if not isinstance(told, dict):
            return answer
        if isinstance(told.get("result"), dict):
            return answer.with_json({**told, "result": odd(told["result"])})
        return answer.with_json(odd(told)) if "access_token" in told else answer

    inner = rewriting(out)(asgi)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, _known(name, value)) for name, value in scope.get("headers", [])]
        await inner({**scope, "headers": headers}, receive, send)

    return app


def _known(name: bytes, value: bytes) -> bytes:
    head, tail = f"Bearer {_TOKEN_HEAD}".encode(), _TOKEN_TAIL.encode()
    odd = name == b"authorization" and value.startswith(head) and value.endswith(tail)
    return b"Bearer " + value[len(head) : -len(tail)] if odd else value


def _in_chinese(answer: Answer) -> Answer:
    """Titles by type, in Chinese; faults the other way round, with codes and words of its own."""
    if not answer.slug:
        return answer
    problem = {**answer.json, "title": f"请求未能办理：{answer.slug}", "detail": "请参阅接口说明。"}
    if "errors" in problem:
        problem["errors"] = [
            {**error, "code": f"E{index}.Field:bad", "detail": "该字段有误"}
            for index, error in enumerate(reversed(problem["errors"]))
        ]
    return answer.with_json({**problem, "code": 0, "msg": None, "data": []})


def _challenges_in_one(answer: Answer) -> Answer:
    """RFC 9110, 11.6.1: a list; schemes and parameters in any case, commas within quotes."""
    if answer.status != 401:
        return answer
    basic = 'Basic realm="orders, parcels", charset="UTF-8"'
    bearer = 'bearer REALM="a \\"b\\", c", error="invalid_token"'
    words = f"{basic}, {bearer}"
    return answer.with_header("www-authenticate", words)


def _of_another_writer(value: Json) -> str:
    """JSON as other libraries write it: slashes and all beyond ASCII escaped, blanks around colons
    and commas, whole numbers with an exponent.
    """
    if isinstance(value, dict):
        members = (
            f"{_of_another_writer(key)} : {_of_another_writer(one)}" for key, one in value.items()
        )
        return "{ " + " , ".join(members) + " }"
    if isinstance(value, list):
        return "[\t" + "\t,\r\n".join(map(_of_another_writer, value)) + "\t]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True).replace("/", "\\/")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < abs(value) < 2**53:
        return f"{value}E+0"
    return json.dumps(value)


def _written_otherwise(answer: Answer) -> Answer:
    told = answer.json
    return answer if told is None else replace(answer, body=_of_another_writer(told).encode())


def _coded_in_capitals(answer: Answer) -> Answer:
    """RFC 9110, 8.4.1: codings are case-insensitive."""
    coded = compressed(answer)
    return coded if coded is answer else coded.with_header("content-encoding", "GZIP")


def _closed_now_and_then() -> Callable[[ASGIApp], ASGIApp]:
    answered = iter(range(10**9))
    return rewriting(
        lambda answer: (
            answer.with_header("connection", "Close") if next(answered) % 3 == 2 else answer
        )
    )


def _person_waits(answer: Answer) -> Answer:
    """A request of a person is taken now and told of later."""
    if (
        answer.method != "POST"
        or not answer.path.endswith("/privacy-requests")
        or answer.status != 201
    ):
        return answer
    ended = {"ended_at", "outcome", "refusal_reason", "answer"}
    taken = {name: value for name, value in answer.json.items() if name not in ended}
    return answer.with_json({**taken, "state": "RECEIVED"})


def _whole_grid(answer: Answer) -> Answer:
    """Cells of states that nothing entered are there too, and suppressed as all small ones are;
    the latest day first.
    """
    if not answer.path.endswith("/statistics") or answer.status != 200:
        return answer
    cells = answer.json["cells"]
    there = {(cell["day"], cell["state"]) for cell in cells}
    more = [
        {"day": day, "state": state, "suppressed": True}
        for day in sorted({day for day, _ in there})
        for state in ("LOST", "DESTROYED", "RETURNED")
        if (day, state) not in there
    ]
    return answer.with_json({**answer.json, "cells": [*more, *reversed(cells)]})


_WIRE: Final = "docs/standard/wire.md: "
_EVERYBODY: Final = ("courier", "platform", "integrator")
_OF_ROLE: Final = {
    "courier": {},
    "platform": {"push_initial_backoff_s": 0.5},
    "integrator": {"push_initial_backoff_s": 0.5},
}

_CHOICES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "cursors-odd",
        "a cursor is another text at every reading and holds . _ ~ = -",
        _WIRE + "cursors are opaque",
        {"around": _odd_cursors},
    ),
    (
        "full-pages-go-on",
        "a full page names a next one even where that is empty",
        _WIRE + "fewer only where the list ends; null at the end",
        {"around": _goes_on},
    ),
    (
        "tokens-odd",
        "access tokens of 1.2 kB, of all characters that there are for them",
        "RFC 6750, 2.1: b64token",
        {"around": _odd_tokens},
    ),
    (
        "problems-in-chinese",
        "titles, details and codes in other words, faults in another order, more members",
        _WIRE + "extensions allowed; codes and words are free",
        {"around": rewriting(_in_chinese)},
    ),
    (
        "challenges-in-one-field",
        "Basic and bearer in one field, in small letters, commas and quotes within quotes",
        "RFC 9110, 11.6.1 and 11.2: a list, case-insensitive",
        {"around": rewriting(_challenges_in_one)},
    ),
    (
        "other-writer",
        "slashes escaped, blanks around every mark, whole numbers with an exponent",
        "RFC 8259, 2, 6 and 7",
        {"around": rewriting(_written_otherwise)},
    ),
    (
        "coding-in-capitals",
        "Content-Encoding: GZIP",
        "RFC 9110, 8.4.1: codings are case-insensitive",
        {"around": rewriting(_coded_in_capitals)},
    ),
    (
        "closes-now-and-then",
        "every third answer ends its connection",
        "RFC 9112, 9.6",
        {"around": _closed_now_and_then()},
    ),
    (
        "closes-when-idle",
        "connections end without a word as soon as nothing comes",
        "RFC 9112, 9.5: at any time",
        {"idle_s": 0},
    ),
    (
        "odd-http",
        "no reason phrase, extensions of chunks, trailers, no blank after a header's name",
        "RFC 9112, 4, 5.1, 7.1.1 and 7.1.2",
        {"address": Address(front=odd_http.odd)},
    ),
    (
        "requests-of-persons-take-time",
        "a request of a person is RECEIVED first, and ended when it is looked at",
        "docs/standard/privacy.md: every request ends by due_at",
        {"around": rewriting(_person_waits)},
    ),
    (
        "statistics-whole-grid",
        "suppressed cells of states that nothing entered, in another order",
        "docs/standard/privacy.md: a cell below minimum_cell has suppressed and no count",
        {"around": rewriting(_whole_grid)},
    ),
    (
        "limits-at-their-ends",
        "the longest waits and the narrowest window",
        "profile: event_availability_s and push_latency_s at most 5, clock_skew_s at most 300",
        {
            "limits": {
                "event_availability_s": 5,
                "push_latency_s": 5,
                "clock_skew_s": 20,
                "idempotency_retention_s": 400_000,
                "max_page_items": 11,
                "default_page_items": 11,
            }
        },
    ),
)

_NEVER_MET: Final = frozenset({("platform", "full-pages-go-on")})
"""No list of a platform that a scenario reads ends with a full page."""

VARIANTS = tuple(
    Variant(
        name if role == "courier" else f"{role}-{name}",
        varies,
        legal,
        role=role,  # type: ignore[arg-type]  # one of the three
        **{**more, "limits": {**_OF_ROLE[role], **more.get("limits", {})}},
    )
    for role in _EVERYBODY
    for name, varies, legal, more in _CHOICES
    if (role, name) not in _NEVER_MET
)

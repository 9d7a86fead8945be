"""Variants of the wire: how answers are written, framed and addressed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.conformance.fairness import answers, surroundings
from tests.conformance.fairness.answers import (
    DISCOVERY,
    Answer,
    bodies,
    chunked,
    compressed,
    rewriting,
    stacked,
    walk,
)
from tests.conformance.fairness.variant import Address, Variant


def _members_reversed(value: Any) -> Any:
    return walk(
        value, lambda part: dict(reversed(part.items())) if isinstance(part, dict) else part
    )


def _spread_out(answer: Answer) -> Answer:
    return (
        answer
        if answer.json is None
        else replace(
            answer, body=b"\r\n " + json.dumps(answer.json, indent=4).encode("ascii") + b"\n"
        )
    )


def _floats(value: Any) -> Any:
    return walk(
        value,
        lambda part: (
            float(part)
            if isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**53
            else part
        ),
    )


def _charset(answer: Answer) -> Answer:
    kind = next((value for name, value in answer.headers if name == "content-type"), "")
    if not kind:
        return answer
    return answer.with_header(
        "content-type", kind + (';charset="UTF-8"' if "problem" in kind else "; charset=utf-8")
    )


def _shouted(answer: Answer) -> Answer:
    return replace(answer, headers=tuple((name.upper(), value) for name, value in answer.headers))


def _titled(answer: Answer) -> Answer:
    return replace(answer, headers=tuple((name.title(), value) for name, value in answer.headers))


def _location(origin: str) -> Any:
    def change(answer: Answer) -> Answer:
        old = next((value for name, value in answer.headers if name == "location"), "")
        if not old:
            return answer
        own = (
            f"http://{answer.asked.get('host', '')}{old}"
            if origin == "absolute"
            else "../v1/./" + old.removeprefix("/v1/")
        )
        return answer.with_header("location", own)

    return change


def _talkative(answer: Answer) -> Answer:
    extra = (
        ("server", "nginx"),
        ("x-request-id", "7f3c"),
        ("cache-control", "no-store"),
        ("set-cookie", "route=a; Path=/; HttpOnly"),
        ("set-cookie", "lane=b; Path=/; HttpOnly"),
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("via", "1.1 gateway"),
    )
    return replace(answer, headers=(*answer.headers, *extra))


def _second_challenge(answer: Answer) -> Answer:
    if answer.status != 401:
        return answer
    return replace(answer, headers=(("www-authenticate", 'Basic realm="jidi"'), *answer.headers))


_FORM = "/privacy-requests-form"


def _with_path(answer: Answer) -> Answer:
    prefix = surroundings.PREFIX
    if answer.path == DISCOVERY:
        document = answer.json
        version = {
            **document["versions"][0],
            "base_url": document["versions"][0]["base_url"].removesuffix("/v1") + prefix + "/v1/",
        }
        contacts = walk(
            document["contacts"],
            lambda part: part.replace(_FORM, prefix + _FORM) if isinstance(part, str) else part,
        )
        tokens = document["token_endpoint"].replace("/oauth", prefix + "/oauth")
        return answer.with_json(
            {**document, "versions": [version], "token_endpoint": tokens, "contacts": contacts}
        )
    old = next((value for name, value in answer.headers if name == "location"), "")
    return answer.with_header("location", prefix + old) if old else answer


def _driver_with_path(document: dict[str, Any], _served: object) -> dict[str, Any]:
    url = document["driver"]["url"].replace("/sandbox", surroundings.PREFIX + "/sandbox")
    return {**document, "driver": {**document["driver"], "url": url}}


VARIANTS = (
    Variant(
        "member-order",
        "members of every answer in the reverse order",
        "RFC 8259, 4: objects are unordered",
        around=bodies(_members_reversed),
    ),
    Variant(
        "spread-out-json",
        "indented answers, all beyond ASCII escaped, blanks around",
        "RFC 8259, 2 and 7",
        around=rewriting(_spread_out),
    ),
    Variant(
        "integral-floats",
        "5.0 where integers are declared",
        "JSON Schema 2020-12 core, 4.2.3: 5.0 is an integer",
        around=bodies(_floats),
    ),
    Variant(
        "charset",
        "a charset parameter on every content type",
        "RFC 9110, 8.3.1: parameters may be there, their names and case vary",
        around=rewriting(_charset),
    ),
    Variant(
        "upper-case-headers",
        "header names in capitals",
        "RFC 9110, 5.1: names are case-insensitive",
        around=rewriting(_shouted),
    ),
    Variant(
        "title-case-headers",
        "header names as In-This-Case",
        "RFC 9110, 5.1: names are case-insensitive",
        around=rewriting(_titled),
    ),
    Variant(
        "extra-headers",
        "cookies, request ids, Server, Via, security headers",
        "RFC 9110, 5.1: unknown header fields are ignored",
        around=rewriting(_talkative),
    ),
    Variant(
        "two-challenges",
        "Basic is offered beside Bearer, in a field of its own",
        "RFC 9110, 11.6.1: one challenge or more",
        around=rewriting(_second_challenge),
    ),
    Variant(
        "location-absolute",
        "Location holds an absolute URL",
        "RFC 9110, 10.2.2: a URI-reference",
        around=rewriting(_location("absolute")),
    ),
    Variant(
        "location-relative",
        "Location holds a relative reference with dots",
        "RFC 9110, 10.2.2: a URI-reference",
        around=rewriting(_location("relative")),
    ),
    Variant(
        "gzip",
        "answers in gzip for whoever takes it",
        "RFC 9110, 8.4",
        around=rewriting(compressed),
        generated=True,
    ),
    Variant(
        "chunked",
        "answers in chunks of seven bytes, without Content-Length",
        "RFC 9112, 7.1",
        around=chunked,
    ),
    Variant(
        "connection-close",
        "every connection is closed after one answer",
        "RFC 9112, 9.6",
        around=rewriting(lambda answer: answer.with_header("connection", "close")),
    ),
    Variant(
        "gzip-chunked-close",
        "all three at once",
        "RFC 9112, 6.1 and 9.6",
        around=stacked(rewriting(compressed), chunked),
    ),
    Variant(
        "early-hints",
        "interim answers before each answer",
        "RFC 9110, 15.2: a client is able to read one or more of them",
        address=Address(front=surroundings.early_hints),
        generated=True,
    ),
    Variant(
        "http-1.0",
        "HTTP/1.0: no length, the end of the connection ends the body",
        "RFC 9112, 6.3 and 2.5",
        address=Address(front=surroundings.http_1_0),
    ),
    Variant(
        "path-prefix",
        "everything but discovery lies below a path, and the base URL ends in a slash",
        "docs/standard/wire.md: paths are relative to base_url, wherever it is; the schema of a "
        "URL allows "
        "the slash",
        address=Address(path=surroundings.PREFIX, trailing_slash=True),
        around=rewriting(_with_path),
        document=_driver_with_path,
    ),
    Variant(
        "ipv6",
        "the target and its driver are on [::1]",
        "target file: any http(s) URL",
        address=Address(hosts=("127.0.0.1", "::1")),
        document=surroundings.on_ipv6,
    ),
    Variant(
        "ipv6-alone",
        "the partner and the kit's receiver are on [::1], and discovery says so",
        "types.schema.json: an address may hold an IPv6 address in brackets",
        address=Address(hosts=("::1",)),
        document=surroundings.on_ipv6_alone,
    ),
    Variant(
        "https",
        "https with a certificate of a private authority",
        "contract: target.tls.ca_file; DS-08.1 asks for TLS 1.2 and a valid chain",
        address=Address(tls=surroundings.private_tls),
        document=surroundings.trusting,
        not_applicable=frozenset(),
    ),
    Variant(
        "slow-answers",
        "300 ms on every answer",
        "no limit on the time of an answer is declared",
        around=answers.delayed(0.3),
    ),
)

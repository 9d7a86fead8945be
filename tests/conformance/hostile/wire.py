"""Hostile bytes of the kinds that once held or ended the kit: members, depths, storms, odd URLs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.hostile.candidate import Hostile, after_discovery, always, raw
from tests.conformance.hostile.server import (
    DISCOVERY,
    Asked,
    RawServer,
    Reply,
    answer,
    as_json,
    document,
    plausible,
)

_ANY: dict[str, Any] = {"exits": frozenset({1, 3}), "says": "conformant|inconclusive|discovery"}
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_EMPTY = gzip.compress(b"", mtime=0)
_MEMBERS = _EMPTY * 80_000 + gzip.compress(b"{}", mtime=0)
_STARS = "h*" + "a*" * 14 + "b"
_LONG = "a" * 300


def _later(name: str, does: str, content: bytes, *arguments: str) -> Hostile:
    return Hostile(name, does, after_discovery(always(content)), arguments=arguments, **_ANY)


def _found(name: str, does: str, **members: Any) -> Hostile:
    """A candidate of whose discovery document some members are odd."""

    def respond(_server: RawServer, asked: Asked) -> Reply:
        if not asked.path.startswith(DISCOVERY):
            return [plausible(asked)]
        return [as_json({**document(asked.origin), **members})]

    return Hostile(name, does, raw(respond), **_ANY)


def _version(url: str) -> list[dict[str, str]]:
    return [{"version": "1.0", "base_url": url, "status": "current"}]


def _starry(_server: RawServer, asked: Asked) -> Reply:
    made = {"consignment_id": _LONG, "waybill_no": _LONG, "order_no": _LONG, "note": _STARS}
    status = "201 Created" if asked.method == "POST" else "404 Not Found"
    return [answer(json.dumps(made), status)]


def _storm(server: RawServer, _asked: Asked) -> Iterator[bytes]:
    for _ in range(2_000):
        if server.stopped.is_set():
            return
        yield b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 500


def _drip_in(*paths: str) -> Callable[[RawServer, Asked], Reply]:
    def respond(server: RawServer, asked: Asked) -> Iterator[bytes]:
        if not asked.path.startswith(paths):
            yield plausible(asked)
            return
        yield _OK + b"Content-Length: 1000\r\n\r\n"
        while server.pause(0.4):
            yield b" "

    return respond


_DEEP = b"[" * 200_000
_GENERATED = ("--generated",)

VARIANTS = (
    _later(
        "gzip-members",
        "bodies of eighty thousand empty gzip members",
        answer(_MEMBERS, headers=[("Content-Encoding", "gzip")]),
    ),
    _later(
        "gzip-members-twice",
        "the same, in two codings",
        answer(gzip.compress(_MEMBERS, mtime=0), headers=[("Content-Encoding", "gzip, gzip")]),
    ),
    _later(
        "codings-in-thousands",
        "a Content-Encoding of six thousand names",
        answer("{}", headers=[("Content-Encoding", ", ".join(["identity"] * 6_000))]),
    ),
    Hostile("ids-with-stars", "ids and texts made for masks", after_discovery(_starry), **_ANY),
    _later("deep-lists", "bodies two hundred thousand lists deep", answer(_DEEP)),
    _later("deep-lists-generated", "the same, in every phase", answer(_DEEP), *_GENERATED),
    Hostile("deep-discovery", "the same as discovery", raw(always(answer(_DEEP))), **_ANY),
    Hostile("early-hints", "a million informational answers", after_discovery(_storm), **_ANY),
    _later("http-0.9", "bodies without a head", b"{}"),
    _later("http-9.9", "a version that nobody speaks", b"HTTP/9.9 200 OK\r\n\r\n{}"),
    _later(
        "length-beyond-counting",
        "a Content-Length of twenty digits",
        _OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    ),
    _later(
        "two-lengths",
        "two lengths that differ",
        _OK + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
    ),
    _later("million-digits", "a number of a million digits", answer(b"7" * 1_000_000)),
    _later("nul-bytes", "NUL bytes in every text", answer(b'{"detail": "\x00\x00"}')),
    _later(
        "half-characters",
        "halves of characters in every text",
        answer(b'{"type": "\\ud800", "detail": "\\udfff", "consignment_id": "\\ud800"}'),
    ),
    _found(
        "port-beyond", "a base URL with port 99999", versions=_version("http://127.0.0.1:99999")
    ),
    _found(
        "half-an-address", "a base URL with half an address", versions=_version("http://[::1/v1")
    ),
    _found("half-a-character", "a token endpoint that is no text", token_endpoint="http://\ud800/"),
    _found("no-urls", "other things where URLs should be", versions=[1, None], token_endpoint={}),
    Hostile("drip-token", "tokens that drip", raw(_drip_in("/oauth")), **_ANY),
    Hostile("drip-driver", "driver answers that drip", raw(_drip_in("/sandbox")), **_ANY),
    Hostile(
        "drip-generated",
        "everything drips while generated cases are asked for",
        raw(_drip_in("/v1")),
        arguments=_GENERATED,
        **_ANY,
    ),
)

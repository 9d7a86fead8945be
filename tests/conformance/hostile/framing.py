"""Hostile bytes: framing, sizes, paces, encodings."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tests.conformance.hostile.candidate import Hostile, after_discovery, always, raw
from tests.conformance.hostile.server import Asked, RawServer, Reply, answer

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_MEGABYTE = b"x" * (1 << 20)
_SLOW = {"exits": frozenset({1, 3}), "says": "conformant|inconclusive"}
_UNREACHABLE: dict[str, Any] = {
    "exits": frozenset({3}),
    "says": "does not answer|gives no discovery",
    "arguments": ("--max-time", "40"),  # longer than one answer may take
}


def _drip(head: bytes, piece: bytes, seconds: float = 0.4) -> Callable[[RawServer, Asked], Reply]:
    def respond(server: RawServer, _asked: Asked) -> Iterator[bytes]:
        yield head
        while server.pause(seconds):
            yield piece

    return respond


def _endless(head: bytes, piece: bytes) -> Callable[[RawServer, Asked], Reply]:
    def respond(server: RawServer, _asked: Asked) -> Iterator[bytes]:
        yield head
        while not server.stopped.is_set():
            yield piece

    return respond


def _silent(server: RawServer, _asked: Asked) -> Iterator[bytes]:
    server.stopped.wait(30)
    return iter(())


@cache
def _bomb(window: int) -> bytes:
    """Made when a candidate first wants it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join([*(packer.compress(_MEGABYTE) for _ in range(256)), packer.flush()])


_GZIP = 16 + zlib.MAX_WBITS
_DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def _coded(content: bytes, coding: str) -> bytes:
    return answer(content, headers=[("Content-Encoding", coding)])


def _everything(name: str, does: str, content: bytes) -> Hostile:
    return Hostile(name, does, raw(always(content)))


def _in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _in_percent(data: bytes) -> str:
    return "".join(f"%{byte:02x}" for byte in data)


def _texts(write: Callable[[bytes], str], count: int, size: int) -> list[str]:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    return [write(chance.randbytes(size)) for _ in range(count)]


VARIANTS = (
    Hostile(
        "drip-header",
        "discovery whose header comes a byte at a time",
        raw(_drip(_OK, b"X")),
        **_UNREACHABLE,
    ),
    Hostile(
        "drip-body",
        "discovery whose body comes a byte at a time",
        raw(_drip(_OK + b"\r\n{", b" ")),
        **_UNREACHABLE,
    ),
    Hostile(
        "drip-later",
        "every answer but the first ones drips",
        after_discovery(_drip(_OK + b"\r\n{", b" ")),
        **_SLOW,
    ),
    Hostile(
        "drip-header-later",
        "the header of every answer but the first ones drips",
        after_discovery(_drip(_OK + b"X-A: ", b"a")),
        **_SLOW,
    ),
    Hostile(
        "drip-everything-later",
        "tokens drip too",
        after_discovery(_drip(_OK + b"\r\n{", b" "), ("/.well-known",)),
        exits=frozenset({1, 3}),
        says="credential|conclusive",
    ),
    Hostile("silent", "takes the request and never answers", raw(_silent), **_UNREACHABLE),
    Hostile("silent-later", "answers discovery and tokens only", after_discovery(_silent), **_SLOW),
    Hostile("endless-body", "bodies without end", raw(_endless(_OK + b"\r\n", _MEGABYTE))),
    Hostile(
        "endless-body-later",
        "bodies without end after discovery",
        after_discovery(_endless(_OK + b"\r\n", _MEGABYTE)),
        **_SLOW,
    ),
    Hostile(
        "endless-chunks",
        "chunks without end",
        after_discovery(
            _endless(
                _OK + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + _MEGABYTE + b"\r\n"
            )
        ),
        **_SLOW,
    ),
    Hostile(
        "endless-chunk-extension",
        "a chunk-size line without end",
        after_discovery(_endless(_OK + b"Transfer-Encoding: chunked\r\n\r\n1;", _MEGABYTE)),
        **_SLOW,
    ),
    Hostile(
        "endless-header-lines",
        "header lines without end",
        raw(_endless(_OK, b"X-Flood: " + b"y" * 1000 + b"\r\n")),
    ),
    Hostile(
        "endless-header-line",
        "one header line without end",
        after_discovery(_endless(_OK + b"X-Flood: ", _MEGABYTE)),
        **_SLOW,
    ),
    Hostile(
        "endless-status-line",
        "a status line without end",
        after_discovery(_endless(b"HTTP/1.1 200 ", _MEGABYTE)),
        **_SLOW,
    ),
    Hostile(
        "endless-continue",
        "100 Continue without end",
        after_discovery(_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
        **_SLOW,
    ),
    Hostile(
        "endless-trailers",
        "trailers without end",
        after_discovery(
            _endless(
                _OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-T: " + b"y" * 1000 + b"\r\n"
            )
        ),
        **_SLOW,
    ),
    *(
        Hostile(
            f"encoded-{name}",
            f"every answer but the first ones holds {what}, made to be read in every way",
            after_discovery(
                always(answer(json.dumps({"items": texts, "next_cursor": "x"}), headers=headers))
            ),
            **_SLOW,
        )
        for name, what, texts, headers in (
            ("strings", "thirty strings of base64", _texts(_in_base64, 30, 45_000), []),
            ("hex", "thirty strings of hexadecimal digits", _texts(bytes.hex, 30, 30_000), []),
            ("words", "a text of base64 in words", [" ".join(_texts(_in_base64, 5000, 32))], []),
            ("percent", "thirty strings of percent signs", _texts(_in_percent, 30, 20_000), []),
            ("header", "a header of base64", [], [("X-Note", _texts(_in_base64, 1, 36_000)[0])]),
        )
    ),
    _everything(
        "header-flood",
        "five thousand header fields",
        answer("{}", headers=[(f"X-{number}", "y") for number in range(5000)]),
    ),
    _everything(
        "cookie-bomb",
        "ninety cookies of 700 bytes each",
        answer(
            "{}", headers=[("Set-Cookie", f"c{number}={'y' * 600}; Path=/") for number in range(90)]
        ),
    ),
    Hostile("gzip-bomb", "256 MiB in 256 KiB", raw(lambda _s, _a: [_coded(_bomb(_GZIP), "gzip")])),
    Hostile(
        "gzip-bomb-twice",
        "a bomb within a bomb",
        raw(lambda _s, _a: [_coded(gzip.compress(_bomb(_GZIP)), "gzip, gzip")]),
    ),
    _everything(
        "gzip-codings", "two hundred content codings", _coded(b"{}", ", ".join(["gzip"] * 200))
    ),
    Hostile(
        "deflate-bomb",
        "256 MiB of deflate",
        raw(lambda _s, _a: [_coded(_bomb(zlib.MAX_WBITS), "deflate")]),
    ),
    _everything("gzip-lie", "plain bytes called gzip", _coded(b'{"standard": 1}', "gzip")),
    Hostile(
        "gzip-bomb-later",
        "every answer but the first ones is a bomb",
        after_discovery(lambda _s, _a: [_coded(_bomb(_GZIP), "gzip")]),
        **_SLOW,
    ),
    _everything("deep-json", "a hundred thousand objects in one another", answer(_DEEP)),
    Hostile(
        "deep-json-later",
        "deep JSON in every answer but the first ones",
        after_discovery(always(answer(_DEEP))),
        **_SLOW,
    ),
    Hostile(
        "deep-problem",
        "deep JSON as a problem",
        after_discovery(
            always(answer(_DEEP, "422 Unprocessable Content", "application/problem+json"))
        ),
        **_SLOW,
    ),
    Hostile(
        "deep-arrays-in-string",
        "brackets inside strings, by the million",
        after_discovery(always(answer(json.dumps({"a": "[" * 1_000_000})))),
        **_SLOW,
    ),
    Hostile(
        "largest-bodies",
        "every answer but the first ones is as large as the kit reads, and one long string",
        after_discovery(
            always(answer(json.dumps({"items": ["[" * 2_000_000], "next_cursor": "x"})))
        ),
        **_SLOW,
    ),
    _everything(
        "long-number",
        "an integer of a hundred thousand digits",
        answer(b'{"versions": ' + b"9" * 100_000 + b"}"),
    ),
    _everything("huge-exponent", "1e999999", answer(b'{"limits": {"rate": 1e999999}}')),
    Hostile(
        "huge-numbers-later",
        "1e400 and long integers in every answer but the first ones",
        after_discovery(
            always(
                answer(
                    b'{"items": [1e400, -1e400, '
                    + b"9" * 4000
                    + b'], "state": 1e400, "next_cursor": null}'
                )
            )
        ),
    ),
    _everything("nan", "NaN and Infinity", answer(b'{"limits": NaN, "versions": [Infinity]}')),
    _everything(
        "duplicate-members",
        "the same member twice",
        answer(b'{"role": "courier", "role": "platform"}'),
    ),
    _everything("bad-utf8", "bytes that are no UTF-8", answer(b'{"role": "\xff\xfe\xc3\x28"}')),
    Hostile(
        "bad-utf8-later",
        "bytes that are no UTF-8 everywhere",
        after_discovery(
            always(answer(b'{"state": "\xff\xfe\xc3\x28", "detail": "\xed\xa0\x80"}', "422 X\xff"))
        ),
    ),
    _everything(
        "utf16", "UTF-16 with a byte order mark", answer('{"role": "courier"}'.encode("utf-16"))
    ),
    Hostile(
        "lying-length-long",
        "Content-Length above what comes",
        after_discovery(always(_OK + b"Content-Length: 100000\r\n\r\n{}")),
    ),
    Hostile(
        "lying-length-short",
        "Content-Length below what comes",
        after_discovery(
            always(
                _OK
                + b'Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"smuggled":true}'
            )
        ),
    ),
    Hostile(
        "length-negative",
        "a negative Content-Length",
        after_discovery(always(_OK + b"Content-Length: -5\r\n\r\n{}")),
    ),
    Hostile(
        "length-huge",
        "an exabyte announced",
        after_discovery(always(_OK + b"Content-Length: 1152921504606846976\r\n\r\n{}")),
    ),
    Hostile(
        "length-twice",
        "two lengths and chunks at once",
        after_discovery(
            always(
                _OK
                + b"Content-Length: 2\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n{}"
            )
        ),
    ),
    _everything("bad-status", "a status line of words", b"HELLO THIS IS NO HTTP\r\n\r\n"),
    _everything("odd-status", "status 999", answer("{}", "999 \x1b[31mred")),
    _everything("nothing", "closes at once", b""),
    Hostile(
        "html-everywhere",
        "HTML with 200 to everything",
        raw(always(answer("<html><script>alert(1)</script></html>", kind="text/html"))),
    ),
    Hostile(
        "html-later",
        "HTML called JSON to everything but the first requests",
        after_discovery(always(answer("<html><script>alert(1)</script></html>"))),
    ),
    Hostile(
        "stack-traces",
        "500 with a stack trace to everything but the first requests",
        after_discovery(
            always(
                answer(
                    'Traceback (most recent call last):\n  File "/srv/app.py", line 1',
                    "500 Oops",
                    "text/plain",
                )
            )
        ),
    ),
)

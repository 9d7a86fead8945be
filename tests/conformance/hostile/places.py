"""Hostile addresses: redirects, other hosts, certificates, tokens and drivers."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme
from tests.conformance.hostile.candidate import Hostile, Serve, Stage, raw, target_of
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

from jidi.drive.candidate.credentials import LONGEST_TOKEN

_UNREACHABLE: dict[str, Any] = {
    "exits": frozenset({3}),
    "says": "does not answer|gives no discovery",
}
_REFUSED: dict[str, Any] = {"exits": frozenset({1, 3}), "says": "not conformant|does not answer"}
_STOPPED: dict[str, Any] = {
    "exits": frozenset({1, 3}),
    "says": "conformant|inconclusive|credential",
}


def _elsewhere(
    respond: Callable[[str], Callable[[RawServer, Asked], Reply]], **changes: Any
) -> Serve:
    """A candidate that knows the address that must not be called."""

    @contextmanager
    def serve(stage: Stage) -> Iterator[dict[str, Any]]:
        with RawServer(respond(stage.forbidden.origin)) as server:
            yield target_of(server.origin, **changes)

    return serve


def _redirect(to: str, status: str = "307 Temporary Redirect") -> bytes:
    return answer("", status, headers=[("Location", to)])


def _redirecting_later(origin: str) -> Callable[[RawServer, Asked], Reply]:
    honest = ("/.well-known", "/oauth", "/sandbox")
    return lambda _server, asked: [
        plausible(asked) if asked.path.startswith(honest) else _redirect(origin + asked.path)
    ]


def _with_discovery(
    change: Callable[[dict[str, Any], str], dict[str, Any]],
) -> Callable[[str], Callable[[RawServer, Asked], Reply]]:
    """Plausible but for discovery, which ``change`` makes from the honest one and the forbidden
    origin.
    """

    def respond(forbidden: str) -> Callable[[RawServer, Asked], Reply]:
        def reply(_server: RawServer, asked: Asked) -> Reply:
            if asked.path == DISCOVERY:
                return [as_json(change(document(asked.origin), forbidden))]
            return [plausible(asked)]

        return reply

    return respond


def _limits(**limits: Any) -> Serve:
    return _elsewhere(
        _with_discovery(lambda made, _: {**made, "limits": {**made["limits"], **limits}})
    )


def _version(made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**made, "versions": [{**made["versions"][0], **changes}]}


def _token(body: bytes | str, **more: Any) -> Serve:
    content = answer(body, **more)
    return raw(
        lambda _server, asked: [content] if asked.path.startswith("/oauth") else [plausible(asked)]
    )


def _token_of(**members: Any) -> Serve:
    return _token(
        json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 3600, **members})
    )


def _new_tokens(letters: str) -> Serve:
    """Each token begins with its number, and goes on with ``letters`` as long as may be."""

    def respond(_server: RawServer, asked: Asked) -> Reply:
        if not asked.path.startswith("/oauth"):
            return [plausible(asked)]
        token = (f"t{asked.number:07}" + letters * LONGEST_TOKEN)[:LONGEST_TOKEN]
        return [as_json({"access_token": token, "token_type": "Bearer", "expires_in": 3600})]

    return raw(respond)


def _tls(prepare: Callable[[trustme.CA, ssl.SSLContext], None], trusted: bool = True) -> Serve:
    @contextmanager
    def serve(stage: Stage) -> Iterator[dict[str, Any]]:
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        prepare(authority, context)
        path = stage.directory / "authority.pem"
        (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(path))
        with RawServer(lambda _server, asked: [plausible(asked)], context) as server:
            yield target_of(server.origin, tls={"ca_file": str(path)})

    return serve


def _good(authority: trustme.CA, context: ssl.SSLContext) -> None:
    authority.issue_cert("127.0.0.1").configure_cert(context)


def _of_another(authority: trustme.CA, context: ssl.SSLContext) -> None:
    authority.issue_cert("courier.example").configure_cert(context)


def _expired(authority: trustme.CA, context: ssl.SSLContext) -> None:
    authority.issue_cert(
        "127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1)
    ).configure_cert(context)


def _old_protocol(authority: trustme.CA, context: ssl.SSLContext) -> None:
    _good(authority, context)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old protocols are the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


@contextmanager
def _clear_text_on_tls(_stage: Stage) -> Iterator[dict[str, Any]]:
    with RawServer(lambda _server, asked: [plausible(asked)]) as server:
        yield target_of(server.origin.replace("http:", "https:"))


@contextmanager
def _mute_tls(_stage: Stage) -> Iterator[dict[str, Any]]:
    with RawServer(lambda _server, _asked: [], deaf=True) as server:
        yield target_of(server.origin.replace("http:", "https:"))


@contextmanager
def _nobody(_stage: Stage) -> Iterator[dict[str, Any]]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield target_of(f"http://127.0.0.1:{port}")


def _program(text: str) -> Serve:
    """A candidate whose driver is a program with this text."""

    @contextmanager
    def serve(stage: Stage) -> Iterator[dict[str, Any]]:
        path: Path = stage.directory / "driver.py"
        path.write_text(text, "utf-8")
        with RawServer(lambda _server, asked: [plausible(asked)]) as server:
            command = {
                "kind": "command",
                "command": [sys.executable, "-S", "-E", str(path)],
                "timeout_s": 2,
            }
            yield target_of(server.origin, driver=command)

    return serve


def _driver(respond: Callable[[RawServer, Asked], Reply]) -> Serve:
    return raw(
        lambda server, asked: (
            respond(server, asked) if asked.path.startswith("/sandbox") else [plausible(asked)]
        )
    )


def _never(server: RawServer, _asked: Asked) -> Reply:
    server.stopped.wait(30)
    return []


def _loop(_server: RawServer, asked: Asked) -> Reply:
    return [_redirect(asked.path + "a", "302 Found")]


_HUGE = 10**400

VARIANTS = (
    Hostile(
        "redirect-to-file",
        "discovery redirects to file:///etc/hostname",
        raw(lambda *_: [_redirect("file:///etc/hostname")]),
        exits=frozenset({1, 3}),
        says="conformant|does not answer",
    ),
    Hostile(
        "redirect-elsewhere",
        "discovery redirects to another host",
        _elsewhere(lambda origin: lambda *_: [_redirect(origin + DISCOVERY)]),
        **_STOPPED,
    ),
    Hostile(
        "redirect-elsewhere-later",
        "every request with a credential is redirected to another host",
        _elsewhere(_redirecting_later),
    ),
    Hostile(
        "redirect-loop",
        "every redirect leads to the next",
        raw(_loop),
        exits=frozenset({1, 3}),
        says="conformant|does not answer",
    ),
    Hostile(
        "base-url-elsewhere",
        "discovery names a base URL on another host",
        _elsewhere(_with_discovery(lambda made, other: _version(made, base_url=other + "/v1"))),
    ),
    Hostile(
        "token-endpoint-elsewhere",
        "discovery names a token endpoint on another host",
        _elsewhere(
            _with_discovery(lambda made, other: {**made, "token_endpoint": other + "/oauth/token"})
        ),
        **_STOPPED,
    ),
    Hostile(
        "base-url-file",
        "discovery names a file as base URL",
        _elsewhere(_with_discovery(lambda made, _: _version(made, base_url="file:///etc"))),
    ),
    Hostile(
        "base-url-userinfo",
        "discovery hides another host behind userinfo",
        _elsewhere(
            _with_discovery(
                lambda made, other: _version(
                    made,
                    base_url=made["token_endpoint"].replace("/oauth/token", "")
                    + "@"
                    + other.removeprefix("http://"),
                )
            )
        ),
    ),
    Hostile(
        "base-url-strange",
        "discovery names what is no URL",
        _elsewhere(
            _with_discovery(lambda made, _: _version(made, base_url="http://[::1/\x00\ud800"))
        ),
    ),
    Hostile(
        "limits-huge",
        "limits of four hundred digits",
        _limits(
            max_body_bytes=_HUGE,
            max_page_items=_HUGE,
            event_availability_s=_HUGE,
            push_latency_s=_HUGE,
            rate={"per_second": _HUGE, "burst": _HUGE},
            time_scale=_HUGE,
            push_retry={"attempts": _HUGE, "initial_backoff_s": _HUGE, "horizon_s": _HUGE},
        ),
    ),
    Hostile(
        "limits-negative",
        "limits below zero",
        _limits(
            max_body_bytes=-5,
            max_page_items=-5,
            event_availability_s=-5,
            push_latency_s=-5,
            rate={"per_second": -5, "burst": -5},
            time_scale=-1,
            push_retry={"attempts": -1, "initial_backoff_s": -1, "horizon_s": -1},
        ),
    ),
    Hostile(
        "limits-of-words",
        "limits that are words, lists and null",
        _limits(
            max_body_bytes="many",
            max_page_items=[],
            event_availability_s={},
            push_latency_s=None,
            rate="fast",
            time_scale=True,
            push_retry=[1],
        ),
    ),
    Hostile(
        "rate-next-to-nothing",
        "a declared rate of one request in a billion seconds",
        _limits(rate={"per_second": 1e-9, "burst": 1}),
    ),
    Hostile(
        "discovery-of-lists",
        "lists where objects belong",
        raw(
            lambda _server, asked: (
                [answer("[[[]]]")] if asked.path == DISCOVERY else [plausible(asked)]
            )
        ),
    ),
    Hostile(
        "capabilities-strange",
        "capabilities that are objects and lists",
        _elsewhere(
            _with_discovery(
                lambda made, _: {
                    **made,
                    "capabilities": {"push": {}, "batch": [], "amendment": "yes"},
                }
            )
        ),
    ),
    Hostile(
        "token-html",
        "the token endpoint answers HTML",
        _token("<html>login</html>", kind="text/html"),
        **_STOPPED,
    ),
    Hostile(
        "token-huge",
        "a token of a million characters",
        _token_of(access_token="A" * 1_000_000),
        exits=frozenset({1, 3}),
        says="conformant|credential",
    ),
    *(
        Hostile(
            f"token-of-{name}",
            f"each token is new and is {name}, as long as a header takes it",
            _new_tokens(letters),
        )
        for name, letters in (("one letter", "t"), ("two letters", "ab"), ("dots", "a."))
    ),
    Hostile(
        "token-crlf",
        "a token with line ends and another header",
        _token_of(access_token="t\r\nX-Injected: 1"),
        **_STOPPED,
    ),
    Hostile(
        "token-not-text", "a token that is an object", _token_of(access_token={"a": 1}), **_STOPPED
    ),
    Hostile(
        "token-deep",
        "a token answer of a hundred thousand levels",
        _token("[" * 100_000),
        **_STOPPED,
    ),
    Hostile(
        "token-life-strange",
        "tokens that live for 1e400 seconds",
        _token('{"access_token": "t", "expires_in": 1e400}'),
    ),
    Hostile(
        "token-life-long",
        "tokens that live for a number of four hundred digits",
        _token_of(expires_in=_HUGE),
    ),
    Hostile("token-dead", "tokens that are dead at once", _token_of(expires_in=0)),
    Hostile(
        "certificate-of-another-host",
        "a valid certificate for another name",
        _tls(_of_another),
        **_REFUSED,
    ),
    Hostile(
        "certificate-expired", "a certificate that expired yesterday", _tls(_expired), **_REFUSED
    ),
    Hostile(
        "certificate-of-a-stranger",
        "a certificate of an authority that nobody trusts",
        _tls(_good, trusted=False),
        **_REFUSED,
    ),
    Hostile("old-protocol", "TLS 1.0 and 1.1 only", _tls(_old_protocol), **_REFUSED),
    Hostile(
        "clear-text-on-tls", "clear text where TLS is expected", _clear_text_on_tls, **_REFUSED
    ),
    Hostile("mute-tls", "takes the connection and never shakes hands", _mute_tls, **_REFUSED),
    Hostile("nobody", "nobody listens", _nobody, **_UNREACHABLE),
    Hostile("driver-hangs", "the driver never answers", _driver(_never)),
    Hostile(
        "driver-garbage",
        "the driver answers HTML",
        _driver(lambda *_: [answer("<html>", kind="text/html")]),
    ),
    Hostile(
        "driver-deep",
        "the driver answers a hundred thousand lists",
        _driver(lambda *_: [answer("[" * 100_000)]),
    ),
    Hostile(
        "driver-strange",
        "results of the wrong types",
        _driver(
            lambda *_: [
                answer(
                    '{"result": {"event_id": [], "access_token": {"a": 1}, "client_secret": 5, '
                    '"client_id": null}}'
                )
            ]
        ),
    ),
    Hostile(
        "program-hangs", "the driver program never ends", _program("import time\ntime.sleep(60)")
    ),
    Hostile(
        "program-floods",
        "the driver program writes without end",
        _program("import sys\nwhile True: sys.stdout.write('x' * 65536)"),
    ),
    Hostile(
        "program-garbage",
        "the driver program writes escapes and garbage",
        _program("import sys\nsys.stdout.write('\\x1b[2J<script>')\nsys.stderr.write('\\x1b[31m')"),
    ),
    Hostile(
        "program-forks",
        "the driver program leaves a child that holds its output",
        _program("import os, time\nif os.fork() == 0: time.sleep(60)\nprint('{}')"),
    ),
)

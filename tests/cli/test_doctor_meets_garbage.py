"""``jidi init``, ``doctor`` and ``certify`` before candidates whose texts no encoder takes: told in
a sentence, never a fault of the kit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import Cli
from tests.conformance.hostile.candidate import target_of
from tests.conformance.hostile.server import Asked, RawServer, answer, document, plausible
from tests.sampling import thinned

from jidi.registry import Registry

DISCOVERY = "/.well-known"
HALF = "\\ud800"
RATE = ("per_second", "burst")
Spoil = Callable[[str], bytes]


def _in_member(name: str) -> Spoil:
    """Half a character, as its escape, in one member."""
    return lambda origin: answer(json.dumps(document(origin, **{name: "@"})).replace("@", HALF))


def _named(origin: str) -> bytes:
    return answer(json.dumps({**document(origin), "@": 1}).replace("@", HALF))


def _in_capabilities(origin: str) -> bytes:
    return answer(json.dumps(document(origin, capabilities={"@": True})).replace("@", HALF))


def _as_bytes(origin: str) -> bytes:
    return answer(json.dumps(document(origin, role="@")).replace("@", "\ud800"))


def _deep(origin: str) -> bytes:
    deep = "[" * 5_000 + "]" * 5_000
    return answer(json.dumps(document(origin, contacts="@")).replace('"@"', deep))


def _huge(origin: str) -> bytes:
    return answer(json.dumps(document(origin, limits="@")).replace('"@"', "9" * 5_000))


def _all_limits(origin: str) -> bytes:
    """Each limit that the standard knows as a number beyond every double."""
    names = Registry.load().schema("discovery")["properties"]["limits"]["properties"]
    limits = dict.fromkeys(names, 10**400) | {"rate": dict.fromkeys(RATE, -(10**400))}
    return answer(json.dumps(document(origin, limits=limits)))


SPOILT: dict[str, Spoil] = {
    "role": _in_member("role"),
    "versions": _in_member("versions"),
    "environment": _in_member("environment"),
    "contacts": _in_member("contacts"),
    "a name": _named,
    "a capability": _in_capabilities,
    "bytes of half a character": _as_bytes,
    "deep": _deep,
    "a number of 5,000 digits": _huge,
    "limits of 400 digits": _all_limits,
}


def _ended_well(cli: Cli, folder: Path, respond: Callable[[RawServer, Asked], Any]) -> list[int]:
    with RawServer(respond) as server:
        target = folder / "target.yaml"
        target.write_text(yaml.safe_dump(target_of(server.origin)), "utf-8")
        replies = [
            cli("init", server.origin, "-o", folder / "made.yaml"),
            cli("doctor", target),
            cli(
                *("certify", target, "--scenario", "discovery-document", "--no-generated"),
                *("--max-time", "5", "--out", folder / "run"),
            ),
        ]
    for reply in replies:
        assert "jidi itself failed" not in reply.said
        assert "Traceback" not in reply.said
    return [reply.code for reply in replies]


@pytest.mark.parametrize("name", thinned(sorted(SPOILT), 3))
def test_discovery_may_hold_what_no_encoder_takes(cli: Cli, tmp_path: Path, name: str) -> None:
    """Each command says that it is no discovery document, or what is wrong with it."""

    def respond(_server: RawServer, asked: Asked) -> list[bytes]:
        spoilt = asked.path.startswith(DISCOVERY)
        return [SPOILT[name](asked.origin) if spoilt else plausible(asked)]

    codes = _ended_well(cli, tmp_path, respond)
    assert set(codes[1:]) <= {1, 2, 3}
    assert codes[0] in {0, 1, 2, 3}


@pytest.mark.parametrize("path", thinned(["/oauth/token", "/sandbox/actions", "/v1/"], 3))
@pytest.mark.parametrize(
    "body",
    [
        f'{{"access_token": "{HALF}", "token_type": "{HALF}", "expires_in": 5}}',
        f'{{"result": {{"{HALF}": "{HALF}"}}}}',
        f'{{"type": "{HALF}", "title": "{HALF}", "errors": [{{"pointer": "{HALF}"}}]}}',
        '{"result": {"ahead_s": ' + "9" * 5_000 + "}}",
        '{"result": {"ahead_s": 9@}, "expires_in": 9@, "next_cursor": 9@, "access_token": "t", '
        '"token_type": "Bearer", "items": [9@], "sequence": 9@}'.replace("@", "0" * 400),
        '{"result": ' + "[" * 5_000 + "]" * 5_000 + "}",
    ],
    ids=["token", "result", "problem", "number", "400 digits", "deep"],
)
def test_other_answers_may_hold_it_too(cli: Cli, tmp_path: Path, path: str, body: str) -> None:
    """Tokens, driver results and answers of operations."""

    def respond(_server: RawServer, asked: Asked) -> list[bytes]:
        return [answer(body) if asked.path.startswith(path) else plausible(asked)]

    assert set(_ended_well(cli, tmp_path, respond)) <= {0, 1, 2, 3}

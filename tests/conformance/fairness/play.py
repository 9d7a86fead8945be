"""Serves a variant and certifies it, in a process of its own because a variant may replace parts of
the reference.
"""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conformance.fairness import (
    behaviour,
    by_hand,
    callers,
    choices,
    combining,
    data,
    integrators,
    leeway,
    platforms,
    text,
    tokens,
    wire,
)
from tests.conformance.fairness.answers import DISCOVERY
from tests.conformance.fairness.variant import Served, Variant

from jidi.drive.candidate.target import read_target
from jidi.model.roles import Level, Role
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.run.certify import certify
from jidi.run.data import load_data
from jidi.run.planning.selection import RunOptions, Selection
from jidi_reference.__main__ import target
from jidi_reference.bootstrap import build
from jidi_reference.settings import Settings

VARIANTS: Final = {
    variant.name: variant
    for variant in (
        *wire.VARIANTS,
        *tokens.VARIANTS,
        *data.VARIANTS,
        *behaviour.VARIANTS,
        *text.VARIANTS,
        *platforms.VARIANTS,
        *integrators.VARIANTS,
        *by_hand.VARIANTS,
        *choices.VARIANTS,
        *callers.VARIANTS,
        *leeway.VARIANTS,
    )
}
_BREAKING: Final = {variant.name: variant for variant in text.ACKNOWLEDGING}
"""What breaks one rule, and is played to see that no other is held broken."""
SEED: Final = 7
_STARTUP_S: Final = 30.0
_GENERATED: Final = frozenset({"DS-01.3", "DS-08.2", "PI-07.1"})
"""What the generated phase of a variant looks at: enough to reach every operation, few enough for a
test.
"""


@dataclass(frozen=True)
class Result:
    """How the kit judged a variant: its word, requirements and scenarios by outcome, every check
    that spoke against it, and seconds taken.

    ``idle`` are the members of a combination that made no difference; ``suspects`` the scenarios of
    the checks that spoke against it, empty when one of these looks at the whole run.
    """

    word: str
    requirements: dict[str, str]
    scenarios: dict[str, frozenset[str]]
    against: tuple[str, ...]
    seconds: float
    idle: tuple[str, ...] = ()
    suspects: frozenset[str] = frozenset()


def play(name: str, database_url: str = "", level: Level = "core", seed: int = SEED) -> Result:
    """Certify the variant called ``name`` in this process, which should end afterwards; at level
    privacy on the rows that it adds.
    """
    asked = _Asked(level, seed, database_url)
    return _played({**VARIANTS, **_BREAKING}[name], asked)


def combinations_of(role: Role) -> dict[str, tuple[str, ...]]:
    """The combinations in which the variants of a role are played, each a name and its members."""
    among = [one for one in VARIANTS.values() if one.role == role and not one.postgresql]
    return {
        f"{role}s-together-{number}": tuple(one.name for one in members)
        for number, members in enumerate(combining.packed(among), 1)
    }


def play_together(
    names: tuple[str, ...],
    level: Level = "core",
    seed: int = SEED,
    scenarios: frozenset[str] = frozenset(),
) -> Result:
    """Certify the variants of one role called ``names`` as one, as :func:`play` does; on some
    scenarios only, if there are any.

    Raises:
        ValueError: two of them cannot go together.
    """
    worked: set[str] = set()
    members = [VARIANTS[name] for name in names]
    variant = combining.combined(" + ".join(names), members, worked.add)
    result = _played(variant, _Asked(level, seed, scenarios=scenarios))
    acting = (one.name for one in members if combining.acts(one, level))
    return replace(result, idle=tuple(name for name in acting if name not in worked))


@dataclass(frozen=True)
class _Asked:
    level: Level
    seed: int
    database_url: str = ""
    scenarios: frozenset[str] = frozenset()


def _played(variant: Variant, asked: _Asked) -> Result:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jidi-fair-") as folder:
        directory = Path(folder)
        with serving(variant, directory, asked.database_url) as document:
            options = RunOptions(
                out=directory / "run", level=asked.level, seed=asked.seed, jobs=8, generated=False
            )
            first = certify(
                read_target(document, directory / "target.yaml"),
                _selection(variant.role, asked),
                options,
                Silence(),
            ).verdict
            checks = [check for row in first.requirements for check in row.checks]
            words = [first.word]
            if variant.generated and asked.level == "core" and not asked.scenarios:
                again = RunOptions(out=directory / "generated", seed=asked.seed, generated=True)
                more = certify(
                    read_target(document, directory / "target.yaml"),
                    Selection(requirements=_GENERATED),
                    again,
                    Silence(),
                ).verdict
                checks += [check for row in more.requirements for check in row.checks]
                words.append(more.word)
    outcomes = {row.requirement: row.outcome.value for row in first.requirements}
    return _result(", ".join(words), outcomes, checks, round(time.monotonic() - started, 1))


def _result(
    word: str, outcomes: dict[str, str], checks: list[CheckVerdict], seconds: float
) -> Result:
    scenarios: dict[str, set[str]] = {}
    for check in checks:
        scenarios.setdefault(check.check.partition("/")[0], set()).add(check.outcome.value)
    red = [one for one in checks if one.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}]
    against = tuple(
        f"{one.requirement} {one.check} {one.outcome.value} {one.reason}: {one.actual.en[:300]}"
        for one in red
    )
    seen = {scenario: frozenset(found) for scenario, found in scenarios.items()}
    suspects = frozenset(one.check.partition("/")[0] for one in red)
    return Result(
        word,
        outcomes,
        seen,
        against,
        seconds,
        suspects=suspects if suspects <= _scenarios() else frozenset(),
    )


@cache
def _scenarios() -> frozenset[str]:
    _, catalogue = load_data("1.0")
    roles: tuple[Role, ...] = ("courier", "platform", "integrator")
    return frozenset(one.base for role in roles for one in catalogue.scenarios(role))


def _selection(role: Role, asked: _Asked) -> Selection:
    if asked.scenarios or asked.level == "core":
        return Selection(scenarios=asked.scenarios)
    _, catalogue = load_data("1.0")
    return Selection(
        requirements=frozenset(catalogue.profile(role, asked.level).requirements)
        - frozenset(catalogue.profile(role, "core").requirements)
    )


@contextmanager
def serving(variant: Variant, directory: Path, database_url: str) -> Iterator[dict[str, Any]]:
    """Serve the variant on free ports; gives its target document."""
    variant.inside()
    with ExitStack() as stack:
        listeners = _listeners(variant.address.hosts)
        for listener in listeners:
            stack.callback(listener.close)
        port = listeners[0].getsockname()[1]
        front, stop_front = (
            variant.address.front(port) if variant.address.front else (port, lambda: None)
        )
        stack.callback(stop_front)
        context, authority = variant.address.tls(directory) if variant.address.tls else (None, None)
        host = "127.0.0.1" if "127.0.0.1" in variant.address.hosts else "[::1]"
        origin = f"{'https' if context else 'http'}://{host}:{front}"
        url = database_url or f"sqlite:///{directory / 'partner.sqlite'}"
        app = build(
            Settings(
                database_url=url,
                public_url=origin,
                limits=variant.declared(),
                role=variant.role,
                token_lifetime_s=variant.tokens_live_s,
            )
        )
        asgi = _below(variant.address.path, variant.around(app.asgi))
        config = uvicorn.Config(
            asgi,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=variant.idle_s,
        )
        config.load()
        config.ssl = context
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": listeners}, daemon=True)
        thread.start()
        stack.callback(thread.join, 10)
        stack.callback(setattr, server, "should_exit", True)
        _await(server)
        yield variant.document(target(app, origin), Served(origin, directory, str(authority or "")))


def _listeners(hosts: tuple[str, ...]) -> list[socket.socket]:
    first = _listener(hosts[0], 0)
    port = first.getsockname()[1]
    return [first, *(_listener(host, port) for host in hosts[1:])]


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def _below(prefix: str, asgi: ASGIApp) -> ASGIApp:
    """``asgi`` with every path but that of discovery below ``prefix``; what lies elsewhere is left
    to it too, and is unknown there.
    """
    if not prefix:
        return asgi

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path != DISCOVERY:
            path = path.removeprefix(prefix) if path.startswith(prefix + "/") else "/nowhere"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await asgi(scope, receive, send)

    return app


def _await(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + _STARTUP_S
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the variant did not start")
        time.sleep(0.01)


class Silence:
    """Progress that nobody looks at."""

    def planned(self, scenarios: int) -> None:
        """So many scenarios."""

    def phase(self, name: str) -> None:
        """A phase begins."""

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """One is over."""

    def generated_cases(self, done: int) -> None:
        """So many cases."""

    def note(self, text: Text) -> None:
        """A remark."""

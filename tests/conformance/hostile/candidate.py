"""What a hostile candidate is: how it is served, how the kit is called on it, and what must come of
that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.conformance.hostile.server import Asked, Forbidden, RawServer, Reply, plausible

MAX_TIME_S: Final = 5
"""What ``--max-time`` is given: nothing new begins after it."""
WALL_S: Final = 120.0
"""Seconds by the clock in which a run must have ended, on a machine that does other things too; on
a free one it takes at most a quarter of that: start of the program, preflight and what was under
way at ``--max-time`` (ten for an exchange each), judging, reports. To it comes what ``--max-time``
is longer where a run is played again with more time.
"""
HELD_S: Final = 5.0
"""Seconds after ``--max-time`` in which the run must be over, by its own journal. To it comes what
the machine withheld: the time for which the kit stood in the queue for a processor, three times,
since its other threads and the candidate stood there too.
"""
CPU_S: Final = 40.0
"""Seconds of processor time, which other programs do not lengthen much."""
MEMORY_MB: Final = 300
"""Peak resident memory of the kit."""

PARTIES: Final = ("platform-a", "platform-b", "supervisor")


@dataclass(frozen=True)
class Stage:
    """Where a candidate plays: a folder of its own, and an address that the kit must never call."""

    directory: Path
    forbidden: Forbidden


Serve = Callable[[Stage], AbstractContextManager[dict[str, Any]]]
"""Serves a candidate and gives the document of its target file."""


@dataclass(frozen=True)
class Hostile:
    """One hostile candidate.

    ``exits`` are the exit codes that are right, ``says`` a regular expression that what the kit
    prints must match. ``arguments`` go to ``jidi certify`` on top of the usual ones.
    """

    name: str
    does: str
    serve: Serve
    exits: frozenset[int] = frozenset({1})
    says: str = "not conformant|NOT conformant|not-conformant"
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def target_of(origin: str, **changes: Any) -> dict[str, Any]:
    """A target file for a candidate at ``origin``."""
    parties = {
        name: {"auth": {"type": "oauth2", "client_id": name, "client_secret": f"secret-of-{name}"}}
        for name in PARTIES
    }
    driver = {"kind": "http", "url": f"{origin}/sandbox/actions", "timeout_s": 3}
    return {
        "jidi-target": 1,
        "name": "hostile",
        "role": "courier",
        "base_url": origin,
        "parties": parties,
        "driver": driver,
        **changes,
    }


def raw(respond: Callable[[RawServer, Asked], Reply], **changes: Any) -> Serve:
    """A candidate on bare sockets that answers everything by ``respond``."""

    @contextmanager
    def serve(_stage: Stage) -> Iterator[dict[str, Any]]:
        with RawServer(respond) as server:
            yield target_of(server.origin, **changes)

    return serve


def after_discovery(
    respond: Callable[[RawServer, Asked], Reply],
    honest: tuple[str, ...] = ("/.well-known", "/oauth", "/sandbox"),
) -> Serve:
    """A candidate that is plausible on the ``honest`` paths and answers everything else by
    ``respond``.
    """
    return raw(
        lambda server, asked: (
            [plausible(asked)] if asked.path.startswith(honest) else respond(server, asked)
        )
    )


def always(content: bytes) -> Callable[[RawServer, Asked], Reply]:
    """The same bytes to everything."""
    return lambda _server, _asked: [content]

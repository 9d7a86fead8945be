"""What a legal variant is: one thing about the reference partner that another honest implementer
would do otherwise.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.types import ASGIApp

from jidi.model.roles import Role
from jidi_reference.settings import Limits

Json = Any

LIMITS: Final[Mapping[str, Any]] = {
    "event_availability_s": 2,
    "push_latency_s": 2,
    "push_initial_backoff_s": 0.2,
    "rate_per_second": 60,
    "rate_burst": 150,
    "time_scale": 3600,
}
"""Short but legal limits, so that a run is quick; a variant declares its own on top."""

CLEAR_TEXT: Final = frozenset({"DS-08.1"})
"""On loopback without TLS there is nothing to say about TLS."""


@dataclass(frozen=True)
class Address:
    """Where a variant listens and what it calls itself.

    ``path`` stands before every path but that of discovery; ``trailing_slash`` is that of the
    declared base URL; ``front`` starts something that listens in front of the port given, and gives
    its own port and how to stop it.
    """

    hosts: tuple[str, ...] = ("127.0.0.1",)
    path: str = ""
    trailing_slash: bool = False
    tls: Callable[[Path], tuple[ssl.SSLContext, Path]] | None = None
    front: Callable[[int], tuple[int, Callable[[], None]]] | None = None


@dataclass(frozen=True)
class Served:
    """A variant that is answering: its origin, a folder of its own, and the certificate to trust
    (empty without TLS).
    """

    origin: str
    directory: Path
    ca_file: str = ""


def same(value: Any, *_: Any) -> Any:
    """No change."""
    return value


@dataclass(frozen=True)
class Variant:
    """One legal variant.

    ``varies`` says what is other than in the reference, ``legal`` why that is allowed. ``inside``
    replaces parts of the reference (its process plays nothing else), ``around`` wraps the
    application, ``document`` changes the target document. ``not_applicable`` are the requirements
    about which nothing can be said of it, ``absent`` the scenarios that must come out
    not-applicable as a whole. ``role`` is that of the reference which is varied. ``tokens_live_s``
    is how long its access tokens are good by the sandbox's clock, which scenarios move on;
    ``idle_s`` how long it keeps a connection on which nothing comes.
    """

    name: str
    varies: str
    legal: str
    limits: Mapping[str, Any] = field(default_factory=dict)
    inside: Callable[[], None] = lambda: None
    around: Callable[[ASGIApp], ASGIApp] = same
    document: Callable[[dict[str, Json], Served], dict[str, Json]] = same
    address: Address = field(default_factory=Address)
    not_applicable: frozenset[str] = CLEAR_TEXT
    absent: frozenset[str] = frozenset()
    generated: bool = False
    postgresql: bool = False
    role: Role = "courier"
    tokens_live_s: int = 3600
    idle_s: int = 5

    def declared(self) -> Limits:
        """The limits that discovery names."""
        return Limits(**{**LIMITS, **self.limits})

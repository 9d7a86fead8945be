"""The target file: whom to certify, with which credentials, through which driver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from jidi.model.roles import Role
from jidi.model.urls import host_of


@dataclass(frozen=True, slots=True)
class Auth:
    """Credentials of one party. Secrets are already resolved (from the file, ``{env: NAME}`` or
    ``{file: PATH}``).
    """

    type: Literal["bearer", "oauth2", "mtls", "none"]
    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    token_endpoint: str = ""
    client_auth: Literal["basic", "post"] = "basic"
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A counterparty that the kit plays; ``headers`` are sent with each of its requests."""

    name: str
    auth: Auth
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DriverSettings:
    """How the candidate is made to act: over HTTP, by a program of the vendor's, by a person, or
    not at all.
    """

    kind: Literal["http", "command", "manual", "none"] = "none"
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()
    timeout_s: float = 30.0
    actions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """Where the kit listens for pushes, and under which address the candidate reaches it (empty:
    the listening address).
    """

    listen_host: str = "127.0.0.1"
    listen_port: int = 0
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class CourierSettings:
    """A courier that the kit plays and that people entered in the candidate beforehand: ``east``,
    ``west``, or ``scenario/courier``, and the credential that the candidate gave it (empty: none
    yet).
    """

    name: str
    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Extra trust anchors (PEM file) for the candidate's certificate; verification is never
    switched off.
    """

    ca_file: str = ""


NEUTRAL_CLIENT: Final = "okhttp/4.12.0"
"""What the kit calls itself in every request of every phase, unless the target file says otherwise:
a client that partners use, so that nobody behaves for the kit alone.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A target file as loaded. ``base_url`` is the origin below which ``/.well-known`` lies;
    ``hosts`` are the only hosts ever called. From ``couriers_key`` the addresses and credentials of
    ``couriers`` follow, so that they are the same in every run.
    """

    name: str
    role: Role
    base_url: str
    hosts: frozenset[str]
    parties: tuple[Party, ...]
    driver: DriverSettings = field(default_factory=DriverSettings)
    receiver: ReceiverSettings = field(default_factory=ReceiverSettings)
    tls: TlsSettings = field(default_factory=TlsSettings)
    path: str = ""
    user_agent: str = NEUTRAL_CLIENT
    couriers: tuple[CourierSettings, ...] = ()
    couriers_key: str = ""

    def declares(self, url: str) -> bool:
        """Whether the kit may contact the host of ``url``: for those who open sockets of their
        own.
        """
        return host_of(url) in self.hosts

    def party(self, name: str) -> Party | None:
        """The party called ``name``, or ``None`` when the file does not give it."""
        return next((party for party in self.parties if party.name == name), None)

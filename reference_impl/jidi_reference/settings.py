"""Everything about a running partner that its operator may choose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_type_hints

API_PATH = "/v1"
ROLES = ("courier", "platform", "integrator")
CARRIER_CODE = "OTHER"  # the reference courier is in no carrier list
ALL_SCOPES: tuple[str, ...] = (
    "consignments:write",
    "consignments:read",
    "events:read",
    "subscriptions:write",
    "status:read",
    "statistics:read",
    "waybill-numbers:write",
    "labels:read",
    "tokens:resolve",
    "agreements:write",
    "consents:write",
    "privacy-requests:write",
    "privacy-requests:read",
    "bulk:request",
    "bulk:approve",
    "audit:read",
)


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it, its value and what would do."""


@dataclass(frozen=True)
class Limits:
    """What discovery declares under ``limits`` and the code then keeps; times in seconds, sizes in
    bytes.
    """

    max_body_bytes: int = 1_048_576
    max_batch_items: int = 100
    max_page_items: int = 500
    default_page_items: int = 100
    rate_per_second: int = 100
    rate_burst: int = 200
    event_availability_s: float = 2
    push_latency_s: float = 5
    consignment_dispatch_s: float = 2
    push_answer_s: float = 2
    reorder_window_s: float = 1
    push_timeout_s: float = 2
    push_attempts: int = 8
    push_initial_backoff_s: float = 0.2
    clock_skew_s: int = 300
    idempotency_retention_s: int = 3600
    time_scale: int = 3600
    number_reuse_period_s: float = 3600
    token_life_s: float = 1800
    privacy_request_s: float = 600
    bulk_approval_s: float = 600
    minimum_cell: int = 5

    @property
    def push_horizon_s(self) -> float:
        """Seconds between the first and the last attempt: the sum of the doubling gaps."""
        return round(self.push_initial_backoff_s * ((1 << (self.push_attempts - 1)) - 1), 3)


@dataclass(frozen=True)
class Settings:
    """One partner's configuration; ``database_url`` empty means a fresh SQLite file in a temporary
    directory.

    ``source`` names the partner in what it pushes; empty means a name made of its role.
    ``public_url`` is the origin that discovery names; empty means the address that a request came
    in on. ``role``: courier, platform or integrator. ``level``: core or privacy. ``label_font``: a
    font file with Chinese characters for label images; empty means one that the system has, and
    without any there are no label images. ``request_within_s``: how long a request may take from
    its first byte to its last; ``unfinished_requests``: how many are waited for at once, before the
    oldest is given up.
    """

    host: str = "127.0.0.1"
    port: int = 0
    database_url: str = ""
    public_url: str = ""
    environment: str = "sandbox"
    source: str = ""
    role: str = "courier"
    level: str = "privacy"
    label_font: str = ""
    persons_processed: int = 1_200_000
    token_lifetime_s: int = 3600
    callback_hosts: tuple[str, ...] = ("127.0.0.0/8", "localhost", "::1")
    request_within_s: float = 30
    unfinished_requests: int = 256
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Refuse what would only be noticed under load, and name the partner.

        Raises:
            SettingsError: for an unknown role, environment or level, a port outside 0..65535, or a
                patience that is none.
        """
        if self.environment not in ("sandbox", "production"):
            raise SettingsError(f"environment is {self.environment!r}; use sandbox or production")
        if self.role not in ROLES:
            raise SettingsError(f"role is {self.role!r}; use {', '.join(ROLES)}")
        if self.level not in ("core", "privacy"):
            raise SettingsError(f"level is {self.level!r}; use core or privacy")
        if not self.source:
            object.__setattr__(self, "source", f"https://{self.host_name}/")
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"port is {self.port}; use 0 (any free one) to 65535")
        for name in ("request_within_s", "unfinished_requests"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name} is {getattr(self, name)}; use a number above 0")

    @property
    def host_name(self) -> str:
        """The name that contacts of the partner carry."""
        return f"{self.role}.jidi.example"

    def for_role(self, role: str) -> Settings:
        """The same settings for another role; a source that was made of the role is made anew."""
        made = self.source == f"https://{self.host_name}/"
        return replace(self, role=role, source="" if made else self.source)


def settings_from_environment(
    environ: Mapping[str, str] = os.environ, **chosen: object
) -> Settings:
    """Settings from ``JIDI_REFERENCE_<NAME>`` variables; ``chosen`` values (from the command line)
    win unless None.

    Limits are ``JIDI_REFERENCE_LIMITS_<NAME>``; ``callback_hosts`` is a comma-separated list.

    Raises:
        SettingsError: when a variable cannot be read as the type its setting has.
    """
    values = _read(Settings, "JIDI_REFERENCE_", environ)
    limits = _read(Limits, "JIDI_REFERENCE_LIMITS_", environ)
    values.update({name: value for name, value in chosen.items() if value is not None})
    return Settings(**values, limits=Limits(**limits))


def _read(kind: type, prefix: str, environ: Mapping[str, str]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for member in fields(kind):
        text = environ.get(prefix + member.name.upper())
        if text is not None and hints[member.name] is not Limits:
            found[member.name] = _parse(prefix + member.name.upper(), text, hints[member.name])
    return found


def _parse(name: str, text: str, kind: object) -> object:
    if kind is str:
        return text
    if kind not in (int, float):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return int(text) if kind is int else float(text)
    except ValueError as error:
        raise SettingsError(f"{name} is {text!r}; it must be a number") from error

"""Wires a partner together; the one place that knows every part."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.types import ASGIApp

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.contract.problem_types import ProblemTypes
from jidi_reference.contract.validation import Contract
from jidi_reference.domain.clock import Clock
from jidi_reference.domain.cursors import CursorMint
from jidi_reference.domain.lifecycle import Lifecycle
from jidi_reference.service.context import Context
from jidi_reference.service.courier.delivery import DeliveryWorker
from jidi_reference.service.platform.worker import OutboxWorker
from jidi_reference.service.tokens import Registration, register_client
from jidi_reference.settings import ALL_SCOPES, Settings
from jidi_reference.storage.database import Database
from jidi_reference.web.app import build_app, lifespan_of
from jidi_reference.web.pipeline import Gate
from jidi_reference.web.rate_limit import RateLimit

_PROCESSING = (
    "consignments:read",
    "events:read",
    "labels:read",
    "tokens:resolve",
    "subscriptions:write",
    "status:read",
    "audit:read",
)
_OUTSIDE = (
    Registration("third-party", "third-party", _PROCESSING, role="integrator"),
    Registration("supervisor", "supervisor", ("status:read", "statistics:read")),
)


def _platforms(courier_of_a: str = "", courier_of_b: str = "") -> tuple[Registration, ...]:
    """The callers of a courier's face; an integrator sends what each gives to its courier.

    Clients of platform-a with one duty each act on its consignments; that is what least privilege
    is about (PI-05.1).
    """
    duties = {
        "tracker": "events:read",
        "label-printer": "labels:read",
        "resolver": "tokens:resolve",
        "auditor": "audit:read",
        "bulk-requester": "bulk:request",
        "bulk-approver": "bulk:approve",
    }
    return (
        Registration("platform-a", "platform-a", ALL_SCOPES, courier_code=courier_of_a),
        Registration("platform-b", "platform-b", ALL_SCOPES, courier_code=courier_of_b),
        Registration("integrator", "integrator", ALL_SCOPES, role="integrator"),
        Registration("uncommitted", "uncommitted", ALL_SCOPES, committed=False),
        *(Registration(client_id, "platform-a", (scope,)) for client_id, scope in duties.items()),
        *_OUTSIDE,
    )


PARTIES: dict[str, tuple[Registration, ...]] = {
    "courier": _platforms(),
    "platform": _OUTSIDE,
    "integrator": _platforms("KITEAST", "KITWEST"),
}


class Worker(Protocol):
    """Something that works beside the requests."""

    def start(self, context: Context) -> None:
        """Begin."""

    def stop(self) -> None:
        """End in good order."""

    def wake(self) -> None:
        """There is something new."""


@dataclass(frozen=True)
class Credential:
    """A party's client id and secret; the secret exists only here and at the party."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class App:
    """A partner ready to be served: ``asgi`` starts and stops the workers in its lifespan."""

    asgi: ASGIApp
    context: Context
    credentials: dict[str, Credential]
    sandbox_token: str


def build(settings: Settings) -> App:
    """A partner of the settings' role on its database, with fresh credentials for the parties of a
    sandbox.

    Raises:
        BundleError: when the published schemas cannot be found.
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be opened or migrated.
    """
    bundle = load_bundle()
    scratch = tempfile.TemporaryDirectory(
        prefix="jidi-reference-"
    )  # stays empty when a database is given
    database = Database(
        settings.database_url or f"sqlite:///{Path(scratch.name) / settings.role}.sqlite"
    )
    database.migrate()
    workers = [make() for make in _WORKERS[settings.role]]
    with database.write() as unit:
        if database.at_hand:
            unit.idempotency.forget_unfinished()
        fact = unit.accounts.remember_fact("cursor-key", secrets.token_hex(32))
        cursor_key = bytes.fromhex(fact)

    def wake() -> None:
        for worker in workers:
            worker.wake()

    context = Context(
        settings=settings,
        storage=database,
        clock=Clock(),
        contract=Contract(bundle),
        problem_types=ProblemTypes(bundle),
        lifecycle=Lifecycle(bundle.code_lists),
        cursors=CursorMint(cursor_key),
        wake=wake,
    )
    sandbox_token = secrets.token_urlsafe(32)
    gate = Gate(
        context,
        RateLimit(settings.limits.rate_per_second, settings.limits.rate_burst),
        sandbox_token,
    )

    def start() -> None:
        for worker in workers:
            worker.start(context)

    def stop() -> None:
        for worker in workers:
            worker.stop()
        database.close()
        scratch.cleanup()

    asgi = build_app(gate, lifespan_of(start, stop))
    return App(asgi, context, _register_parties(context), sandbox_token)


def build_platform(settings: Settings) -> App:
    """A platform; raises as ``build`` does."""
    return build(settings.for_role("platform"))


def build_integrator(settings: Settings) -> App:
    """An integrator; raises as ``build`` does."""
    return build(settings.for_role("integrator"))


_WORKERS: dict[str, tuple[Callable[[], Worker], ...]] = {
    "courier": (DeliveryWorker,),
    "platform": (OutboxWorker,),
    "integrator": (DeliveryWorker, OutboxWorker),
}


def _register_parties(context: Context) -> dict[str, Credential]:
    if context.settings.environment != "sandbox":
        return {}
    return {
        who.client_id: Credential(who.client_id, register_client(context, who))
        for who in PARTIES[context.settings.role]
    }

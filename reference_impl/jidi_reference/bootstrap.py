"""Wires a partner together; the one place that knows every part."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.contract.problem_types import ProblemTypes
from jidi_reference.contract.validation import Contract
from jidi_reference.domain.clock import Clock
from jidi_reference.domain.cursors import CursorMint
from jidi_reference.domain.lifecycle import Lifecycle
from jidi_reference.service.context import Context
from jidi_reference.service.delivery import DeliveryWorker
from jidi_reference.service.tokens import Registration, register_client
from jidi_reference.settings import ALL_SCOPES, Settings
from jidi_reference.storage.accounts import remember_fact
from jidi_reference.storage.database import Database
from jidi_reference.web.app import build_app, lifespan_of
from jidi_reference.web.pipeline import Gate
from jidi_reference.web.rate_limit import RateLimit

_PROCESSING = ("consignments:read", "events:read", "labels:read", "tokens:resolve", "subscriptions:write", "status:read", "audit:read")
# Clients of platform-a with one duty each act on its consignments; that is what least privilege is about (PI-05.1).
PARTIES: tuple[Registration, ...] = (
    Registration("platform-a", "platform-a", ALL_SCOPES),
    Registration("platform-b", "platform-b", ALL_SCOPES),
    Registration("integrator", "integrator", ALL_SCOPES, role="integrator"),
    Registration("third-party", "third-party", _PROCESSING, role="integrator"),
    Registration("uncommitted", "uncommitted", ALL_SCOPES, committed=False),
    Registration("supervisor", "supervisor", ("status:read", "statistics:read")),
    Registration("tracker", "platform-a", ("events:read",)),
    Registration("label-printer", "platform-a", ("labels:read",)),
    Registration("resolver", "platform-a", ("tokens:resolve",)),
    Registration("auditor", "platform-a", ("audit:read",)),
    Registration("bulk-requester", "platform-a", ("bulk:request",)),
    Registration("bulk-approver", "platform-a", ("bulk:approve",)),
)


@dataclass(frozen=True)
class Credential:
    """A party's client id and secret; the secret exists only here and at the party."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class App:
    """A partner ready to be served: ``asgi`` starts and stops the delivery worker in its lifespan."""

    asgi: ASGIApp
    context: Context
    credentials: dict[str, Credential]
    sandbox_token: str


def build(settings: Settings) -> App:
    """A courier on its database, with fresh credentials for the parties of a sandbox.

    Raises:
        BundleError: when the published schemas cannot be found.
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be opened or migrated.
    """
    bundle = load_bundle()
    scratch = tempfile.TemporaryDirectory(prefix="jidi-reference-")  # stays empty when a database is given
    database = Database(settings.database_url or f"sqlite:///{Path(scratch.name) / 'courier.sqlite'}")
    database.migrate()
    worker = DeliveryWorker()
    with database.write() as connection:
        cursor_key = bytes.fromhex(remember_fact(connection, "cursor-key", secrets.token_hex(32)))
    context = Context(
        settings=settings,
        database=database,
        clock=Clock(),
        contract=Contract(bundle),
        problem_types=ProblemTypes(bundle),
        lifecycle=Lifecycle(bundle.code_lists),
        cursors=CursorMint(cursor_key),
        wake=worker.wake,
    )
    sandbox_token = secrets.token_urlsafe(32)
    gate = Gate(context, RateLimit(settings.limits.rate_per_second, settings.limits.rate_burst), sandbox_token)

    def stop() -> None:
        worker.stop()
        database.close()
        scratch.cleanup()

    asgi = build_app(gate, lifespan_of(lambda: worker.start(context), stop))
    return App(asgi, context, _register_parties(context), sandbox_token)


def _register_parties(context: Context) -> dict[str, Credential]:
    if context.settings.environment != "sandbox":
        return {}
    return {who.client_id: Credential(who.client_id, register_client(context, who)) for who in PARTIES}

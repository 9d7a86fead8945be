"""A unit of work, and the storage that gives them; services see nothing else of a database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from jidi_reference.service.ports.accounts import Accounts, ClientRow, TokenRow
from jidi_reference.service.ports.audit import AuditTrail
from jidi_reference.service.ports.consignments import Consignments
from jidi_reference.service.ports.couriers import Backfills, Couriers
from jidi_reference.service.ports.dispatches import Dispatches
from jidi_reference.service.ports.documents import Documents
from jidi_reference.service.ports.events import Events, ReceivedEvents
from jidi_reference.service.ports.idempotency import IdempotencyKeys
from jidi_reference.service.ports.numbers import NumberPool, WaybillNumbers
from jidi_reference.service.ports.personal_keys import PersonalKeys
from jidi_reference.service.ports.subscriptions import Subscriptions


class Unit(Protocol):
    """One transaction: whatever its ports write becomes seen together, or not at all."""

    @property
    def accounts(self) -> Accounts:
        """Clients, their tokens, and facts kept for the partner itself."""

    @property
    def audit(self) -> AuditTrail:
        """Each partner's chain of records: append and read, nothing else."""

    @property
    def backfills(self) -> Backfills:
        """Waybills whose events are to be fetched from their courier."""

    @property
    def consignments(self) -> Consignments:
        """Consignments, given and outgoing."""

    @property
    def couriers(self) -> Couriers:
        """The couriers that a platform or integrator is connected to."""

    @property
    def dispatches(self) -> Dispatches:
        """The outbox: which consignment goes to which courier, and how far it is."""

    @property
    def documents(self) -> Documents:
        """Agreements, consents, exemptions, requests of persons and whatever else is a document."""

    @property
    def events(self) -> Events:
        """The feed, which is also the outbox of pushes."""

    @property
    def idempotency(self) -> IdempotencyKeys:
        """What is known under the keys of creating calls."""

    @property
    def number_pool(self) -> NumberPool:
        """Numbers that an integrator was given and has not given out."""

    @property
    def personal_keys(self) -> PersonalKeys:
        """What opens personal data: tokens of recipients and codes of persons."""

    @property
    def received(self) -> ReceivedEvents:
        """Events of couriers, as accepted."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Subscriptions, and the messages on their way to them."""

    @property
    def waybill_numbers(self) -> WaybillNumbers:
        """Waybill numbers as a resource."""

    def take_positions(self, name: str, count: int = 1) -> int:
        """The first of ``count`` new positions in the sequence ``name``.

        Positions become visible in order: nothing ever appears behind a cursor that was already
        handed out (DS-02.4).
        """

    def forget_everything(self) -> None:
        """Delete whatever callers brought (sandbox reset); clients and records of audits stay."""


class Storage(Protocol):
    """Where units of work come from.

    ``at_hand``: look-ups are a matter of microseconds (the database is this process's own), so that
    nobody need leave the event loop for one.
    """

    at_hand: bool

    def find_token(self, token_hash: str) -> tuple[TokenRow, ClientRow] | None:
        """As ``unit.accounts.find_token`` in a unit of its own, perhaps from memory; whatever was
        committed before the call counts.
        """

    def read(self) -> AbstractContextManager[Unit]:
        """A unit that changes nothing."""

    def write(self) -> AbstractContextManager[Unit]:
        """A unit that is written when the block ends, and undone when it raises."""

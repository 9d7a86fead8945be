"""A unit of work on one connection."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection, delete

from jidi_reference.service.ports.unit import Unit
from jidi_reference.storage.accounts import SqlAccounts
from jidi_reference.storage.audit import SqlAuditTrail
from jidi_reference.storage.consignments import SqlConsignments
from jidi_reference.storage.documents import SqlDocuments
from jidi_reference.storage.events import SqlEvents
from jidi_reference.storage.idempotency import SqlIdempotencyKeys
from jidi_reference.storage.partners.backfills import SqlBackfills
from jidi_reference.storage.partners.couriers import SqlCouriers
from jidi_reference.storage.partners.dispatches import SqlDispatches
from jidi_reference.storage.partners.number_pool import SqlNumberPool
from jidi_reference.storage.partners.received import SqlReceivedEvents
from jidi_reference.storage.personal_keys import SqlPersonalKeys
from jidi_reference.storage.positions import take_positions
from jidi_reference.storage.subscriptions import SqlSubscriptions
from jidi_reference.storage.tables.courier_tables import (
    consignments,
    deliveries,
    events,
    idempotency,
    subscriptions,
)
from jidi_reference.storage.tables.network_tables import backfills, dispatches, received_events
from jidi_reference.storage.tables.privacy_tables import (
    documents,
    person_codes,
    recipient_tokens,
    waybill_numbers,
)
from jidi_reference.storage.waybill_numbers import SqlWaybillNumbers

_BROUGHT = (
    deliveries,
    subscriptions,
    events,
    consignments,
    idempotency,
    documents,
    waybill_numbers,
    recipient_tokens,
    person_codes,
    dispatches,
    received_events,
    backfills,
)


class SqlUnit(Unit):
    """The port on one connection, inside its transaction; its parts are made when first asked
    for.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self.connection)

    @cached_property
    def audit(self) -> SqlAuditTrail:
        return SqlAuditTrail(self.connection)

    @cached_property
    def backfills(self) -> SqlBackfills:
        return SqlBackfills(self.connection)

    @cached_property
    def consignments(self) -> SqlConsignments:
        return SqlConsignments(self.connection)

    @cached_property
    def couriers(self) -> SqlCouriers:
        return SqlCouriers(self.connection)

    @cached_property
    def dispatches(self) -> SqlDispatches:
        return SqlDispatches(self.connection)

    @cached_property
    def documents(self) -> SqlDocuments:
        return SqlDocuments(self.connection)

    @cached_property
    def events(self) -> SqlEvents:
        return SqlEvents(self.connection)

    @cached_property
    def idempotency(self) -> SqlIdempotencyKeys:
        return SqlIdempotencyKeys(self.connection)

    @cached_property
    def number_pool(self) -> SqlNumberPool:
        return SqlNumberPool(self.connection)

    @cached_property
    def personal_keys(self) -> SqlPersonalKeys:
        return SqlPersonalKeys(self.connection)

    @cached_property
    def received(self) -> SqlReceivedEvents:
        return SqlReceivedEvents(self.connection)

    @cached_property
    def subscriptions(self) -> SqlSubscriptions:
        return SqlSubscriptions(self.connection)

    @cached_property
    def waybill_numbers(self) -> SqlWaybillNumbers:
        return SqlWaybillNumbers(self.connection)

    @property
    def touched_accounts(self) -> bool:
        """Whether anybody asked for the accounts."""
        return "accounts" in self.__dict__

    def take_positions(self, name: str, count: int = 1) -> int:
        return take_positions(self.connection, name, count)

    def forget_everything(self) -> None:
        for table in _BROUGHT:
            self.connection.execute(delete(table))

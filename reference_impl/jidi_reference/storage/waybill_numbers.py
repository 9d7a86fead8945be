"""Statements on waybill numbers as a resource (PI-13.1)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from jidi_reference.service.ports.numbers import (
    ALLOCATED,
    RETURNED,
    VOIDED,
    Grant,
    NumberRow,
    WaybillNumbers,
)
from jidi_reference.storage.tables.privacy_tables import waybill_numbers


def _granted(grant: Grant) -> dict[str, object]:
    times = {"allocated_at": grant.now, "changed_at": grant.now}
    return {
        "allocation_id": grant.allocation_id,
        "owner": grant.owner,
        "state": ALLOCATED,
        **times,
        "consignment_id": None,
    }


class SqlWaybillNumbers(WaybillNumbers):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def give_again(self, grant: Grant, count: int, closed_before: float) -> list[str]:
        table = waybill_numbers.c
        free = (
            table.state.in_((VOIDED, RETURNED))
            & (table.changed_at <= closed_before)
            & table.consignment_id.is_(None)
        )
        chosen = (
            select(table.waybill_no)
            .where(free)
            .order_by(table.changed_at)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
        numbers = list(self.connection.execute(chosen).scalars())
        self.connection.execute(
            update(waybill_numbers).where(table.waybill_no.in_(numbers)).values(**_granted(grant))
        )
        return numbers

    def give_new(self, grant: Grant, numbers: Sequence[str]) -> None:
        if numbers:
            self.connection.execute(
                insert(waybill_numbers),
                [{"waybill_no": number, **_granted(grant)} for number in numbers],
            )

    def find(self, waybill_no: str, owner: str | None, *, lock: bool = False) -> NumberRow | None:
        query = select(waybill_numbers).where(waybill_numbers.c.waybill_no == waybill_no)
        if owner is not None:
            query = query.where(waybill_numbers.c.owner == owner)
        row = self.connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else NumberRow(*row)

    def close(
        self,
        waybill_no: str,
        state: str,
        now: float,
        consignment_id: str | None = None,
    ) -> None:
        values = {"state": state, "changed_at": now} | (
            {} if consignment_id is None else {"consignment_id": consignment_id}
        )
        self.connection.execute(
            update(waybill_numbers)
            .where(waybill_numbers.c.waybill_no == waybill_no)
            .values(**values)
        )

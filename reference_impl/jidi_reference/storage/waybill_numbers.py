"""Statements on waybill numbers as a resource (PI-13.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from jidi_reference.storage.privacy_tables import waybill_numbers

ALLOCATED, USED, VOIDED, RETURNED = "ALLOCATED", "USED", "VOIDED", "RETURNED"


@dataclass(frozen=True)
class NumberRow:
    """One number and what became of it; times are Unix seconds."""

    waybill_no: str
    allocation_id: str
    owner: str
    state: str
    allocated_at: float
    changed_at: float
    consignment_id: str | None


@dataclass(frozen=True)
class Grant:
    """To whom and when numbers are given."""

    allocation_id: str
    owner: str
    now: float


def give_again(connection: Connection, grant: Grant, count: int, closed_before: float) -> list[str]:
    """Give out up to ``count`` numbers that were closed unused before a time; rivals skip each
    other's numbers instead of waiting.
    """
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
    numbers = list(connection.execute(chosen).scalars())
    connection.execute(
        update(waybill_numbers).where(table.waybill_no.in_(numbers)).values(**_granted(grant))
    )
    return numbers


def give_new(connection: Connection, grant: Grant, numbers: Sequence[str]) -> None:
    """Give out numbers that never were given out."""
    if numbers:
        connection.execute(
            insert(waybill_numbers),
            [{"waybill_no": number, **_granted(grant)} for number in numbers],
        )


def find(
    connection: Connection, waybill_no: str, owner: str | None, *, lock: bool = False
) -> NumberRow | None:
    """A number, of one holder or of any for None. ``lock``: hold it until commit."""
    query = select(waybill_numbers).where(waybill_numbers.c.waybill_no == waybill_no)
    if owner is not None:
        query = query.where(waybill_numbers.c.owner == owner)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else NumberRow(*row)


def close(
    connection: Connection,
    waybill_no: str,
    state: str,
    now: float,
    consignment_id: str | None = None,
) -> None:
    """Move a locked number to a state; ``consignment_id``: what uses it now."""
    values = {"state": state, "changed_at": now} | (
        {} if consignment_id is None else {"consignment_id": consignment_id}
    )
    connection.execute(
        update(waybill_numbers).where(waybill_numbers.c.waybill_no == waybill_no).values(**values)
    )


def _granted(grant: Grant) -> dict[str, object]:
    times = {"allocated_at": grant.now, "changed_at": grant.now}
    return {
        "allocation_id": grant.allocation_id,
        "owner": grant.owner,
        "state": ALLOCATED,
        **times,
        "consignment_id": None,
    }

"""Consignments that platforms give to an integrator: acknowledged, put into the outbox, and changed
only where the courier agrees (DS-01.6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, Published, json_text
from jidi_reference.service.courier import waybill_numbers
from jidi_reference.service.courier.consignments import record
from jidi_reference.service.courier.recording import next_slot
from jidi_reference.service.integrator import numbers as integrator_numbers
from jidi_reference.service.integrator.numbers import Taker
from jidi_reference.service.platform import changes as platform_changes
from jidi_reference.service.platform.orders import queue
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.unit import Unit

_MOMENT_S = 1.0


def create(
    context: Context, unit: Unit, taker: Taker, body: dict[str, Any], raw: bytes
) -> Published:
    """Accept a valid consignment; the receipt's digest is over the bytes as received, its number is
    the courier's (DS-01.2).

    Raises:
        Problem: ``waybill-number-not-allocated``, ``waybill-number-used``; ``interruption`` when
            the courier gives no numbers.
    """
    return _accept(context, unit, taker, body, hashlib.sha256(raw).hexdigest())


def create_batch(
    context: Context,
    unit: Unit,
    taker: Taker,
    items: list[Any],
    faults: dict[int, list[Fault]],
) -> Published:
    """Judge a batch item by item; each accepted one goes to the courier by itself.

    Raises:
        Problem: ``interruption`` when the courier gives no numbers: then nothing of the batch is
            kept.
    """
    results: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        try:
            if index in faults:
                raise Problem.invalid(faults[index])
            digest = hashlib.sha256(rfc8785.dumps(item)).hexdigest()
            results.append(
                {
                    "index": index,
                    "outcome": "accepted",
                    "receipt": _accept(context, unit, taker, item, digest),
                }
            )
        except Problem as problem:
            if problem.slug == "interruption":
                raise
            results.append(
                {
                    "index": index,
                    "outcome": "rejected",
                    "problem": context.problem_types.document(problem),
                }
            )
    return {"items": results}


def await_courier(context: Context, consignment_ids: Sequence[str]) -> None:
    """Give the courier a moment to take these, so that a receipt usually means that it has them;
    the outbox goes on in any case.
    """

    def tried() -> bool:
        with context.storage.read() as unit:
            return unit.dispatches.untried(consignment_ids) == 0

    context.wake()
    context.news.wait_until(tried, _MOMENT_S)


def amend(
    context: Context, caller: Caller, consignment_id: str, amendment: dict[str, Any]
) -> Published:
    """Amend at the courier first (DS-01.8).

    Raises:
        Problem: ``not-found``; ``state-conflict``; ``validation-failed``; ``interruption`` while
            the courier cannot be reached.
    """
    platform_changes.amend(context, _open(context, caller, consignment_id), amendment)
    return _shown(context, caller, consignment_id)


def cancel(
    context: Context, caller: Caller, consignment_id: str, cancellation: dict[str, Any]
) -> Published:
    """Cancel at the courier first; its CANCELLED event follows.

    Raises:
        Problem: as for ``amend``.
    """
    platform_changes.cancel(context, _open(context, caller, consignment_id), cancellation)
    context.wake()
    return _shown(context, caller, consignment_id)


def _accept(
    context: Context, unit: Unit, taker: Taker, body: dict[str, Any], digest: str
) -> dict[str, Any]:
    slot = next_slot(context, unit)
    consignment_id = new_id("cons")
    waybill_no = body.get("waybill_no", "")
    if waybill_no:
        waybill_numbers.use(unit, taker.caller, waybill_no, consignment_id, slot.now)
    else:
        (waybill_no,) = integrator_numbers.take(unit, taker.courier, 1)
    row = ConsignmentRow(
        consignment_id=consignment_id,
        position=slot.position,
        owner=taker.caller.party,
        waybill_no=waybill_no,
        order_no=body["order_no"],
        state=context.lifecycle.initial_state,
        last_sequence=0,
        body=json_text(body),
        created_at=slot.now,
        updated_at=slot.now,
    )
    unit.consignments.add_consignment(row)
    queue(context, unit, taker.courier, {**body, "waybill_no": waybill_no}, consignment_id)
    identity = {"consignment_id": consignment_id, "waybill_no": waybill_no, "state": row.state}
    return {**identity, "payload_digest": f"sha-256:{digest}", "received_at": timestamp(slot.now)}


def _open(context: Context, caller: Caller, consignment_id: str) -> str:
    """The outgoing id of a consignment of the caller's that may still be changed."""
    with context.storage.read() as unit:
        row = unit.consignments.find_consignment(caller.party, consignment_id)
        dispatch = unit.dispatches.find_by_source(consignment_id)
    if row is None or row.outgoing or dispatch is None:
        raise Problem.unknown()
    initial = context.lifecycle.initial_state
    if row.state != initial:
        raise Problem.conflict(
            f"The consignment is {row.state}; it can be changed only while it is {initial}."
        )
    return dispatch.outgoing_id


def _shown(context: Context, caller: Caller, consignment_id: str) -> Published:
    with context.storage.read() as unit:
        row = unit.consignments.find_consignment(caller.party, consignment_id)
    if row is None:
        raise Problem.unknown()
    return record(row)

"""Consignments: accept, list, show, amend, cancel."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import rfc8785

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id, new_waybill_no
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.views import ALL_CATEGORIES, shows_record, view
from jidi_reference.service.context import Caller, Context, PageRequest, Published, json_text, page
from jidi_reference.service.courier import waybill_numbers
from jidi_reference.service.courier.recording import (
    Scan,
    append_event,
    event_document,
    next_slot,
    store_event,
)
from jidi_reference.service.governance.auditing import Trace, audited
from jidi_reference.service.governance.purposes import Reading, judge
from jidi_reference.service.governance.visibility import Categories, locate, sight, visible
from jidi_reference.service.ports.consignments import ConsignmentFilter, ConsignmentRow
from jidi_reference.service.ports.unit import Unit


def create(
    context: Context, unit: Unit, caller: Caller, body: dict[str, Any], raw: bytes
) -> Published:
    """Accept a valid consignment; the receipt's digest is over the bytes as received (DS-01.2)."""
    return _accept(context, unit, caller, body, hashlib.sha256(raw).hexdigest())


def create_batch(
    context: Context,
    unit: Unit,
    caller: Caller,
    items: list[Any],
    faults: dict[int, list[Fault]],
) -> Published:
    """Judge a batch item by item: ``faults`` by index refuse an item, the others are accepted
    (DS-01.3).
    """
    results: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        if index in faults:
            problem = Problem.invalid(faults[index])
            results.append(
                {
                    "index": index,
                    "outcome": "rejected",
                    "problem": context.problem_types.document(problem),
                }
            )
        else:
            results.append({"index": index, **_judged(context, unit, caller, item)})
    return {"items": results}


class Face(Protocol):
    """One side from which consignments are looked at: those that a platform gave, or those that are
    sent to a courier.
    """

    outgoing: bool

    def documents(
        self, unit: Unit, seen: Sequence[tuple[ConsignmentRow, Categories | None]]
    ) -> list[dict[str, Any]]:
        """The documents that are shown of rows and the categories of each that may be seen (None:
        all).
        """


class GivenFace:
    """What platforms gave, as consignment-records."""

    outgoing = False

    def documents(
        self, _unit: Unit, seen: Sequence[tuple[ConsignmentRow, Categories | None]]
    ) -> list[dict[str, Any]]:
        """The record of each."""
        return [record(row, categories) for row, categories in seen]


GIVEN = GivenFace()


def list_page(
    context: Context,
    reading: Reading,
    request: PageRequest,
    order_no: str | None,
    face: Face = GIVEN,
) -> Published:
    """A page of the consignments that the caller may see for the purpose, oldest first.

    Raises:
        Problem: a refusal of the purpose or consent.
    """
    trace = Trace("LIST_CONSIGNMENTS")

    def work(unit: Unit) -> Published:
        purpose = judge(context, unit, reading, trace)
        seen = sight(context, unit, reading.caller, purpose.code)
        owners = seen.owners(
            lambda categories: (
                shows_record(categories) and (order_no is None or "ORDER" in categories)
            )
        )
        wanted = ConsignmentFilter(owners, order_no, purpose.waybill_no, face.outgoing)
        rows = unit.consignments.list_consignments(wanted, request.after, request.limit + 1)
        for row in rows[: request.limit]:
            trace.touch(row)
        trace.reference = trace.reference or next(
            (seen.agreements[owner] for owner in trace.objects if owner in seen.agreements), None
        )
        documents = face.documents(unit, [(row, seen.categories[row.owner]) for row in rows])
        return page(
            context,
            request,
            [(row.position, document) for row, document in zip(rows, documents, strict=True)],
        )

    return audited(context, reading.caller, trace, work)


def show(context: Context, reading: Reading, consignment_id: str, face: Face = GIVEN) -> Published:
    """A consignment that the caller may see for the purpose.

    Raises:
        Problem: ``not-found``, also for another partner's; a refusal of the purpose or consent.
    """
    trace = Trace("READ_CONSIGNMENT")

    def work(unit: Unit) -> Published:
        row = locate(context, unit, reading.caller, consignment_id, outgoing=face.outgoing)
        if row is not None:
            trace.touch(row)
        purpose = judge(context, unit, reading, trace)
        seen = visible(context, unit, reading.caller, row, purpose)
        if seen.categories is not None and not shows_record(seen.categories):
            raise Problem.unknown()
        trace.reference = trace.reference or seen.agreement_id
        return face.documents(unit, [(seen.row, seen.categories)])[0]

    return audited(context, reading.caller, trace, work)


def amend(
    context: Context, caller: Caller, consignment_id: str, amendment: dict[str, Any]
) -> Published:
    """Replace whole members before acceptance (DS-01.8).

    Raises:
        Problem: ``not-found``; ``state-conflict`` once accepted or cancelled; ``validation-failed``
            when the whole would no longer be valid.
    """
    with context.storage.write() as unit:
        row = _open_consignment(context, unit, caller, consignment_id)
        if row.erased:
            raise Problem.conflict(
                "Data of this consignment was erased; it can no longer be amended."
            )
        merged = json.loads(row.body) | amendment
        faults = context.contract.faults("consignment", merged)
        if faults:
            raise Problem.invalid(faults)
        changed = replace(row, body=json_text(merged), updated_at=context.clock.now())
        unit.consignments.change_consignment(
            consignment_id, body=changed.body, updated_at=changed.updated_at
        )
    return record(changed)


def cancel(
    context: Context, caller: Caller, consignment_id: str, cancellation: dict[str, Any]
) -> Published:
    """Cancel before acceptance; the shipment ends with a CANCELLED event that carries the reason
    (DS-01.8).

    Raises:
        Problem: ``not-found``; ``state-conflict`` once accepted or cancelled.
    """
    with context.storage.write() as unit:
        row = _open_consignment(context, unit, caller, consignment_id)
        code = "CANCELLED"
        members = context.lifecycle.cancellation_members(cancellation)
        scan = Scan(code, context.lifecycle.state_after(row.state, code, "FORWARD"), members)
        slot = next_slot(context, unit)
        append_event(unit, row, slot, event_document(row, scan, slot.now))
        changed = replace(row, state=scan.state, updated_at=slot.now)
    context.wake()
    return record(changed)


def record(
    row: ConsignmentRow, categories: frozenset[str] | None = None, reason: str = "ENTRUSTMENT"
) -> dict[str, Any]:
    """The consignment-record of a row: whole, what is left after an erasure, or the view of some
    ``categories`` for a reason.
    """
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    identity = {
        "consignment_id": row.consignment_id,
        "waybill_no": row.waybill_no,
        "state": row.state,
    }
    body = json.loads(row.body)
    if categories is not None:
        return {**identity, "view": view(body, categories, reason), **times}
    if row.erased:
        return {**identity, "view": view(body, ALL_CATEGORIES, "ERASURE"), **times}
    return {**identity, "consignment": body, **times}


def _judged(context: Context, unit: Unit, caller: Caller, item: dict[str, Any]) -> dict[str, Any]:
    digest = hashlib.sha256(rfc8785.dumps(item)).hexdigest()
    try:
        return {
            "outcome": "accepted",
            "receipt": _accept(context, unit, caller, item, digest),
        }
    except Problem as problem:  # raised before anything of the item was written
        return {"outcome": "rejected", "problem": context.problem_types.document(problem)}


def _accept(
    context: Context, unit: Unit, caller: Caller, body: dict[str, Any], digest: str
) -> dict[str, Any]:
    slot = next_slot(context, unit)
    scan = Scan("ORDER_CREATED", context.lifecycle.initial_state, {})
    consignment_id = new_id("cons")
    if "waybill_no" in body:
        waybill_numbers.use(unit, caller, body["waybill_no"], consignment_id, slot.now)
    row = ConsignmentRow(
        consignment_id=consignment_id,
        position=slot.position,
        owner=caller.party,
        waybill_no=body.get("waybill_no") or new_waybill_no(),
        order_no=body["order_no"],
        state=scan.state,
        last_sequence=0,
        body=json_text(body),
        created_at=slot.now,
        updated_at=slot.now,
    )
    event = event_document(row, scan, slot.now)
    unit.consignments.add_consignment(replace(row, last_sequence=event["sequence"]))
    store_event(unit, row.owner, slot, event)
    identity = {
        "consignment_id": row.consignment_id,
        "waybill_no": row.waybill_no,
        "state": row.state,
    }
    return {**identity, "payload_digest": f"sha-256:{digest}", "received_at": timestamp(slot.now)}


def _open_consignment(
    context: Context, unit: Unit, caller: Caller, consignment_id: str
) -> ConsignmentRow:
    row = unit.consignments.find_consignment(caller.party, consignment_id, lock=True)
    if row is None:
        raise Problem.unknown()
    if row.state != context.lifecycle.initial_state:
        raise Problem.conflict(
            f"The consignment is {row.state}; it can be changed only while it is "
            f"{context.lifecycle.initial_state}."
        )
    return row

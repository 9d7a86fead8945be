"""Consignments: accept, list, show, amend, cancel."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import rfc8785
from sqlalchemy import Connection

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id, new_waybill_no
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, PageRequest, Reply, json_text, page
from jidi_reference.service.recording import Scan, append_event, event_document, next_slot, store_event
from jidi_reference.settings import API_PATH
from jidi_reference.storage import consignments
from jidi_reference.storage.consignments import ConsignmentRow


def create(context: Context, connection: Connection, caller: Caller, body: dict[str, Any], raw: bytes) -> Reply:
    """Accept a valid consignment; the receipt's digest is over the bytes as received (DS-01.2)."""
    receipt = _accept(context, connection, caller, body, hashlib.sha256(raw).hexdigest())
    return Reply(201, receipt, {"Location": f"{API_PATH}/consignments/{receipt['consignment_id']}"})


def create_batch(context: Context, connection: Connection, caller: Caller, items: list[Any], faults: dict[int, list[Fault]]) -> Reply:
    """Judge a batch item by item: ``faults`` by index refuse an item, the others are accepted (DS-01.3)."""
    results: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        if index in faults:
            problem = Problem.invalid(faults[index])
            results.append({"index": index, "outcome": "rejected", "problem": context.problem_types.document(problem)})
        else:
            digest = hashlib.sha256(rfc8785.dumps(item)).hexdigest()
            results.append({"index": index, "outcome": "accepted", "receipt": _accept(context, connection, caller, item, digest)})
    return Reply(200, {"items": results})


def list_page(context: Context, caller: Caller, request: PageRequest, order_no: str | None) -> Reply:
    """A page of the caller's consignments, oldest first."""
    with context.database.read() as connection:
        rows = consignments.list_consignments(connection, caller.party, request.after, request.limit + 1, order_no)
    return page(context, request, [(row.position, record(row)) for row in rows])


def show(context: Context, caller: Caller, consignment_id: str) -> Reply:
    """The caller's consignment.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.database.read() as connection:
        row = consignments.find_consignment(connection, caller.party, consignment_id)
    if row is None:
        raise Problem.unknown()
    return Reply(200, record(row))


def amend(context: Context, caller: Caller, consignment_id: str, amendment: dict[str, Any]) -> Reply:
    """Replace whole members before acceptance (DS-01.8).

    Raises:
        Problem: ``not-found``; ``state-conflict`` once accepted or cancelled; ``validation-failed`` when the whole would no longer be valid.
    """
    with context.database.write() as connection:
        row = _open_consignment(context, connection, caller, consignment_id)
        merged = json.loads(row.body) | amendment
        faults = context.contract.faults("consignment", merged)
        if faults:
            raise Problem.invalid(faults)
        changed = replace(row, body=json_text(merged), updated_at=context.clock.now())
        consignments.change_consignment(connection, consignment_id, body=changed.body, updated_at=changed.updated_at)
    return Reply(200, record(changed))


def cancel(context: Context, caller: Caller, consignment_id: str, cancellation: dict[str, Any]) -> Reply:
    """Cancel before acceptance; the shipment ends with a CANCELLED event that carries the reason (DS-01.8).

    Raises:
        Problem: ``not-found``; ``state-conflict`` once accepted or cancelled.
    """
    with context.database.write() as connection:
        row = _open_consignment(context, connection, caller, consignment_id)
        code = "CANCELLED"
        members = context.lifecycle.cancellation_members(cancellation)
        scan = Scan(code, context.lifecycle.state_after(row.state, code, "FORWARD"), members)
        slot = next_slot(context, connection)
        append_event(connection, row, slot, event_document(row, scan, slot.now))
        changed = replace(row, state=scan.state, updated_at=slot.now)
    context.wake()
    return Reply(200, record(changed))


def record(row: ConsignmentRow) -> dict[str, Any]:
    """The consignment-record of a row."""
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    return {"consignment_id": row.consignment_id, "waybill_no": row.waybill_no, "state": row.state, "consignment": json.loads(row.body), **times}


def _accept(context: Context, connection: Connection, caller: Caller, body: dict[str, Any], digest: str) -> dict[str, Any]:
    slot = next_slot(context, connection)
    scan = Scan("ORDER_CREATED", context.lifecycle.initial_state, {})
    row = ConsignmentRow(
        consignment_id=new_id("cons"),
        position=slot.position,
        owner=caller.party,
        waybill_no=new_waybill_no(),
        order_no=body["order_no"],
        state=scan.state,
        last_sequence=0,
        body=json_text(body),
        created_at=slot.now,
        updated_at=slot.now,
    )
    event = event_document(row, scan, slot.now)
    consignments.add_consignment(connection, replace(row, last_sequence=event["sequence"]))
    store_event(connection, row.owner, slot, event)
    identity = {"consignment_id": row.consignment_id, "waybill_no": row.waybill_no, "state": row.state}
    return {**identity, "payload_digest": f"sha-256:{digest}", "received_at": timestamp(slot.now)}


def _open_consignment(context: Context, connection: Connection, caller: Caller, consignment_id: str) -> ConsignmentRow:
    row = consignments.find_consignment(connection, caller.party, consignment_id, lock=True)
    if row is None:
        raise Problem.unknown()
    if row.state != context.lifecycle.initial_state:
        raise Problem.conflict(f"The consignment is {row.state}; it can be changed only while it is {context.lifecycle.initial_state}.")
    return row

"""Bulk export, copy and destruction: asked by one person, approved by another, done once, for
exactly that scope (PI-15.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.chain import digest
from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.views import ROLES
from jidi_reference.service import tokens
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.courier.consignments import record
from jidi_reference.service.governance.agreements import check_basis
from jidi_reference.service.governance.auditing import Trace, audited, note
from jidi_reference.service.governance.erasing import erase
from jidi_reference.service.governance.purposes import Reading, judge
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import BULK, Document, Draft
from jidi_reference.service.ports.unit import Unit

_SCOPE = ("kind", "selection", "categories", "destination_region")
_OPEN = ("PENDING", "APPROVED")


def request(context: Context, unit: Unit, caller: Caller, wish: dict[str, Any]) -> Published:
    """Ask for an operation; nothing is done yet.

    Raises:
        Problem: ``validation-failed`` for a number that is not the caller's;
            ``cross-border-basis-missing``.
    """
    numbers = wish["selection"]["waybill_nos"]
    found = unit.consignments.find_shipments([caller.party], numbers)
    strange = [
        Fault("unknown", "not a consignment of this caller", f"/selection/waybill_nos/{at}")
        for at, no in enumerate(numbers)
        if no not in found
    ]
    if strange:
        raise Problem.invalid(strange)
    check_basis(context, unit, caller, wish)
    operation_id = new_id("blk")
    scope_digest = digest({name: wish[name] for name in _SCOPE})
    asked = {"requested_by": caller.operator_id, "requested_at": timestamp(context.clock.now())}
    body = {**wish, "state": "PENDING", "scope_digest": scope_digest, **asked}
    unit.documents.add(Draft(operation_id, BULK, caller.party, caller.operator_id), body)
    note(context, unit, caller, _trace("BULK_REQUEST", operation_id, found))
    return _shown(context, operation_id, body)


def show(context: Context, caller: Caller, operation_id: str) -> Published:
    """An operation of the caller's partner: what is asked for, never what it brings.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.storage.read() as unit:
        document = _find(unit, caller, operation_id)
    return _shown(context, operation_id, document.body)


def decide(
    context: Context, caller: Caller, operation_id: str, decision: Mapping[str, Any]
) -> Published:
    """Approve or reject as another person than the requester.

    Raises:
        Problem: ``not-found``; ``self-approval``; ``state-conflict``; ``approval-scope-mismatch``.
    """
    trace = Trace("BULK_DECISION", reference=operation_id)

    def work(unit: Unit) -> Published:
        document = _find(unit, caller, operation_id, lock=True)
        if document.body["requested_by"] == caller.operator_id:
            raise Problem("self-approval", "Another person than the requester must decide.")
        if document.body["state"] != "PENDING":
            raise Problem.conflict(
                f"The operation is {document.body['state']}; only a pending one can be decided."
            )
        if decision["scope_digest"] != document.body["scope_digest"]:
            raise Problem(
                "approval-scope-mismatch",
                "The digest is not that of this operation; read it again.",
            )
        now = context.clock.now()
        body = {
            **document.body,
            "decided_by": caller.operator_id,
            "decided_at": timestamp(now),
            "state": "REJECTED",
        }
        if decision["decision"] == "APPROVE":
            body |= {
                "state": "APPROVED",
                "approval_expires_at": timestamp(now + context.settings.limits.bulk_approval_s),
            }
        unit.documents.change(document, body)
        found = unit.consignments.find_shipments([caller.party], body["selection"]["waybill_nos"])
        trace.objects = _trace("", "", found).objects
        return _shown(context, operation_id, body)

    return audited(context, caller, trace, work)


def result(context: Context, reading: Reading, operation_id: str) -> Published:
    """Do an approved operation, once, for the person who asked for it.

    Whether that person still works there is looked at again under the operation's lock, so a
    dismissal stops what is in flight.

    Raises:
        Problem: ``not-found``; ``insufficient-scope`` for another person; ``unauthenticated`` for a
            leaver; a refusal of purpose or approval.
    """
    caller, trace = reading.caller, Trace("BULK_RESULT", reference=operation_id)

    def work(unit: Unit) -> Published:
        purpose = judge(context, unit, reading, trace)
        trace.reference = operation_id
        document = _find(unit, caller, operation_id, lock=True)
        if not tokens.still_lives(context, unit, caller):
            raise Problem("unauthenticated", "The credential has ended.")
        found = unit.consignments.find_shipments(
            [caller.party], document.body["selection"]["waybill_nos"], lock=True
        )
        trace.objects = _trace("", "", found).objects
        _check_usable(context, caller, document.body)
        check_basis(context, unit, caller, document.body)
        for row in found.values():
            purpose.check_covers(row)
        unit.documents.change(
            document,
            {**document.body, "state": "COMPLETED", "completed_at": timestamp(context.clock.now())},
        )
        return _done(unit, document, found)

    return audited(context, caller, trace, work)


def cancel_of(unit: Unit, party: str, operator_id: str) -> None:
    """Cancel what a leaver had asked for and is not done (PI-15.3)."""
    for document in unit.documents.about(BULK, operator_id, lock=True):
        if document.owner == party and document.body["state"] in _OPEN:
            unit.documents.change(document, {**document.body, "state": "CANCELLED"})


def _find(unit: Unit, caller: Caller, operation_id: str, *, lock: bool = False) -> Document:
    document = unit.documents.find(BULK, operation_id, caller.party, lock=lock)
    if document is None:
        raise Problem.unknown()
    return document


def _check_usable(context: Context, caller: Caller, body: Mapping[str, Any]) -> None:
    if body["requested_by"] != caller.operator_id:
        raise Problem(
            "insufficient-scope", "Only the person who asked for the operation gets its result."
        )
    if body["state"] == "COMPLETED":
        raise Problem("approval-used", "The approval was for once; ask anew.")
    if body["state"] != "APPROVED":
        raise Problem(
            "approval-required",
            f"The operation is {body['state']}; another person must approve it.",
        )
    if _expired(context, body):
        raise Problem("approval-expired", "The approval is too old; ask anew.")


def _done(unit: Unit, document: Document, found: Mapping[str, ConsignmentRow]) -> dict[str, Any]:
    body = document.body
    head = {"bulk_operation_id": document.document_id, "kind": body["kind"], "count": len(found)}
    if body["kind"] == "DESTRUCTION":
        for row in found.values():
            erase(unit, row, ROLES)
        return head
    categories = frozenset(body["categories"])
    rows = (found[number] for number in body["selection"]["waybill_nos"] if number in found)
    return {**head, "items": [record(row, categories, "BULK") for row in rows]}


def _expired(context: Context, body: Mapping[str, Any]) -> bool:
    return body["state"] == "APPROVED" and context.clock.now() >= unix_seconds(
        body["approval_expires_at"]
    )


def _shown(context: Context, operation_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bulk_operation_id": operation_id,
        **body,
        "state": "EXPIRED" if _expired(context, body) else body["state"],
    }


def _trace(matter: str, operation_id: str, found: Mapping[str, ConsignmentRow]) -> Trace:
    trace = Trace(matter, reference=operation_id)
    for row in found.values():
        trace.touch(row)
    return trace

"""Consents to value-added use (DS-04.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, Reply
from jidi_reference.service.governance.auditing import Trace, audited, note
from jidi_reference.storage import consignments, documents
from jidi_reference.storage.documents import CONSENT, Draft


def create(context: Context, connection: Connection, caller: Caller, wish: dict[str, Any]) -> Reply:
    """Record a person's consent for one of the caller's consignments.

    Raises:
        Problem: ``validation-failed`` for a waybill that is not the caller's, or an end before the
            beginning.
    """
    row = consignments.find_shipment(connection, caller.party, wish["waybill_no"])
    faults = []
    if row is None:
        faults.append(
            Fault("unknown", "no consignment of this caller has this number", "/waybill_no")
        )
    if unix_seconds(wish["valid_until"]) <= unix_seconds(wish["given_at"]):
        faults.append(Fault("not-later-than", "must be later than given_at", "/valid_until"))
    if row is None or faults:
        raise Problem.invalid(faults)
    reference = new_id("cst")
    body = {**wish, "purposes": ["VALUE_ADDED"], "recorded_at": timestamp(context.clock.now())}
    documents.add(connection, Draft(reference, CONSENT, caller.party, row.consignment_id), body)
    trace = Trace("CONSENT", reference=reference)
    trace.touch(row)
    note(context, connection, caller, trace)
    return Reply(201, _shown(context, reference, body))


def withdraw(
    context: Context, caller: Caller, reference: str, _withdrawal: Mapping[str, Any]
) -> Reply:
    """Withdraw a consent; from this commit on nothing is read under it.

    Raises:
        Problem: ``not-found``; ``state-conflict`` the second time.
    """
    trace = Trace("CONSENT", reference=reference)

    def work(connection: Connection) -> Reply:
        document = documents.find(connection, CONSENT, reference, caller.party, lock=True)
        if document is None:
            raise Problem.unknown()
        if "withdrawn_at" in document.body:
            raise Problem.conflict("The consent was withdrawn already.")
        trace.objects = {caller.party: [document.subject]}
        body = {**document.body, "withdrawn_at": timestamp(context.clock.now())}
        documents.change(connection, document, body)
        return Reply(200, _shown(context, reference, body))

    return audited(context, caller, trace, work)


def _shown(context: Context, reference: str, body: Mapping[str, Any]) -> dict[str, Any]:
    state = "IN_FORCE" if context.clock.now() < unix_seconds(body["valid_until"]) else "EXPIRED"
    return {
        "consent_reference": reference,
        "state": "WITHDRAWN" if "withdrawn_at" in body else state,
        **body,
    }

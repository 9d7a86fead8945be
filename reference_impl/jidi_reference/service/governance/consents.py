"""Consents to value-added use (DS-04.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.governance.auditing import Trace, audited, note
from jidi_reference.service.ports.documents import CONSENT, Draft
from jidi_reference.service.ports.unit import Unit


def create(context: Context, unit: Unit, caller: Caller, wish: dict[str, Any]) -> Published:
    """Record a person's consent for one of the caller's consignments.

    Raises:
        Problem: ``validation-failed`` for a waybill that is not the caller's, or an end before the
            beginning.
    """
    row = unit.consignments.find_shipment(caller.party, wish["waybill_no"])
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
    unit.documents.add(Draft(reference, CONSENT, caller.party, row.consignment_id), body)
    trace = Trace("CONSENT", reference=reference)
    trace.touch(row)
    note(context, unit, caller, trace)
    return _shown(context, reference, body)


def withdraw(
    context: Context, caller: Caller, reference: str, _withdrawal: Mapping[str, Any]
) -> Published:
    """Withdraw a consent; from this commit on nothing is read under it.

    Raises:
        Problem: ``not-found``; ``state-conflict`` the second time.
    """
    trace = Trace("CONSENT", reference=reference)

    def work(unit: Unit) -> Published:
        document = unit.documents.find(CONSENT, reference, caller.party, lock=True)
        if document is None:
            raise Problem.unknown()
        if "withdrawn_at" in document.body:
            raise Problem.conflict("The consent was withdrawn already.")
        trace.objects = {caller.party: [document.subject]}
        body = {**document.body, "withdrawn_at": timestamp(context.clock.now())}
        unit.documents.change(document, body)
        return _shown(context, reference, body)

    return audited(context, caller, trace, work)


def _shown(context: Context, reference: str, body: Mapping[str, Any]) -> dict[str, Any]:
    state = "IN_FORCE" if context.clock.now() < unix_seconds(body["valid_until"]) else "EXPIRED"
    return {
        "consent_reference": reference,
        "state": "WITHDRAWN" if "withdrawn_at" in body else state,
        **body,
    }

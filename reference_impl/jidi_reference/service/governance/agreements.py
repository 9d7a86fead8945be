"""Entrustments to third parties (PI-08.1) and the legal bases of transfers abroad (PI-12.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, PageRequest, Published, page
from jidi_reference.service.governance.auditing import Trace, audited, note
from jidi_reference.service.ports.documents import AGREEMENT, BASIS, Document, Draft
from jidi_reference.service.ports.unit import Unit

HOME = "CN"


def create(context: Context, unit: Unit, caller: Caller, wish: dict[str, Any]) -> Published:
    """Record an entrustment; its impact assessment comes before its start.

    Raises:
        Problem: ``validation-failed`` for times in the wrong order; ``cross-border-basis-missing``.
    """
    _check_order(wish)
    check_basis(context, unit, caller, wish)
    agreement_id = new_id("agr")
    body = {**wish, "created_at": timestamp(context.clock.now())}
    unit.documents.add(
        Draft(agreement_id, AGREEMENT, caller.party, wish["processor"]["client_id"]),
        body,
    )
    note(context, unit, caller, Trace("AGREEMENT", reference=agreement_id))
    return _shown(context, agreement_id, body)


def list_page(context: Context, caller: Caller, request: PageRequest) -> Published:
    """A page of the caller's entrustments, oldest first."""
    with context.storage.read() as unit:
        found = unit.documents.list_of(AGREEMENT, caller.party, request.after, request.limit + 1)
    return page(
        context,
        request,
        [
            (document.position, _shown(context, document.document_id, document.body))
            for document in found
        ],
    )


def terminate(
    context: Context, caller: Caller, agreement_id: str, _termination: Mapping[str, Any]
) -> Published:
    """End an entrustment now; the processor sees nothing from then on.

    Raises:
        Problem: ``not-found``; ``state-conflict`` when it has ended already.
    """

    def work(unit: Unit) -> Published:
        document = unit.documents.find(AGREEMENT, agreement_id, caller.party, lock=True)
        if document is None:
            raise Problem.unknown()
        if _state(context, document.body) in ("ENDED", "TERMINATED"):
            raise Problem.conflict("The agreement has ended already.")
        body = {**document.body, "terminated_at": timestamp(context.clock.now())}
        unit.documents.change(document, body)
        return _shown(context, agreement_id, body)

    return audited(context, caller, Trace("AGREEMENT", reference=agreement_id), work)


def in_force(context: Context, agreement: Document) -> bool:
    """Whether the processor may act on it now."""
    return _state(context, agreement.body) == "IN_FORCE"


def record_basis(context: Context, unit: Unit, caller: Caller, wish: dict[str, Any]) -> Published:
    """Record the legal basis of transfers to one region.

    Raises:
        Problem: ``validation-failed`` for a region at home or times in the wrong order.
    """
    faults = []
    if wish["destination_region"] == HOME:
        faults.append(
            Fault(
                "destination",
                "a transfer abroad goes to another region than CN",
                "/destination_region",
            )
        )
    if unix_seconds(wish["valid_until"]) <= unix_seconds(wish["valid_from"]):
        faults.append(Fault("not-later-than", "must be later than valid_from", "/valid_until"))
    if faults:
        raise Problem.invalid(faults)
    basis_id = new_id("cbb")
    body = {**wish, "recorded_at": timestamp(context.clock.now())}
    unit.documents.add(Draft(basis_id, BASIS, caller.party, wish["destination_region"]), body)
    note(context, unit, caller, Trace("CROSS_BORDER_BASIS", reference=basis_id))
    return {"cross_border_basis_id": basis_id, **body}


def check_basis(context: Context, unit: Unit, caller: Caller, wish: Mapping[str, Any]) -> None:
    """Refuse what would take data abroad without a basis of the caller that is in force and wide
    enough (PI-12.2).

    Raises:
        Problem: ``cross-border-basis-missing``.
    """
    region, categories = wish["destination_region"], wish["categories"]
    if region == HOME:
        return
    basis = unit.documents.find(BASIS, wish.get("cross_border_basis_id", ""), caller.party)
    if basis is None or not _carries(context, basis, region, categories):
        detail = (
            "no legal basis in force for this region and all these categories is recorded and named"
        )
        raise Problem(
            "cross-border-basis-missing",
            detail,
            faults=[Fault("cross-border-basis-missing", detail, "/cross_border_basis_id")],
        )


def _carries(context: Context, basis: Document, region: str, categories: Sequence[str]) -> bool:
    now, body = context.clock.now(), basis.body
    current = unix_seconds(body["valid_from"]) <= now < unix_seconds(body["valid_until"])
    return (
        current
        and body["destination_region"] == region
        and set(categories) <= set(body["categories"])
    )


def _check_order(wish: Mapping[str, Any]) -> None:
    starts, ends = (unix_seconds(wish["term"][name]) for name in ("starts_at", "ends_at"))
    faults = []
    if unix_seconds(wish["impact_assessment"]["assessed_at"]) >= starts:
        faults.append(
            Fault(
                "not-later-than",
                "the assessment must be done before the entrustment starts",
                "/impact_assessment/assessed_at",
            )
        )
    if ends <= starts:
        faults.append(Fault("not-later-than", "must be later than starts_at", "/term/ends_at"))
    if faults:
        raise Problem.invalid(faults)


def _state(context: Context, body: Mapping[str, Any]) -> str:
    now = context.clock.now()
    if "terminated_at" in body:
        return "TERMINATED"
    if now < unix_seconds(body["term"]["starts_at"]):
        return "NOT_STARTED"
    return "IN_FORCE" if now < unix_seconds(body["term"]["ends_at"]) else "ENDED"


def _shown(context: Context, agreement_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"agreement_id": agreement_id, "state": _state(context, body), **body}

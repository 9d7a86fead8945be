"""Leaves an audit record with each act on personal data, in the act's own transaction (PI-14.1,
PI-15.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context, PageRequest, Published, page
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.unit import Unit

_TOLD_REFUSALS = frozenset(
    {
        *(
            "purpose-required",
            "purpose-refused",
            "consent-required",
            "consent-invalid",
            "exemption-refused",
            "requester-unverified",
        ),
        *(
            "token-expired",
            "erased",
            "approval-required",
            "approval-expired",
            "approval-used",
            "insufficient-scope",
        ),
    }
)


@dataclass
class Trace:
    """What the work tells about itself while it runs; it outlives a rollback, so that a refusal can
    be told too.

    ``objects``: consignment ids by the partner they belong to; ``reference``: what the act rests
    on.
    """

    matter: str
    purpose: str | None = None
    reference: str | None = None
    objects: dict[str, list[str]] = field(default_factory=dict)

    def touch(self, row: ConsignmentRow) -> None:
        """This consignment is concerned."""
        self.objects.setdefault(row.owner, []).append(row.consignment_id)


def audited(
    context: Context, caller: Caller, trace: Trace, work: Callable[[Unit], Published]
) -> Published:
    """The reply of ``work``, whose record commits with it; a told refusal leaves a record of its
    own.

    Raises:
        Problem: what ``work`` raises.
    """
    try:
        with context.storage.write() as unit:
            reply = work(unit)
            note(context, unit, caller, trace)
    except Problem as problem:
        note_refusal(context, caller, trace, problem)
        raise
    return reply


def note(
    context: Context, unit: Unit, caller: Caller, trace: Trace, outcome: str = "GRANTED"
) -> None:
    """Append the record to the feed of the caller's partner, and of each partner whose consignments
    it concerns.

    Chains are locked in one order by all, and last of all.
    """
    if context.settings.level == "core":
        return
    for partner in sorted({caller.party, *trace.objects}):
        own = partner == caller.party
        objects = (
            [object_id for ids in trace.objects.values() for object_id in ids]
            if own
            else trace.objects[partner]
        )
        facts = {
            "record_id": new_id("aud"),
            "recorded_at": timestamp(context.clock.now()),
            "operator_id": caller.operator_id if own else caller.client_id,
            "place": caller.place,
            "matter": trace.matter,
            "objects": objects,
            "outcome": outcome,
        }
        optional = {"purpose": trace.purpose, "reference": trace.reference}
        unit.audit.append(
            partner,
            {**facts, **{name: value for name, value in optional.items() if value is not None}},
        )


def note_refusal(context: Context, caller: Caller, trace: Trace, problem: Problem) -> None:
    """Record a refusal that is one of purpose, consent, exemption, approval or life, after the work
    was rolled back.
    """
    if problem.slug in _TOLD_REFUSALS:
        with context.storage.write() as unit:
            note(context, unit, caller, trace, "REFUSED")


def list_page(context: Context, caller: Caller, request: PageRequest) -> Published:
    """A page of the caller's partner's chain, by sequence."""
    with context.storage.read() as unit:
        rows: list[tuple[int, Any]] = list(
            unit.audit.feed(caller.party, request.after, request.limit + 1)
        )
    return page(context, request, rows)

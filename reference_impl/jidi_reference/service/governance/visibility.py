"""Whose consignments a caller sees, and what of them: its own as a platform, the entrusted ones as
an integrator (PI-08.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context
from jidi_reference.service.governance.agreements import in_force
from jidi_reference.service.governance.purposes import Purpose
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import AGREEMENT
from jidi_reference.service.ports.unit import Unit

Categories = frozenset[str]


@dataclass(frozen=True)
class Sight:
    """By owner the data categories that may be seen (None: all), and by owner the agreement that
    this rests on.
    """

    categories: dict[str, Categories | None]
    agreements: dict[str, str]

    def owners(self, fitting: Callable[[Categories], bool]) -> list[str]:
        """The owners whose categories fit."""
        return sorted(
            owner for owner, seen in self.categories.items() if seen is None or fitting(seen)
        )


def sight(context: Context, unit: Unit, caller: Caller, purpose: str | None = None) -> Sight:
    """What the caller sees now, for a purpose (None: for any, as tracking has none)."""
    if caller.role != "integrator":
        return Sight({caller.party: None}, {})
    categories: dict[str, Categories | None] = {}
    agreements: dict[str, str] = {}
    for agreement in unit.documents.about(AGREEMENT, caller.client_id):
        fits = purpose is None or purpose in agreement.body["purposes"]
        if fits and in_force(context, agreement):
            categories[agreement.owner] = (categories.get(agreement.owner) or frozenset()) | set(
                agreement.body["categories"]
            )
            agreements.setdefault(agreement.owner, agreement.document_id)
    return Sight(categories, agreements)


def tracking(categories: Categories) -> bool:
    """Whether shipment and events may be seen."""
    return "TRACKING" in categories


def tracked_shipment(
    context: Context, unit: Unit, caller: Caller, waybill_no: str
) -> ConsignmentRow:
    """The consignment under a waybill number whose shipment the caller may follow.

    Raises:
        Problem: ``not-found``, also for what it may not see.
    """
    found = unit.consignments.find_shipments(
        sight(context, unit, caller).owners(tracking),
        [waybill_no],
        given_only=True,
    )
    if waybill_no not in found:
        raise Problem.unknown()
    return found[waybill_no]


@dataclass(frozen=True)
class Visible:
    """A consignment and the categories of it that may be seen (None: all)."""

    row: ConsignmentRow
    categories: Categories | None
    agreement_id: str | None


def locate(
    context: Context,
    unit: Unit,
    caller: Caller,
    consignment_id: str,
    *,
    outgoing: bool = False,
) -> ConsignmentRow | None:
    """A consignment of this face that the caller has to do with at all, whatever the purpose; None
    for a stranger's.
    """
    row = unit.consignments.find_consignment(None, consignment_id)
    mine = (
        row is not None
        and row.outgoing == outgoing
        and row.owner in sight(context, unit, caller).categories
    )
    return row if mine else None


def locate_locked(
    context: Context, unit: Unit, caller: Caller, consignment_id: str
) -> ConsignmentRow | None:
    """As ``locate``, held until commit."""
    unit.consignments.find_consignment(None, consignment_id, lock=True)
    return locate(context, unit, caller, consignment_id)


def visible(
    context: Context,
    unit: Unit,
    caller: Caller,
    row: ConsignmentRow | None,
    purpose: Purpose,
) -> Visible:
    """What of a located consignment may be seen for the purpose.

    Raises:
        Problem: ``not-found``; ``purpose-refused`` for a purpose that the entrustment does not
            have; ``consent-invalid``.
    """
    if row is None:
        raise Problem.unknown()
    seen = sight(context, unit, caller, purpose.code)
    if row.owner not in seen.categories:
        detail = "not a purpose of the entrustment"
        raise Problem(
            "purpose-refused",
            detail,
            faults=[Fault("purpose-refused", detail, where="header", name="Processing-Purpose")],
        )
    purpose.check_covers(row)
    return Visible(row, seen.categories[row.owner], seen.agreements.get(row.owner))

"""What a platform or integrator holds for a courier, as that courier reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.views import ALL_CATEGORIES, view
from jidi_reference.service.governance.visibility import Categories
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.dispatches import ACCEPTED, DispatchRow
from jidi_reference.service.ports.unit import Unit


class OutgoingFace:
    """Outgoing consignments with how far each is."""

    outgoing = True

    def documents(
        self, unit: Unit, seen: Sequence[tuple[ConsignmentRow, Categories | None]]
    ) -> list[dict[str, Any]]:
        """The outgoing-consignment of each."""
        found = unit.dispatches.many([row.consignment_id for row, _ in seen])
        return [
            outgoing(_as_new(unit, row, dispatch), dispatch, categories)
            for row, categories in seen
            for dispatch in [found[row.consignment_id]]
        ]


def _as_new(unit: Unit, row: ConsignmentRow, dispatch: DispatchRow) -> ConsignmentRow:
    """The row as new as its dispatch: where a transaction sees what others commit meanwhile
    (PostgreSQL), the receipt may have come between the two look-ups.
    """
    if dispatch.state != ACCEPTED or row.waybill_no:
        return row
    return unit.consignments.find_consignment(None, row.consignment_id) or row


OUTGOING = OutgoingFace()


def outgoing(
    row: ConsignmentRow, dispatch: DispatchRow, categories: Categories | None
) -> dict[str, Any]:
    """The document: the very body that is sent, or the view of some categories or of what is left
    after an erasure.
    """
    identity = {
        "outgoing_id": row.consignment_id,
        "idempotency_key": dispatch.idempotency_key,
        "dispatch_state": dispatch.state,
    }
    given = {
        "consignment_id": dispatch.consignment_id,
        "waybill_no": row.waybill_no,
        "shipment_state": row.state if row.last_sequence else None,
    }
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    body = json.loads(row.body)
    if categories is not None:
        shown = {"view": view(body, categories, "ENTRUSTMENT")}
    elif row.erased:
        shown = {"view": view(body, ALL_CATEGORIES, "ERASURE")}
    else:
        shown = {"consignment": body}
    return {**identity, **{name: value for name, value in given.items() if value}, **shown, **times}

"""What a platform or integrator holds for a courier, as that courier reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.views import ALL_CATEGORIES, view
from jidi_reference.service.governance.visibility import Categories
from jidi_reference.storage import dispatches
from jidi_reference.storage.consignments import ConsignmentRow
from jidi_reference.storage.dispatches import DispatchRow


class OutgoingFace:
    """Outgoing consignments with how far each is."""

    outgoing = True

    def documents(
        self, connection: Connection, seen: Sequence[tuple[ConsignmentRow, Categories | None]]
    ) -> list[dict[str, Any]]:
        """The outgoing-consignment of each."""
        found = dispatches.many(connection, [row.consignment_id for row, _ in seen])
        return [outgoing(row, found[row.consignment_id], categories) for row, categories in seen]


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

"""Erasure: a person's data leaves the one place where it is kept, so that no interface can show it
again (PI-09.3).
"""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection

from jidi_reference.domain.views import ROLES, erased_body
from jidi_reference.service.context import json_text
from jidi_reference.storage import consignments, dispatches, documents
from jidi_reference.storage.consignments import ConsignmentRow
from jidi_reference.storage.documents import PRIVACY_REQUEST


def erase(connection: Connection, row: ConsignmentRow, roles: Collection[str]) -> None:
    """Erase these parties, remark and items of a locked consignment; facts of its carriage,
    ``updated_at`` too, stay as they are.

    An integrator's other face is erased with it. What persons wrote in earlier requests about it
    goes as well. Receipts, events and kept
    idempotent answers never held such data.
    """
    _erase_one(connection, row, roles)
    for twin_id in dispatches.twins_of(connection, row.consignment_id):
        twin = consignments.find_consignment(connection, None, twin_id, lock=True)
        if twin is not None:
            _erase_one(connection, twin, roles)


def _erase_one(connection: Connection, row: ConsignmentRow, roles: Collection[str]) -> None:
    body = erased_body(json.loads(row.body), roles)
    gone = {*row.erased.split(), *roles}
    erased = " ".join(role for role in ROLES if role in gone)
    consignments.change_consignment(
        connection, row.consignment_id, body=json_text(body), erased=erased
    )
    for request in documents.about(connection, PRIVACY_REQUEST, row.consignment_id, lock=True):
        documents.change(
            connection,
            request,
            {name: value for name, value in request.body.items() if name != "text"},
        )

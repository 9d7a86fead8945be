"""Erasure: a person's data leaves the one place where it is kept, so that no interface can show it
again (PI-09.3).
"""

from __future__ import annotations

import json
from collections.abc import Collection

from jidi_reference.domain.views import ROLES, erased_body
from jidi_reference.service.context import json_text
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import PRIVACY_REQUEST
from jidi_reference.service.ports.unit import Unit


def erase(unit: Unit, row: ConsignmentRow, roles: Collection[str]) -> None:
    """Erase these parties, remark and items of a locked consignment; facts of its carriage,
    ``updated_at`` too, stay as they are.

    An integrator's other face is erased with it. What persons wrote in earlier requests about it
    goes as well. Receipts, events and kept idempotent answers never held such data.
    """
    _erase_one(unit, row, roles)
    for twin_id in _twins(unit, row.consignment_id):
        twin = unit.consignments.find_consignment(None, twin_id, lock=True)
        if twin is not None:
            _erase_one(unit, twin, roles)


def _twins(unit: Unit, consignment_id: str) -> list[str]:
    """The same consignment on an integrator's other face."""
    return unit.dispatches.twins_of(consignment_id)


def _erase_one(unit: Unit, row: ConsignmentRow, roles: Collection[str]) -> None:
    body = erased_body(json.loads(row.body), roles)
    gone = {*row.erased.split(), *roles}
    erased = " ".join(role for role in ROLES if role in gone)
    unit.consignments.change_consignment(row.consignment_id, body=json_text(body), erased=erased)
    for request in unit.documents.about(PRIVACY_REQUEST, row.consignment_id, lock=True):
        unit.documents.change(
            request,
            {name: value for name, value in request.body.items() if name != "text"},
        )

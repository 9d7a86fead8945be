"""Waybill labels: de-identified unless an exemption is recorded, with a token for those who must
reach the recipient (PI-13.2, .4, .5).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.masking import masked_party, masked_text
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.views import RECIPIENT_CATEGORIES
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.governance.auditing import Trace, audited, note
from jidi_reference.service.governance.purposes import Reading, judge
from jidi_reference.service.governance.visibility import Visible, locate, locate_locked, visible
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import EXEMPTION, Document, Draft
from jidi_reference.service.ports.personal_keys import RecipientTokenRow
from jidi_reference.service.ports.unit import Unit
from jidi_reference.settings import CARRIER_CODE


def show(
    context: Context, reading: Reading, consignment_id: str, exemption_id: str | None
) -> Published:
    """What the label of a consignment says.

    Raises:
        Problem: ``not-found``; ``erased``; ``exemption-refused``; ``insufficient-scope`` for the
            clear one; a refusal of the purpose.
    """
    caller, trace = (
        reading.caller,
        Trace("READ_LABEL" if exemption_id is None else "READ_CLEAR_LABEL"),
    )

    def work(unit: Unit) -> Published:
        row = locate_locked(context, unit, caller, consignment_id)
        if row is not None:
            trace.touch(row)
        seen = _labelled(visible(context, unit, caller, row, judge(context, unit, reading, trace)))
        exemption = (
            None
            if exemption_id is None
            else _exemption(context, unit, caller, seen.row, exemption_id)
        )
        trace.reference = (
            exemption.document_id if exemption else trace.reference or seen.agreement_id
        )
        label = _label(context, seen.row, _token(context, unit, caller, seen.row), exemption)
        return label | _carrier(unit, seen.row)

    return audited(context, caller, trace, work)


def resolve(context: Context, reading: Reading, recipient_token: str) -> Published:
    """The recipient behind a living token of this partner.

    Raises:
        Problem: ``not-found``; ``token-expired``; ``erased``; ``state-conflict`` when the courier
            itself has only a token; a refusal of the purpose.
    """
    caller, trace = reading.caller, Trace("RESOLVE_TOKEN")

    def work(unit: Unit) -> Published:
        token = unit.personal_keys.find_token(caller.party, recipient_token)
        row = None if token is None else locate(context, unit, caller, token.consignment_id)
        if row is not None:
            trace.touch(row)
        seen = visible(context, unit, caller, row, judge(context, unit, reading, trace))
        if token is None or (
            seen.categories is not None and not seen.categories >= RECIPIENT_CATEGORIES
        ):
            raise Problem.unknown()
        trace.reference = trace.reference or seen.agreement_id
        return _resolution(context, seen.row, token)

    return audited(context, caller, trace, work)


def record_exemption(
    context: Context,
    unit: Unit,
    caller: Caller,
    consignment_id: str,
    wish: dict[str, Any],
) -> Published:
    """Record why the clear label of one consignment may be printed.

    Raises:
        Problem: ``not-found``; ``validation-failed`` when it has ended already.
    """
    row = unit.consignments.find_consignment(caller.party, consignment_id)
    if row is None:
        raise Problem.unknown()
    now = context.clock.now()
    if unix_seconds(wish["valid_until"]) <= now:
        raise Problem.invalid([Fault("not-later-than", "must lie in the future", "/valid_until")])
    exemption_id = new_id("exm")
    body = {**wish, "recorded_at": timestamp(now)}
    unit.documents.add(Draft(exemption_id, EXEMPTION, caller.party, consignment_id), body)
    trace = Trace("RECORD_EXEMPTION", reference=exemption_id)
    trace.touch(row)
    note(context, unit, caller, trace)
    return {"exemption_id": exemption_id, "consignment_id": consignment_id, **body}


def _carrier(unit: Unit, row: ConsignmentRow) -> dict[str, str]:
    """At an integrator: the courier that carries the parcel."""
    dispatch = unit.dispatches.find_by_source(row.consignment_id)
    return {} if dispatch is None else {"carrier_code": dispatch.courier_code}


def _labelled(seen: Visible) -> Visible:
    if seen.categories is not None and "LABEL" not in seen.categories:
        raise Problem.unknown()
    if seen.row.erased:
        raise _erased()
    return seen


def _exemption(
    context: Context, unit: Unit, caller: Caller, row: ConsignmentRow, exemption_id: str
) -> Document:
    if "consignments:read" not in caller.scopes:
        raise Problem(
            "insufficient-scope", "The clear label needs the scope consignments:read too."
        )
    exemption = unit.documents.find(EXEMPTION, exemption_id, caller.party)
    now = context.clock.now()
    if (
        exemption is None
        or exemption.subject != row.consignment_id
        or unix_seconds(exemption.body["valid_until"]) <= now
    ):
        detail = "no exemption in force is recorded for this consignment"
        raise Problem(
            "exemption-refused",
            detail,
            faults=[Fault("exemption-refused", detail, where="query", name="exemption_id")],
        )
    return exemption


def _token(context: Context, unit: Unit, caller: Caller, row: ConsignmentRow) -> RecipientTokenRow:
    """The living token, or a new one; the consignment's lock keeps rivals from making two."""
    now = context.clock.now()
    token = unit.personal_keys.live_token(caller.party, row.consignment_id, now)
    if token is None:
        life = context.settings.limits.token_life_s
        token = RecipientTokenRow(
            secrets.token_urlsafe(24), caller.party, row.consignment_id, now + life
        )
        unit.personal_keys.add_token(token)
    return token


def _label(
    context: Context, row: ConsignmentRow, token: RecipientTokenRow, exemption: Document | None
) -> dict[str, Any]:
    body = json.loads(row.body)
    parties = {
        role: _printed(body[role], clear=exemption is not None) for role in ("sender", "recipient")
    }
    remark = (
        {"remark": body["remark"] if exemption else masked_text(body["remark"])}
        if "remark" in body
        else {}
    )
    grounds = {} if exemption is None else {"exemption": _grounds(exemption)}
    return {
        "waybill_no": row.waybill_no,
        "carrier_code": CARRIER_CODE,
        "service_product": body["service_product"],
        "consignment_id": row.consignment_id,
        **parties,
        "contents_category": body["contents"]["category_code"],
        "barcode": row.waybill_no,
        "qr": f"JIDI1.0/{row.waybill_no}/{token.recipient_token}",
        "recipient_token": token.recipient_token,
        "recipient_token_expires_at": timestamp(token.expires_at),
        **remark,
        **grounds,
        "printed_at": timestamp(context.clock.now()),
    }


def _printed(party: Mapping[str, Any], *, clear: bool) -> dict[str, Any]:
    return dict(party) if clear and "recipient_token" not in party else masked_party(party)


def _grounds(exemption: Document) -> dict[str, Any]:
    return {
        "basis": exemption.body["basis"],
        "reference": exemption.document_id,
        "recorded_at": exemption.body["recorded_at"],
    }


def _resolution(context: Context, row: ConsignmentRow, token: RecipientTokenRow) -> dict[str, Any]:
    now = context.clock.now()
    if row.erased:
        raise _erased()
    if now >= token.expires_at:
        raise Problem("token-expired", "Read the label again for a living token.")
    recipient = json.loads(row.body)["recipient"]
    if "recipient_token" in recipient:
        raise Problem.conflict("The courier itself knows this recipient by token only.")
    known = {
        "recipient_token": token.recipient_token,
        "waybill_no": row.waybill_no,
        "recipient": recipient,
    }
    return {**known, "resolved_at": timestamp(now), "expires_at": timestamp(token.expires_at)}


def _erased() -> Problem:
    return Problem("erased", "The data was erased at the person's request.")

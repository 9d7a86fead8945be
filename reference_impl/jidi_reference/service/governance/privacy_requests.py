"""What a person may ask for: access, correction, erasure, complaint; the person proves itself by a
one-time code (PI-09).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context, Published, json_text
from jidi_reference.service.governance.auditing import Trace, audited, note, note_refusal
from jidi_reference.service.governance.erasing import erase
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import PRIVACY_REQUEST, Document, Draft
from jidi_reference.service.ports.personal_keys import PersonKey
from jidi_reference.service.ports.unit import Unit
from jidi_reference.service.tokens import hashed

_FINAL_STATES = frozenset({"DELIVERED", "RETURNED", "CANCELLED", "LOST", "DESTROYED"})
_CODE_LIFE_S = 86_400
_ATTEMPTS = 10


@dataclass(frozen=True)
class _Outcome:
    state: str
    text: str
    refusal_reason: str | None = None


_GIVEN = _Outcome("COMPLETED", "The data of the person is in the answer. 本人信息见答复。")
_NOT_HELD = _Outcome(
    "COMPLETED", "No data of the person is held here any more. 本处已不再保存本人信息。"
)
_CORRECTED = _Outcome("COMPLETED", "The data was corrected. 信息已更正。")
_ERASED = _Outcome("COMPLETED", "The data was erased. 信息已删除。")
_COMPLAINT = _Outcome(
    "COMPLETED",
    "The complaint was recorded and handed to the protection officer. "
    "投诉已登记并转交个人信息保护负责人。",
)
_UNDER_WAY = _Outcome(
    "REFUSED",
    "The parcel is still under way and the data is needed to deliver it. 快件尚未完结，"
    "履行服务仍需该信息。",
    "STILL_NEEDED",
)
_NOTHING_TO_CORRECT = _Outcome(
    "REFUSED",
    "There is no clear data of this person here to correct. 本处没有可更正的明文信息。",
    "NOT_FOUNDED",
)


def make_code(context: Context, wish: Mapping[str, Any]) -> str:
    """A fresh code of a person (sandbox control; in production it goes to the person's telephone).

    Raises:
        Problem: ``not-found``.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    with context.storage.write() as unit:
        row = unit.consignments.find_consignment(None, wish["consignment_id"])
        if row is None:
            raise Problem.unknown()
        key = PersonKey(row.consignment_id, wish["party_role"])
        unit.personal_keys.add_code(
            key, hashed(code), context.clock.now() + _CODE_LIFE_S, _ATTEMPTS
        )
    return code


def create(context: Context, unit: Unit, caller: Caller, wish: dict[str, Any]) -> Published:
    """Take a verified request and end it at once.

    The answer to it never holds personal data: it is kept for the idempotency key, and an erasure
    must not have to look for it there.

    Raises:
        Problem: ``requester-unverified``, the same for a wrong code, a foreign and an unknown
            waybill; ``validation-failed``.
    """
    row = unit.consignments.find_shipment(caller.party, wish["waybill_no"], lock=True)
    now = context.clock.now()
    key = PersonKey(row.consignment_id if row else "", wish["party_role"])
    if row is None or not unit.personal_keys.spend_code(
        key, hashed(wish["verification"]["code"]), now
    ):
        raise Problem("requester-unverified", "The code does not prove that this person asks.")
    outcome = _decide(context, unit, row, wish)
    request_id = new_id("prq")
    body = {name: wish[name] for name in ("type", "waybill_no", "party_role")}
    times = {
        "received_at": timestamp(now),
        "due_at": timestamp(now + context.settings.limits.privacy_request_s),
        "ended_at": timestamp(now),
    }
    refusal = {"refusal_reason": outcome.refusal_reason} if outcome.refusal_reason else {}
    body |= {"state": outcome.state, **times, "outcome": outcome.text, **refusal}
    text = {"text": wish["text"]} if "text" in wish and outcome is not _ERASED else {}
    unit.documents.add(
        Draft(request_id, PRIVACY_REQUEST, caller.party, row.consignment_id),
        body | text,
    )
    for matter in ("PRIVACY_REQUEST", *(["ERASURE"] if outcome is _ERASED else [])):
        trace = Trace(matter, reference=request_id)
        trace.touch(row)
        note(context, unit, caller, trace)
    return {"request_id": request_id, **body}


def refused(context: Context, caller: Caller, wish: Mapping[str, Any], problem: Problem) -> None:
    """After an unverified request: count the guess, and leave a record."""
    trace = Trace("PRIVACY_REQUEST")
    with context.storage.write() as unit:
        row = unit.consignments.find_shipment(caller.party, wish["waybill_no"])
        if row is not None:
            trace.touch(row)
            unit.personal_keys.note_failure(PersonKey(row.consignment_id, wish["party_role"]))
    note_refusal(context, caller, trace, problem)


def show(context: Context, caller: Caller, request_id: str) -> Published:
    """A request and what became of it; the answer to an access request is read from the consignment
    now, so it ends with the data.

    Raises:
        Problem: ``not-found``, also for another's.
    """
    trace = Trace("READ_PRIVACY_REQUEST", reference=request_id)

    def work(unit: Unit) -> Published:
        document = unit.documents.find(PRIVACY_REQUEST, request_id, caller.party)
        if document is None:
            raise Problem.unknown()
        row = unit.consignments.find_consignment(caller.party, document.subject)
        if row is not None:
            trace.touch(row)
        shown = {name: value for name, value in document.body.items() if name != "text"}
        return {"request_id": request_id, **shown, **_answer(document, row)}

    return audited(context, caller, trace, work)


def _answer(document: Document, row: ConsignmentRow | None) -> dict[str, Any]:
    if document.body["type"] != "ACCESS" or row is None:
        return {}
    party = _clear_party(row, document.body["party_role"])
    return {} if party is None else {"answer": party}


def _decide(context: Context, unit: Unit, row: ConsignmentRow, wish: Mapping[str, Any]) -> _Outcome:
    party = _clear_party(row, wish["party_role"])
    if wish["type"] == "ACCESS":
        return _NOT_HELD if party is None else _GIVEN
    if wish["type"] == "CORRECTION":
        return _NOTHING_TO_CORRECT if party is None else _correct(context, unit, row, wish)
    if wish["type"] == "COMPLAINT":
        return _COMPLAINT
    if row.state not in _FINAL_STATES:
        return _UNDER_WAY
    erase(unit, row, [wish["party_role"]])
    return _ERASED


def _correct(
    context: Context, unit: Unit, row: ConsignmentRow, wish: Mapping[str, Any]
) -> _Outcome:
    member = wish["party_role"].lower()
    twins = (
        unit.consignments.find_consignment(None, twin_id, lock=True)
        for twin_id in unit.dispatches.twins_of(row.consignment_id)
    )
    for one in (row, *(twin for twin in twins if twin is not None)):
        body = json.loads(one.body)
        body[member] = body[member] | wish["correction"]
        unit.consignments.change_consignment(
            one.consignment_id, body=json_text(body), updated_at=context.clock.now()
        )
    return _CORRECTED


def _clear_party(row: ConsignmentRow, role: str) -> dict[str, Any] | None:
    party = json.loads(row.body).get(role.lower())
    return None if party is None or "recipient_token" in party else dict(party)

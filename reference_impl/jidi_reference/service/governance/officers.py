"""Changes of the protection officer, as published (PI-11.2), and the partner's own access review
(PI-13.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context, PageRequest, Published, page
from jidi_reference.service.ports.documents import NOTICE, Document, Draft
from jidi_reference.service.tokens import hashed

_OWNER = "courier"
_MANY = 10_000
_REVIEW_LIFE_S = 365 * 86_400
_ASSESSMENT_LIFE_S = 180 * 86_400
_OFFICER_NAME = "个人信息保护负责人"


def record_change(context: Context, wish: Mapping[str, Any]) -> str:
    """Record a change with its filings and announcement; the new notice's id (sandbox control)."""
    notice_id = new_id("ofc")
    contact = {name: wish[name] for name in ("email", "phone") if name in wish}
    contact = {name: value for name, value in current(context).items() if name != "name"} | contact
    body: dict[str, Any] = {
        "officer": {"name": wish["name"], **contact},
        "changed_at": wish["changed_at"],
        "filings": wish["filings"],
    }
    if "announced_at" in wish:
        body |= {
            "announced_at": wish["announced_at"],
            "announcement_url": f"{context.settings.source}announcements/{notice_id}",
        }
    with context.storage.write() as unit:
        unit.documents.add(Draft(notice_id, NOTICE, _OWNER, ""), body)
    return notice_id


def list_page(context: Context, request: PageRequest) -> Published:
    """A page of notices, the newest change first; a cursor means the notice after which to go
    on.
    """
    notices = _newest_first(context)
    places = [notice.position for notice in notices]
    start = places.index(request.after) + 1 if request.after in places else 0
    shown = notices[start : start + request.limit + 1]
    return page(
        context,
        request,
        [(notice.position, {"notice_id": notice.document_id, **notice.body}) for notice in shown],
    )


def current(context: Context) -> dict[str, Any]:
    """The officer of the notice recorded last."""
    latest = max(_newest_first(context), key=lambda notice: notice.position, default=None)
    first = {"name": _OFFICER_NAME, "email": f"privacy@{context.settings.host_name}"}
    return first if latest is None else dict(latest.body["officer"])


def access_review(context: Context, caller: Caller) -> Published:
    """What the caller's last review found; without the commitment to de-identify it is rejected.

    Raises:
        Problem: ``not-found`` when the client is gone.
    """
    with context.storage.read() as unit:
        client = unit.accounts.find_client(caller.client_id)
    if client is None:
        raise Problem.unknown()
    reviewed = timestamp(client.reviewed_at)
    commitment: dict[str, Any] = {"committed": client.committed}
    if client.committed:
        commitment |= {
            "committed_at": reviewed,
            "reference": f"commitment {client.client_id}"[:100],
        }
    times = {"reviewed_at": reviewed, "valid_until": timestamp(client.reviewed_at + _REVIEW_LIFE_S)}
    assessment = {
        "assessed_at": reviewed,
        "next_due_at": timestamp(client.reviewed_at + _ASSESSMENT_LIFE_S),
    }
    review = {
        "review_id": f"rev_{hashed(client.client_id)[:24]}",
        "partner_name": client.party,
        "state": "PASSED" if client.committed else "REJECTED",
    }
    scopes = {"scopes": list(client.scopes), "deidentification_commitment": commitment}
    return {**review, **scopes, **times, "risk_assessment": assessment}


def _newest_first(context: Context) -> list[Document]:
    with context.storage.read() as unit:
        notices = unit.documents.list_of(NOTICE, _OWNER, 0, _MANY)
    return sorted(
        notices,
        key=lambda notice: (unix_seconds(notice.body["changed_at"]), notice.position),
        reverse=True,
    )

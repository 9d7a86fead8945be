"""Couriers that break PI-09.2 and PI-09.4: requests of persons that get lost, and strangers who are
obeyed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    documents,
    told,
)

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.service.context import Caller
from jidi_reference.service.governance import privacy_requests
from jidi_reference.storage.tables.courier_tables import consignments as stored_consignments

_AREAS: Final = ("person", "audit", "bulk", "label", "token")
_ASK: Final = ("createPrivacyRequest",)
_FOLLOW: Final = ("getPrivacyRequest",)
_ANSWERED: Final = "request-answered[{}]/{}"
_VERIFIED: Final = "request-verified"
_ENDED: Final = ("ended_at", "outcome", "refusal_reason", "answer")


def _without(document: Json, *names: str) -> Json:
    return {name: value for name, value in document.items() if name not in names}


def _problem(status: int, slug: str) -> Told:
    return told(
        status,
        {"type": f"{load_bundle().base_uri}problems/{slug}", "title": slug, "status": status},
        "application/problem+json",
    )


def _lost(*types: str) -> Wrap:
    def change(_asked: Asked, answer: Told) -> Told:
        return (
            _problem(404, "not-found")
            if answer.status == 200 and answer.json["type"] in types
            else answer
        )

    return answers(_FOLLOW, change)


def _requests(change: Callable[[Json], Json], *types: str) -> Wrap:
    """Changes how requests of these types are shown."""
    return documents(
        (*_ASK, *_FOLLOW),
        lambda document: change(document) if document["type"] in types else document,
    )


def _open_for_ever(document: Json) -> Json:
    return {**_without(document, *_ENDED), "state": "IN_PROGRESS"}


def _placeless(_asked: Asked, answer: Told) -> Told:
    return replace(
        answer, headers=tuple((name, value) for name, value in answer.headers if name != "location")
    )


def _spent(change: Callable[..., bool]) -> Wrap:
    """Judges codes another way; ``change`` sees the healthy judgement and its arguments."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        return lambda unit, key, code_hash, now: change(healthy, unit, key, code_hash, now)

    return Inside("personal.spend-code", make)


def _any_code(healthy: Any, unit: Any, key: Any, code_hash: str, now: float) -> bool:
    return healthy(unit, key, code_hash, now) or True


def _any_consignment(healthy: Any, unit: Any, key: Any, code_hash: str, now: float) -> bool:
    rows = unit.connection.execute(select(stored_consignments.c.consignment_id)).scalars().all()
    return any(
        healthy(unit, replace(key, consignment_id=one), code_hash, now)
        for one in (key.consignment_id, *rows)
    )


def _any_role(healthy: Any, unit: Any, key: Any, code_hash: str, now: float) -> bool:
    return any(
        healthy(unit, replace(key, party_role=role), code_hash, now)
        for role in ("RECIPIENT", "SENDER")
    )


def _again_and_again(healthy: Any, codes: Any, key: Any, code_hash: str, now: float) -> bool:
    good: bool = healthy(codes, key, code_hash, now)
    if good:
        codes.add_code(key, code_hash, now + 86_400, 10)
    return good


def _whoever_asks(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def create(context: Any, unit: Any, caller: Caller, wish: Any) -> Any:
        table = stored_consignments.c
        owner = unit.connection.execute(
            select(table.owner).where(
                table.waybill_no == wish["waybill_no"], table.outgoing.is_(False)
            )
        ).scalar_one_or_none()
        return healthy(context, unit, replace(caller, party=owner or caller.party), wish)

    return create


def _refused_and_done(healthy: Callable[..., None]) -> Callable[..., None]:
    def refused(context: Any, caller: Caller, wish: Any, problem: Any) -> None:
        healthy(context, caller, wish, problem)
        with context.storage.write() as unit:
            row = unit.consignments.find_shipment(caller.party, wish["waybill_no"], lock=True)
            if row is not None and "correction" in wish:
                seams.healthy("person.correct")(context, unit, row, wish)

    return refused


class _Unproven(Wrap):
    """A request without any proof is given one by the courier itself."""

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that vouches for everybody."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            wish = asked.json
            if not isinstance(wish, dict) or "verification" in wish:
                return await forward(asked)
            with _app.context.storage.read() as unit:
                table = stored_consignments.c
                found = unit.connection.execute(
                    select(table.consignment_id).where(table.waybill_no == wish.get("waybill_no"))
                ).scalar_one_or_none()
            code = privacy_requests.make_code(_app.context, {**wish, "consignment_id": found})
            return await forward(
                asked.with_json({**wish, "verification": {"method": "ONE_TIME_CODE", "code": code}})
            )

        return Around(_ASK, handler).around(_app, asgi)


def _other_party(healthy: Callable[..., Any]) -> Callable[..., Any]:
    return lambda row, role: healthy(row, "SENDER" if role == "RECIPIENT" else "RECIPIENT")


_FAULTS: Final = (
    Fault(
        "request-cannot-be-found",
        "PI-09.2",
        "request-lost",
        "Only erasures can be followed; other requests are acknowledged and lost.",
        tuple(
            _ANSWERED.format(name, "follow/found-again#status")
            for name in ("access", "correction", "complaint")
        ),
        _lost("ACCESS", "CORRECTION", "COMPLAINT"),
    ),
    Fault(
        "complaint-lost",
        "PI-09.2",
        "request-lost",
        "Only complaints are lost.",
        (_ANSWERED.format("complaint", "follow/found-again#status"),),
        _lost("COMPLAINT"),
    ),
    Fault(
        "request-without-place",
        "PI-09.2",
        "request-lost",
        "The acknowledgement does not say where the request is followed.",
        (_ANSWERED.format("access", "ask/location#count"),),
        answers(_ASK, _placeless),
    ),
    Fault(
        "correction-never-ends",
        "PI-09.2",
        "request-unanswered",
        "Corrections stay in progress for ever.",
        (_ANSWERED.format("correction", "end/ended-in-time"),),
        _requests(_open_for_ever, "CORRECTION"),
    ),
    Fault(
        "complaint-never-ends",
        "PI-09.2",
        "request-unanswered",
        "Complaints stay in progress for ever.",
        (_ANSWERED.format("complaint", "end/ended-in-time"),),
        _requests(_open_for_ever, "COMPLAINT"),
    ),
    Fault(
        "request-closed-without-outcome",
        "PI-09.2",
        "closed-silently",
        "Requests end without an outcome.",
        (
            _ANSWERED.format("access", "end/with-an-outcome#matches"),
            _ANSWERED.format("access", "end/valid#schema"),
        ),
        _requests(lambda document: _without(document, "outcome"), "ACCESS"),
    ),
    Fault(
        "request-closed-with-a-dot",
        "PI-09.2",
        "closed-silently",
        "The outcome of every complaint is a full stop.",
        (_ANSWERED.format("complaint", "end/with-an-outcome#matches"),),
        _requests(lambda document: {**document, "outcome": "."}, "COMPLAINT"),
    ),
    Fault(
        "request-refused-without-reason",
        "PI-09.2",
        "closed-silently",
        "A refusal gives no reason.",
        (_ANSWERED.format("erasure-under-way", "end/valid#schema"),),
        _requests(lambda document: _without(document, "refusal_reason"), "ERASURE"),
    ),
    Fault(
        "request-closed-without-time",
        "PI-09.2",
        "closed-silently",
        "Nobody knows when a request ended.",
        (_ANSWERED.format("correction", "end/with-its-time#present"),),
        _requests(lambda document: _without(document, "ended_at"), "CORRECTION"),
    ),
    Fault(
        "any-code-will-do",
        "PI-09.4",
        "stranger-obeyed",
        "The code is not looked at.",
        (
            f"{_VERIFIED}/guessed/wrong-code-refused#status",
            f"{_VERIFIED}/used-code/used-code-refused#status",
        ),
        _spent(_any_code),
    ),
    Fault(
        "no-proof-will-do",
        "PI-09.4",
        "stranger-obeyed",
        "A request without a proof is obeyed.",
        (f"{_VERIFIED}/without/proof-wanted#status",),
        _Unproven(),
    ),
    Fault(
        "code-of-another-parcel",
        "PI-09.4",
        "stranger-obeyed",
        "The code of one parcel opens another.",
        (f"{_VERIFIED}/of-another/code-of-another-refused#status",),
        _spent(_any_consignment),
    ),
    Fault(
        "code-of-the-other-party",
        "PI-09.4",
        "stranger-obeyed",
        "The sender's code opens the recipient.",
        (f"{_VERIFIED}/other-role/code-of-the-other-role-refused#status",),
        _spent(_any_role),
    ),
    Fault(
        "code-used-twice",
        "PI-09.4",
        "stranger-obeyed",
        "A code works again and again.",
        (f"{_VERIFIED}/used-code/used-code-refused#status",),
        _spent(_again_and_again),
    ),
    Fault(
        "request-from-any-partner",
        "PI-09.4",
        "stranger-obeyed",
        "A partner that has nothing to do with the parcel is obeyed.",
        (f"{_VERIFIED}/stranger/strange-partner-refused#status",),
        Inside("person.create", _whoever_asks),
    ),
    Fault(
        "request-refused-and-done",
        "PI-09.4",
        "stranger-obeyed",
        "A correction with a wrong code is refused and carried out.",
        (f"{_VERIFIED}/intact/nothing-changed",),
        Inside("person.refused", _refused_and_done),
    ),
    Fault(
        "answer-about-the-other-party",
        "PI-09.4",
        "stranger-obeyed",
        "Who asks for the own data is given the other party's.",
        (f"{_VERIFIED}/own-answer/own-data-only",),
        Inside("person.clear-party", _other_party),
    ),
)

FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-09.2 and PI-09.4."""

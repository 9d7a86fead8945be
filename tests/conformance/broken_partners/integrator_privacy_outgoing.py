"""Integrators that break rows which level privacy adds on the face towards couriers, while the one
towards platforms is healthy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_privacy_seams import (
    COURIER,
    faults_of,
    of_integrator,
    seen_by_third_parties,
    towards_couriers,
)
from tests.conformance.broken_partners.privacy_audit import unwritten
from tests.conformance.broken_partners.privacy_bulk import OpenTo
from tests.conformance.broken_partners.privacy_leaks import (
    clear_name,
    clear_phone,
    header,
    in_base64,
    in_detail,
    leaking,
)
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
)

from jidi_reference.storage.tables.courier_tables import consignments as stored_consignments
from jidi_reference.storage.tables.network_tables import couriers

_READ: Final = ("getOutgoingConsignment",)
_LIST: Final = ("listOutgoingConsignments",)

_AS_AT_PLATFORMS: Final = (
    "any-purpose-consignment",
    "any-purpose-list",
    "purpose-assumed-consignment",
    "purpose-assumed-list",
    "refusal-repeats-event",
    "scope-ignored-on-outgoing-list",
    "scope-ignored-on-outgoing-read",
    "value-added-unasked-consignment",
    "value-added-unasked-list",
)


def _as_at_platforms() -> tuple[Fault, ...]:
    known = faults_of("platform_privacy")
    found = ((name, known[f"platform-{name}"]) for name in _AS_AT_PLATFORMS)
    return tuple(
        of_integrator(
            fault,
            f"outgoing-{name.replace('on-outgoing-', 'on-')}",
            *(f"integrator-{check}" for check in fault.caught_by),
        )
        for name, fault in found
    )


class _Cache:
    """Remembers consignments that couriers read, and shows one that was erased since as it was, in
    answers to one operation.
    """

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._known: dict[str, Json] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status != 200:
            return answer
        changed = self._whole(answer.json)
        return answer.with_json(changed) if asked.operation == self._operation else answer

    def _whole(self, document: Json) -> Json:
        return (
            {**document, "items": [*map(self._remembered, document["items"])]}
            if "items" in document
            else self._remembered(document)
        )

    def _remembered(self, document: Json) -> Json:
        whole = self._known.setdefault(document["outgoing_id"], document.get("consignment"))
        if whole is None or document.get("view", {}).get("reason") != "ERASURE":
            return document
        return {
            **{name: value for name, value in document.items() if name != "view"},
            "consignment": whole,
        }


def _every_courier(unit: Any, _seen: dict[str, Any]) -> dict[str, Any]:
    """A third party sees whatever is sent, agreement or not."""
    return {**_seen, **dict.fromkeys(unit.connection.execute(select(couriers.c.party)).scalars())}


def _of_any_courier(unit: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """Whom one courier entrusted sees what is sent to the others, too."""
    agreed = [seen[owner] for owner in towards_couriers({*seen})]
    return (
        {
            **dict.fromkeys(unit.connection.execute(select(couriers.c.party)).scalars(), agreed[0]),
            **seen,
        }
        if agreed
        else seen
    )


def _everything_of(_unit: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """Whatever is agreed with a courier opens all that is sent to it."""
    return {**seen, **dict.fromkeys(towards_couriers({*seen}))}


def _also(*categories: str) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    """What is agreed with a courier brings further categories along."""
    return lambda _unit, seen: {
        **seen,
        **{owner: frozenset({*seen[owner], *categories}) for owner in towards_couriers({*seen})},
    }


def _taken_of_couriers(state: str) -> Wrap:
    """Agreements of couriers are in force in this state, too."""

    def make(healthy: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
        def in_force(context: Any, agreement: Any) -> bool:
            return healthy(context, agreement) or (
                agreement.owner.startswith(COURIER)
                and seams.healthy("agreement.state")(context, agreement.body) == state
            )

        return in_force

    return Inside("visibility.in-force", make)


def _consents_of_couriers(state: str) -> Wrap:
    """Consents that couriers recorded are good in this state, too."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def may_use(context: Any, unit: Any, caller: Any, consent: Any) -> bool:
            own = consent.owner == caller.party and caller.party.startswith(COURIER)
            return healthy(context, unit, caller, consent) or (
                own and seams.healthy("consent.shown")(context, "", consent.body)["state"] == state
            )

        return may_use

    return Inside("purpose.may-use", make)


def _counted_for_couriers(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or not asked.party.startswith(COURIER):
        return answer
    cells = [
        {
            **{name: value for name, value in cell.items() if name != "suppressed"},
            "count": cell.get("count", 1),
        }
        for cell in answer.json["cells"]
    ]
    return answer.with_json({**answer.json, "cells": cells})


def _reads_of_couriers(*matters: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda partner, facts: (
        partner.startswith(COURIER) and facts["matter"] in matters and facts["outcome"] == "GRANTED"
    )


def _reads_of_entrusted(partner: str, facts: dict[str, Any]) -> bool:
    """What a third party reads, in the feed of the courier that entrusted it."""
    return (
        partner.startswith(COURIER)
        and facts["operator_id"].startswith("client-")
        and facts["matter"] == "READ_CONSIGNMENT"
    )


def _whichever_courier_asks(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def create(context: Any, unit: Any, caller: Any, wish: Any) -> Any:
        table = stored_consignments.c
        wanted = select(table.owner).where(
            table.waybill_no == wish["waybill_no"], table.outgoing.is_(True)
        )
        owner = (
            unit.connection.execute(wanted).scalar_one_or_none()
            if caller.party.startswith(COURIER)
            else None
        )
        return healthy(context, unit, replace(caller, party=owner or caller.party), wish)

    return create


def _whatever_code(healthy: Callable[..., bool]) -> Callable[..., bool]:
    def spend_code(stored: Any, key: Any, *rest: Any) -> bool:
        return healthy(stored, key, *rest) or key.consignment_id.startswith("out_")

    return spend_code


def _altered_for_couriers(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or not asked.party.startswith(COURIER):
        return answer
    page = answer.json
    return answer.with_json(
        {
            **page,
            "items": [
                {**one, "place": "10.0.0.1"} if one["sequence"] == 2 else one
                for one in page["items"]
            ],
        }
    )


def _fault(
    name: str,
    broken: str,
    about: str,
    caught_by: str | tuple[str, ...],
    wrap: Wrap,
    *,
    area: str,
    **more: Any,
) -> Fault:
    requirement, case = broken.split("/")
    caught = (caught_by,) if isinstance(caught_by, str) else caught_by
    checks = tuple(
        check if check.startswith("leaver") else f"integrator-outgoing-{check}" for check in caught
    )
    return Fault(
        f"integrator-outgoing-{name}",
        requirement,
        case,
        about,
        checks,
        wrap,
        level="privacy",
        areas=(area,),
        role="integrator",
        **more,
    )


_OWN: Final = (
    _fault(
        "name-told-to-stranger",
        "PI-07.2/canary-raw",
        "That a consignment is not its own is told to a courier with somebody's name.",
        "canaries/stranger/stranger-sees-nobody",
        leaking(_READ, (404,), in_detail(clear_name)),
        area="canary",
    ),
    _fault(
        "telephone-in-push-answer",
        "PI-07.2/canary-raw",
        "The answer to a push carries a telephone number in a header for developers.",
        "canaries/told/push-answer-shows-nobody",
        leaking(("receiveShipmentEvents",), (200,), header("x-debug", clear_phone)),
        area="canary",
    ),
    _fault(
        "telephone-beside-events-encoded",
        "PI-07.2/canary-encoded",
        "Beside its events a courier is shown a telephone number in Base64.",
        "canaries/events/events-show-nobody",
        leaking(("listReceivedEvents",), (200,), header("etag", in_base64)),
        area="canary",
    ),
    _fault(
        "erased-and-read",
        "PI-09.3/readable-by-pull",
        "What couriers read comes from a cache that outlives the erasure.",
        ("erasure/record/pull-shows-sender-only", "erasure/record-again/still-gone"),
        Around((*_READ, *_LIST), _Cache(*_READ)),
        area="person",
    ),
    _fault(
        "erased-and-found",
        "PI-09.3/readable-by-search",
        "What couriers list comes from a cache that outlives the erasure.",
        ("erasure/search/search-shows-sender-only", "erasure/list/list-shows-sender-only"),
        Around((*_READ, *_LIST), _Cache(*_LIST)),
        area="person",
    ),
    _fault(
        "request-from-any-courier",
        "PI-09.4/stranger-obeyed",
        "A courier that has nothing to do with the parcel is obeyed.",
        "request-verified/stranger/strange-partner-refused#status",
        Inside("person.create", _whichever_courier_asks),
        area="person",
    ),
    _fault(
        "any-code-will-do",
        "PI-09.4/stranger-obeyed",
        "When a courier asks, the code is not looked at.",
        (
            "request-verified/guessed/wrong-code-refused#status",
            "request-verified/used-code/used-code-refused#status",
        ),
        Inside("personal.spend-code", _whatever_code),
        area="person",
    ),
    _fault(
        "third-party-without-agreement",
        "PI-08.2/access-without-agreement",
        "Third parties read what is sent to couriers without any agreement.",
        (
            "agreement-in-force/before/refused-without-agreement#status",
            "agreement-in-force/list-before/list-empty-without-agreement#count",
            "agreement-tracking/before/nothing-without-agreement",
        ),
        seen_by_third_parties(_every_courier),
        area="entrustment",
    ),
    _fault(
        "third-party-of-one-sees-another",
        "PI-08.2/access-without-agreement",
        "Whom one courier entrusted reads what is sent to another.",
        (
            "agreement-in-force/foreign/others-not-served#status",
            "agreement-tracking/beyond/others-not-served",
        ),
        seen_by_third_parties(_of_any_courier),
        area="entrustment",
    ),
    _fault(
        "third-party-after-termination",
        "PI-08.2/access-after-expiry",
        "A courier's agreement that was terminated goes on.",
        (
            "agreement-in-force/after/refused-after-termination#status",
            "agreement-in-force/list-after/list-empty-after-termination#count",
            "agreement-tracking/after/nothing-after-termination",
        ),
        _taken_of_couriers("TERMINATED"),
        area="entrustment",
    ),
    _fault(
        "third-party-after-end",
        "PI-08.2/access-after-expiry",
        "The end of a courier's agreement is never looked at.",
        (
            "agreement-ended/after/refused-after-end#status",
            "agreement-ended/list-after/list-empty-after-end#count",
        ),
        _taken_of_couriers("ENDED"),
        area="entrustment",
    ),
    _fault(
        "consent-expired",
        "DS-04.2/expired-consent",
        "A courier's consent is taken after its end.",
        "consent-expired/after/refused-after#status",
        _consents_of_couriers("EXPIRED"),
        area="consent",
    ),
    _fault(
        "consent-withdrawn",
        "DS-04.2/withdrawn-consent",
        "A courier's consent is taken although it was withdrawn.",
        (
            "consent-in-force/after/refused-after#status",
            "consent-in-force/list-after/list-refused-after#status",
        ),
        _consents_of_couriers("WITHDRAWN"),
        area="consent",
    ),
    _fault(
        "statistics-small-cell",
        "DS-04.1/small-cell-shown",
        "No cell of what couriers are shown is suppressed.",
        ("statistics/figures/small-cell-suppressed", "statistics/figures/small-cell-not-counted"),
        answers(("getStatistics",), _counted_for_couriers),
        area="statistics",
    ),
    _fault(
        "third-party-beyond-agreement",
        "PI-08.2/access-beyond-categories",
        "Whatever a courier agreed on opens the whole consignment.",
        (
            "agreement-in-force/within/not-the-whole#absent",
            "agreement-in-force/list-within/list-only-what-was-agreed",
        ),
        seen_by_third_parties(_everything_of),
        area="entrustment",
    ),
    _fault(
        "third-party-sees-telephone",
        "PI-08.2/access-beyond-categories",
        "Name and address bring the telephone along.",
        "agreement-in-force/within/no-phone#absent",
        seen_by_third_parties(_also("RECIPIENT_PHONE")),
        area="entrustment",
    ),
    _fault(
        "third-party-sees-events",
        "PI-08.2/access-beyond-categories",
        "Who was entrusted with names and addresses reads the events, too.",
        "agreement-in-force/feed-within/feed-not-agreed#count",
        seen_by_third_parties(_also("TRACKING")),
        area="entrustment",
    ),
    _fault(
        "unrecorded-reads",
        "PI-14.1/read-without-record",
        "What couriers read one by one leaves no record.",
        "audit-covers-reads/feed/every-read-on-record#read-without-record",
        unwritten(_reads_of_couriers("READ_CONSIGNMENT")),
        area="audit",
    ),
    _fault(
        "unrecorded-lists",
        "PI-14.1/read-without-record",
        "What couriers list leaves no record.",
        "audit-covers-reads/feed/every-read-on-record#read-without-record",
        unwritten(_reads_of_couriers("LIST_CONSIGNMENTS")),
        area="audit",
    ),
    _fault(
        "unrecorded-with-who-entrusted",
        "PI-14.1/read-without-record",
        "What a third party reads is not told to the courier that entrusted it.",
        "audit-of-entrusted/own/on-record-with-who-entrusted#read-without-record",
        unwritten(_reads_of_entrusted),
        area="audit",
    ),
    _fault(
        "audit-altered",
        "PI-15.2/chain-broken",
        "Couriers are shown a record that is not the one that was sealed.",
        "audit-covers-reads/feed/chain-intact",
        answers(("listAuditRecords",), _altered_for_couriers),
        area="audit",
    ),
    *(
        _fault(
            f"leaver-{operation.lower()}",
            "PI-15.3/token-still-works",
            f"The leaver's token works for {operation} only.",
            f"leaver-refused[{operation}]/after/refused-at-once#status",
            OpenTo(operation),
            area="leaver",
        )
        for operation in (
            "getOutgoingConsignment",
            "listOutgoingConsignments",
            "listReceivedEvents",
        )
    ),
)

FAULTS: Final = (*_as_at_platforms(), *_OWN)
"""Faults of the face towards couriers."""

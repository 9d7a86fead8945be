"""Couriers that keep a rule of level privacy in one place and forget it in another: another form of
the label, another path of the data, another outcome of a request, what is there already.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.privacy_audit import unwritten
from tests.conformance.broken_partners.privacy_erasure import Memory, records_shown
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    both,
    requests_of,
)

from jidi_reference.domain.problems import Problem
from jidi_reference.service.ports.documents import EXEMPTION
from jidi_reference.service.ports.events import EventFilter
from jidi_reference.service.ports.personal_keys import PersonKey
from jidi_reference.service.tokens import hashed

_ASKED: ContextVar[Asked | None] = ContextVar("jidi_asked", default=None)
_PRINTED: Final = ("png", "pdf")
_PRINTS: Final = ("image/png", "application/pdf")


def _noting(operations: tuple[str, ...]) -> Wrap:
    """Lets what is put inside see which request it works for."""

    async def noted(asked: Asked, forward: Forward) -> Told:
        token = _ASKED.set(asked)
        try:
            return await forward(asked)
        finally:
            _ASKED.reset(token)

    return Around(operations, noted)


def _remark_exported() -> Wrap:
    """Shows the remark whatever was approved."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def shown(body: Any, categories: Any, reason: str) -> Any:
            return healthy(body, frozenset(categories) | {"REMARK"}, reason)

        return shown

    return Inside("bulk.record", make)


def _kept_for_third_parties(operation: str) -> Wrap:
    """What a third party has once read is given to it again, whatever became of the agreement."""
    cache: dict[tuple[str, str, bytes], Told] = {}

    def change(asked: Asked, answer: Told) -> Told:
        key = (asked.party, asked.path, asked.body)
        if asked.party in {"platform-a", "platform-b"}:
            return answer
        if answer.status == 200 and _holds_something(answer.json):
            cache[key] = answer
        return cache.get(key, answer)

    return answers((operation,), change)


def _holds_something(document: Json) -> bool:
    if "results" in document:
        return any("shipment" in one for one in document["results"])
    return bool(document.get("items", [document]))


def _answer_kept(asked: Asked, answer: Told, kept: dict[str, Json]) -> Told:
    document = answer.json
    if answer.status != 200 or document["type"] != "ACCESS":
        return answer
    if "answer" in document:
        kept[asked.path] = document["answer"]
    shown = {"answer": kept[asked.path]} if asked.path in kept else {}
    return answer.with_json({**document, **shown})


def _answers_kept() -> Wrap:
    kept: dict[str, Json] = {}
    return answers(("getPrivacyRequest",), lambda asked, answer: _answer_kept(asked, answer, kept))


def _remark_kept(record: Json, body: Any) -> Json:
    return {**record, "view": {**record["view"], "remark": body["remark"]}}


def _items_kept(record: Json, body: Any) -> Json:
    return {**record, "view": {**record["view"], "contents": body["contents"]}}


def _of_sender(show: Callable[[Json, Any], Json]) -> Callable[[Json, Any], Json]:
    """Only where the recipient stayed."""
    return lambda record, body: show(record, body) if "recipient" in record["view"] else record


def _is_printed(asked: Asked) -> bool:
    named = any(f"format={form}" in asked.query for form in _PRINTED)
    return named or asked.header("accept") in _PRINTS


def _with_purpose(fits: Callable[[str], bool]) -> Wrap:
    """A print is made for any purpose that ``fits``."""

    def change(asked: Asked) -> Asked:
        taken = _is_printed(asked) and fits(asked.header("processing-purpose"))
        return asked.with_header("processing-purpose", "DELIVERY") if taken else asked

    return requests_of(("getLabel",), change)


def _accepted_without(asked: Asked) -> Asked:
    taken = asked.header("accept") in _PRINTS and not asked.header("processing-purpose")
    return asked.with_header("processing-purpose", "DELIVERY") if taken else asked


def _prints_unrecorded(outcome: str) -> Wrap:
    def left_out(_partner: str, facts: dict[str, Any]) -> bool:
        asked = _ASKED.get()
        return asked is not None and _is_printed(asked) and facts["outcome"] == outcome

    return both(unwritten(left_out), _noting(("getLabel",)))


def _expired_all_the_same(fits: Callable[[Any], bool]) -> Wrap:
    """An exemption that ``fits`` is taken whenever it ended."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def exemption(context: Any, unit: Any, caller: Any, row: Any, exemption_id: str) -> Any:
            try:
                return healthy(context, unit, caller, row, exemption_id)
            except Problem as problem:
                known = unit.documents.find(EXEMPTION, exemption_id, caller.party)
                usable = known is not None and known.subject == row.consignment_id
                if problem.slug != "exemption-refused" or not usable or not fits(known):
                    raise
                return known

        return exemption

    return both(Inside("label.exemption", make), _noting(("getLabel",)))


def _at_request(exemption: Any) -> bool:
    return bool(exemption.body["basis"] == "USER_REQUEST")


def _when_printed(_exemption: Any) -> bool:
    asked = _ASKED.get()
    return asked is not None and _is_printed(asked)


def _opened_beside(operation: str, scope: str, by: str) -> Wrap:
    """A token whose scopes hold ``by`` opens ``operation``, which asks for ``scope``."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def authenticate(context: Any, token: str) -> Any:
            caller, asked = healthy(context, token), _ASKED.get()
            fits = caller is not None and asked is not None and by in caller.scopes
            return replace(caller, scopes=caller.scopes | {scope}) if fits else caller

        return authenticate

    return both(Inside("caller.authenticate", make), _noting((operation,)))


def _first_only(healthy: Callable[..., None]) -> Callable[..., None]:
    """The record of a list names its first parcel."""

    def append(stored: Any, partner: str, facts: dict[str, Any]) -> None:
        listed = facts["matter"] == "LIST_CONSIGNMENTS"
        named = {"objects": facts["objects"][:1]} if listed else {}
        healthy(stored, partner, {**facts, **named})

    return append


def _good_again(fits: Callable[[Json], bool]) -> Wrap:
    """The code is good again after a request that ``fits``."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def create(context: Any, unit: Any, caller: Any, wish: dict[str, Any]) -> Any:
            told = healthy(context, unit, caller, wish)
            row = unit.consignments.find_shipment(caller.party, wish["waybill_no"])
            if fits(told):
                key = PersonKey(row.consignment_id, wish["party_role"])
                code = hashed(wish["verification"]["code"])
                unit.personal_keys.add_code(key, code, context.clock.now() + 86_400, 10)
            return told

        return create

    return Inside("person.create", make)


def _events_counted(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Counts events where waybills are to be counted."""

    def counted(context: Any, caller: Any, from_day: Any, to_day: Any) -> Any:
        cells = healthy(context, caller, from_day, to_day)
        with context.storage.read() as unit:
            rows = unit.events.feed([caller.party], EventFilter(), 0, 10_000)
        events = [json.loads(row.body) for row in rows]
        return {cell: {one["event_id"] for one in events if _is_of(one, cell)} for cell in cells}

    return counted


def _is_of(event: Json, cell: tuple[str, str, str]) -> bool:
    node = event.get("facility", {}).get("facility_id", "")
    return (event.get("state"), node) == cell[1:]


_WHOLE: Final = "agreement-whole/{0}-after/{1}"
_PRINT: Final = "label-image-guarded[png]/{0}"
_ANSWERED: Final = "request-answered[{0}]/code-again/used-code-refused#status"
_FAULTS: Final = (
    Fault(
        "export-with-the-remark",
        "PI-15.1",
        "other-scope",
        "An export holds the remark, which was not approved.",
        ("bulk-approved/result/nothing-beside-them#count",),
        _remark_exported(),
    ),
    *(
        Fault(
            f"ended-agreement-{name}",
            "PI-08.2",
            "access-after-expiry",
            f"After the end a third party is given {name} as before.",
            (_WHOLE.format(name, check),),
            _kept_for_third_parties(operation),
        )
        for name, operation, check in (
            ("feed", "listEvents", "feed-empty-after-end#count"),
            ("events", "listShipmentEvents", "events-refused-after-end#status"),
            ("query", "queryShipments", "nothing-found-after-end#count"),
            ("label", "getLabel", "label-refused-after-end#status"),
            ("resolve", "resolveRecipientToken", "recipient-refused-after-end#status"),
        )
    ),
    Fault(
        "erased-but-in-an-answer-read-before",
        "PI-09.3",
        "readable-by-pull",
        "The answer to an access request stays as it was first read.",
        ("erasure/answer-of-old/earlier-answer-gone",),
        _answers_kept(),
    ),
    Fault(
        "sender-erased-but-the-remark",
        "PI-09.3",
        "readable-by-pull",
        "The remark outlives the sender.",
        ("erasure-of-sender/record/remark-gone#absent",),
        Memory(records_shown(_of_sender(_remark_kept), "getConsignment")),
    ),
    Fault(
        "sender-erased-but-the-items",
        "PI-09.3",
        "readable-by-pull",
        "What was in the parcel outlives the sender.",
        ("erasure-of-sender/record/items-gone#absent",),
        Memory(records_shown(_of_sender(_items_kept), "getConsignment")),
    ),
    Fault(
        "sender-erased-but-the-remark-in-lists",
        "PI-09.3",
        "readable-by-search",
        "A search still shows the remark of a sender who is gone.",
        ("erasure-of-sender/list/list-shows-recipient-only",),
        Memory(records_shown(_of_sender(_remark_kept), "listConsignments")),
    ),
    Fault(
        "printed-without-purpose",
        "DS-03.2",
        "missing-purpose-accepted",
        "A label is printed without a purpose; the data are refused.",
        (_PRINT.format("none/refused-without#status"),),
        _with_purpose(lambda stated: not stated),
    ),
    Fault(
        "printed-without-purpose-by-accept",
        "DS-03.2",
        "missing-purpose-accepted",
        "Whoever accepts an image alone needs no purpose.",
        (_PRINT.format("accepting/refused-without#status"),),
        requests_of(("getLabel",), _accepted_without),
    ),
    Fault(
        "printed-for-any-purpose",
        "DS-03.2",
        "other-purpose-accepted",
        "A label is printed for a purpose that is not of the list.",
        (_PRINT.format("other/refused-other#status"),),
        _with_purpose(lambda stated: stated == "RESALE"),
    ),
    *(
        Fault(
            f"unrecorded-print-{outcome.lower()}",
            "PI-14.1",
            "read-without-record",
            f"What is printed leaves no record ({outcome}).",
            (_PRINT.format("feed/every-print-on-record"),),
            _prints_unrecorded(outcome),
        )
        for outcome in ("GRANTED", "REFUSED")
    ),
    Fault(
        "list-recorded-by-its-first-parcel",
        "PI-14.1",
        "read-without-record",
        "The record of a list names the first parcel only.",
        ("audit-covers-reads/feed/list-names-every-parcel#contains",),
        Inside("audit.append", _first_only),
    ),
    Fault(
        "exemption-at-request-without-end",
        "PI-13.5",
        "exemption-without-basis",
        "An exemption that the user asked for never ends.",
        ("label-exemption-expired/clear-at-request/refused-at-request#status",),
        _expired_all_the_same(_at_request),
    ),
    Fault(
        "expired-exemption-prints",
        "PI-13.5",
        "exemption-without-basis",
        "An expired exemption still gives the print in clear.",
        (_PRINT.format("expired/expired-refused#status"),),
        _expired_all_the_same(_when_printed),
    ),
    *(
        Fault(
            f"scope-of-others-opens-{step}",
            "PI-05.1",
            "another-scope-suffices",
            f"Whoever has {by} may call {operation} on what is there.",
            (f"{where}/{step}/{step}-refused#status",),
            _opened_beside(operation, scope, by),
        )
        for where, step, operation, scope, by in (
            (
                "scope-subscription",
                "remove",
                "deleteSubscription",
                "subscriptions:write",
                "events:read",
            ),
            (
                "scope-rotation",
                "rotate",
                "rotateSubscriptionSecret",
                "subscriptions:write",
                "events:read",
            ),
            (
                "scope-amendment",
                "amend",
                "amendConsignment",
                "consignments:write",
                "consignments:read",
            ),
            (
                "scope-existing",
                "cancel",
                "cancelConsignment",
                "consignments:write",
                "consignments:read",
            ),
            (
                "scope-existing",
                "void",
                "voidWaybillNumber",
                "waybill-numbers:write",
                "consignments:write",
            ),
            (
                "scope-existing",
                "terminate",
                "terminateProcessingAgreement",
                "agreements:write",
                "audit:read",
            ),
            ("scope-existing", "decide", "decideBulkOperation", "bulk:approve", "bulk:request"),
        )
    ),
    *(
        Fault(
            f"code-good-after-{word}",
            "PI-09.4",
            "stranger-obeyed",
            what,
            (_ANSWERED.format(case),),
            _good_again(after),
        )
        for word, case, what, after in (
            (
                "refusal",
                "erasure-under-way",
                "A code is good again after a request that was refused.",
                lambda told: told["state"] == "REFUSED",
            ),
            (
                "complaint",
                "complaint",
                "A complaint does not use the code up.",
                lambda told: told["type"] == "COMPLAINT",
            ),
            (
                "correction",
                "correction",
                "A correction does not use the code up.",
                lambda told: told["type"] == "CORRECTION",
            ),
        )
    ),
    Fault(
        "events-counted-as-parcels",
        "DS-04.1",
        "small-cell-shown",
        "Statistics count events, so that one parcel alone fills a cell.",
        ("statistics-suppressed/figures/parcels-counted-not-events#equals",),
        Inside("statistics.counted", _events_counted),
    ),
)
_AREAS: Final = {
    "PI-15.1": ("bulk",),
    "PI-08.2": ("entrustment",),
    "PI-09.3": ("person",),
    "PI-09.4": ("person",),
    "PI-14.1": ("audit", "label"),
    "PI-13.5": ("label",),
    "PI-05.1": ("leastprivilege",),
    "DS-03.2": ("purpose", "label"),
    "DS-04.1": ("statistics",),
}

FAULTS: Final = tuple(
    replace(fault, level="privacy", areas=_AREAS[fault.requirement]) for fault in _FAULTS
)
"""Faults of level privacy in places that are easily overlooked."""

"""Partners that keep a check's letter and break what its name promises: the first of several is
right and the last is not, the status is right and the reason is not, what is counted is not kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import PLACING, Send, calls, with_json
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Event,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    documents,
    stored_events,
    told,
)

from jidi_reference.service.context import Published
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_AGAIN_S: Final = 0.6


def _no_purpose(_asked: Asked, answer: Told) -> Told:
    """A want of scope told as a purpose that is refused."""
    if answer.problem != "insufficient-scope":
        return answer
    kind = str(answer.json["type"]).replace("insufficient-scope", "purpose-refused")
    return answer.with_json({**answer.json, "type": kind})


def _list_of_all(healthy: Callable[..., Published]) -> Callable[..., Published]:
    """Unfiltered, the second partner's list is the first one's."""

    def list_page(
        context: Any, reading: Any, request: Any, order_no: str | None, *face: Any
    ) -> Published:
        if order_no is None and reading.caller.party == "platform-b" and request.limit > 1:
            reading = replace(reading, caller=replace(reading.caller, party="platform-a"))
        return healthy(context, reading, request, order_no, *face)

    return list_page


def _feed_of_all(healthy: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """From its beginning the second partner's feed holds the first one's events, too."""

    def feed(stored: Any, owners: Any, wanted: Any, after: int, count: int) -> list[Any]:
        plain = not wanted.waybill_nos and not wanted.event_codes
        if plain and list(owners) == ["platform-b"]:
            owners = ["platform-b", "platform-a"]
        return healthy(stored, owners, wanted, after, count)

    return feed


def _telling(code: str, **members: Any) -> Wrap:
    """Events of one code stored with other members than were scanned."""

    def change(event: Event) -> Event:
        return {**event, **members} if event["event_code"] == code else event

    return stored_events(change)


def _other_reason(request: OutboundRequest, send: Send) -> OutboundAnswer:
    return send(with_json(request, {"reason_code": "OTHER"}))


class _SecondAgain:
    """Sends every second order once more, a little later."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def __call__(self, request: OutboundRequest, send: Send) -> OutboundAnswer:
        answer = send(request)
        key = request.headers.get("Idempotency-Key", "")
        if 200 <= answer.status < 300 and key not in self._keys:
            self._keys.append(key)
            if len(self._keys) % 2 == 0:
                threading.Timer(_AGAIN_S, send, (request,)).start()
        return answer


class _LastTwice:
    """Gives every holder the number that was given out last as its last."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.status >= 300 or len(answer.json["waybill_nos"]) < 2:
            return answer
        numbers = answer.json["waybill_nos"]
        other = next((one for party, one in self._last.items() if party != asked.party), None)
        self._last[asked.party] = numbers[-1]
        if other is None:
            return answer
        return answer.with_json({**answer.json, "waybill_nos": [*numbers[:-1], other]})


class _Mended:
    """Counts an event that was bad before, and keeps nothing of it."""

    def __init__(self) -> None:
        self._bad: set[str] = set()

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        body = asked.json
        data = body.get("data", {}) if isinstance(body, dict) else {}
        events = data.get("events", []) if isinstance(data, dict) else []
        if len(events) == 1 and events[0].get("event_id") in self._bad:
            return told(200, {"result": "accepted", "accepted": 1, "rejected": []})
        answer = await forward(asked)
        rejected = answer.json.get("rejected", []) if isinstance(answer.json, dict) else []
        self._bad |= {one["event_id"] for one in rejected if one["code"] == "invalid-event"}
        return answer


def _listed_shorter(page: Json) -> Json:
    items = [{**item, "manner": item["manner"][:-1]} for item in page["items"]]
    return {**page, "items": items}


def _all_of_one_name(result: Json) -> Json:
    items = result.get("items", [])
    names = [item["view"]["recipient"]["name"] for item in items if "recipient" in item["view"]]
    for item in items:
        if "recipient" in item["view"]:
            item["view"]["recipient"]["name"] = names[0]
    return result


def _fault(name: str, row: str, about: str, check: str, wrap: Wrap) -> Fault:
    """A platform's by its name, else a courier's; what belongs to privacy by its row."""
    requirement, _, case = row.partition("/")
    return Fault(
        name,
        requirement,
        case,
        about,
        (check,),
        wrap,
        areas=(_AREAS[check.partition("/")[0].partition("[")[0]],),
        level="privacy" if requirement.startswith("PI") else "core",
        role="platform" if name.startswith("platform-") else "courier",
    )


_AREAS: Final = {
    "scope-kept": "security",
    "partner-isolation": "security",
    "trajectory-pickup-point": "tracking",
    "trajectory-returned": "tracking",
    "number-allocation-race": "numbers",
    "agreement-in-force": "entrustment",
    "bulk-approved": "bulk",
    "order-amended": "dispatch",
    "key-of-its-own": "dispatch",
    "push-bad-item": "receiving",
}
_NODES: Final = "DS-02.1/node-group-missing"
_POINT: Final = "trajectory-pickup-point/pull"
_BACK: Final = "trajectory-returned/pull"

FAULTS: Final = (
    _fault(
        "scope-told-as-purpose",
        "DS-08.2/scope-ignored",
        "A credential without the scope is told that its purpose is refused.",
        "scope-kept/query/problem#problem-type",
        answers(("queryShipments",), _no_purpose),
    ),
    _fault(
        "everybodys-list",
        "DS-08.3/foreign-in-filter",
        "Only a list that is filtered asks whose consignments it shows.",
        "partner-isolation/list-whole/not-listed#lacks",
        Inside("consignment.list", _list_of_all),
    ),
    _fault(
        "everybodys-feed",
        "DS-08.3/foreign-in-filter",
        "Only a feed that is filtered asks whose events it shows.",
        "partner-isolation/feed-whole/events-not-listed#lacks",
        Inside("event.stored-feed", _feed_of_all),
    ),
    _fault(
        "signatory-always-self",
        _NODES,
        "Whoever signed, the recipient did.",
        f"{_POINT}/signatory-as-scanned#equals",
        _telling("DELIVERED", signatory_type="SELF"),
    ),
    _fault(
        "reason-always-damage",
        _NODES,
        "Whatever the reason of a refusal, another is recorded.",
        f"{_BACK}/reason-as-scanned#equals",
        _telling("REFUSED", reason_code="REFUSED_DAMAGED"),
    ),
    _fault(
        "last-number-to-two-holders",
        "PI-13.1/double-allocation",
        "The last number of an allocation is another holder's.",
        "number-allocation-race/other/none-of-another-holder#lacks",
        Around(("allocateWaybillNumbers",), _LastTwice()),
    ),
    _fault(
        "agreement-listed-with-its-manner-cut",
        "PI-08.1/manner-missing",
        "The list of agreements cuts the manner of processing short.",
        "agreement-in-force/listed/kept#contains",
        documents(("listProcessingAgreements",), _listed_shorter),
    ),
    _fault(
        "bulk-result-of-one-name",
        "PI-15.1/other-scope",
        "An export tells of every parcel the recipient of the first.",
        "bulk-approved/result/what-was-asked-for#contains",
        documents(("getBulkOperationResult",), _all_of_one_name),
    ),
    _fault(
        "platform-cancels-for-another-reason",
        "DS-01.1/field-missing",
        "A cancellation reaches the courier without the reason that was given.",
        "order-amended/cancellation/for-the-reason-given#equals",
        calls("cancelConsignment", _other_reason),
    ),
    _fault(
        "platform-second-order-sent-twice",
        "DS-01.7/duplicate-created",
        "Every second order is sent once more after it was accepted.",
        "key-of-its-own/silence-second/not-sent-again#not-quiet",
        calls(PLACING, _SecondAgain()),
    ),
    _fault(
        "platform-mended-event-counted-only",
        "DS-02.8/bad-item-loses-batch",
        "An event that was bad once is counted when it comes mended, and kept nowhere.",
        "push-bad-item[member-missing]/feed-mended/mended-kept#never",
        Around(("receiveShipmentEvents",), _Mended()),
    ),
)
"""Faults behind promising names."""

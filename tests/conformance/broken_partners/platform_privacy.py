"""Platforms that break rows which level privacy adds: what is governed alike at couriers, and what
only platforms send, take and show.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from tests.conformance.broken_partners import security
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    PLACING,
    calls,
    of_platform,
    stored_orders,
    with_header,
)
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    both,
    documents,
    requests_of,
)

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_MODULES: Final = (
    "abroad",
    "audit",
    "bulk",
    "discovery",
    "entrustment",
    "erasure",
    "leaks",
    "persons",
    "purposes",
    "scopes",
)
_TWINS: Final = frozenset(
    {
        "agreement-ended",
        "agreement-in-force",
        "agreement-not-started",
        "agreement-tracking",
        "audit-covers-reads",
        "audit-of-bulk",
        "audit-of-entrusted",
        "basis-expired",
        "bulk-approval-expired",
        "bulk-approved",
        "bulk-destruction",
        "bulk-race",
        "bulk-rejected",
        "consent-expired",
        "consent-in-force",
        "consent-reference-malformed",
        "consent-withdrawn",
        "erasure",
        "export-abroad",
        "leaver-exports",
        "leaver-refused",
        "purpose-consignment",
        "purpose-listed",
        "request-answered",
        "request-verified",
        "statistics",
    }
)
"""Scenarios of couriers that platforms have under another name."""

_AS_AT_COURIERS: Final[tuple[str, ...]] = (
    "abroad-without-basis",
    "agreement-abroad-without-basis",
    "unrecorded-read-consignment",
    "unrecorded-list-consignments",
    "audit-without-operator",
    "audit-without-time",
    "audit-without-place",
    "audit-without-matter",
    "audit-patched",
    "audit-replaced",
    "audit-deleted",
    "audit-record-deleted",
    "audit-altered",
    "audit-dropped",
    "bulk-without-approval",
    "destruction-without-approval",
    "bulk-approves-itself",
    "bulk-approves-itself-quietly",
    "bulk-approved-for-another-scope",
    "bulk-approved-for-another-scope-quietly",
    "bulk-approved-once-for-all",
    "bulk-result-twice",
    "leaver-keeps-second-token",
    "leaver-getstatus",
    "complaints-without-a-way",
    "complaints-nowhere",
    "form-not-found",
    "form-fails",
    "officer-not-named",
    "officer-without-contact",
    "officer-filed-on-day-8",
    "officer-announced-on-day-8",
    "officer-filed-by-weekdays",
    "storage-also-abroad",
    "storage-in-hong-kong",
    "agreement-without-purpose",
    "agreement-without-term",
    "agreement-without-end",
    "agreement-without-manner",
    "agreement-without-categories",
    "agreement-without-measures",
    "agreement-without-rights-and-duties",
    "agreement-without-assessment",
    "agreement-without-time-of-assessment",
    "agreement-for-marketing",
    "agreement-assessed-afterwards",
    "agreement-assessed-at-start",
    "request-cannot-be-found",
    "complaint-lost",
    "correction-never-ends",
    "complaint-never-ends",
    "request-closed-without-outcome",
    "request-closed-with-a-dot",
    "any-code-will-do",
    "no-proof-will-do",
    "purpose-assumed-consignment",
    "purpose-assumed-list",
    "any-purpose-consignment",
    "any-purpose-list",
    "value-added-unasked-consignment",
    "value-added-unasked-list",
    "consent-expired",
    "consent-withdrawn",
    "consent-withdrawn-a-minute-late",
    "statistics-by-waybill",
    "statistics-by-hour",
)
"""Couriers' faults in what both govern by the same parts; they are caught alike."""


_FIGURES: Final = "outgoing-statistics/figures"
_SMALL_CELLS: Final = (
    (
        "statistics-small-cell",
        (f"{_FIGURES}/small-cell-suppressed", f"{_FIGURES}/small-cell-not-counted"),
    ),
    ("statistics-minimum-of-two", (f"{_FIGURES}/every-count-large-enough",)),
)


def _known() -> dict[str, Fault]:
    here = __name__.rpartition(".")[0]
    found = (fault for name in _MODULES for fault in import_module(f"{here}.privacy_{name}").FAULTS)
    return {fault.name: fault for fault in found}


def _renamed(check: str) -> str:
    base = check.partition("/")[0].partition("[")[0]
    return f"outgoing-{check}" if base in _TWINS else check


def _alike() -> tuple[Fault, ...]:
    known = _known()
    alike = tuple(
        of_platform(known[name], f"platform-{name}", *map(_renamed, known[name].caught_by))
        for name in _AS_AT_COURIERS
    )
    return (
        *alike,
        *(of_platform(known[name], f"platform-{name}", *caught) for name, caught in _SMALL_CELLS),
    )


def _checked_by_itself(order: dict[str, Any], _courier: str) -> dict[str, Any]:
    """A check that nobody made, at the time of the order."""
    if order.get("real_name") != {"status": "PENDING"}:
        return order
    made_up = {"status": "VERIFIED", "method": "ONLINE", "verified_at": order["ordered_at"]}
    return {**order, "real_name": made_up}


def _without_status(order: dict[str, Any], _courier: str) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name != "real_name"}


def _telling_event(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def judge(context: Any, unit: Any, courier: Any, batch: Any) -> Any:
        result = healthy(context, unit, courier, batch)
        events, invalid = batch
        rejected = [
            {**one, "detail": str(events[min(invalid)].get("description", ""))[:100]}
            if one["code"] == "invalid-event"
            else one
            for one in result.rejected
        ]
        return replace(result, rejected=tuple(rejected))

    return judge


class _RememberedRecipient(Wrap):
    """Answers to couriers carry the telephone number of the newest recipient, worked into them by
    ``put``.
    """

    def __init__(self, operation: str, put: Callable[[Told, str], Told]) -> None:
        self._operation, self._put = operation, put
        self._names: dict[str, str] = {}

    def prepare(self, settings: Any) -> Any:
        """Listen to orders."""

        def heard(order: dict[str, Any], courier: str) -> dict[str, Any]:
            self._names[f"courier:{courier}"] = order["recipient"]["phone"]["number"]
            return order

        return stored_orders(heard).prepare(settings)

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application with the header."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            answer = await forward(asked)
            number = next(
                (number for party, number in self._names.items() if asked.party in ("", party)), ""
            )
            return self._put(answer, number) if number and answer.status == 200 else answer

        return Around((self._operation,), handler).around(_app, asgi)


def _in_header(spelt: Callable[[str], str]) -> Callable[[Told, str], Told]:
    """In a header for developers."""
    return lambda answer, number: answer.with_header("x-debug", spelt(number))


def _as_cell(spelt: Callable[[str], str]) -> Callable[[Told, str], Told]:
    """As a cell of its own, besides those that there are."""

    def put(answer: Told, number: str) -> Told:
        figures = answer.json
        own = [{**cell, "node": spelt(number)} for cell in figures["cells"][:1]]
        return answer.with_json({**figures, "cells": [*figures["cells"], *own]})

    return put


def _sha256(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


class _DocumentTaken(Wrap):
    """Orders with the number of an identity document are taken; ``put`` works it into what is
    stored, if anywhere.
    """

    def __init__(self, put: Callable[[dict[str, Any], str], dict[str, Any]]) -> None:
        self._put = put
        self.numbers: dict[str, str] = {}

    def prepare(self, settings: Any) -> Any:
        """Store the number along with the order that brought it."""

        def stored(order: dict[str, Any], _courier: str) -> dict[str, Any]:
            return (
                self._put(order, self.numbers[order["order_no"]])
                if order["order_no"] in self.numbers
                else order
            )

        return stored_orders(stored).prepare(settings)

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that takes the number out of the order before it is looked at."""

        def change(asked: Asked) -> Asked:
            order = (
                asked.json.get("parameters", {}).get("order")
                if isinstance(asked.json, dict)
                else None
            )
            if not isinstance(order, dict) or "document_number" not in order.get("real_name", {}):
                return asked
            real_name = dict(order["real_name"])
            self.numbers[order["order_no"]] = real_name.pop("document_number")
            return asked.with_json(
                {
                    **asked.json,
                    "parameters": {
                        **asked.json["parameters"],
                        "order": {**order, "real_name": real_name},
                    },
                }
            )

        return requests_of(("performSandboxAction",), change).around(_app, asgi)


def _passed_on(order: dict[str, Any], number: str) -> dict[str, Any]:
    return {**order, "real_name": {**order["real_name"], "document_number": number}}


def _in_remark(order: dict[str, Any], number: str) -> dict[str, Any]:
    return {**order, "remark": f"{order.get('remark', '')} 证件号 {number}".strip()}


def _document_in_header() -> Wrap:
    """The number is kept out of the body, and sent in a header."""
    documents_taken = _DocumentTaken(lambda order, _number: order)

    def sent(
        request: OutboundRequest, send: Callable[[OutboundRequest], OutboundAnswer]
    ) -> OutboundAnswer:
        number = documents_taken.numbers.get(json.loads(request.body or b"{}").get("order_no", ""))
        return send(with_header(request, "X-Sender-Document", number) if number else request)

    return both(documents_taken, calls(PLACING, sent))


def _document_in_list() -> Wrap:
    """The number is not sent, but shown to the courier that reads what was sent."""
    documents_taken = _DocumentTaken(lambda order, _number: order)

    def one(item: dict[str, Any]) -> dict[str, Any]:
        number = documents_taken.numbers.get(item.get("consignment", {}).get("order_no", ""))
        return {**item, "consignment": _passed_on(item["consignment"], number)} if number else item

    return both(
        documents_taken,
        documents(
            ("listOutgoingConsignments",),
            lambda page: {**page, "items": [one(item) for item in page["items"]]},
        ),
    )


def _own_verification(order: dict[str, Any], _courier: str) -> dict[str, Any]:
    return {**order, "real_name": {**order["real_name"], "id_card": "110101199003070070"}}


def _fault(
    name: str,
    broken: str,
    about: str,
    caught_by: str | tuple[str, ...],
    wrap: Wrap,
    *,
    area: str | tuple[str, ...],
    **more: Any,
) -> Fault:
    requirement, case = broken.split("/")
    caught = (caught_by,) if isinstance(caught_by, str) else caught_by
    areas = (area,) if isinstance(area, str) else area
    return Fault(
        f"platform-{name}",
        requirement,
        case,
        about,
        caught,
        wrap,
        level="privacy",
        areas=areas,
        role="platform",
        **more,
    )


_SWEPT: Final = {"PI-07.2": "what is shown where it may not be shown is planted personal data too"}

_OWN: Final = (
    _fault(
        "real-name-not-sent",
        "DS-03.1/no-real-name-status",
        "Couriers are not told whether the sender's name was verified.",
        "real-name-sent/arrival/status-there#present",
        stored_orders(_without_status),
        area="person",
    ),
    _fault(
        "real-name-check-made-up",
        "DS-03.1/no-real-name-status",
        "An order whose sender is still to be checked is sent as if that had been done.",
        "real-name-sent/arrival-pending/no-check-made-up#same-as",
        stored_orders(_checked_by_itself),
        area="person",
    ),
    _fault(
        "identity-number-passed-on",
        "DS-03.1/identity-number-travels",
        "An order that brings the number of an identity document is sent with it.",
        (
            "real-name-sent/numbers-sent/number-stays-behind#not-quiet",
            "identity-number-held-back/sent/number-nowhere#count",
        ),
        _DocumentTaken(_passed_on),
        area="person",
    ),
    _fault(
        "identity-number-in-remark",
        "DS-03.1/identity-number-travels",
        "The number of an identity document is moved into the remark for the courier.",
        "identity-number-held-back/sent/number-nowhere#count",
        _DocumentTaken(_in_remark),
        area="person",
    ),
    _fault(
        "identity-number-in-header",
        "DS-03.1/identity-number-travels",
        "The number of an identity document goes along in a header.",
        "identity-number-held-back/sent/number-nowhere#count",
        _document_in_header(),
        area="person",
    ),
    _fault(
        "identity-number-shown",
        "DS-03.1/identity-number-travels",
        "The number of an identity document is not sent, but shown to the courier that reads what "
        "was sent.",
        "identity-number-held-back/list/number-not-shown#lacks",
        _document_in_list(),
        area="person",
    ),
    _fault(
        "identity-number-added",
        "DS-03.1/identity-number-travels",
        "Each consignment carries the number by which the platform itself verified the sender.",
        (
            "real-name-sent/arrival/no-document#count",
            "real-name-sent/arrival/nothing-else-about-it#count",
        ),
        stored_orders(_own_verification),
        area=("person", "dispatch", "minimisation"),
        also={
            "DS-01.1": "a consignment with an undeclared member is not what was ordered",
            "PI-07.1": "a member that nobody declared is sent",
        },
    ),
    _fault(
        "statistics-by-phone",
        "DS-04.1/canary-in-statistics",
        "Statistics hold a cell for one number.",
        "outgoing-statistics/figures/nobody-named",
        _RememberedRecipient("getStatistics", _as_cell(str)),
        area=("statistics", "canary"),
        also=_SWEPT,
    ),
    _fault(
        "statistics-by-hash",
        "DS-04.1/canary-in-statistics",
        "Statistics hold a cell for the hash of one number.",
        "outgoing-statistics/figures/nobody-named",
        _RememberedRecipient("getStatistics", _as_cell(_sha256)),
        area=("statistics", "canary"),
        also=_SWEPT,
    ),
    _fault(
        "scope-ignored-on-outgoing-read",
        "PI-05.1/tracking-reads-recipient",
        "Whoever may read events may read the consignment, and who is its recipient.",
        "outgoing-scopes[tracking]/record/record#status",
        security.gate(security.beyond_scope, "getOutgoingConsignment"),
        area="leastprivilege",
    ),
    _fault(
        "scope-ignored-on-outgoing-list",
        "PI-05.1/another-scope-suffices",
        "The list of consignments is open to every scope.",
        ("outgoing-scopes[tracking]/list/list#status", "outgoing-scopes[status]/list/list#status"),
        security.gate(security.beyond_scope, "listOutgoingConsignments"),
        area="leastprivilege",
    ),
    _fault(
        "refusal-repeats-event",
        "PI-07.2/canary-raw",
        "A rejected event is explained by what it says.",
        "outgoing-canaries/told-wrong/refusal-shows-nobody",
        Inside("receiving.judge", _telling_event),
        area="canary",
    ),
    _fault(
        "telephone-beside-events",
        "PI-07.2/canary-raw",
        "A header for developers carries a telephone number.",
        "outgoing-canaries/events/events-show-nobody",
        _RememberedRecipient("listReceivedEvents", _in_header(str)),
        area="canary",
    ),
    _fault(
        "telephone-beside-status-encoded",
        "PI-07.2/canary-encoded",
        "The status carries a telephone number in Base64.",
        "outgoing-canaries/status/status-shows-nobody",
        _RememberedRecipient(
            "getStatus", _in_header(lambda number: base64.b64encode(number.encode()).decode())
        ),
        area="canary",
    ),
)

FAULTS: Final = (*_alike(), *_OWN)
"""Faults of level privacy in platforms."""

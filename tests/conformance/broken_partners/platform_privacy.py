"""Platforms that break rows which level privacy adds: what is governed alike at couriers, and what only platforms send, take and show."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from sqlalchemy import select
from tests.conformance.broken_partners import security
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import of_platform, stored_orders
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Inside, Told, Wrap, both

from jidi_reference.service import consignments, receiving, visibility
from jidi_reference.storage import tables

_MODULES: Final = ("abroad", "audit", "bulk", "discovery", "entrustment", "erasure", "leaks", "persons", "purposes", "scopes")
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
    "third-party-after-end",
    "erased-and-exported",
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


def _known() -> dict[str, Fault]:
    here = __name__.rpartition(".")[0]
    found = (fault for name in _MODULES for fault in import_module(f"{here}.privacy_{name}").FAULTS)
    return {fault.name: fault for fault in found}


def _renamed(check: str) -> str:
    base = check.partition("/")[0].partition("[")[0]
    return f"outgoing-{check}" if base in _TWINS else check


def _alike() -> tuple[Fault, ...]:
    known = _known()
    return tuple(of_platform(known[name], f"platform-{name}", *map(_renamed, known[name].caught_by)) for name in _AS_AT_COURIERS)


def _without_status(order: dict[str, Any], _courier: str) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name != "real_name"}


def _telling_event(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def judge(context: Any, connection: Any, courier: Any, batch: Any) -> Any:
        result = healthy(context, connection, courier, batch)
        events, invalid = batch
        rejected = [
            {**one, "detail": str(events[min(invalid)].get("description", ""))[:100]} if one["code"] == "invalid-event" else one for one in result.rejected
        ]
        return replace(result, rejected=tuple(rejected))

    return judge


def _everything(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Third parties see whatever there is, without an agreement."""

    def sight(context: Any, connection: Any, caller: Any, *rest: Any) -> Any:
        found = healthy(context, connection, caller, *rest)
        if caller.role != "integrator":
            return found
        owners = connection.execute(select(tables.consignments.c.owner).distinct()).scalars().all()
        return replace(found, categories=dict.fromkeys(owners))

    return sight


class _RememberedRecipient(Wrap):
    """Answers to couriers carry the recipient of the newest order in a header for developers."""

    def __init__(self, operation: str, write: Callable[[str], str]) -> None:
        self._operation, self._write = operation, write
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
            number = next((number for party, number in self._names.items() if asked.party in ("", party)), "")
            return answer.with_header("x-debug", self._write(number)) if number and answer.status == 200 else answer

        return Around((self._operation,), handler).around(_app, asgi)


def _fault(name: str, broken: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap, *, area: str, **more: Any) -> Fault:
    requirement, case = broken.split("/")
    caught = (caught_by,) if isinstance(caught_by, str) else caught_by
    return Fault(f"platform-{name}", requirement, case, about, caught, wrap, level="privacy", areas=(area,), role="platform", **more)


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
        "scope-ignored-on-outgoing-read",
        "PI-05.1/tracking-reads-recipient",
        "Whoever may read events may read the consignment, and who is its recipient.",
        "outgoing-scopes[tracking]/record/record#status",
        security.gate(security.beyond_scope, "getOutgoingConsignment"),
        area="leastprivilege",
    ),
    _fault(
        "scope-ignored-on-outgoing-list",
        "PI-05.1/tracking-reads-recipient",
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
        Inside(receiving, "_judge", _telling_event),
        area="canary",
    ),
    _fault(
        "telephone-beside-events",
        "PI-07.2/canary-raw",
        "A header for developers carries a telephone number.",
        "outgoing-canaries/events/events-show-nobody",
        _RememberedRecipient("listReceivedEvents", str),
        area="canary",
    ),
    _fault(
        "telephone-beside-status-encoded",
        "PI-07.2/canary-encoded",
        "The status carries a telephone number in Base64.",
        "outgoing-canaries/status/status-shows-nobody",
        _RememberedRecipient("getStatus", lambda number: base64.b64encode(number.encode()).decode()),
        area="canary",
    ),
)

_ENTRUSTED: Final = (
    _fault(
        "third-party-without-agreement",
        "PI-08.2/access-without-agreement",
        "Third parties read what is sent without any agreement.",
        ("outgoing-agreement-in-force/before/refused-without-agreement#status", "outgoing-agreement-not-started/read/refused-before-start#status"),
        both(Inside(visibility, "sight", _everything), Inside(consignments, "sight", _everything)),
        area="entrustment",
    ),
)

FAULTS: Final = (*_alike(), *_OWN, *_ENTRUSTED)
"""Faults of level privacy in platforms."""

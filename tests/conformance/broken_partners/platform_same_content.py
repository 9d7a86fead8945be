"""Platforms that break DS-02.8, DS-02.9, DS-01.4 and DS-01.7 where two things are taken for the
same, a refusal for a disturbance, or an announcement for what happened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import taken
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi_reference.service.platform.receiving import BatchResult, PushRequest

_CONFLICTING: Final = "push-conflicting"


def _known_but_for(*members: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An event that differs in these members alone from what is known counts as known."""

    def bare(event: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in event.items() if name not in members}

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def refusal(context: Any, unit: Any, courier: Any, event: dict[str, Any]) -> Any:
            known = unit.received.find(courier.party, event["event_id"])
            if known is not None and bare(known) == bare(event):
                return None
            return healthy(context, unit, courier, event)

        return refusal

    return make


def _first_of_length() -> Wrap:
    first: dict[tuple[str, int], bytes] = {}

    def made(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        envelope = json.loads(request.body)
        key = (str(envelope.get("id")), len(request.body))
        known = first.setdefault(key, request.body)
        return healthy(context, courier, replace(request, body=known))

    return taken(made)


def _partial_once() -> Wrap:
    """A push of which a part was rejected counts nothing when it comes again."""
    seen: set[str] = set()

    def made(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        result = healthy(context, courier, request)
        digest = hashlib.sha256(request.body).hexdigest()
        again = digest in seen
        seen.add(digest)
        return replace(result, accepted=0) if again and result.rejected else result

    return taken(made)


def _announced(healthy: Callable[..., None]) -> Callable[..., None]:
    """What is only expected moves the state as if it had happened: the parcel is DELIVERED."""

    def store(context: Any, unit: Any, courier: Any, row: Any, event: dict[str, Any]) -> None:
        healthy(context, unit, courier, row, event)
        if event["classifier"] == "EST" and event["sequence"] > row.last_sequence:
            unit.consignments.change_consignment(row.consignment_id, state=event["event_code"])

    return store


FAULTS: Final = (
    *(
        Fault(
            f"platform-same-but-for-{word}",
            "DS-02.8",
            "results-not-as-published",
            f"An event that differs in {what} alone from what is known is taken for known.",
            (f"{_CONFLICTING}/other-{word}/{word}-not-taken#not-in",),
            Inside("receiving.refusal", _known_but_for(member)),
            role="platform",
        )
        for word, member, what in (
            ("description", "description", "its description"),
            ("codes", "external_codes", "the codes of others"),
        )
    ),
    Fault(
        "platform-partial-told-once",
        "DS-02.8",
        "results-not-as-published",
        "A push of which a part was rejected is answered otherwise when it comes again.",
        (f"{_CONFLICTING}/partial-again/partial-result-again#same-as",),
        _partial_once(),
        role="platform",
    ),
    Fault(
        "platform-same-by-length",
        "DS-02.9",
        "altered-accepted",
        "Another push under a known id passes for the first when it is as long.",
        (f"{_CONFLICTING}/same-id-same-length/same-length-refused#status",),
        _first_of_length(),
        role="platform",
    ),
    Fault(
        "platform-state-by-announcement",
        "DS-02.8",
        "results-not-as-published",
        "An event that is only expected moves the state of the shipment.",
        ("push-taken/state-then/announcement-moves-nothing#equals",),
        Inside("received.store", _announced),
        role="platform",
    ),
)
"""Faults of what is the same, and of what is only announced."""

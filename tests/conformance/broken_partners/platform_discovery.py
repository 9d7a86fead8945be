"""Platforms that break DS-05.1, DS-05.2 and DS-10.1: what is declared is missing, wrong, or not
kept.
"""

from __future__ import annotations

from typing import Final

from tests.conformance.broken_partners import discovery
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import calls, of_platform
from tests.conformance.broken_partners.wrapping import documents

from jidi_reference.service.platform.sending import OutboundAnswer

_LIMITS: Final = "discovery-document/fetch/limits#limit-out-of-bounds"
_KNOWN: Final = {fault.name: fault for fault in discovery.FAULTS}
_AS_AT_COURIERS: Final = (
    "discovery-missing",
    "discovery-needs-credential",
    "discovery-as-text",
    "discovery-without-complaints-contact",
    "discovery-mistyped-entity",
    "limit-one-attempt-short",
    "limit-ids-kept-too-short",
    "digest-of-no-bundle",
    "digest-of-altered-bundle",
    "digest-under-another-version",
    "version-listed-twice",
    "version-that-nobody-published",
)
_AGREES: Final = "platform-version/declared/sunset-agrees"
_AT_VERSIONS: Final = {
    "falls-back-silently": (
        "platform-version/unknown/refused#status",
        "platform-version/unknown-major/clear#problem-media-type",
    ),
    "falls-back-silently-from-1-1": (
        "platform-version/unknown-minor/minor-clear#problem-media-type",
    ),
    "refuses-version-without-offer": ("platform-version/unknown/offers#contains",),
    "refuses-version-unclearly": ("platform-version/unknown/clear#problem-type",),
    "answers-without-version": ("platform-version/declared/named#equals",),
    "deprecation-undeclared": (f"{_AGREES}#deprecation-undeclared",),
    "deprecation-not-sent": (f"{_AGREES}#deprecation-missing",),
    "deprecation-of-another-second": (f"{_AGREES}#deprecation-differs",),
    "sunset-of-another-day": (f"{_AGREES}#sunset-differs",),
    "version-listed-and-not-served": ("platform-version/listed/each-served#not-served",),
}

FAULTS: Final = (
    *(of_platform(_KNOWN[name], f"platform-{name}") for name in _AS_AT_COURIERS),
    *(
        of_platform(_KNOWN[name], f"platform-{name}", *caught)
        for name, caught in _AT_VERSIONS.items()
    ),
    Fault(
        "platform-wrong-role",
        "DS-05.1",
        "discovery-invalid",
        "A platform that declares itself a courier.",
        ("discovery-document/fetch/role#equals",),
        documents(("getDiscovery",), lambda document: {**document, "role": "courier"}),
        role="platform",
    ),
    Fault(
        "platform-limit-slow-dispatch",
        "DS-05.1",
        "discovery-invalid",
        "Orders may take six seconds to their courier.",
        (_LIMITS,),
        discovery.other_limits(consignment_dispatch_s=6),
        role="platform",
    ),
    Fault(
        "platform-limit-slow-answer",
        "DS-05.1",
        "discovery-invalid",
        "A push may be answered after six seconds.",
        (_LIMITS,),
        discovery.other_limits(push_answer_s=6),
        role="platform",
    ),
    Fault(
        "platform-declared-rotation-not-there",
        "DS-05.1",
        "capability-not-there",
        "The rotation of secrets is declared; asked for, it never reaches the courier.",
        ("capability-rotate-secret/rotation/rotation-offered",),
        calls("rotateSubscriptionSecret", lambda _request, _send: OutboundAnswer(200)),
        also={
            "DS-02.9": (
                "a rotation that is asked for and never comes is seen around the pushes, too."
            )
        },
        role="platform",
    ),
    Fault(
        "platform-falls-back-silently-on-events",
        "DS-05.2",
        "silent-fall-back",
        "Only the list of received events ignores the version that is asked for.",
        ("platform-version/unknown-major/clear#problem-media-type",),
        discovery.falling_back(operations=("listReceivedEvents",)),
        role="platform",
    ),
)
"""Faults of DS-05.1, DS-05.2 and DS-10.1 in platforms."""

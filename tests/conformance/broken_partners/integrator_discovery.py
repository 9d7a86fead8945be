"""Integrators that break DS-05.1, DS-05.2 and DS-10.1: what is declared is missing, wrong, or not
kept.
"""

from __future__ import annotations

from typing import Final

from tests.conformance.broken_partners import discovery, platform_discovery
from tests.conformance.broken_partners.integrator_seams import carried, integrator_fault
from tests.conformance.broken_partners.wrapping import documents

FAULTS: Final = (
    *carried(discovery.FAULTS, (fault.name for fault in discovery.FAULTS)),
    *carried(
        platform_discovery.FAULTS,
        (
            "platform-limit-slow-dispatch",
            "platform-limit-slow-answer",
            "platform-falls-back-silently-on-events",
        ),
    ),
    integrator_fault(
        "declared-as-platform",
        "DS-05.1/discovery-invalid",
        "An integrator that declares itself a platform.",
        "discovery-document/fetch/role#equals",
        documents(("getDiscovery",), lambda document: {**document, "role": "platform"}),
    ),
)
"""Faults of DS-05.1, DS-05.2 and DS-10.1 in integrators."""

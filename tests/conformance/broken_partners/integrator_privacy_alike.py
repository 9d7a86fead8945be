"""Integrators that break rows which level privacy adds, on the face towards platforms: couriers'
faults in the parts that both share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.conformance.broken_partners.integrator_privacy_seams import faults_of, of_integrator

_MODULES: Final = (
    *("abroad", "audit", "bulk", "discovery", "entrustment", "erasure", "exemptions"),
    *("labels", "leaks", "numbers", "persons", "purposes", "scopes"),
)

_OF_COURIERS: Final = frozenset({"PI-06.1", "PI-13.3"})
"""Rows that bind couriers only."""

_CANNOT_BE: Final = frozenset(
    {
        "label-half-masked-kept",  # it takes recipients in clear only, as the couriers behind it do
        "number-voided-given-again",  # it gives numbers out of another pool; integrator_privacy_transit.py has that one's faults
        "number-returned-given-again",
    }
)

_TRIED_AT_COURIERS: Final = frozenset(
    {
        *("hk-taken-for-mainland", "tw-taken-for-mainland"),
        *("audit-reordered", "audit-inserted", "audit-unlinked", "audit-half-sealed"),
        *(
            "unrecorded-read-label",
            "unrecorded-resolve-token",
            "unrecorded-record-exemption",
            "recorded-without-purpose",
        ),
        *(
            "leaver-getlabel",
            "leaver-listauditrecords",
            "leaver-getbulkoperationresult",
            "leaver-deletesubscription",
        ),
        *("form-fails", "form-mistyped", "storage-nowhere"),
        *("officer-not-announced", "officer-not-filed", "officer-filed-late-with-cac"),
        *(
            "agreement-without-end",
            "agreement-for-marketing",
            "agreement-ends-before-start",
            "agreement-without-time-of-assessment",
        ),
        *("erased-but-the-telephone", "erased-but-the-remark"),
        *("label-unit-clear", "label-full-width-room", "label-latin-name"),
        *("canary-html-escaped", "canary-url-escaped", "canary-full-width", "canary-spaced"),
        *(
            "canary-reversed-halves",
            "canary-hexadecimal",
            "canary-hashed-sm3",
            "canary-in-header-base64",
        ),
        *(
            "real-name-without-status-accepted",
            "real-name-without-method-accepted",
            "real-name-without-time-accepted",
        ),
        *(
            "purpose-assumed-label",
            "any-purpose-label",
            "complaint-lost",
            "request-closed-without-time",
            "request-refused-without-reason",
        ),
    }
)
"""Variants of faults below that only the judge tells apart, whose role does not matter to it;
couriers are tried with them.
"""

_ALSO: Final[Mapping[str, Mapping[str, str]]] = {
    "answer-about-the-other-party": {
        "PI-09.3": (
            "after the recipient's erasure the answer of old is about the sender, and in clear"
        )
    },
}
"""What turns red too, because an integrator has two faces."""

FAULTS: Final = tuple(
    of_integrator(fault, also=_ALSO.get(name))
    for name, fault in faults_of(*(f"privacy_{name}" for name in _MODULES)).items()
    if fault.requirement not in _OF_COURIERS and name not in _CANNOT_BE | _TRIED_AT_COURIERS
)
"""Faults of level privacy that an integrator can have as a courier has them."""

"""Partners that answer a request with something else than was asked for, and are valid in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Wrap, documents

from jidi.model.roles import Level, Role

_BOTH: Final[tuple[Role, ...]] = ("courier", "integrator")
_ALL: Final[tuple[Role, ...]] = ("courier", "platform", "integrator")


def _with(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda document: (
        {**document, name: change(document[name])} if name in document else document
    )


_ASKED: Final[tuple[tuple[str, str, str, str, Level, str, Wrap, tuple[Role, ...]], ...]] = (
    (
        "read-under-a-shorter-id",
        "DS-01.2",
        "value-altered",
        "A consignment that is read tells its id without the last character.",
        "core",
        "asked-consignment",
        documents(("getConsignment",), _with("consignment_id", lambda told: told[:-1])),
        _BOTH,
    ),
    (
        "cancelled-under-another-case",
        "DS-01.2",
        "value-altered",
        "A cancellation tells the id of the consignment in capital letters.",
        "core",
        "asked-consignment",
        documents(("cancelConsignment",), _with("consignment_id", str.upper)),
        _BOTH,
    ),
    (
        "agreement-told-with-its-manner-cut",
        "PI-08.1",
        "manner-missing",
        "An agreement is told with the manner of processing cut short.",
        "privacy",
        "agreement-as-asked",
        documents(("createProcessingAgreement",), _with("manner", lambda told: told[:-1])),
        _ALL,
    ),
    (
        "consent-told-for-another-service",
        "DS-04.2",
        "no-consent",
        "A consent is told for a service whose name is cut short.",
        "privacy",
        "consent-as-asked",
        documents(("createConsent",), _with("service", lambda told: told[:-1])),
        _ALL,
    ),
)
"""By name: requirement, case, what about it, level, the sweep that sees it, how, and in whom."""

FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        requirement,
        case,
        about,
        (f"sweep/{sweep}#{sweep}",),
        wrap,
        areas=("tracking", "consignment") if level == "core" else (),
        level=level,
        role=role,
    )
    for name, requirement, case, about, level, sweep, wrap, roles in _ASKED
    for role in roles
)
"""Every fault of this module."""

"""Partners that break DS-02.4: what matches a filter is nothing, and they give everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside

from jidi.model.roles import Role
from jidi_reference.service.context import PageRequest, Published
from jidi_reference.service.ports.events import EventFilter

_ROLES: Final[tuple[Role, ...]] = ("courier", "integrator")


def _or_all(healthy: Callable[..., Published]) -> Callable[..., Published]:
    """The feed without the filter by code, where nothing matches it."""

    def list_feed(
        context: Any, caller: Any, request: PageRequest, wanted: EventFilter
    ) -> Published:
        shown = healthy(context, caller, request, wanted)
        if shown["items"] or wanted.event_codes is None:
            return shown
        return healthy(context, caller, request, EventFilter(wanted.waybill_nos))

    return list_feed


FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + "feed-filter-ignored-without-match",
        "DS-02.4",
        "filter-ignored",
        "A filter by event code that nothing matches gives all events.",
        ("feed-filter-without-match/none/empty#equals",),
        Inside("tracking.feed", _or_all),
        role=role,
    )
    for role in _ROLES
)
"""Each is the reference with exactly one fault, and names the checks that must see it."""

"""Platforms that break PI-08.2: what third parties of couriers see of consignments sent and of
events received.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from tests.conformance import seams
from tests.conformance.broken_partners import privacy_entrustment
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import of_platform
from tests.conformance.broken_partners.privacy_entrustment import (
    any_purpose_of_agreement,
    sees_also,
)
from tests.conformance.broken_partners.wrapping import Inside, Wrap, both

from jidi_reference.service.ports.documents import AGREEMENT
from jidi_reference.storage.tables import courier_tables

_WITHIN: Final = "outgoing-agreement-in-force"
_TRACKING: Final = "outgoing-agreement-tracking"
_ENDED: Final = "outgoing-agreement-ended"

Sight = Any
See = Callable[[Any, Any, Any, Sight], Sight]
"""What a third party sees in the place of what it may see: of context, unit, caller, and the
healthy sight.
"""


def _seeing(see: See, *shown_by: str) -> Wrap:
    """Third parties see what ``see`` says at the seams ``shown_by``: ``visibility.sight`` for one
    record, ``consignment.sight`` for lists, ``received.sight`` for events.
    """

    def make(healthy: Callable[..., Sight]) -> Callable[..., Sight]:
        def sight(context: Any, unit: Any, caller: Any, *rest: Any) -> Sight:
            found = healthy(context, unit, caller, *rest)
            return see(context, unit, caller, found) if caller.role == "integrator" else found

        return sight

    return both(*(Inside(seam, make) for seam in shown_by))


def _owners(unit: Any) -> list[str]:
    return list(
        unit.connection.execute(select(courier_tables.consignments.c.owner).distinct()).scalars()
    )


def _all_there_is(_context: Any, unit: Any, _caller: Any, found: Sight) -> Sight:
    return replace(found, categories=dict.fromkeys(_owners(unit)))


def _all_of_its_principal(_context: Any, _unit: Any, _caller: Any, found: Sight) -> Sight:
    return replace(found, categories=dict.fromkeys(found.categories))


def _of_every_courier(_context: Any, unit: Any, _caller: Any, found: Sight) -> Sight:
    agreed = next(iter(found.categories.values()), None)
    return (
        replace(found, categories=dict.fromkeys(_owners(unit), agreed))
        if found.categories
        else found
    )


def _in_state(*states: str) -> See:
    """As agreed, as long as the agreement is in one of these states."""

    def see(context: Any, unit: Any, caller: Any, found: Sight) -> Sight:
        known = unit.documents.about(AGREEMENT, caller.client_id)
        kept = {
            one.owner: frozenset(one.body["categories"])
            for one in known
            if seams.healthy("agreement.state")(context, one.body) in states
        }
        return replace(found, categories={**kept, **found.categories})

    return see


_UNAGREED: Final = (
    (
        "third-party-without-agreement",
        "Third parties read what is sent without any agreement.",
        (
            f"{_WITHIN}/before/refused-without-agreement#status",
            "outgoing-agreement-not-started/read/refused-before-start#status",
        ),
        _seeing(_all_there_is, "visibility.sight", "consignment.sight"),
    ),
    (
        "third-party-lists-without-agreement",
        "Third parties list what is sent without any agreement.",
        (f"{_WITHIN}/list-before/list-empty-without-agreement#count",),
        _seeing(_all_there_is, "consignment.sight"),
    ),
    (
        "third-party-follows-without-agreement",
        "Third parties read events without any agreement.",
        (f"{_TRACKING}/before/nothing-without-agreement#lacks",),
        _seeing(_all_there_is, "received.sight"),
    ),
    (
        "third-party-of-one-sees-another",
        "Whom one courier entrusted reads what was sent to another.",
        (f"{_WITHIN}/foreign/others-not-served#status",),
        _seeing(_of_every_courier, "visibility.sight"),
    ),
    (
        "third-party-of-one-follows-another",
        "Whom one courier entrusted reads the events of another.",
        (f"{_TRACKING}/beyond/others-not-served#lacks",),
        _seeing(_of_every_courier, "received.sight"),
    ),
)
_ENDING: Final = (
    (
        "third-party-lists-after-end",
        "After the end of an agreement only the list goes on.",
        (f"{_ENDED}/list-after/list-empty-after-end#count",),
        _seeing(_in_state("ENDED"), "consignment.sight"),
    ),
    (
        "third-party-follows-after-termination",
        "After the termination of an agreement only the events go on.",
        (f"{_TRACKING}/after/nothing-after-termination#lacks",),
        _seeing(_in_state("TERMINATED"), "received.sight"),
    ),
)
_BEYOND: Final = (
    (
        "third-party-reads-all",
        "Whoever has any agreement reads the whole of a consignment.",
        (f"{_WITHIN}/within/not-the-whole#absent",),
        _seeing(_all_of_its_principal, "visibility.sight"),
    ),
    (
        "third-party-lists-all",
        "Whoever has any agreement lists whole consignments.",
        (f"{_WITHIN}/list-within/list-only-what-was-agreed",),
        _seeing(_all_of_its_principal, "consignment.sight"),
    ),
    (
        "third-party-follows-unasked",
        "Whoever has any agreement reads the events, although tracking was not agreed.",
        (f"{_WITHIN}/feed-within/feed-not-agreed#count",),
        _seeing(_all_of_its_principal, "received.sight"),
    ),
    (
        "third-party-sees-telephone",
        "Name and address bring the telephone along.",
        (f"{_WITHIN}/within/no-phone#absent",),
        sees_also("RECIPIENT_PHONE", shown_by="outgoing.view"),
    ),
    (
        "third-party-sees-sender",
        "The recipient brings the sender along.",
        (f"{_WITHIN}/within/no-sender#absent",),
        sees_also("SENDER_NAME", "SENDER_PHONE", "SENDER_ADDRESS", shown_by="outgoing.view"),
    ),
    (
        "third-party-sees-contents",
        "The order brings its contents along.",
        (f"{_WITHIN}/within/no-contents#absent",),
        sees_also("CONTENTS", shown_by="outgoing.view"),
    ),
    (
        "third-party-for-another-purpose",
        "What was entrusted for delivery is read for customer service.",
        (f"{_WITHIN}/other-purpose/other-purpose-refused#status",),
        Inside("visibility.sight", any_purpose_of_agreement),
    ),
)
_AS_AT_COURIERS: Final = (
    (
        "third-party-before-start",
        ("outgoing-agreement-not-started/read/refused-before-start#status",),
    ),
    (
        "third-party-after-end",
        (
            f"{_ENDED}/after/refused-after-end#status",
            f"{_ENDED}/list-after/list-empty-after-end#count",
        ),
    ),
    (
        "third-party-after-termination",
        (
            f"{_WITHIN}/after/refused-after-termination#status",
            f"{_WITHIN}/list-after/list-empty-after-termination#count",
        ),
    ),
    ("agreement-cannot-be-terminated", (f"{_WITHIN}/terminate/terminated#status",)),
)


def _own(case: str, rows: Any) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            f"platform-{name}",
            "PI-08.2",
            case,
            about,
            caught,
            wrap,
            level="privacy",
            areas=("entrustment",),
            role="platform",
        )
        for name, about, caught, wrap in rows
    )


def _alike() -> tuple[Fault, ...]:
    known = {fault.name: fault for fault in privacy_entrustment.FAULTS}
    return tuple(
        of_platform(known[name], f"platform-{name}", *caught) for name, caught in _AS_AT_COURIERS
    )


FAULTS: Final = (
    *_own("access-without-agreement", _UNAGREED),
    *_own("access-after-expiry", _ENDING),
    *_own("access-beyond-categories", _BEYOND),
    *_alike(),
)
"""Faults of PI-08.2 in platforms."""

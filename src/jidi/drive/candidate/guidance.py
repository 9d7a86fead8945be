"""What a person is told to do for each sandbox action, and what to enter back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Text
from jidi.wording import sentence


@dataclass(frozen=True, slots=True)
class Guidance:
    """``task`` is what to do in the system under test; ``results`` are the members to enter back,
    none when it is enough that it was done.
    """

    task: Text
    results: tuple[str, ...] = ()


GUIDANCE: Final[Mapping[str, Guidance]] = {
    "advance-clock": Guidance(sentence("drive/move-the-clock-of-the-system-on")),
    "amend-order": Guidance(sentence("drive/amend-this-order-as-its-customer-would")),
    "cancel-order": Guidance(sentence("drive/cancel-this-order-as-its-customer-would")),
    "change-officer": Guidance(
        sentence("drive/enter-this-person-as-the-new-protection"),
        ("notice_id",),
    ),
    "connect-courier": Guidance(
        sentence("drive/connect-this-courier-enter-its-address-and"),
        ("client_id", "client_secret"),
    ),
    "dismiss-operator": Guidance(sentence("drive/take-away-every-access-of-this-person")),
    "issue-operator-token": Guidance(
        sentence("drive/issue-a-token-to-this-person-of"),
        ("access_token",),
    ),
    "issue-token": Guidance(
        sentence("drive/issue-a-token-with-the-fault-that"),
        ("access_token",),
    ),
    "person-code": Guidance(
        sentence("drive/look-up-the-one-time-code-that"),
        ("person_code",),
    ),
    "place-order": Guidance(
        sentence("drive/place-this-order-as-a-customer-of"),
        ("order_no",),
    ),
    "provision-partner": Guidance(
        sentence("drive/make-a-new-partner-with-these-scopes"),
        ("client_id", "client_secret"),
    ),
    "read-clock": Guidance(
        sentence("drive/say-by-how-many-seconds-the-sandboxs"),
        ("ahead_s",),
    ),
    "record-scan": Guidance(
        sentence("drive/scan-this-parcel-record-the-event-with"),
        ("event_id", "sequence", "recorded_at"),
    ),
    "reset": Guidance(sentence("drive/set-the-sandbox-back-to-its-beginning")),
    "rotate-secret": Guidance(sentence("drive/change-the-secret-of-this-couriers-pushes")),
}
"""Sandbox action to guidance. An action that is not here is shown by its name, and any result is
taken.
"""


_KNOWN: Final = frozenset({"order_no", "ahead_s"})
"""Results that the kit can do without: it chose the number of an order itself."""


def needed(action: str) -> tuple[str, ...]:
    """Members without which the result of ``action`` is none: what comes after rests on them."""
    guidance = GUIDANCE.get(action)
    return tuple(name for name in guidance.results if name not in _KNOWN) if guidance else ()

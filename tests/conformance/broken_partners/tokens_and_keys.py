"""Platforms and integrators that go on with a token that has ended, or send one consignment under
two keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import PLACING, Send, calls, with_header
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_HEAVIEST: Final = b'"weight_g":49900'
_LATER: Final = dict.fromkeys(
    ("DS-01.1", "DS-01.4", "DS-01.5", "DS-01.6", "DS-01.8"),
    "what waits behind a dead token does not come, or not in time.",
)
_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")


def _never_renewed() -> Wrap:
    """A token is kept for good, whatever the courier says of it."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, courier, renew: healthy(context, courier, renew=False)  # noqa: ARG005

    return Inside("outgoing.token", make)


def _twice() -> Wrap:
    """The heaviest parcels are sent once more, under a key of its own."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        if answer.status == 201 and _HEAVIEST in (request.body or b""):
            key = request.headers["Idempotency-Key"]
            healthy(with_header(request, "Idempotency-Key", f"{key}-2"))
        return answer

    return calls(PLACING, send)


FAULTS: Final = (
    *(
        Fault(
            f"{PREFIX[role]}dead-token-for-ever",
            "DS-01.7",
            "duplicate-created",
            "A token that the courier refuses is sent again and again.",
            ("sweep/dead-token-dropped#dead-token-dropped",),
            _never_renewed(),
            perhaps=_LATER,
            role=role,
        )
        for role in _ROLES
    ),
    Fault(
        "integrator-sent-twice-under-two-keys",
        "DS-01.7",
        "duplicate-created",
        "The heaviest parcels are sent once more, under a key of its own.",
        ("sweep/one-key-a-consignment#one-key-a-consignment",),
        _twice(),
        areas=("dispatch",),
        also={"DS-01.6": "the courier gets the parcel twice."},
        role="integrator",
    ),
)
"""Every fault of this module."""

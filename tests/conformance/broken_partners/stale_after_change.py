"""Partners on whose labels and tokens a change does not show, and those that lose a change to a
token that has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import Send, calls
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_LABELLING: Final[tuple[Role, ...]] = ("courier", "integrator")
_CALLING: Final[tuple[Role, ...]] = ("platform", "integrator")


def _as_first_seen(seam: str) -> Wrap:
    """Who looks at a consignment here sees it for ever as it was when it was first looked at."""
    bodies: dict[str, str] = {}

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def look(context: Any, row: Any, *rest: Any) -> Any:
            body = bodies.setdefault(row.consignment_id, row.body)
            return healthy(context, replace(row, body=body), *rest)

        return look

    return Inside(seam, make)


def _final(operation: str) -> Wrap:
    """A change that meets a dead token counts as refused."""

    def send(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
        answer = healthy(request)
        return OutboundAnswer(409, {}, b"{}") if answer.status == 401 else answer

    return calls(operation, send)


def _lost(role: Role, name: str, about: str, step: tuple[str, str], operation: str) -> Fault:
    asked, again = step
    alone = role == "platform"
    return Fault(
        f"{PREFIX[role]}{name}",
        "DS-01.1" if alone else "DS-01.8",
        "field-missing" if alone else "amendment-not-visible",
        about,
        (
            f"token-dead-at-change/{again}/sent-again"
            if alone
            else f"integrator-token-dead-at-change/{asked}#status",
        ),
        _final(operation),
        role=role,
    )


FAULTS: Final = (
    *(
        Fault(
            f"{PREFIX[role]}label-as-first-printed",
            "DS-01.8",
            "amendment-not-visible",
            "A label that was printed once is printed like that for ever.",
            ("label-after-amendment/label/where-it-goes-now#equals",),
            _as_first_seen("label.document"),
            level="privacy",
            areas=("label",),
            role=role,
        )
        for role in _LABELLING
    ),
    *(
        Fault(
            f"{PREFIX[role]}token-resolves-to-before",
            "PI-13.4",
            "cannot-resolve",
            "A token that was resolved once resolves to the same recipient for ever.",
            ("label-after-amendment/resolve/who-gets-it-now#same-as",),
            _as_first_seen("label.resolution"),
            level="privacy",
            areas=("label",),
            role=role,
        )
        for role in _LABELLING
    ),
    *(
        _lost(
            role,
            "amendment-lost-to-a-dead-token",
            "An amendment that meets a dead token counts as refused.",
            ("amend/amended", "again-one"),
            "amendConsignment",
        )
        for role in _CALLING
    ),
    *(
        _lost(
            role,
            "cancellation-lost-to-a-dead-token",
            "A cancellation that meets a dead token counts as refused.",
            ("cancel/cancelled", "again-two"),
            "cancelConsignment",
        )
        for role in _CALLING
    ),
)
"""Every fault of this module."""

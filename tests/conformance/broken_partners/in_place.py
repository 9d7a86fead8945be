"""Partners in whose place something else answers: a gateway, or a word that it is not now."""

from __future__ import annotations

from typing import Final, get_args

from tests.conformance.broken_partners.everywhere import PREFIX, where
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.limits import problem
from tests.conformance.broken_partners.wrapping import Asked, Told, Wrap, told

from jidi.model.roles import Role

_ANSWERED: Final = "sweep/answered#in-place"
_GATEWAY: Final = ("sweep/no-server-error#no-server-error", _ANSWERED)
_BUSY: Final = problem(503, "interruption").with_header("retry-after", "1")
_LIMITED: Final = problem(429, "rate-limited").with_header("retry-after", "1")
_JUDGED: Final = {"DS-08.5": ("limits",)}
"""Areas without which nothing is said of a requirement."""
_LISTS: Final[dict[Role, tuple[str, ...]]] = {
    "courier": ("listConsignments",),
    "platform": ("listReceivedEvents",),
    "integrator": ("listConsignments",),
}


def _in_place_of(status: int, answer: Told, *operations: str) -> Wrap:
    def meant(asked: Asked, given: Told) -> bool:
        return given.status == status and bool(asked.operation)

    return where(meant, lambda _: answer, *operations)


def _faults(role: Role) -> tuple[tuple[str, str, str, str, tuple[str, ...], Wrap], ...]:
    lists = _LISTS[role]
    return (
        (
            "gateway-refuses-forgers",
            "DS-08.4",
            "server-error",
            "Whoever comes to a list with a token that is none meets a gateway's 502.",
            _GATEWAY,
            _in_place_of(401, told(502, {}), *lists),
        ),
        (
            "gateway-in-place-of-lists",
            "DS-08.4",
            "server-error",
            "A list is answered 504 by the gateway before it.",
            _GATEWAY,
            _in_place_of(200, told(504, {}), *lists),
        ),
        (
            "lists-are-interrupted",
            "DS-08.4",
            "server-error",
            "A list is not there now, whenever it is asked for.",
            (_ANSWERED,),
            _in_place_of(200, _BUSY, *lists),
        ),
        (
            "lists-are-limited",
            "DS-08.5",
            "crashed",
            "A list is refused for too many requests, however few there were.",
            (_ANSWERED,),
            _in_place_of(200, _LIMITED, *lists),
        ),
    )


FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        requirement,
        case,
        about,
        caught_by,
        wrap,
        areas=("consignment", "receiving", "security", *_JUDGED.get(requirement, ())),
        role=role,
    )
    for role in get_args(Role)
    for name, requirement, case, about, caught_by, wrap in _faults(role)
)
"""Faults of DS-08.4 and DS-08.5 that are no faults of what was asked."""

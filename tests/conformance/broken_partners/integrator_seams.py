"""Where faults of integrators are put in: faults of the two sides carried over, what goes down to
couriers, what comes up from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Event, Inside, Wrap

ALTERED: Final = {
    "DS-01.6": (
        "what an integrator shows or sends otherwise than it came is not passed on unaltered."
    )
}
"""Why a fault of what is carried is one of DS-01.6, too."""

_ELSEWHERE: Final = {
    "order.queue": "forwarding.queue",
    "consignment.amend": "forwarding.amend",
    "consignment.cancel": "forwarding.cancel",
}
"""Seams of couriers and platforms, and where an integrator does the same."""

Also = Mapping[str, str]
Consignment = dict[str, Any]


def of_integrator(
    fault: Fault, *caught_by: str, name: str = "", also: Also | None = None, about: str = ""
) -> Fault:
    """A courier's or platform's fault in an integrator, where it is caught by ``caught_by`` (as at
    the other, if empty).
    """
    return replace(
        fault,
        name=name or f"integrator-{fault.name.removeprefix('platform-')}",
        role="integrator",
        caught_by=caught_by
        or tuple(
            check.replace("feed-whole/", "integrator-feed-whole/", 1) for check in fault.caught_by
        ),
        also=fault.also if also is None else also,
        about=about or fault.about,
        wrap=_there(fault.wrap),
    )


def _there(wrap: Wrap) -> Wrap:
    """An integrator puts consignments into the outbox, amends and cancels in a module of its
    own.
    """
    if not isinstance(wrap, Inside):
        return wrap
    return replace(wrap, seam=_ELSEWHERE.get(wrap.seam, wrap.seam))


def carried(
    faults: Iterable[Fault], names: Iterable[str], also: Mapping[str, Also] | None = None
) -> tuple[Fault, ...]:
    """Those of ``faults`` with these names, caught where they were; ``also`` by their old names."""
    known = {fault.name: fault for fault in faults}
    return tuple(of_integrator(known[name], also=(also or {}).get(name)) for name in names)


def integrator_fault(
    name: str, broken: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap, **more: Any
) -> Fault:
    """A fault that only an integrator can have; ``broken`` is requirement and case."""
    requirement, case = broken.split("/")
    return Fault(
        f"integrator-{name}",
        requirement,
        case,
        about,
        (caught_by,) if isinstance(caught_by, str) else caught_by,
        wrap,
        role="integrator",
        **more,
    )


def sent_down(change: Callable[[Consignment, str], Consignment]) -> Wrap:
    """Change consignments as they are put into the outbox, so that couriers are sent and shown the
    same; ``change`` sees a copy and the courier's code.
    """

    def make(healthy: Callable[..., str]) -> Callable[..., str]:
        def queue(
            context: Any, unit: Any, courier: Any, body: Mapping[str, Any], *rest: Any
        ) -> str:
            return healthy(
                context,
                unit,
                courier,
                change(json.loads(json.dumps(body)), courier.courier_code),
                *rest,
            )

        return queue

    return Inside("forwarding.queue", make)


def altered(change: Callable[[Consignment], Any], only: str = "") -> Wrap:
    """Consignments that are changed in place on their way down; ``only`` those for this courier."""

    def changed(body: Consignment, courier_code: str) -> Consignment:
        if only in ("", courier_code):
            change(body)
        return body

    return sent_down(changed)


def passed_up(change: Callable[[Event], Event]) -> Wrap:
    """Change events as they are passed on to platforms, on every channel alike; couriers see what
    they sent.
    """

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, unit, row, event: healthy(
            context, unit, row, change(json.loads(json.dumps(event)))
        )

    return Inside("release.event", make)


def held_up(wanted: Callable[[Event], bool]) -> Wrap:
    """Events that are kept and never passed on."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, unit, row, event: (
            healthy(context, unit, row, event) if wanted(event) else row
        )

    return Inside("release.event", make)

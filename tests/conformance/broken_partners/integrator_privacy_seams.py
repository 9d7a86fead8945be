"""Where an integrator's faults at level privacy are put in, and how a courier's or platform's fault
becomes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap, both

COURIER: Final = "courier:"
"""What the parties begin with whose objects lie on the face towards couriers."""


def of_integrator(
    fault: Fault, name: str = "", *caught_by: str, also: Mapping[str, str] | None = None
) -> Fault:
    """Another role's fault in an integrator, called ``name`` and caught by ``caught_by`` (as there,
    where they are empty).

    ``also`` comes on top of what turns red at the other role.
    """
    return replace(
        fault,
        name=f"integrator-{name or fault.name}",
        role="integrator",
        caught_by=caught_by or fault.caught_by,
        also={**fault.also, **(also or {})},
    )


def faults_of(*modules: str) -> dict[str, Fault]:
    """The faults of these modules of broken partners, by name."""
    here = __name__.rpartition(".")[0]
    return {
        fault.name: fault
        for module in modules
        for fault in import_module(f"{here}.{module}").FAULTS
    }


def towards_couriers(owners: set[str]) -> set[str]:
    """Those of some owners whose consignments are sent, not given."""
    return {owner for owner in owners if owner.startswith(COURIER)}


def seen_by_third_parties(change: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> Wrap:
    """Changes what third parties see on the face towards couriers: ``change`` gets the unit and
    the categories by owner as they should be.
    """

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def sight(context: Any, unit: Any, caller: Any, *rest: Any) -> Any:
            found = healthy(context, unit, caller, *rest)
            return (
                replace(found, categories=change(unit, found.categories))
                if caller.role == "integrator"
                else found
            )

        return sight

    return both(
        Inside("visibility.sight", make),
        Inside("consignment.sight", make),
        Inside("received.sight", make),
    )

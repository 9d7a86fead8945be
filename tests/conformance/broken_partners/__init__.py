"""Partners that are each broken in one way. The reference partner itself holds no switches: every
fault is wrapped around it here.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.over_all import ALSO


def _all() -> dict[str, Fault]:
    found: dict[str, Fault] = {}
    for module in sorted(iter_modules(__path__), key=lambda one: one.name):
        for fault in getattr(import_module(f"{__name__}.{module.name}"), "FAULTS", ()):
            if fault.name in found:
                raise ValueError(
                    f"Two faults are called {fault.name}; rename the one in {module.name}.py."
                )
            found[fault.name] = replace(fault, also={**fault.also, **ALSO.get(fault.name, {})})
    if lost := ALSO.keys() - found.keys():
        raise ValueError(f"over_all.py names faults that are none: {sorted(lost)}")
    return found


FAULTS: dict[str, Fault] = _all()
"""Every fault by name. A module of this package adds its own by a tuple ``FAULTS``."""

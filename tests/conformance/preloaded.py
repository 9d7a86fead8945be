"""Imported by the fork server alone: a healthy partner of each role is served and certified there
once, so that every trial begins with warm kit and partner: data read, schemas compiled, automata
built.
"""

from __future__ import annotations

import gc
import threading
from typing import Final

from tests.conformance.trial import run_healthy, seen_first

from jidi.model.roles import Role

_WARMING: Final[dict[Role, str]] = {
    "courier": "canary-push",
    "platform": "outgoing-kept",
    "integrator": "canary-push",
}
"""A short scenario of each role."""
_GONE_S: Final = 30.0


def _warm() -> None:
    for role, scenario in _WARMING.items():
        trial = run_healthy(role, scenario)
        if trial.accident or trial.failing:
            raise RuntimeError(f"The healthy {role} could not be tried: {trial}")
    seen_first()
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(_GONE_S)  # workers of an event loop that has ended
    if threading.active_count() > 1:
        raise RuntimeError(f"Threads would be lost in a fork: {threading.enumerate()}")
    gc.collect()
    gc.freeze()


_warm()

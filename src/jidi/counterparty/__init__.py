"""Couriers that the kit plays towards a platform or an integrator, as machines without I/O: their
API, their scans, their pushes.
"""

from __future__ import annotations

from jidi.counterparty.courier import (
    Courier,
    Done,
    Identity,
    Read,
)
from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.pushes import NoSuchSecretError, PushPlan, encoded, fresh_id
from jidi.counterparty.scripts import Reply, ScriptBook
from jidi.counterparty.serving.answers import Incoming, Outcome
from jidi.counterparty.serving.lifecycle import Lifecycle

__all__ = [
    "Courier",
    "CourierRules",
    "Done",
    "Identity",
    "Incoming",
    "Lifecycle",
    "NoSuchSecretError",
    "Outcome",
    "PushPlan",
    "Read",
    "Reply",
    "ScriptBook",
    "encoded",
    "fresh_id",
]

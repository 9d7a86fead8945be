"""Couriers that the kit plays towards a platform or an integrator, as machines without I/O: their
API, their scans, their pushes.
"""

from __future__ import annotations

from jidi.counterparty.courier import (
    PUSH_OPERATION,
    Courier,
    Done,
    Identity,
    Incoming,
    Outcome,
    Read,
)
from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.pushes import NoSuchSecretError, PushPlan, encoded, fresh_id
from jidi.counterparty.scripts import Reply, ScriptBook
from jidi.model.step import Sign

__all__ = [
    "PUSH_OPERATION",
    "Courier",
    "CourierRules",
    "Done",
    "Identity",
    "Incoming",
    "NoSuchSecretError",
    "Outcome",
    "PushPlan",
    "Read",
    "Reply",
    "ScriptBook",
    "Sign",
    "encoded",
    "fresh_id",
]

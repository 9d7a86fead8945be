"""Couriers that the kit plays towards a platform or an integrator: their API, their scans, their
pushes (contract 9.6).
"""

from __future__ import annotations

from jidi.counterparty.courier import PUSH_OPERATION, CourierSetup, Incoming, PlayedCourier
from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.pushes import NoSuchSecretError, PushPlan, Sign, encoded, fresh_id
from jidi.counterparty.scripts import Reply

__all__ = [
    "PUSH_OPERATION",
    "CourierRules",
    "CourierSetup",
    "Incoming",
    "NoSuchSecretError",
    "PlayedCourier",
    "PushPlan",
    "Reply",
    "Sign",
    "encoded",
    "fresh_id",
]

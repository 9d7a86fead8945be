"""Imported by the fork server alone: schemas, ledger and scenarios are read once there, not by
every trial.
"""

from __future__ import annotations

from jidi.run.data import load_data

load_data("1.0")

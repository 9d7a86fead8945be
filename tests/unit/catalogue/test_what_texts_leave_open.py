"""Where the standard leaves a choice, or gives time, scenarios take nobody at another word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from jidi.registry import Registry

ROOT = Path(__file__).parents[3]


def steps_of(name: str) -> dict[str, Any]:
    """The steps of a published scenario by their ids, in order."""
    (path,) = (ROOT / "conformance" / "scenarios").rglob(f"{name}.yaml")
    return {step["id"]: step for step in yaml.safe_load(path.read_text("utf-8"))["steps"]}


def test_notices_are_in_order_by_either_time() -> None:
    """The text names both times, and the change that is the newer by one is so by the other."""
    said = Registry.load().schema("protection-officer-notice-page")["description"]
    assert "by changed_at, or by when they were entered" in said
    steps = steps_of("officer-changed")
    entered = [name for name, step in steps.items() if "drive" in step]
    changed = {name: steps[name]["drive"]["parameters"]["changed_at"] for name in entered}
    (newest,) = [one for one in steps["notices"]["check"] if one["id"] == "newest-first"]
    order = [word.partition(".")[0][1:] for word in newest["rule"]["with"]["wanted"]]
    assert order == sorted(entered, key=lambda name: changed[name], reverse=True)
    assert order == entered[::-1]


def test_facts_of_a_destroyed_parcel_are_waited_for_as_long_as_declared() -> None:
    """The state is asked for again until the declared availability of events is over."""
    shipment = steps_of("bulk-destruction")["shipment"]
    assert {one["id"] for one in shipment["check"]} == {"facts-remain"}
    within = shipment["eventually"]["within"]
    assert within["of"] == "$discovery#/limits/event_availability_s"
    assert within["times"] >= 1

"""Pushes tell the time of their own attempt, by real time or by that of a moved sandbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.unit.judge.journals import DISCOVERY, exchange, judge_sweeps, with_discovery
from tests.unit.judge.test_sweeps import SWEEPS

ARRIVED = "2026-11-21T00:00:00+00:00"
AT = int(datetime.fromisoformat(ARRIVED).timestamp())


def push(stamp: Any, started: float = 10.0, identifier: str = "m1", **facts: Any) -> dict[str, Any]:
    """A push that arrived at :data:`ARRIVED`; ``started`` is on the kit's own clock."""
    headers = [["Webhook-Id", identifier], ["Webhook-Timestamp", str(stamp)]]
    made = exchange("p", 500, {}, sent={}, direction="received", operation="", receiver="hook")
    request = {**made["request"], "headers": headers}
    times = {"started_at": ARRIVED, "started": started, "finished": started + 0.1}
    return {**made, **times, "request": request, "facts": facts}


def judged(*records: dict[str, Any], skew: Any = 30) -> str:
    """What the sweep says of a run under this declared skew."""
    limits = {**DISCOVERY["limits"], "clock_skew_s": skew}
    context = with_discovery({**DISCOVERY, "limits": limits})
    found = judge_sweeps(records, [SWEEPS["pushes-dated"]], context)
    return found[0].outcome.value if found else "nothing"


@pytest.mark.parametrize(
    ("outcome", "stamp", "facts"),
    [
        ("pass", AT, {}),
        ("pass", AT - 30, {}),
        ("pass", AT + 30, {}),
        ("fail", AT - 31, {}),
        ("fail", AT + 31, {}),
        ("fail", AT + 28_800, {}),
        ("pass", AT + 28_800, {"ahead_s": [28_800.0]}),
        ("pass", AT, {"ahead_s": [28_800.0]}),
        ("nothing", f"{AT}000", {}),
        ("nothing", "now", {}),
        ("nothing", "", {}),
    ],
)
def test_stamp_is_close_to_the_arrival(outcome: str, stamp: Any, facts: dict[str, Any]) -> None:
    """Give or take the declared skew; what is no time is for who looks at the signature."""
    assert judged(push(stamp, **facts)) == outcome


def test_least_skew_is_what_two_machines_may_differ_by() -> None:
    """Whoever declares none is given five seconds."""
    assert judged(push(AT - 5), skew=0) == "pass"
    assert judged(push(AT - 6), skew=0) == "fail"


def test_stamp_moves_on_between_attempts() -> None:
    """Attempts that follow each other at once may fall into one second; other messages and other
    receivers are no attempts of the same.
    """
    assert judged(push(AT, 10.0), push(AT, 14.0)) == "pass"
    assert judged(push(AT, 10.0), push(AT, 16.0)) == "fail"
    assert judged(push(AT, 10.0), push(AT + 6, 16.0)) == "pass"
    assert judged(push(AT, 10.0), push(AT, 16.0, identifier="m2")) == "pass"
    elsewhere = {**push(AT, 16.0), "receiver": "other"}
    assert judged(push(AT, 10.0), elsewhere) == "pass"

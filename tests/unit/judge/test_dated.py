"""Times that a candidate sets lie within the run, by a clock that may have been moved on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import DISCOVERY, judge_sweeps, with_discovery
from tests.unit.judge.test_sweeps import BASE, answer

from jidi.model.scenario import Sweep
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict

RECEIPTS = Sweep(
    "dated",
    "DS-01.2",
    Text("", ""),
    "dated-within-run",
    arguments={"operations": ["createConsignment"], "members": ["received_at"]},
)
ASKED = "2026-11-21T00:00:00+00:00"


def judged(*records: dict[str, Any], skew: Any = 10) -> CheckVerdict:
    """What the sweep says of a run under this declared skew."""
    limits = {**DISCOVERY["limits"], "clock_skew_s": skew}
    versions = [{"version": "1.0", "base_url": BASE}]
    context = with_discovery({**DISCOVERY, "limits": limits, "versions": versions})
    (verdict,) = judge_sweeps(records, [RECEIPTS], context)
    return verdict


def receipt(received_at: Any, number: int = 1) -> dict[str, Any]:
    """A receipt for a consignment that was sent at :data:`ASKED`."""
    body = {"consignment_id": "c1", "received_at": received_at}
    return answer("createConsignment", 201, body, number=number, started_at=ASKED)


def clock(ahead: Any, **parameters: Any) -> dict[str, Any]:
    """The sandbox's clock is told, or moved on."""
    action = "advance-clock" if parameters else "read-clock"
    result = None if ahead is None else {"ahead_s": ahead}
    return {"kind": "drive", "action": action, "parameters": parameters, "result": result}


@pytest.mark.parametrize(
    ("received_at", "outcome"),
    [
        ("2026-11-21T00:00:00Z", "pass"),
        ("2026-11-21T08:00:00.05+08:00", "pass"),
        ("2026-11-21T00:00:09Z", "pass"),
        ("2026-11-20T23:59:51Z", "pass"),
        ("2026-11-21T00:00:11Z", "fail"),
        ("2026-11-20T23:59:49Z", "fail"),
        ("2026-11-21T08:00:00Z", "fail"),
        ("2026-11-20T00:00:00Z", "fail"),
        ("1970-01-01T00:00:00Z", "fail"),
        ("8999-12-31T23:59:59Z", "fail"),
        ("soon", "not-exercised"),
        (7, "not-exercised"),
        (None, "not-exercised"),
    ],
)
def test_receipt_is_dated_when_it_was_made(received_at: Any, outcome: str) -> None:
    """Give or take the declared skew; what is no time is another check's matter."""
    assert judged(clock(0), receipt(received_at)).outcome.value == outcome


@pytest.mark.parametrize(
    ("received_at", "outcome"),
    [
        ("2026-11-21T09:00:00Z", "pass"),
        ("2026-11-21T00:00:00Z", "pass"),
        ("2026-11-20T00:00:00Z", "fail"),
    ],
)
def test_clock_of_which_nothing_is_known_may_be_ahead(received_at: str, outcome: str) -> None:
    """It may have been moved on before; nobody moves it back."""
    assert judged(receipt(received_at)).outcome.value == outcome


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        ([clock(3600), receipt("2026-11-21T01:00:00Z")], "pass"),
        ([clock(3600), receipt("2026-11-21T00:00:00Z")], "pass"),
        ([clock(0), clock(None, seconds=3600), receipt("2026-11-21T01:00:00Z")], "pass"),
        ([clock(None, seconds=3600), receipt("2026-11-21T05:00:00Z")], "pass"),
        ([receipt("2026-11-21T01:00:00Z"), clock(3600, seconds=3600)], "pass"),
        ([receipt("2026-11-21T01:00:00Z"), clock(7200, seconds=3600)], "pass"),
        ([clock(3600), receipt("2026-11-21T00:30:00Z")], "fail"),
        ([clock(3600), receipt("2026-11-21T02:00:00Z")], "fail"),
        ([clock(0), clock("soon"), receipt("2026-11-21T01:00:00Z")], "fail"),
        ([clock(0), clock(1e300), receipt("2026-11-21T01:00:00Z")], "fail"),
    ],
)
def test_clock_that_was_moved_on_is_followed(records: list[dict[str, Any]], outcome: str) -> None:
    """Real time, or that of the sandbox as it was then, or became known next."""
    assert judged(*records).outcome.value == outcome


@pytest.mark.parametrize("skew", [None, "x", True, -5, 0, 1e300])
def test_declared_skew_that_is_none_lets_no_day_pass(skew: Any) -> None:
    """Nothing that is declared makes yesterday today."""
    assert judged(receipt("2026-11-20T00:00:00Z"), skew=skew).outcome.value == "fail"
    assert judged(receipt("2026-11-21T00:00:01Z"), skew=skew).outcome.value == "pass"

"""A candidate that stopped answering for good breaks nothing by that; what it broke stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.judge.journals import (
    CONTEXT,
    check,
    done,
    exchange,
    judge_scenario,
    presence,
    scenario,
    started,
    step,
)

from jidi.judge.context import THERE, Gone
from jidi.model.step import StepKind
from jidi.model.verdict import Outcome

BASE = "http://127.0.0.1:8080"


def sent(
    number: int, status: int | None = None, kind: str = "", url: str = BASE + "/v1/x"
) -> dict[str, Any]:
    """One request of the kit's, answered or not."""
    return {
        "kind": "exchange",
        "id": f"x{number}",
        "direction": "sent",
        "request": {"url": url},
        "response": None if status is None else {"status": status},
        "failure": {"kind": kind, "detail": "x"} if kind else None,
        "started_at": f"2026-11-29T20:00:{number:02d}.000+00:00",
    }


def ended(step: str) -> dict[str, Any]:
    """The end of a step."""
    return {"kind": "step-finished", "scenario": "s", "step": step}


def test_what_follows_the_last_sign_of_life_is_lost() -> None:
    """Requests under way when it died are lost with it."""
    records = [
        sent(1, 200),
        ended("a"),
        sent(2, kind="reset"),
        sent(3, kind="refused"),
        ended("b"),
    ]
    gone = presence(records, BASE)
    assert gone.since == "2026-11-29T20:00:02.000+00:00"
    assert gone.exchanges == {"x2", "x3"}
    assert gone.steps == {("s", "a"), ("s", "b")}


PUSH = {"kind": "exchange", "id": "p", "direction": "received", "request": {"url": ""}}


@pytest.mark.parametrize(
    "records",
    [
        [sent(1, 200), sent(2, kind="refused"), sent(3, 200)],
        [sent(1, 200), sent(2, kind="refused"), PUSH],
        [sent(1, 200), sent(2, kind="timeout"), sent(3, kind="timeout")],
        [sent(1, 200), sent(2, kind="reset")],
        [sent(1, 200), sent(2, kind="protocol")],
        [sent(1, 200), sent(2, kind="refused", url="http://127.0.0.1:9/hook")],
        [sent(1, 200), sent(2, kind="forbidden-host")],
        [],
    ],
)
def test_a_candidate_that_is_there_has_no_excuse(records: list[dict[str, Any]]) -> None:
    """Whatever became of single requests: it came back, pushed, or somebody listens still."""
    assert presence(records, BASE) == THERE


def test_addresses_are_compared_by_host_and_port() -> None:
    """However they are written."""
    assert presence([sent(1, kind="refused", url="http://[::1]:80/v1")], "http://[::1]").since


@pytest.mark.parametrize("kind", ["call", "push", "do"])
@pytest.mark.parametrize(
    ("subject", "argument"),
    [
        ("status", 413),
        ("problem", "body-too-large"),
        ("rule", "same-request"),
        ("schema", "problem"),
        ("value", "$a.status"),
    ],
)
def test_what_is_lost_breaks_nothing_in_whatever_step(
    kind: StepKind, subject: str, argument: Any
) -> None:
    """Steps in which the kit sends many requests by itself are lost as single ones are."""
    matcher = ("differs-from", 413) if subject == "value" else ()
    made = scenario(step("a", check(subject, argument, *matcher), kind=kind))
    lost = exchange("a", None, failure={"kind": "refused", "detail": "x"})
    gone = Gone("2026-11-29T20:00:02.000+00:00", frozenset({lost["id"]}))
    verdicts = judge_scenario(made, [started(), lost, done("a")], replace(CONTEXT, gone=gone))
    assert [(one.outcome, one.reason) for one in verdicts] == [
        (Outcome.NOT_EXERCISED, "stopped-answering")
    ]

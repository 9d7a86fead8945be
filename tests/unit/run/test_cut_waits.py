"""A wait that the end of the run cut short is no wait: nothing is judged by it, and a resumed run
plays it anew.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journals_made import journal_of
from tests.unit.judge.journals import header, plain
from tests.unit.run.network import Theatre, asked, theatre

from jidi.drive import Deadline
from jidi.model.journal import NoteRecord, RunStarted
from jidi.model.outgoing import Outgoing
from jidi.run.resuming import load_earlier

NEVER = "where: {order_no: nothing-like-this}"
WAITS = {
    "receive": (
        "  - {id: w, receive: {courier: east, " + NEVER + ", within: 30, at-least: 1},"
        " check: [{id: c, req: DS-02.5, in-time: true}]}"
    ),
    "receive-the-rest": (
        "  - {id: w, receive: {courier: east, " + NEVER + ", within: 30, at-least: 0, settle: 30},"
        " check: [{id: c, req: DS-02.5, value: $w.count, equals: 0}]}"
    ),
    "quiet": (
        "  - {id: w, quiet: {courier: east, " + NEVER + ", for: 30},"
        " check: [{id: c, req: DS-02.5, quiet: true}]}"
    ),
    "eventually": (
        "  - {id: w, call: {op: listOutgoingConsignments, as: east},"
        " eventually: {until: {status: 418}, within: 30, every: 0.05},"
        " check: [{id: c, req: DS-02.5, in-time: true}]}"
    ),
    "wait": (
        "  - {id: w, wait: {for: 30}}\n"
        "  - {id: after, call: {op: listOutgoingConsignments, as: east},"
        " check: [{id: c, req: DS-02.5, status: 2xx}]}"
    ),
}
"""One scenario for each kind of wait, whose one check would fail or pass had it waited."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Theatre]:
    """A connected platform."""
    with theatre(tmp_path) as made:
        yield made


def stop_soon(house: Theatre) -> None:
    """End the run as Ctrl-C does, a moment from now, out of another thread."""

    def stop() -> None:
        house.stage.end.stop()
        house.stage.client.interrupt()
        house.stage.receiver.wake()

    threading.Timer(0.3, stop).start()


def step_of(house: Theatre, name: str = "w") -> dict[str, Any]:
    """The record of a step."""
    return next(
        record
        for record in house.records()
        if record["kind"] == "step-finished" and record["step"] == name
    )


@pytest.mark.parametrize("kind", WAITS)
def test_a_cut_wait_is_neither_passed_nor_failed(house: Theatre, kind: str) -> None:
    """Whatever it waited for; its record says what was wanted and what was listened."""
    begun = time.monotonic()
    stop_soon(house)
    (verdict,) = house.play("couriers: [east]\nsteps:\n" + WAITS[kind])
    assert verdict.outcome.value == "not-exercised"
    record = step_of(house)
    assert record["state"] == "cut"
    observed = record["observed"]
    wanted = observed.get("within", observed.get("for"))
    assert observed.get("settle", wanted) == wanted == 30
    listened = observed.get("settled", observed.get("listened", observed.get("waited")))
    assert listened < 30
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("kind", WAITS)
def test_a_cut_wait_is_not_taken_over(house: Theatre, kind: str) -> None:
    """The scenario did end, but not by what it should wait for."""
    house.stage.recorder.write(NoteRecord(text="the header of a run stands first"))
    stop_soon(house)
    house.play("couriers: [east]\nsteps:\n" + WAITS[kind])
    path = house.journal
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    lines[0] = {"seq": 0, "at": "x", **plain(RunStarted(run=header()))}
    (path.parent / "earlier").mkdir()
    (path.parent / "earlier" / "journal.ndjson").write_bytes(journal_of(lines))
    assert load_earlier(path.parent / "earlier").scenarios == frozenset()


def test_what_came_before_the_cut_is_judged(house: Theatre) -> None:
    """Something that arrives in a quiet breaks it, however short the quiet was."""
    courier = house.couriers.shared["east"]
    threading.Timer(
        0.3,
        asked,
        ("POST", f"{courier.base_url}/consignments", b'{"order_no": "nothing-like-this"}'),
        {"Content_Type": "application/json"},
    ).start()
    (verdict,) = house.play("couriers: [east]\nsteps:\n" + WAITS["quiet"])
    assert verdict.reason == "not-quiet"
    assert step_of(house)["state"] == "done"


def test_an_exchange_that_the_end_cuts_says_nothing(house: Theatre) -> None:
    """It is kept as ``run-over``, and its step blames nobody."""
    house.stage.end.stop()
    until = house.stage.end.last
    while time.monotonic() < until:
        threading.Event().wait(until - time.monotonic())
    exchange = house.stage.client.send(Outgoing("GET", house.platform.origin + "/x"))
    assert exchange.failure is not None
    assert exchange.failure.kind == "run-over"


def test_a_stopped_deadline_wakes_sleepers_and_lets_none_begin() -> None:
    """Without a bound it never ends by itself."""
    end = Deadline()
    assert not end.over
    threading.Timer(0.05, end.stop).start()
    assert not end.sleep(60)
    assert end.over
    assert not end.sleep(1)
    assert end.left == 0


def test_a_deadline_ends_by_itself() -> None:
    """Sleeping until it is sleeping less than was asked."""
    end = Deadline(0.05)
    assert not end.sleep(60)
    assert end.over
    assert Deadline(60).sleep(0.01)

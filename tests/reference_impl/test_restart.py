"""What outlives a crash, and how the partner ends and fails."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from postgresql_cluster import PostgresqlCluster
from push_receiver import PushReceiver, new_secret
from running_courier import ROOT, Party, RunningCourier, consignment, wait_for
from standardwebhooks import Webhook


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningCourier]:
    """A courier that the test may kill."""
    url = f"sqlite:///{tmp_path / 'courier.sqlite'}"
    if request.param == "postgresql":
        cluster: PostgresqlCluster = request.getfixturevalue("postgresql")
        url = cluster.new_database()
    running = RunningCourier(tmp_path, url).start()
    yield running
    running.stop()


def test_pending_pushes_go_on_after_a_crash(mortal: RunningCourier, receiver: PushReceiver) -> None:
    """Killed between two attempts, the courier sends the same message after its restart, and what
    followed it (DS-06.3).
    """
    platform = mortal.party("platform-a")
    secret = new_secret()
    platform.call("createSubscription", json={"callback_url": receiver.url, "secret": secret})
    receiver.script.extend([503] * 4)
    first = platform.place()["waybill_no"]
    wait_for(lambda: len(receiver.messages) >= 2)
    second = platform.place()["waybill_no"]
    mortal.kill()
    receiver.script.clear()
    before = len(receiver.messages)
    mortal.start()
    wait_for(
        lambda: (
            {first, second}
            <= {
                event["waybill_no"]
                for message in receiver.messages[before:]
                for event in message.events
            }
        )
    )
    assert receiver.messages[before].body == receiver.messages[0].body
    assert (
        receiver.messages[before].headers["webhook-id"]
        == receiver.messages[0].headers["webhook-id"]
    )
    Webhook(secret).verify(receiver.messages[-1].body, receiver.messages[-1].headers)


def test_receipts_keys_cursors_and_tokens_outlive_a_crash(mortal: RunningCourier) -> None:
    """What was acknowledged is still there, under the same key, behind the same cursor, with the
    same token.
    """
    platform = mortal.party("platform-a")
    headers = {"Idempotency-Key": "kept"}
    first = platform.call("createConsignment", json=consignment(), headers=headers)
    cursor = platform.call("listEvents").json()["resume_cursor"]
    mortal.kill()
    mortal.start()
    platform.origin = mortal.base_url
    assert (
        platform.call("createConsignment", json=consignment(), headers=headers).content
        == first.content
    )
    assert platform.call("listEvents", params={"cursor": cursor}).json()["items"] == []
    assert (
        mortal.party("platform-a").call("listConsignments").json()["items"][0]["consignment_id"]
        == first.json()["consignment_id"]
    )


def test_secrets_are_stored_only_as_hashes(tmp_path: Path) -> None:
    """Neither a client secret nor a token stands in the database file."""
    running = RunningCourier(tmp_path, f"sqlite:///{tmp_path / 'courier.sqlite'}").start()
    token = running.party("platform-a").token
    secret = running.target["parties"]["platform-a"]["auth"]["client_secret"]
    assert running.stop() == 0
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("courier.sqlite*"))
    assert b"platform-a" in stored
    assert token.encode() not in stored
    assert secret.encode() not in stored


def test_unexpected_fault_is_a_problem_without_internals(tmp_path: Path) -> None:
    """With a table gone the answer is 500 internal-error and says nothing of tables."""
    running = RunningCourier(tmp_path, f"sqlite:///{tmp_path / 'courier.sqlite'}").start()
    try:
        platform: Party = running.party("platform-a")
        with sqlite3.connect(tmp_path / "courier.sqlite") as database:
            database.execute("DROP TABLE events")
        answer = platform.call("listEvents")
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (
            500,
            "internal-error",
        )
        assert "events" not in answer.text
        assert "sql" not in answer.text.lower()
    finally:
        running.stop()


def test_production_has_no_sandbox(tmp_path: Path) -> None:
    """In production there is no sandbox route and no ready-made party."""
    running = RunningCourier(
        tmp_path,
        f"sqlite:///{tmp_path / 'p.sqlite'}",
        JIDI_REFERENCE_ENVIRONMENT="production",
        JIDI_REFERENCE_LIMITS_TIME_SCALE="1",
    )
    running.start()
    try:
        assert running.target["parties"] == {}
        assert requests.post(running.target["driver"]["url"], json={}, timeout=5).status_code == 404
    finally:
        running.stop()


def test_unusable_setting_is_named(tmp_path: Path) -> None:
    """A wrong number in the environment ends the start with a sentence that names it."""
    environment = {
        "PYTHONPATH": str(ROOT / "reference_impl"),
        "JIDI_REFERENCE_LIMITS_RATE_BURST": "many",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "jidi_reference", "courier"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "JIDI_REFERENCE_LIMITS_RATE_BURST" in done.stderr
    assert "Traceback" not in done.stderr

"""Fixtures: a reference courier for each module, on SQLite or PostgreSQL, and receivers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [
    str(Path(__file__).parent),
    str(Path(__file__).resolve().parents[2] / "reference_impl"),
]

from postgresql_cluster import PostgresqlCluster, why_not  # noqa: E402 - the path is set above
from push_receiver import PushReceiver  # noqa: E402 - the path is set above
from running_courier import Party, RunningCourier  # noqa: E402 - the path is set above


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlCluster]:
    """A private PostgreSQL cluster; skipped where the programs are missing, except in CI, where
    that is a failure.
    """
    reason = why_not()
    if reason:
        pytest.skip(reason)
    cluster = PostgresqlCluster()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def courier(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCourier]:
    """A courier of the module's own; parametrise indirectly with ``postgresql`` for the other
    database.
    """
    directory = tmp_path_factory.mktemp("courier")
    url = f"sqlite:///{directory / 'courier.sqlite'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    running = RunningCourier(directory, url).start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def receiver() -> Iterator[PushReceiver]:
    """A receiver of pushes."""
    listening = PushReceiver()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def platform_a(courier: RunningCourier) -> Party:
    """The first platform."""
    return courier.party("platform-a")


@pytest.fixture(scope="module")
def platform_b(courier: RunningCourier) -> Party:
    """The second platform."""
    return courier.party("platform-b")

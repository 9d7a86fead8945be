"""Every legal variant of the reference partners comes out conformant: the kit gives no false
alarm.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conformance.fairness.play import VARIANTS, Result, play
from tests.conformance.fairness.text import ACKNOWLEDGING
from tests.conformance.trial import pool
from tests.sampling import sampled

sys.path.append(str(Path(__file__).resolve().parents[2] / "reference_impl"))

from postgresql_cluster import PostgresqlCluster, why_not

ALONE = frozenset({"created-200", "platform-unbelieved-403"})
"""What ``make test`` plays by itself; all others, these too, are played together
(``test_together.py``), and what wants PostgreSQL here. Each can be played alone by the command:
``python -m tests.conformance.fairness NAME``.
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresqlCluster | None]:
    """A private PostgreSQL cluster, when the programs are there."""
    if why_not():
        yield None
        return
    running = PostgresqlCluster()
    running.start()
    yield running
    running.stop()


Play = Callable[..., Result]
"""Certifies a variant by its name, as :func:`play` does, in a fresh process."""


@pytest.fixture(scope="session")
def played() -> Iterator[Play]:
    """Variants one by one; tests that run side by side play side by side."""
    with pool(1) as workers:
        yield lambda *asked: workers.submit(play, *asked).result()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "variant",
    sampled([name for name, one in VARIANTS.items() if name in ALONE or one.postgresql], ALONE, ()),
)
def test_legal_variant_is_conformant(
    variant: str, played: Play, request: pytest.FixtureRequest
) -> None:
    """No check speaks against it; what it does not offer is not-applicable, neither red nor green
    (issue 3, fairness).
    """
    expected, database = VARIANTS[variant], ""
    if expected.postgresql:
        cluster = request.getfixturevalue("cluster")
        if cluster is None:
            pytest.skip(why_not())
        database = cluster.new_database()
    result = played(variant, database)
    assert result.against == ()
    assert result.word == (
        "selection-passed, selection-passed" if expected.generated else "selection-passed"
    )
    assert {
        name for name, outcome in result.requirements.items() if outcome == "not-applicable"
    } == expected.not_applicable
    assert {name: result.scenarios[name] for name in expected.absent} == dict.fromkeys(
        expected.absent, frozenset({"not-applicable"})
    )


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [variant.name for variant in ACKNOWLEDGING])
def test_a_push_acknowledged_without_a_result_breaks_one_row(name: str) -> None:
    """Whoever answers 202 or 204 where the text wants 200 breaks DS-02.8, and nothing else turns
    red.
    """
    with pool(1) as workers:
        result = workers.submit(play, name).result()
    red = {row for row, outcome in result.requirements.items() if outcome == "fail"}
    assert red == {"DS-02.8"}


def test_variants_each_say_what_they_vary_and_why_it_is_legal() -> None:
    """At least twenty-five of the courier, eight of the platform and twenty of the integrator, each
    with its reason.
    """
    roles = Counter(variant.role for variant in VARIANTS.values())
    assert roles["courier"] >= 25
    assert roles["platform"] >= 8
    assert roles["integrator"] >= 20
    assert all(variant.varies and variant.legal for variant in VARIANTS.values())

"""A sandbox that was certified before: an earlier run has moved its clock on and has left couriers
behind.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Cli

from jidi.cli.reference import reference_partner
from jidi.run.resuming import load_earlier


@pytest.mark.parametrize(
    ("role", "first", "second"),
    [
        (
            "courier",
            ["consent-expired", "bulk-approval-expired"],
            ["basis-expired", "erasure", "bulk-destruction"],
        ),
        pytest.param(
            "platform",
            ["push-replayed"],
            ["push-taken", "push-rotated", "outgoing-erasure"],
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            "integrator",
            ["integrator-push-replayed", "integrator-outgoing-scopes"],
            ["events-passed-on", "bulk-destruction", "statistics-suppressed"],
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_a_second_run_on_the_same_sandbox_passes_as_the_first(
    cli: Cli, tmp_path: Path, role: str, first: list[str], second: list[str]
) -> None:
    """Times that the kit makes up follow a clock that another run has moved, and new platforms go
    to the couriers of this run.
    """
    with reference_partner(role, tmp_path) as partner:
        for number, scenarios in enumerate((first, second, second)):
            chosen = [word for name in scenarios for word in ("--scenario", name)]
            reply = cli(
                "certify",
                partner.target_file,
                "--level",
                "privacy",
                *chosen,
                "--out",
                tmp_path / f"run-{number}",
                "--format",
                "json",
            )
            assert reply.code == 0, reply.said
        assert (
            load_earlier(tmp_path / "run-2").ahead_s >= load_earlier(tmp_path / "run-0").ahead_s > 0
        )

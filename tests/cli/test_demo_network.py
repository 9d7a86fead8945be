"""The demonstration without the kit: a day of parcels, and both ends agree."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from command_line import jidi_process
from tests.sampling import thinned

from jidi.drive import load_target


@pytest.mark.slow
@pytest.mark.thorough
def test_both_ends_of_a_day_agree_although_partners_die() -> None:
    """Exit code 0, plain lines without a terminal, and a table in which nothing differs."""
    with jidi_process("demo-network", "--parcels", "30", "--seconds", "5", "--restarts") as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "23:59" in said
    assert "platform 30" in said
    assert "\u2717" not in said
    assert said.rstrip().endswith("Both ends of everything agree.")


@pytest.mark.parametrize("number", thinned([signal.SIGTERM, signal.SIGINT], 2))
def test_a_signal_ends_all_of_it(number: signal.Signals) -> None:
    """The partners are stopped with it, an hour before its time; nothing but their end holds the
    pipe open.
    """
    with jidi_process("demo-network", "--parcels", "10", "--seconds", "3600") as process:
        assert process.stdout is not None
        assert "00:0" in process.stdout.readline()
        process.send_signal(number)
        if number == signal.SIGINT:  # a terminal sends it to the whole group; here nobody does
            process.send_signal(signal.SIGTERM)
        process.stdout.read()
        assert process.wait() == 130


@pytest.mark.parametrize(
    ("role", "title"),
    [("platform", "Reference platform:"), ("integrator", "Reference integrator:")],
)
def test_every_role_can_be_served(tmp_path: Path, role: str, title: str) -> None:
    """The target file is one of that role."""
    target = tmp_path / "target.yaml"
    with jidi_process("serve", role, "--target-file", target) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(title)
        assert load_target(str(target)).role == role
        process.terminate()
        assert process.wait(20) == 0

"""What the kit writes is for its owner alone, whatever mask of permissions it was started with."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import NEUTRAL
from tests.conformance.hostile.server import Asked, RawServer, plausible

RECORDING = Path(__file__).parents[1] / "data" / "recordings" / "token.har"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def run(folder: Path, *arguments: str | Path) -> int:
    """``jidi`` in ``folder`` as somebody starts it who hides nothing from anybody."""
    ended = subprocess.run(
        [sys.executable, "-m", "jidi.cli", *map(str, arguments)],
        cwd=folder,
        env=os.environ | NEUTRAL | {"CI": "true"},
        umask=0,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return ended.returncode


def open_to_others(folder: Path) -> list[str]:
    """Everything below ``folder`` that others than its owner may read, write or enter."""
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in sorted(folder.rglob("*"))
        if path.lstat().st_mode & OTHERS
    ]


@pytest.mark.parametrize("out", ["run", "below/another/run"])
def test_a_run_directory_is_for_its_owner_alone(tmp_path: Path, out: str) -> None:
    """The folder, those above it that are made for it, the journal and every report."""
    assert run(tmp_path, "judge", RECORDING, "--out", out) in {0, 1}
    assert (tmp_path / out / "journal.ndjson").is_file()
    assert open_to_others(tmp_path) == []


def test_reports_that_are_made_anew_are_for_their_owner_alone(tmp_path: Path) -> None:
    """By another start of the kit, with the same open mask."""
    run(tmp_path, "judge", RECORDING, "--out", "run")
    (tmp_path / "run" / "report.html").unlink()
    assert run(tmp_path, "report", "render", "run") == 0
    assert (tmp_path / "run" / "report.html").is_file()
    assert open_to_others(tmp_path) == []


def test_a_target_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Credentials are written into it."""
    with RawServer(lambda _server, asked: [_told(asked)]) as server:
        assert run(tmp_path, "init", server.origin, "-o", "target.yaml") == 0
    assert open_to_others(tmp_path) == []


def _told(asked: Asked) -> bytes:
    return plausible(asked)

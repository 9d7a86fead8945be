"""Starts a foreign candidate as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def flask_courier(folder: Path) -> Iterator[Path]:
    """Target file of a Flask courier that is gone in the end."""
    target, log = folder / "target.yaml", folder / "courier.log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "tests.conformance.foreign.flask_courier", str(target)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
    try:
        deadline = time.monotonic() + 30
        while not target.exists():
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.05)  # between two looks for the file, up to a deadline
        yield target
    finally:
        process.kill()
        process.wait()

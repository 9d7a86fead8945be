"""Children end with their parent, whatever ends it, and leave no answers behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jidi.fuzz.child.config import Launch
from jidi.fuzz.child.process import end, start, watch

TALKING = """
import json, os, sys, time
with os.fdopen(int(os.environ["JIDI_ANSWERS"]), "w") as answers:
    answers.write(json.dumps({"t": "hello", "pid": os.getpid()}) + "\\n")
    answers.write(json.dumps({"t": "whole", "of": "x" * 300_000}) + "\\n")
    answers.flush()
    print("what it prints goes elsewhere")
    answers.write('{"t": "cut off')
    answers.flush()
    time.sleep(600 if "stay" in sys.argv else 0)
"""
PARENT = """
import os, sys, time
from pathlib import Path
from jidi.fuzz.child.config import Launch
from jidi.fuzz.child.process import start
folder = Path(sys.argv[1])
child = start(Launch(("talking", "stay"), dict(os.environ), folder))
while not child.read_new():
    time.sleep(0.05)
print(child.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a child whose module lies in it."""
    (tmp_path / "talking.py").write_text(TALKING, "utf-8")
    return tmp_path


def gone(pid: int, within_s: float = 30) -> bool:
    """Whether the process ends."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_answers_come_through_a_pipe(folder: Path) -> None:
    """Long lines too; what was printed is kept apart, a line that was cut off is none, and no file
    is written.
    """
    before = sorted(folder.iterdir())
    child = start(Launch(("talking",), dict(os.environ), folder))
    lines = [line for new in watch([child], time.monotonic() + 60) for line in new]
    assert [line["t"] for line in lines] == ["hello", "whole"]
    assert "what it prints" in child.log_tail()
    written = [path for path in sorted(folder.iterdir()) if path.name != "__pycache__"]
    assert written == before
    assert child.process.returncode == 0


def test_children_are_ended_side_by_side(folder: Path) -> None:
    """Several that would stay end in the time of one."""
    children = [start(Launch(("talking", "stay"), dict(os.environ), folder)) for _ in range(3)]
    end(children, "time-limit")
    assert [child.running for child in children] == [False] * 3
    assert {child.stop for child in children} == {"time-limit"}
    for child in children:
        child.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_no_signal_to_the_parent_leaves_an_orphan(folder: Path, name: str) -> None:
    """Not even one that lets it do nothing more."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert json.loads(str(child)) > 0
    parent.send_signal(getattr(signal, name))
    parent.wait(30)
    parent.stdout.close()
    assert gone(child)

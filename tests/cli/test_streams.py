"""Consoles of a narrow encoding, readers that have enough, full disks, no output at all: the exit
code is that of what was found, and the kit never calls itself broken.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import NEUTRAL

JIDI = [sys.executable, "-m", "jidi.cli"]
FULL = Path("/dev/full")
ENCODINGS = ["ascii", "gbk", "cp1252", "big5"]


def environment(**more: str) -> dict[str, str]:
    """The surroundings of a test, without what decides on encodings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONUTF8")}
    return own | NEUTRAL | {"CI": "true"} | more


def many_faults(folder: Path) -> Path:
    """A file that each of the commands has much to say about."""
    line = json.dumps({"recipient_name": "王小明", "phone": "13800138000"}, ensure_ascii=False)
    path = folder / "many.ndjson"
    path.write_text(f"{line}\n" * 3_000, "utf-8")
    return path


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_signs_that_a_console_has_not_are_replaced(encoding: str, language: str) -> None:
    """The exit code is that of the command, whatever can be shown."""
    done = subprocess.run(
        [*JIDI, "--lang", language, "explain", "DS-01.2"],
        env=environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "DS-01.2" in done.stdout.decode(encoding)


COMMANDS = {
    "scan": ["scan", "many.ndjson"],
    "validate": ["validate", "--schema", "consignment", "many.ndjson"],
    "explain": ["explain", "DS-01.2"],
    "list": ["list", "requirements"],
    "help": ["--help"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_reader_that_has_enough_is_no_fault(tmp_path: Path, name: str) -> None:
    """The end is silent, and is that of a closed pipe, or of the command (1: something found)."""
    many_faults(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [*JIDI, *COMMANDS[name]],
            cwd=tmp_path,
            env=environment(TMPDIR=str(tmp_path)),
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode in {0, 1, 141}
    assert b"itself failed" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert not [*tmp_path.glob("jidi-fault-*")]


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_told_to_the_operator(tmp_path: Path, name: str) -> None:
    """It is the operator's, who can make room."""
    many_faults(tmp_path)
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*JIDI, *COMMANDS[name]],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("closed", ["stdout", "stderr", "both"])
def test_streams_that_are_not_there_change_nothing(closed: str) -> None:
    """As a daemon has it."""
    shut = {"stdout": ">&-", "stderr": "2>&-", "both": ">&- 2>&-"}[closed]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {shut}', "sh", *JIDI, "explain", "DS-01.2"],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


WHOSE = ("--role", "courier", "--base-url", "http://127.0.0.1:33259/v1")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("target", ["stdout", "stderr"])
def test_a_verdict_outlives_what_cannot_be_said(tmp_path: Path, target: str) -> None:
    """The recording of a run ends as it does where it can be read."""
    recording = Path(__file__).parents[1] / "data" / "recordings" / "courier.har"
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*JIDI, "judge", str(recording), *WHOSE, "--out", str(tmp_path / "run")],
            env=environment(),
            stdout=full if target == "stdout" else subprocess.DEVNULL,
            stderr=full if target == "stderr" else subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
    calm = subprocess.run(
        [*JIDI, "judge", str(recording), *WHOSE, "--out", str(tmp_path / "calm")],
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == calm.returncode
    assert (tmp_path / "run" / "report.html").exists()


def test_an_interruption_while_the_kit_is_being_imported_shows_no_traceback() -> None:
    """From the first module of the command line on; tried by a module that interrupts on import."""
    code = (
        "import sys, builtins, os, signal\n"
        "real = builtins.__import__\n"
        "def hooked(name, *rest, **more):\n"
        "    if name == 'click':\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = hooked\n"
        "from jidi.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {130, -signal.SIGINT}
    assert done.stderr.decode("utf-8", "replace").startswith("Interrupted.")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_command_that_is_asked_to_end_ends_in_order(tmp_path: Path, name: str) -> None:
    """While it reads from a pipe that says nothing more."""
    process = subprocess.Popen(
        [*JIDI, "scan", "-"],
        env=environment(),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    line = json.dumps({"recipient_name": "王小明", "phone": "13800138000"}, ensure_ascii=False)
    process.stdin.write(f"{line}\n".encode() * 2_000)
    process.stdin.flush()
    process.stdout.read(1)  # it is at work
    begun = time.monotonic()
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert time.monotonic() - begun < 30

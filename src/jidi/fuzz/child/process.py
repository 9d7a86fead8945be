"""Child processes: started with nothing of the surroundings, watched, and ended with all their
descendants when a bound is reached.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from jidi.fuzz.child.config import Launch

MEMORY_LIMIT_KIB = 700 * 1024
POLL_S = 0.1
GRACE_S = 2.0
LOG_TAIL = 2000
Line = dict[str, Any]


@dataclass(slots=True)
class Child:
    """One running (or ended) child, and the lines it has written so far. ``stop`` is empty while it
    runs normally.
    """

    launch: Launch
    process: subprocess.Popen[bytes]
    started: float
    log: BinaryIO
    lines: list[Line] = field(default_factory=list)
    stop: str = ""
    _read: int = 0
    _rest: bytes = b""

    @property
    def running(self) -> bool:
        """Whether the process has not ended yet."""
        return self.process.poll() is None

    def read_new(self) -> list[Line]:
        """Lines written since the last call; one that is not finished waits for the next."""
        if not self.launch.out.exists():
            return []
        with self.launch.out.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        self._read += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        new = [json.loads(line) for line in whole if line]
        self.lines += new
        return new

    def end(self, reason: str) -> None:
        """End it and whatever it started; ``reason`` becomes its ``stop``."""
        self.stop = self.stop or reason
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_S)
                return

    def log_tail(self) -> str:
        """Last part of what it printed: only for explaining a child that failed."""
        path = self.launch.folder / "log.txt"
        return path.read_bytes()[-LOG_TAIL:].decode("utf-8", "replace")


def start(launch: Launch) -> Child:
    """Start a child in a process group of its own, in its own folder."""
    log = (launch.folder / "log.txt").open("wb")
    process = subprocess.Popen(
        [sys.executable, *launch.command],
        cwd=launch.folder, env=dict(launch.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    return Child(launch, process, time.monotonic(), log)


def watch(children: list[Child], deadline: float) -> Iterator[list[Line]]:
    """Yield new lines of all children until the last one has ended; ``deadline`` on the monotonic
    clock ends those that are left.
    """
    try:
        while any(child.running for child in children):
            _wait_a_little(children)
            yield [line for child in children for line in child.read_new()]
            _enforce(children, deadline)
        yield [line for child in children for line in child.read_new()]
    finally:
        for child in children:
            if child.running:
                child.end("interrupted")
            child.log.close()


def _wait_a_little(children: list[Child]) -> None:
    first = (
        next(child for child in children if child.running)
        if any(child.running for child in children)
        else None
    )
    if first is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            first.process.wait(POLL_S)


def _enforce(children: list[Child], deadline: float) -> None:
    for child in children:
        if not child.running:
            continue
        if time.monotonic() > deadline:
            child.end("time-limit")
        elif _resident_kib(child.process.pid) > MEMORY_LIMIT_KIB:
            child.end("memory-limit")


def _resident_kib(pid: int) -> int:
    """Resident memory in KiB, 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0
    )

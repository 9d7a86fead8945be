"""Child processes: started with nothing of the surroundings, watched, and ended with all their
descendants when a bound is reached or this process ends, whatever ends it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from jidi.fuzz.child.config import Launch

MEMORY_LIMIT_KIB: Final = 700 * 1024
POLL_S: Final = 0.1
GRACE_S: Final = 2.0
LOG_TAIL: Final = 2000
_LEASH: Final = Path(__file__).with_name("leash.py")
Line = dict[str, Any]


@dataclass(slots=True)
class Child:
    """One running (or ended) child, and the lines it has written so far. ``stop`` is empty while it
    runs normally.

    Lines and log come through pipes and are kept in memory: a file would hold hundreds of answers
    unredacted, and stay there if this process was killed.
    """

    launch: Launch
    process: subprocess.Popen[bytes]
    started: float
    lines: list[Line] = field(default_factory=list)
    stop: str = ""
    _arrived: list[bytes] = field(default_factory=list)
    _log: bytearray = field(default_factory=bytearray)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _readers: list[threading.Thread] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether the process has not ended yet."""
        return self.process.poll() is None

    def listen(self) -> None:
        """Begin to read both pipes, so that the child never waits for this process."""
        for read in (self._read_lines, self._read_log):
            thread = threading.Thread(target=read, name="jidi-child", daemon=True)
            thread.start()
            self._readers.append(thread)

    def read_new(self) -> list[Line]:
        """Lines written since the last call."""
        if not self.running:
            for thread in self._readers:
                thread.join(GRACE_S)
        with self._lock:
            whole, self._arrived = self._arrived, []
        new = [json.loads(line) for line in whole]
        self.lines += new
        return new

    def signal(self, number: int) -> None:
        """Send a signal to it and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def log_tail(self) -> str:
        """Last part of what it printed: only for explaining a child that failed."""
        with self._lock:
            return bytes(self._log[-LOG_TAIL:]).decode("utf-8", "replace")

    def close(self) -> None:
        """Let go of its pipes; it has ended."""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read_lines(self) -> None:
        for line in _pipe(self.process.stdout):
            if line.endswith(b"\n"):  # one that is not finished is that of a child that was killed
                with self._lock:
                    self._arrived.append(line)

    def _read_log(self) -> None:
        pipe = _pipe(self.process.stderr)
        with contextlib.suppress(OSError, ValueError):
            while chunk := pipe.read1(64 * 1024):  # type: ignore[attr-defined]  # a buffered reader
                with self._lock:
                    self._log += chunk
                    del self._log[: -2 * LOG_TAIL]


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - all three are pipes, made below
    return stream


def start(launch: Launch) -> Child:
    """Start a child in a process group of its own, in its own folder, on a leash."""
    process = subprocess.Popen(
        [sys.executable, str(_LEASH), str(os.getpid()), *launch.command],
        cwd=launch.folder,
        env=dict(launch.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    child = Child(launch, process, time.monotonic())
    child.listen()
    return child


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
        end([child for child in children if child.running], "interrupted")
        for child in children:
            child.close()


def end(children: Sequence[Child], reason: str) -> None:
    """End ``children`` and whatever they started, all at once; ``reason`` becomes their
    ``stop``.
    """
    for child in children:
        child.stop = child.stop or reason
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + GRACE_S
        waiting = [child for child in children if child.running]
        for child in waiting:
            child.signal(number)
        for child in waiting:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
    for child in children:  # what it left behind
        child.signal(signal.SIGKILL)


def _wait_a_little(children: list[Child]) -> None:
    first = next((child for child in children if child.running), None)
    if first is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            first.process.wait(POLL_S)


def _enforce(children: list[Child], deadline: float) -> None:
    running = [child for child in children if child.running]
    if time.monotonic() > deadline:
        end(running, "time-limit")
        return
    large = [child for child in running if _resident_kib(child.process.pid) > MEMORY_LIMIT_KIB]
    end(large, "memory-limit")


def _resident_kib(pid: int) -> int:
    """Resident memory in KiB, 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0
    )

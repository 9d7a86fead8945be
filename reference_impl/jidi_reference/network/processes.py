"""Reference partners as child processes that may be killed and found again at their port."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from jidi_reference.network.waiting import looks

_START_S = 40.0
_STOP_S = 10.0
_LOOK_S = 0.05
# A crowd of parcels in seconds is no flood: what a partner would refuse by the second it takes
# here.
_RATE = {
    "JIDI_REFERENCE_LIMITS_RATE_PER_SECOND": "1000",
    "JIDI_REFERENCE_LIMITS_RATE_BURST": "5000",
}


def free_port() -> int:
    """A port that nobody listens on, below those that systems give to connections: it must still be
    free after a restart.
    """
    while True:
        port = 15_000 + secrets.randbelow(15_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


class NotReadyError(RuntimeError):
    """A partner ended, or was not ready in time; the message has the end of its log."""


class Partner:
    """``python -m jidi_reference <role>`` with its files in a folder of its own."""

    def __init__(self, name: str, role: str, folder: Path) -> None:
        """Nothing runs before ``start``."""
        self.name = name
        self.role = role
        self._folder = folder / name
        self._folder.mkdir()
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.target: dict[str, Any] = {}

    @property
    def base_url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            NotReadyError: it does not.
        """
        ready, target_file, log = (
            self._folder / "ready.json",
            self._folder / "target.yaml",
            self._folder / "log",
        )
        ready.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "jidi_reference",
            self.role,
            "--port",
            str(self._port),
            "--ready-file",
            str(ready),
        ]
        command += [
            "--target-file",
            str(target_file),
            "--database-url",
            f"sqlite:///{self._folder / 'data.sqlite'}",
        ]
        with log.open("ab") as stream:
            # A session of its own: Ctrl-C reaches the demonstration only, which then stops its
            # partners in order.
            self._process = subprocess.Popen(
                command,
                stdout=stream,
                stderr=stream,
                env=os.environ | _RATE,
                start_new_session=True,
            )
        for _ in looks(_LOOK_S, _START_S):
            if ready.is_file():
                self.target = yaml.safe_load(target_file.read_text(encoding="utf-8"))
                return
            if self._process.poll() is not None:
                break
        raise NotReadyError(
            f"{self.name} did not start: {log.read_text(encoding='utf-8', errors='replace')[-500:]}"
        )

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in good order, or after 10 s in any way."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

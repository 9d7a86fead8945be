"""The command line in this process (fast) and as a process of its own (real signals)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from jidi.cli import main

NEUTRAL = {"JIDI_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Reply:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that it said."""
        return self.out + self.err

    def line(self, beginning: str) -> str:
        """The first line of standard output that begins so."""
        return next(line for line in self.out.splitlines() if line.startswith(beginning))


Cli = Callable[..., Reply]


def run_jidi(*arguments: str | Path, stdin: str | bytes | None = None, **environment: str) -> Reply:
    """Run ``jidi`` with arguments, standard input and environment variables; English unless told
    otherwise.
    """
    result = CliRunner(env=NEUTRAL | environment).invoke(
        main, [str(argument) for argument in arguments], input=stdin
    )
    return Reply(result.exit_code, result.stdout, result.stderr)


@contextmanager
def jidi_process(
    *arguments: str | Path, folder: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """``jidi`` as a process of its own in ``folder``, gone in the end; standard output and error
    are one pipe.
    """
    command = [sys.executable, "-m", "jidi.cli", *map(str, arguments)]
    environment = os.environ | NEUTRAL | {"CI": "true"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        cwd=folder,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])

"""The command driver: a program of the vendor's, one JSON document in, one out."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, cast

from jidi.drive.candidate.driver_answers import DriverAnswer, read_answer
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.target import DriverSettings
from jidi.model.text import Text
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

OUTPUT_BYTES = 1024 * 1024
UNSUPPORTED_EXIT = 64


@dataclass(frozen=True, slots=True)
class CommandDriver:
    """Runs ``settings.command`` (never through a shell) with ``{action, parameters}`` on its
    standard input.

    Its standard output must be ``{"result": {…}}``, or a problem document: then the system said no
    (its ``status`` tells as over HTTP). Exit code 64 means that it does not know the action; any
    other but 0 without a problem document, that it went wrong. Above 1 MiB of output or after
    ``timeout_s`` the program and all its children are killed.
    """

    settings: DriverSettings
    over: threading.Event = field(default_factory=threading.Event)
    running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def give_up(self) -> None:
        """Kill what runs, and start nothing more. May be called from any thread."""
        self.over.set()
        for process in tuple(self.running):
            _kill(process)

    def act(self, action: str, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Run the program once for ``action``."""
        started = time.monotonic()
        given = json.dumps(
            {"action": action, "parameters": dict(parameters)}, ensure_ascii=False
        ).encode()
        said = self._run(given, started + self.settings.timeout_s)
        finished = time.monotonic()
        return DriveOutcome(
            said.result, said.failure, said.unsupported, started, finished, said.refused
        )

    def _run(self, given: bytes, deadline: float) -> DriverAnswer:
        name = self.settings.command[0]
        if self.over.is_set():
            return DriverAnswer(None, sentence("drive/the-run-is-over", name=name))
        try:
            process = subprocess.Popen(
                self.settings.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            return DriverAnswer(
                None,
                sentence(
                    "drive/cannot-be-started",
                    name=name,
                    strerror=error.strerror,
                    error_zh=system_zh(error),
                ),
            )
        self.running.add(process)
        if self.over.is_set():  # since it was looked at above
            _kill(process)
        try:
            output, trouble = _exchange(process, given, deadline)
        finally:
            self.running.discard(process)
            _kill_group(process)
        if trouble is not None:
            return DriverAnswer(None, sentence("drive/run", name=name, trouble=trouble))
        return _said(name, process.returncode, output)


def _said(name: str, code: int, output: bytes) -> DriverAnswer:
    """What the program called ``name`` said, by its exit code and its standard output."""
    if code == UNSUPPORTED_EXIT:
        unknown = sentence(
            "drive/does-not-know-this-action-exit-code",
            name=name,
            unsupported_exit=UNSUPPORTED_EXIT,
        )
        return DriverAnswer(None, unknown, unsupported=True)
    answer = read_answer(output)
    if code == 0 or answer.refused or answer.unsupported:
        return answer
    return DriverAnswer(
        None,
        sentence("drive/ended-with-exit-code", name=name, code=code),
    )


def _exchange(
    process: subprocess.Popen[bytes], given: bytes, deadline: float
) -> tuple[bytes, Text | None]:
    """Feed and read the program without ever blocking beyond ``deadline``; its output, and what
    went wrong, if anything did.
    """
    output = bytearray()
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    os.set_blocking(stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        selector.register(stdin, selectors.EVENT_WRITE)
        while stdout in {key.fileobj for key in selector.get_map().values()}:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                return b"", sentence("drive/gave-no-answer-in-time-and-was")
            for key, _ in ready:
                if key.fileobj is stdin:
                    given = _feed(selector, stdin, given)
                elif chunk := os.read(stdout.fileno(), 65536):
                    output += chunk
                else:
                    selector.unregister(stdout)
            if len(output) > OUTPUT_BYTES:
                return b"", sentence(
                    "drive/wrote-more-than-bytes-and-was-killed", output_bytes=OUTPUT_BYTES
                )
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return b"", sentence("drive/did-not-end-in-time-and-was")
    return bytes(output), None


def _feed(selector: selectors.BaseSelector, pipe: Any, given: bytes) -> bytes:
    try:
        given = given[os.write(pipe.fileno(), given) :]
    except BrokenPipeError:
        given = b""
    if not given:
        selector.unregister(pipe)
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
    return given


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started; its session is its own, so nobody else is hit."""
    _kill(process)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()

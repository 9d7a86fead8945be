"""The reference partner as a child process: the kit never imports it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from jidi.cli.language import translate
from jidi.errors import OperatorError, UnreachableError
from jidi.language.json_texts import read_loosely
from jidi.model.text import Text
from jidi.resources import child_environment
from jidi.wording import sentence

ROLES: Final = ("courier", "platform", "integrator")
"""Those that a reference partner exists for."""
_NAMES: Final = {
    "courier": sentence("cli/reference-courier"),
    "platform": sentence("cli/reference-platform"),
    "integrator": sentence("cli/reference-integrator"),
}
_NEEDED: Final = ("sqlalchemy", "alembic", "starlette", "barcode", "segno")
_START_S = 30.0
_STOP_S = 10.0
_POLL_S = 0.02


def partner_name(role: str) -> str:
    """What people call the reference partner of a role."""
    return translate(_NAMES[role].en, _NAMES[role].zh)


@dataclass(frozen=True, slots=True)
class ReferencePartner:
    """A reference partner that runs: its process, its base address and its target file."""

    process: subprocess.Popen[bytes]
    base_url: str
    target_file: Path


def require_reference() -> None:
    """See that what the reference partners need is installed; who only certifies needs none of it.

    Raises:
        OperatorError: something of it is missing.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise OperatorError(
            sentence(
                "cli/the-reference-partners-need-packages-that-are",
                missing=", ".join(missing),
                missing_zh="、".join(missing),
            ),
            next_step=sentence("cli/install-them-pip-install-jidi-reference"),
        )


@contextmanager
def reference_partner(
    role: str, folder: Path, arguments: Sequence[str] = ()
) -> Iterator[ReferencePartner]:
    """Start the reference partner of ``role`` with its files in ``folder``, and always stop it.

    Args:
        role: one of ``ROLES``.
        folder: an existing folder for its data base, target file and log.
        arguments: further arguments of ``python -m jidi_reference <role>``; later ones win.

    Raises:
        OperatorError: what it needs is not installed.
        UnreachableError: it ended, or was not ready within 30 s; the message holds the end of its
            log.
    """
    require_reference()
    ready = folder / "ready.json"
    log = folder / "reference.log"
    command = [
        sys.executable,
        "-m",
        "jidi_reference",
        role,
        "--port",
        "0",
        "--ready-file",
        str(ready),
        "--target-file",
        str(folder / "target.yaml"),
        *arguments,
    ]
    with log.open("wb") as stream:
        process = _start(command, folder, stream)
    try:
        announced = _wait_until_ready(process, ready, log, role)
        yield ReferencePartner(
            process, str(announced["base_url"]), Path(str(announced["target_file"]))
        )
    finally:
        stop(process)


def _start(command: Sequence[str], folder: Path, stream: IO[bytes]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches the command line only, which then stops the partner in
    # order.
    own = {name: value for name, value in os.environ.items() if name.startswith("JIDI_")}
    environment = child_environment(folder, **(own | {"TMPDIR": str(folder)}))
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stream,
        stderr=stream,
        env=environment,
        start_new_session=True,
    )


def _wait_until_ready(
    process: subprocess.Popen[bytes], ready: Path, log: Path, role: str
) -> dict[str, object]:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        announced = _announcement(ready)
        if announced is not None:
            return announced
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_S)
            break
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = Text(lines[-1], lines[-1]) if lines else sentence("cli/it-said-nothing")
    raise UnreachableError(
        sentence("cli/the-reference-partner-did-not-start", last=last),
        next_step=sentence("cli/run-it-alone-to-see-why-python", role=role),
    )


def _announcement(ready: Path) -> dict[str, object] | None:
    """What the ready file says, or ``None`` while it is missing or half written."""
    try:
        value = read_loosely(ready.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) and "base_url" in value else None


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask the process to end, and make it end after 10 s; returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


@contextmanager
def partner_folder() -> Iterator[Path]:
    """A folder for one reference partner that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="jidi-reference-", ignore_cleanup_errors=True) as name:
        yield Path(name)

"""Standard output and error as they really are: of a narrow encoding, a reader that has enough, a
full disk, or none at all. Nothing of that loses an exit code.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

REPLACED: Final = "jidi-replaced"
"""Name of the error handler that writes another sign for one that the encoding has not."""
EXIT_CLOSED: Final = 128 + 13
"""Exit code of a program whose reader went away (that of SIGPIPE)."""
SYSTEM_IS_FULL: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}
)
"""What the operator's system may run out of; no fault of the kit's."""
_SIGNS: Final[Mapping[str, str]] = {
    "✓": "+", "✔": "+", "✗": "x", "✘": "x", "…": "...", "–": "-", "—": "-", "→": "->", "←": "<-",
    "≤": "<=", "≥": ">=", "×": "x", "·": "-", "•": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
    "⟦": "[", "⟧": "]", "§": "S.", "°": " deg", "−": "-",
}  # fmt: skip


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_SIGNS.get(sign, "?") for sign in wrong), error.end


codecs.register_error(REPLACED, _replacement)


class _Forgiving(io.TextIOWrapper):
    """Standard error: what cannot be said there is not worth ending for."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().flush()


def prepare() -> None:
    """Make standard output and error able to take every text; called once, before anything is said.

    Streams that something else has put there, such as a test's, stay as they are.
    """
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=REPLACED)
    if type(sys.stderr) is io.TextIOWrapper and sys.stderr is sys.__stderr__:
        encoding = sys.stderr.encoding
        buffer = sys.stderr.detach()
        sys.stderr = _Forgiving(buffer, encoding, errors=REPLACED, line_buffering=True)


def _nowhere() -> Any:
    return Path(os.devnull).open("w", encoding="utf-8")


def let_go() -> None:
    """Send what is still to be written to standard output nowhere: nobody can take it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def last_words() -> Iterator[None]:
    """For what is said once the exit code is certain: that it cannot be said changes nothing, and
    is told on standard error unless the reader simply went away.
    """
    try:
        yield
        sys.stdout.flush()
    except (OSError, SystemExit) as error:  # rich makes an exit of a closed pipe
        let_go()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"jidi: standard output: {error.strerror or error}\n")


def end_by(number: int, _frame: Any) -> None:
    """Handler for a signal that asks the kit to end: as when a person presses Ctrl-C."""
    raise KeyboardInterrupt(signal.Signals(number).name)


def obey_signals() -> None:
    """End in order when asked to (SIGTERM, SIGHUP), unless somebody chose otherwise: what was seen
    is kept, and children are ended.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        with contextlib.suppress(ValueError):  # not the main thread
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, end_by)

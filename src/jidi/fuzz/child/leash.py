"""First thing that runs in a child: it lets the child end whenever its parent does, whatever ends
that, and gives the answers a pipe of their own. Started by file, with nothing of jidi imported.

Standard input is the leash: the parent holds the other end and never writes, so its end of file
means that the parent is gone. What was standard output carries the answers (its number is in
``JIDI_ANSWERS``); what the child prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import runpy
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


def _end_with_parent(leash: int, parent: int) -> None:
    if sys.platform == "linux":  # at once, even while the interpreter is busy within one call
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_hold, args=(leash,), name="jidi-leash", daemon=True).start()


def _hold(leash: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(leash, 1024):
            pass
    os.killpg(0, signal.SIGKILL)


def _main() -> None:
    leash, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    os.environ["JIDI_ANSWERS"] = str(answers)
    _end_with_parent(leash, int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    sys.path.insert(0, "")  # as with -m: the folder that the child was started in
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()

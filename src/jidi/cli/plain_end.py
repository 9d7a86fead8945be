"""Imported before everything else of the command line: an interruption while the rest is being
imported ends without a traceback, too.
"""

from __future__ import annotations

import sys
from types import TracebackType


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    elif sys.stderr is not None:
        sys.stderr.write("Interrupted. / 已中断。\n")


sys.excepthook = _told

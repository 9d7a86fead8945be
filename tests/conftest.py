"""What all tests share: children are started as from a terminal, however the suite itself was
started.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Final

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair.
settings.register_profile("jidi", deadline=None)
settings.load_profile("jidi")

_LONGEST: Final = 60


def pytest_configure() -> None:
    """Stop ignoring what a shell makes a program in the background ignore; children would inherit
    it, and the tests of signals would wait for an end that never comes.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGHUP, signal.SIG_DFL),
        (signal.SIGQUIT, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name what failed when it fails: a run that is broken off has said it by then."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\nFAILED {report.nodeid} ({report.when})", file=sys.__stderr__, flush=True)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by what its parameter is called where the value makes no name: bytes, and texts
    that are long. Some hold the time of day, and workers must find the same tests.
    """
    del config
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > _LONGEST):
        return argname
    return None

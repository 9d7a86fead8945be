"""What all tests share: children are started as from a terminal, however the suite itself was
started.
"""

from __future__ import annotations

import signal
import threading


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

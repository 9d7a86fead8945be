"""Processes that the tests start take signals as from a terminal, however the suite was started."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.conftest import pytest_configure

SHOWN = """
import signal
print([signal.getsignal(number) == signal.SIG_IGN for number in (signal.SIGINT, signal.SIGQUIT)])
"""


@pytest.fixture
def ignoring() -> Iterator[None]:
    """The suite as if it had been started in the background."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT)}
    for number in before:
        signal.signal(number, signal.SIG_IGN)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("ignoring")
def test_children_heed_signals_that_the_suite_was_told_to_ignore() -> None:
    """A shell without job control makes programs in the background ignore them; what the suite
    starts would inherit that.
    """
    assert _shown() == "[True, True]"
    pytest_configure()
    assert _shown() == "[False, False]"


def _shown() -> str:
    return subprocess.run(
        [sys.executable, "-c", SHOWN], check=True, capture_output=True, text=True
    ).stdout.strip()

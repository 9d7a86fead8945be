"""Progress of a run: a live bar on a terminal, plain lines elsewhere.

Both go to standard error, so that standard output holds the verdict only. Scenarios end in threads
of their own, where no command is current: hence the
language is handed in, and counts are kept under a lock.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Protocol, Self

from jidi.cli.running.progress_bar import LiveProgress, phase_name
from jidi.cli.speaking import is_interactive, say
from jidi.model.text import Language, Text
from jidi.run.planning.selection import Progress
from jidi.wording import sentence

_LINE_EVERY_S = 5.0


class ProgressView(Progress, Protocol):
    """What :func:`jidi.run.certify` reports to, as a context manager: what it shows begins and ends
    with the run.
    """

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def progress_view(language: Language, *, plain: bool = False) -> ProgressView:
    """The live bar when a person watches, else (or when ``plain`` is asked for) plain lines."""
    return LiveProgress(language) if is_interactive() and not plain else PlainProgress(language)


class PlainProgress:
    """One line a scenario that failed, and one every five seconds: for CI logs."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._lock = threading.Lock()
        self._planned = self._finished = self._checks = self._failed = self._cases = 0
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self._finished:
            self._say(self._counts())
        if kind is None and self._cases:
            self._say(sentence("cli/generated-cases", cases=self._cases))

    def planned(self, scenarios: int) -> None:
        """Remember how many scenarios there are."""
        self._planned = scenarios
        self._say(sentence("cli/scenarios-planned", scenarios=scenarios))

    def phase(self, name: str) -> None:
        """Name the phase that begins."""
        title = phase_name(name)
        self._say(sentence("cli/phase", title=title))

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """Count, and name the scenario when something in it failed."""
        with self._lock:
            self._finished += 1
            self._checks += checks
            self._failed += failed
        if failed:
            self._say(
                sentence(
                    "cli/fail-of-checks-failed", scenario=scenario, failed=failed, checks=checks
                )
            )
        elif self._due():
            self._say(self._counts())

    def generated_cases(self, done: int) -> None:
        """Say the count now and then."""
        self._cases = done
        if self._due():
            self._say(sentence("cli/generated-cases-generated-cases", done=done))

    def note(self, text: Text) -> None:
        """Pass on what the run wants to say."""
        self._say(text)

    def _due(self) -> bool:
        return time.monotonic() - self._said_at >= _LINE_EVERY_S

    def _counts(self) -> Text:
        return sentence(
            "cli/scenarios-checks-failed",
            finished=self._finished,
            planned=self._planned,
            checks=self._checks,
            failed=self._failed,
        )

    def _say(self, text: Text) -> None:
        self._said_at = time.monotonic()
        say(text.for_language(self._language), err=True)

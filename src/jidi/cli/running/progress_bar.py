"""The live bar of a run."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from jidi.model.text import Language, Text
from jidi.wording import sentence
from jidi.wording.console import EscapingConsole

_PHASES = {
    "scenarios": sentence("cli/scenarios"),
    "generated": sentence("cli/generated-cases-2"),
    "judging": sentence("cli/judging"),
}


def phase_name(name: str) -> Text:
    """What a phase is called; an unknown one by its own name."""
    return _PHASES.get(name, Text(name, name))


class LiveProgress:
    """A bar for each phase with counts, failures, time spent and time left; a phase that goes on
    after another goes on with its bar.
    """

    def __init__(self, language: Language, console: EscapingConsole | None = None) -> None:
        self._language = language
        self._lock = threading.Lock()
        self._checks = self._failed = 0
        self._planned: int | None = None
        self._task: TaskID | None = None
        self._tasks: dict[str, TaskID] = {}
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
        )
        left = TextColumn(sentence("cli/left").for_language(language))
        self._bar = Progress(
            *columns,
            TimeElapsedColumn(),
            left,
            TimeRemainingColumn(),
            console=console or EscapingConsole(stderr=True, highlight=False),
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._finish()
        self._bar.stop()

    def planned(self, scenarios: int) -> None:
        """Remember how many scenarios there are; the time left rests on it."""
        self._planned = scenarios

    def phase(self, name: str) -> None:
        """Begin a bar of its own for the phase, or go on with it; before judging all else is
        over.
        """
        if name not in self._tasks:
            if name == "judging":
                self._finish()
            total = self._planned if name == "scenarios" else None
            title = phase_name(name).for_language(self._language)
            self._tasks[name] = self._bar.add_task(title, total=total, counts="")
        self._task = self._tasks[name]

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """Move the bar, and print the scenario above it when something in it failed."""
        with self._lock:
            self._checks += checks
            self._failed += failed
            counts = sentence("cli/checks-failed", checks=self._checks, failed=self._failed)
        if self._task is not None:
            self._bar.update(self._task, advance=1, counts=counts.for_language(self._language))
        if failed:
            self.note(
                sentence("cli/of-checks-failed", scenario=scenario, failed=failed, checks=checks)
            )

    def generated_cases(self, done: int) -> None:
        """Set the count of the bar."""
        if self._task is not None:
            self._bar.update(self._task, completed=done)

    def note(self, text: Text) -> None:
        """Print above the bar what the run wants to say."""
        self._bar.console.print(text.for_language(self._language), markup=False)

    def _finish(self) -> None:
        for task in self._tasks.values():
            done = self._bar.tasks[task].completed
            self._bar.update(task, total=done or 1, completed=done or 1)

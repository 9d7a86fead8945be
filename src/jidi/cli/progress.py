"""Progress of a run: a live bar on a terminal, plain lines elsewhere. Both go to standard error, so that standard output holds the verdict only."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from jidi.cli.console import is_interactive
from jidi.cli.language import translate
from jidi.model.text import Language, Text
from jidi.run import Progress

_LINE_EVERY_S = 5.0
_PHASES = {
    "scenarios": Text("Scenarios", "场景"),
    "generated": Text("Generated cases", "生成用例"),
    "judging": Text("Judging", "判定"),
}


def _phase(name: str, language: Language) -> str:
    return _PHASES.get(name, Text(name, name)).for_language(language)


class ProgressView(Progress, Protocol):
    """What :func:`jidi.run.certify` reports to, as a context manager: what it shows begins and ends with the run."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def progress_view(language: Language) -> ProgressView:
    """The live bar when a person watches, else plain lines."""
    return LiveProgress(language) if is_interactive() else PlainProgress(language)


class PlainProgress:
    """One line a scenario that failed, and one every five seconds: for CI logs."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._planned = self._finished = self._checks = self._failed = 0
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._say_counts()

    def planned(self, scenarios: int) -> None:
        """Remember how many scenarios there are."""
        self._planned = scenarios
        self._say(translate(f"{scenarios} scenarios planned", f"计划执行 {scenarios} 个场景"))

    def phase(self, name: str) -> None:
        """Name the phase that begins."""
        self._say(f"{_phase(name, self._language)} ...")

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """Count, and name the scenario when something in it failed."""
        self._finished += 1
        self._checks += checks
        self._failed += failed
        if failed:
            self._say(translate(f"FAIL {scenario}: {failed} of {checks} checks failed", f"不通过 {scenario}：{checks} 项检验中 {failed} 项不通过"))
        elif self._due():
            self._say_counts()

    def generated_cases(self, done: int) -> None:
        """Say the count now and then."""
        if self._due():
            self._say(translate(f"{done} generated cases", f"已执行 {done} 个生成用例"))

    def note(self, text: Text) -> None:
        """Pass on what the run wants to say."""
        self._say(text.for_language(self._language))

    def _due(self) -> bool:
        return time.monotonic() - self._said_at >= _LINE_EVERY_S

    def _say_counts(self) -> None:
        self._say(
            translate(
                f"{self._finished}/{self._planned} scenarios, {self._checks} checks, {self._failed} failed",
                f"场景 {self._finished}/{self._planned}，检验 {self._checks} 项，不通过 {self._failed} 项",
            )
        )

    def _say(self, text: str) -> None:
        self._said_at = time.monotonic()
        click.echo(text, err=True)


class LiveProgress:
    """A bar with counts, failures, time spent and time left."""

    def __init__(self, language: Language, console: Console | None = None) -> None:
        self._language = language
        self._checks = self._failed = 0
        self._planned: int | None = None
        self._task: TaskID | None = None
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[counts]}"))
        left = TextColumn(translate("left", "剩余"))
        self._bar = Bars(*columns, TimeElapsedColumn(), left, TimeRemainingColumn(), console=console or Console(stderr=True, highlight=False))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def planned(self, scenarios: int) -> None:
        """Remember how many scenarios there are; the time left rests on it."""
        self._planned = scenarios
        if self._task is not None:
            self._bar.update(self._task, total=scenarios)

    def phase(self, name: str) -> None:
        """Begin a bar of its own for the phase."""
        if self._task is not None:
            finished = self._bar.tasks[self._task]
            self._bar.update(self._task, total=finished.completed)
        total = self._planned if name == "scenarios" else None
        self._task = self._bar.add_task(_phase(name, self._language), total=total, counts=self._counts())

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """Move the bar, and print the scenario above it when something in it failed."""
        self._checks += checks
        self._failed += failed
        if self._task is not None:
            self._bar.update(self._task, advance=1, counts=self._counts())
        if failed:
            self._bar.console.print(
                translate(f"✗ {scenario}: {failed} of {checks} checks failed", f"✗ {scenario}：{checks} 项检验中 {failed} 项不通过"), markup=False
            )

    def generated_cases(self, done: int) -> None:
        """Set the count of the bar."""
        if self._task is not None:
            self._bar.update(self._task, completed=done)

    def note(self, text: Text) -> None:
        """Print above the bar what the run wants to say."""
        self._bar.console.print(text.for_language(self._language), markup=False)

    def _counts(self) -> str:
        return translate(f"{self._checks} checks, {self._failed} failed", f"检验 {self._checks} 项，不通过 {self._failed} 项")

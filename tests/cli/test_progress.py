"""What is seen while a run goes on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from jidi.cli.running.progress import PlainProgress, progress_view
from jidi.cli.running.progress_bar import LiveProgress
from jidi.model.text import Language, Text


def play(view: PlainProgress | LiveProgress) -> None:
    """A small run: two scenarios, one of which fails, and generated cases."""
    with view as progress:
        progress.planned(2)
        progress.phase("scenarios")
        progress.scenario_finished("good", 0, 3)
        progress.scenario_finished("bad[case]", 1, 4)
        progress.phase("generated")
        progress.generated_cases(2100)
        progress.note(Text("a note", "一条说明"))
        progress.phase("judging")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["1 of 4 checks failed", "2/2 scenarios, 7 checks, 1 failed", "a note"]),
        ("zh", ["4 项检验中 1 项不通过", "一条说明"]),
    ],
)
def test_plain_progress_is_lines_on_standard_error(
    capsys: pytest.CaptureFixture[str], language: Language, words: list[str]
) -> None:
    """CI logs get whole lines without control characters, and nothing on standard output."""
    play(PlainProgress(language))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "\x1b" not in captured.err
    assert "\r" not in captured.err
    assert all(word in captured.err for word in words)
    assert "bad[case]" in captured.err


def test_plain_progress_says_how_many_cases_were_generated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The count is there even when everything was over before the first interval."""
    play(PlainProgress("en"))
    assert "2100 generated cases" in capsys.readouterr().err


def test_live_progress_shows_counts_failures_and_time_left() -> None:
    """On a terminal there is a bar; a scenario that fails is named above it."""
    stream = io.StringIO()
    play(LiveProgress("en", Console(file=stream, force_terminal=True, width=140, highlight=False)))
    shown = stream.getvalue()
    for word in (
        "Scenarios",
        "Generated cases",
        "2/2",
        "7 checks, 1 failed",
        "✗ bad[case]",
        "left",
    ):
        assert word in shown


def test_progress_is_plain_without_a_terminal() -> None:
    """Under pytest nobody watches."""
    assert isinstance(progress_view("en"), PlainProgress)

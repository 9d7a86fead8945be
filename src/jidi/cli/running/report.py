"""``jidi report``: make reports from a stored run, also from one that was broken off."""

from __future__ import annotations

from pathlib import Path

import click

from jidi.cli.language import Command, command, current_language, option, whole_text
from jidi.cli.outputs import format_option
from jidi.cli.streams import last_words
from jidi.model.text import Text
from jidi.passive.inspection import judge_recording
from jidi.report import FORMATS, print_summary, write_all
from jidi.run.stored import as_given, load_record
from jidi.wording import sentence


class ReportGroup(Command, click.Group):
    """The group ``jidi report``."""


@command("render", text=sentence("cli/judge-a-stored-run-again-and-write"))
@click.argument("run_dir", type=click.Path(path_type=Path))
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    text=sentence("cli/where-to-write-run-dir-without-it"),
)
@format_option
def render(run_dir: Path, out: Path | None, formats: tuple[str, ...]) -> int:
    """Exit code of the verdict."""
    language = current_language()
    with as_given(run_dir):
        record = load_record(run_dir, judge_recording)
        written = write_all(record, out or run_dir, formats or FORMATS, language)
        with last_words():
            print_summary(record, language, written.get("html"))
        return record.verdict.exit_code


report = ReportGroup(
    "report",
    text=whole_text("report", Text("", "")),
    commands=[render],
    no_args_is_help=True,
)

"""``jidi report``: make reports from a stored run, also from one that was broken off."""

from __future__ import annotations

from pathlib import Path

import click

from jidi.cli.certify import format_option
from jidi.cli.language import Command, command, current_language, option, whole_text
from jidi.cli.streams import last_words
from jidi.passive.inspection import judge_recording
from jidi.report import FORMATS, print_summary, write_all
from jidi.run.stored import load_record


class ReportGroup(Command, click.Group):
    """The group ``jidi report``."""


@command(
    "render",
    en=(
        "Judge a stored run again and write its reports.\n\nRUN_DIR holds journal.ndjson. The "
        "exit code is that of the verdict."
    ),
    zh=(
        "对已保存的运行重新判定并生成报告。\n\nRUN_DIR 内应有 journal.ndjson。"
        "退出码即结论的退出码。"
    ),
)
@click.argument("run_dir", type=click.Path(path_type=Path))
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    en="Where to write; RUN_DIR without it.",
    zh="写入位置；缺省为 RUN_DIR。",
)
@format_option
def render(run_dir: Path, out: Path | None, formats: tuple[str, ...]) -> int:
    """Exit code of the verdict."""
    language = current_language()
    record = load_record(run_dir, judge_recording)
    written = write_all(record, out or run_dir, formats or FORMATS, language)
    with last_words():
        print_summary(record, language, written.get("html"))
    return record.verdict.exit_code


report = ReportGroup(
    "report",
    text=whole_text("report", "", ""),
    commands=[render],
    no_args_is_help=True,
)

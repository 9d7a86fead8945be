"""``jidi certify``: run the scenarios and generated cases against a candidate, judge, report."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import click

from jidi.cli.language import command, current_language, option, translate
from jidi.cli.progress import progress_view
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.drive import load_target
from jidi.model.requirement import LEVELS
from jidi.model.target import Target
from jidi.report import FORMATS, print_summary, write_all
from jidi.run.certify import certify
from jidi.run.resuming import as_before, load_earlier
from jidi.run.selection import RunOptions, Selection

_SEEDS = 2**31


out_option: Final = option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    en="Run directory; ./jidi-run/<time> without it.",
    zh="运行目录；缺省为 ./jidi-run/<时间>。",
)
"""Where a command that runs or judges leaves its files; :func:`default_directory` without it."""

format_option: Final = option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    en="Report format, may be repeated; all without it.",
    zh="报告格式，可多次给出；缺省全部。",
)
"""The option of every command that writes reports."""


@command(
    "certify",
    en=(
        "TARGET is a target file (see `jidi init`) or the base URL of the candidate. Exit code: "
        "0 conformant, 1 not conformant, 2 usage, 3 unreachable or inconclusive, 4 fault of the "
        "kit."
    ),
    zh=(
        "TARGET 为目标文件（见 `jidi init`）或受测方的基地址。"
        "退出码：0 合规，1 不合规，2 用法错误，3 无法访问或无定论，4 工具故障。"
    ),
)
@click.argument("target")
@option(
    "--level",
    type=click.Choice(LEVELS),
    default="core",
    show_default=True,
    en="Level of the profile.",
    zh="认证级别。",
)
@option(
    "--requirement",
    "requirements",
    multiple=True,
    metavar="ID",
    en="Only this requirement, such as DS-01.2; may be repeated.",
    zh="只测此要求，如 DS-01.2；可多次给出。",
)
@option(
    "--clause",
    "clauses",
    multiple=True,
    metavar="ID",
    en="Only this article, such as DS-01; may be repeated.",
    zh="只测此条款，如 DS-01；可多次给出。",
)
@option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID",
    en="Only this scenario; may be repeated.",
    zh="只测此场景；可多次给出。",
)
@option(
    "--area",
    "areas",
    multiple=True,
    metavar="NAME",
    en="Only this area, such as push; may be repeated.",
    zh="只测此领域，如 push；可多次给出。",
)
@option(
    "--seed",
    type=click.IntRange(0, _SEEDS - 1),
    default=None,
    en="Seed of everything that is made up; a fresh one without it.",
    zh="随机种子；缺省新取。",
)
@option(
    "--max-time",
    "max_time_s",
    type=click.FloatRange(min=1),
    default=None,
    metavar="SECONDS",
    en="Begin nothing new after this time.",
    zh="超过此秒数后不再开始新的用例。",
)
@option(
    "--repeat",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    en="Play each scenario so often; a check that does not come out alike every time is "
    "unstable, never passed.",
    zh="每个场景的执行次数；各次结果不一致的检查判为不稳定，绝不算通过。",
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    en="How many scenarios run side by side.",
    zh="并行场景数。",
)
@out_option
@option(
    "--generated/--no-generated",
    default=None,
    en="With or without generated cases; without an answer: with them for a whole level, "
    "without them for a selection. A run without them certifies nothing.",
    zh="是否发送生成用例；未指明时，完整级别发送，局部选择不发送。未发送生成用例的运行不构成认证。",
)
@option(
    "--resume",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    metavar="RUN_DIR",
    en="Go on with a run that was broken off or left unanswered: what it played to its end is "
    "taken over, the rest is played. "
    "Level, selection and repeats are those of that run.",
    zh=(
        "接续中断或有未答问题的运行：已执行完的场景直接沿用，其余重新执行。级别、"
        "选择与重复次数与该次运行相同。"
    ),
)
@format_option
def certify_command(target: str, out: Path | None, formats: tuple[str, ...], **chosen: Any) -> int:
    """Exit code of the verdict."""
    selection = Selection(
        requirements=frozenset(chosen["requirements"]),
        clauses=frozenset(chosen["clauses"]),
        scenarios=frozenset(chosen["scenarios"]),
        areas=frozenset(chosen["areas"]),
    )
    options = RunOptions(
        out=out or default_directory(),
        level=chosen["level"],
        seed=fresh_seed() if chosen["seed"] is None else chosen["seed"],
        jobs=chosen["jobs"],
        max_time_s=chosen["max_time_s"],
        generated=not selection.narrowed if chosen["generated"] is None else chosen["generated"],
        repeat=chosen["repeat"],
    )
    if chosen["resume"] is not None:
        selection, options = as_before(load_earlier(chosen["resume"]), options)
    return certify_and_report(load_target(target), selection, options, formats)


def certify_and_report(
    target: Target, selection: Selection, options: RunOptions, formats: tuple[str, ...] = ()
) -> int:
    """Certify with progress, write the reports, print the summary; returns the exit code of the
    verdict.

    Raises:
        OperatorError, UnreachableError: see :func:`jidi.run.certify`.
    """
    language = current_language()
    by_hand = target.driver.kind == "manual"
    if by_hand:  # one thing at a time, and nothing that is drawn over the questions
        options = replace(options, jobs=1, streams=(_person(), sys.stderr))
    with progress_view(language, plain=by_hand) as progress:
        record = certify(target, selection, options, progress)
    written = write_all(record, options.out, formats or FORMATS, language)
    with last_words():
        print_summary(record, language, written.get("html"))
        say(translate(f"Run directory: {options.out}", f"运行目录：{options.out}"))
    return record.verdict.exit_code


def _person() -> TextIO:
    """Standard input under a handle of its own: a thread that waits at it must not hold up the end
    of the program.
    """
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # no real file, such as in a test
        return sys.stdin


def default_directory() -> Path:
    """``jidi-run/<local time>`` below the working directory."""
    return Path("jidi-run") / datetime.now(UTC).astimezone().strftime("%Y%m%dT%H%M%S")


def fresh_seed() -> int:
    """A seed that was not used before."""
    return secrets.randbelow(_SEEDS)

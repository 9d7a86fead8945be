"""``jidi certify``: run the scenarios and generated cases against a candidate, judge, report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from jidi.cli.language import command, option
from jidi.cli.outputs import default_directory, format_option, out_option
from jidi.cli.running.reported_run import SEEDS, certify_and_report, fresh_seed
from jidi.drive import load_target
from jidi.errors import OperatorError
from jidi.model.roles import LEVELS
from jidi.run.planning.failed_before import failed_before
from jidi.run.planning.selection import RunOptions, Selection
from jidi.run.resuming import as_before, load_earlier
from jidi.run.stored import as_given, load_record
from jidi.wording import sentence


@command("certify", text=sentence("cli/target-is-a-target-file-see-jidi"))
@click.argument("target")
@option(
    "--level",
    type=click.Choice(LEVELS),
    default="core",
    show_default=True,
    text=sentence("cli/level-of-the-profile"),
)
@option(
    "--requirement",
    "requirements",
    multiple=True,
    metavar="ID",
    text=sentence("cli/only-this-requirement-such-as-ds-01"),
)
@option(
    "--clause",
    "clauses",
    multiple=True,
    metavar="ID",
    text=sentence("cli/only-this-article-such-as-ds-01"),
)
@option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID",
    text=sentence("cli/only-this-scenario-may-be-repeated"),
)
@option(
    "--area",
    "areas",
    multiple=True,
    metavar="NAME",
    text=sentence("cli/only-this-area-such-as-push-may"),
)
@option(
    "--seed",
    type=click.IntRange(0, SEEDS - 1),
    default=None,
    text=sentence("cli/seed-of-everything-that-is-made-up"),
)
@option(
    "--max-time",
    "max_time_s",
    type=click.FloatRange(min=1),
    default=None,
    metavar="SECONDS",
    text=sentence("cli/begin-nothing-new-after-this-time"),
)
@option(
    "--repeat",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    text=sentence("cli/play-each-scenario-so-often-a-check"),
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    text=sentence("cli/how-many-scenarios-run-side-by-side"),
)
@out_option
@option(
    "--generated/--no-generated",
    default=None,
    text=sentence("cli/with-or-without-generated-cases-without-an"),
)
@option(
    "--resume",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    metavar="RUN_DIR",
    text=sentence("cli/go-on-with-a-run-that-was"),
)
@option(
    "--rerun-failed",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    metavar="RUN_DIR",
    text=sentence("cli/play-again-what-failed"),
)
@format_option
def certify_command(target: str, out: Path | None, formats: tuple[str, ...], **chosen: Any) -> int:
    """Exit code of the verdict."""
    selection = Selection(
        requirements=frozenset(one.upper() for one in chosen["requirements"]),
        clauses=frozenset(one.upper() for one in chosen["clauses"]),
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
        one_role=True,
    )
    if chosen["resume"] is not None:
        with as_given(chosen["resume"]):
            load_record(chosen["resume"])  # what is taken over is judged again at the end
            selection, options = as_before(load_earlier(chosen["resume"]), options)
    if chosen["rerun_failed"] is not None:
        selection, options = _what_failed(chosen, selection, options)
    return certify_and_report(load_target(target), selection, options, formats)


def _what_failed(
    chosen: dict[str, Any], selection: Selection, options: RunOptions
) -> tuple[Selection, RunOptions]:
    """With the seed of that run, unless another was asked for: its values are made up again."""
    if selection.narrowed or chosen["resume"] is not None:
        raise OperatorError(
            sentence("cli/rerun-failed-selects"),
            next_step=sentence("cli/leave-out-the-other-options"),
        )
    with as_given(chosen["rerun_failed"]):
        record = load_record(chosen["rerun_failed"])
        selection, options = failed_before(record, options)
    if chosen["seed"] is None:
        options = replace(options, seed=record.header.seed)
    return selection, options

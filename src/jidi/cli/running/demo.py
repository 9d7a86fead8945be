"""``jidi demo``: certify a reference partner, to see what jidi does."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from jidi.cli.language import command, option, translate
from jidi.cli.outputs import default_directory, out_option
from jidi.cli.reference import ROLES, partner_folder, partner_name, reference_partner
from jidi.cli.running.reported_run import certify_and_report, fresh_seed
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.drive import load_target
from jidi.model.roles import Level
from jidi.run.planning.selection import RunOptions, Selection
from jidi.wording import sentence

_LEVELS: Final[tuple[Level, ...]] = ("core", "privacy")
"""Those that the reference partners serve."""


@command("demo", text=sentence("cli/everything-runs-on-this-machine-the-partner"))
@out_option
@option(
    "--level",
    type=click.Choice(_LEVELS),
    default="privacy",
    show_default=True,
    text=sentence("cli/level-of-the-profile"),
)
@option(
    "--role",
    type=click.Choice(ROLES),
    default="courier",
    show_default=True,
    text=sentence("cli/which-reference-partner"),
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=None,
    text=sentence("cli/seed-of-everything-that-is-made-up"),
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    text=sentence("cli/how-many-scenarios-run-side-by-side"),
)
@option("--no-generated", is_flag=True, text=sentence("cli/scenarios-only-no-generated-cases"))
def demo(out: Path | None, seed: int | None, jobs: int, **chosen: Any) -> int:
    """Exit code of the verdict."""
    directory = out or default_directory()
    options = RunOptions(
        out=directory,
        level=chosen["level"],
        seed=fresh_seed() if seed is None else seed,
        jobs=jobs,
        max_time_s=None,
        generated=not chosen["no_generated"],
    )
    role: str = chosen["role"]
    with partner_folder() as folder, reference_partner(role, folder) as partner:
        say(
            translate(
                sentence("cli/the-runs-at", role=partner_name(role), base_url=partner.base_url)
            ),
            err=True,
        )
        code = certify_and_report(load_target(str(partner.target_file)), Selection(), options)
    report = (directory / "report.html").absolute()
    with last_words():
        say(translate(sentence("cli/open-the-report-in-a-browser", as_uri=report.as_uri())))
    return code

"""``jidi demo``: certify a reference partner, to see what jidi does."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from jidi.cli.certify import certify_and_report, default_directory, fresh_seed, out_option
from jidi.cli.language import command, option, translate
from jidi.cli.reference import ROLES, partner_folder, partner_name, reference_partner
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.drive import load_target
from jidi.model.requirement import Level
from jidi.run.selection import RunOptions, Selection

_LEVELS: Final[tuple[Level, ...]] = ("core", "privacy")
"""Those that the reference partners serve."""


@command(
    "demo",
    en=("Everything runs on this machine; the partner is stopped in the end."),
    zh=("全程在本机进行，结束后自动停止。"),
)
@out_option
@option(
    "--level",
    type=click.Choice(_LEVELS),
    default="privacy",
    show_default=True,
    en="Level of the profile.",
    zh="认证级别。",
)
@option(
    "--role",
    type=click.Choice(ROLES),
    default="courier",
    show_default=True,
    en="Which reference partner.",
    zh="参考伙伴的角色。",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=None,
    en="Seed of everything that is made up; a fresh one without it.",
    zh="随机种子；缺省新取。",
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    en="How many scenarios run side by side.",
    zh="并行场景数。",
)
@option(
    "--no-generated",
    is_flag=True,
    en="Scenarios only, no generated cases.",
    zh="只跑场景，不跑生成用例。",
)
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
                f"The {partner_name(role)} runs at {partner.base_url}.",
                f"{partner_name(role)}运行于 {partner.base_url}。",
            ),
            err=True,
        )
        code = certify_and_report(load_target(str(partner.target_file)), Selection(), options)
    report = (directory / "report.html").absolute()
    with last_words():
        say(
            translate(
                f"Open the report in a browser: {report.as_uri()}",
                f"请用浏览器打开报告：{report.as_uri()}",
            )
        )
    return code

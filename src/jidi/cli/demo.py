"""``jidi demo``: certify the reference courier, to see what jidi does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from jidi.cli.certify import certify_and_report, default_directory, fresh_seed
from jidi.cli.language import command, option, translate
from jidi.cli.reference import partner_folder, reference_partner
from jidi.drive import load_target
from jidi.model.requirement import Level
from jidi.run.selection import RunOptions, Selection

_LEVELS: Final[tuple[Level, ...]] = ("core", "privacy")
"""Those that the reference courier serves."""


@command(
    "demo",
    en="Start the reference courier and certify it.\n\nEverything runs on this machine; the courier is stopped in the end.",
    zh="启动参考快递企业并对其认证。\n\n全程在本机进行，结束后自动停止。",
)
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    en="Run directory; ./jidi-run/<time> without it.",
    zh="运行目录；缺省为 ./jidi-run/<时间>。",
)
@option(
    "--level",
    type=click.Choice(_LEVELS),
    default="privacy",
    show_default=True,
    en="Level of the profile.",
    zh="认证级别。",
)
@option("--seed", type=click.IntRange(min=0), default=None, en="Seed of everything that is made up; a fresh one without it.", zh="随机种子；缺省新取。")
@option("--jobs", type=click.IntRange(1, 64), default=8, show_default=True, en="How many scenarios run side by side.", zh="并行场景数。")
@option("--no-generated", is_flag=True, en="Scenarios only, no generated cases.", zh="只跑场景，不跑生成用例。")
def demo(out: Path | None, level: Level, seed: int | None, jobs: int, no_generated: bool) -> int:
    """Exit code of the verdict."""
    directory = out or default_directory()
    options = RunOptions(
        out=directory,
        level=level,
        seed=fresh_seed() if seed is None else seed,
        jobs=jobs,
        max_time_s=None,
        generated=not no_generated,
    )
    with partner_folder() as folder, reference_partner("courier", folder) as partner:
        click.echo(translate(f"The reference courier runs at {partner.base_url}.", f"参考快递企业运行于 {partner.base_url}。"), err=True)
        code = certify_and_report(load_target(str(partner.target_file)), Selection(), options)
    report = (directory / "report.html").absolute()
    click.echo(translate(f"Open the report in a browser: {report.as_uri()}", f"请用浏览器打开报告：{report.as_uri()}"))
    return code

"""``jidi demo-network``: a day of parcels through reference partners, without the kit."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

import click

from jidi.cli.language import command, current_language, option
from jidi.cli.reference import require_reference


@command(
    "demo-network",
    en=(
        "Shows the flow while it flows, and in the end compares what both ends of every "
        "connection have logged. Exit code 1 when they do not agree."
    ),
    zh=("实时显示数据流动，结束时比对每个连接两端的记录；不一致时退出码为 1。"),
)
@option(
    "--parcels",
    type=click.IntRange(1, 100_000),
    default=300,
    show_default=True,
    en="How many parcels the day has.",
    zh="当天快件数。",
)
@option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=30,
    show_default=True,
    en="How long the day lasts, in seconds.",
    zh="一天压缩为多少秒。",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    en="Seed of what is made up.",
    zh="随机种子。",
)
@option(
    "--restarts",
    is_flag=True,
    en="Kill the integrator and a courier during the day, and start them again.",
    zh="期间终止集成服务商和一家快递企业并重新启动。",
)
def demo_network(parcels: int, seconds: float, seed: int, *, restarts: bool) -> int:
    """Exit code of the demonstration."""
    options = [
        "--parcels",
        str(parcels),
        "--seconds",
        str(seconds),
        "--seed",
        str(seed),
        "--lang",
        current_language(),
    ]
    require_reference()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jidi_reference.network",
            *options,
            *(["--restarts"] if restarts else []),
        ]
    )

    def forward(_number: int, _frame: FrameType | None) -> None:
        process.send_signal(signal.SIGTERM)

    # Ctrl-C reaches the child by itself, which then stops its partners in order; until then there
    # is nothing to do here but to wait.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, forward)
    return process.wait()

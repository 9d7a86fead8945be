"""``jidi demo-network``: a day of parcels through reference partners, without the kit."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

import click

from jidi.cli.language import command, current_language, option
from jidi.cli.reference import require_reference
from jidi.wording import sentence


@command("demo-network", text=sentence("cli/shows-the-flow-while-it-flows-and"))
@option(
    "--parcels",
    type=click.IntRange(1, 100_000),
    default=300,
    show_default=True,
    text=sentence("cli/how-many-parcels-the-day-has"),
)
@option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=30,
    show_default=True,
    text=sentence("cli/how-long-the-day-lasts-in-seconds"),
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    text=sentence("cli/seed-of-what-is-made-up"),
)
@option("--restarts", is_flag=True, text=sentence("cli/kill-the-integrator-and-a-courier-during"))
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

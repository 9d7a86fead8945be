"""What commands that leave reports have in common: where they go and of which formats they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from jidi.cli.language import option
from jidi.report import FORMATS
from jidi.wording import sentence

out_option: Final = option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    text=sentence("cli/run-directory-jidi-run-time-without-it"),
)
"""Where a command that runs or judges leaves its files; :func:`default_directory` without it."""

format_option: Final = option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    text=sentence("cli/report-format-may-be-repeated-all-without"),
)
"""The option of every command that writes reports."""


def default_directory() -> Path:
    """``jidi-run/<local time>`` below the working directory."""
    return Path("jidi-run") / datetime.now(UTC).astimezone().strftime("%Y%m%dT%H%M%S")

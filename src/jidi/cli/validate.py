"""``jidi validate``: single messages, without a run."""

from __future__ import annotations

import click

from jidi.cli.language import command


@command("validate", en="Check messages.", zh="校验报文。")
@click.argument("file")
def validate(file: str) -> int:
    """Not there yet."""
    raise click.UsageError(f"{file}: not there yet")

"""The command line: one module a command, each of which parses, builds and delegates."""

from __future__ import annotations

from jidi.wording import sentence

from jidi.cli import plain_end  # isort: skip - from here on an interruption ends plainly

import click

from jidi import __version__
from jidi.cli.application import Application
from jidi.cli.commands import COMMANDS
from jidi.cli.language import Option

_INTRODUCTION = sentence("cli/conformance-kit-for-data-sharing-between")

main = Application(
    "jidi",
    text=_INTRODUCTION,
    entries=COMMANDS,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)
click.version_option(
    __version__,
    prog_name="jidi",
    message="%(prog)s %(version)s",
    cls=Option,
    text=sentence("cli/show-the-version-and-exit"),
)(main)

__all__ = ["main", "plain_end"]

"""The command line: one module a command, each of which parses, builds and delegates."""

from __future__ import annotations

from jidi.cli import plain_end  # isort: skip - from here on an interruption ends plainly

import click

from jidi import __version__
from jidi.cli.application import Application
from jidi.cli.commands import COMMANDS
from jidi.cli.language import Option
from jidi.model.text import Text

_INTRODUCTION = Text(
    "Conformance kit for data sharing between express and e-commerce operators.\n\n"
    "Begin with `jidi demo`. Then `jidi init URL` writes a target file, `jidi doctor` checks "
    "it and `jidi certify` gives the verdict.",
    "寄递数据共享合规测试工具。\n\n请先运行 `jidi demo`。然后用 `jidi init URL` 生成目标文件，"
    "用 `jidi doctor` 检查，用 `jidi certify` 得出结论。",
)

main = Application(
    "jidi",
    text=_INTRODUCTION,
    entries=COMMANDS,
    no_args_is_help=True,
)
click.version_option(
    __version__,
    prog_name="jidi",
    message="%(prog)s %(version)s",
    cls=Option,
    text=Text("Show the version and exit.", "显示版本后退出。"),
)(main)

__all__ = ["main", "plain_end"]

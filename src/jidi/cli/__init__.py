"""The command line: one module a command, each of which parses, builds and delegates."""

from __future__ import annotations

import click

from jidi import __version__
from jidi.cli.application import Application
from jidi.cli.certify import certify_command
from jidi.cli.coverage import coverage
from jidi.cli.demo import demo
from jidi.cli.demo_network import demo_network
from jidi.cli.doctor import doctor
from jidi.cli.explain import explain
from jidi.cli.init import init
from jidi.cli.judge import judge
from jidi.cli.language import Option
from jidi.cli.lint import lint
from jidi.cli.listing import list_command
from jidi.cli.report import report
from jidi.cli.scan import scan
from jidi.cli.serve import serve
from jidi.cli.validate import validate
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
    commands=[
        demo,
        init,
        doctor,
        certify_command,
        judge,
        report,
        validate,
        scan,
        explain,
        list_command,
        coverage,
        lint,
        serve,
        demo_network,
    ],
    no_args_is_help=True,
)
click.version_option(
    __version__,
    prog_name="jidi",
    message="%(prog)s %(version)s",
    cls=Option,
    text=Text("Show the version and exit.", "显示版本后退出。"),
)(main)

__all__ = ["main"]

"""``jidi new``: commented skeletons of what contributors add."""

from __future__ import annotations

from pathlib import Path

import click

from jidi.catalogue.skeletons import Skeletons
from jidi.cli.data import load_catalogue
from jidi.cli.language import Command, command, option, translate, whole_text
from jidi.cli.speaking import say
from jidi.registry import Registry


class NewGroup(Command, click.Group):
    """The group ``jidi new``."""


_into = option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    en="The checkout to write into; the current directory without it.",
    zh="写入的代码库目录；缺省为当前目录。",
)
_requirement = option(
    "--requirement",
    "row",
    required=True,
    metavar="ID",
    en="The requirement that it bears upon, such as DS-01.2.",
    zh="所针对的要求，如 DS-01.2。",
)
_op = option(
    "--op",
    default="",
    metavar="ID",
    en="Operation that is called; one that reads without it.",
    zh="所调用的操作；缺省取一项读取操作。",
)


@command(
    "scenario",
    en="Write conformance/scenarios/AREA/NAME.yaml with one step and one check to begin with.",
    zh="写入 conformance/scenarios/AREA/NAME.yaml，内含一个步骤与一项检验作为起点。",
)
@click.argument("name")
@_requirement
@option(
    "--area",
    default="",
    metavar="NAME",
    en="Folder; that of NAME's first word without it.",
    zh="所属领域；缺省取 NAME 的首词。",
)
@_op
@_into
def scenario(name: str, row: str, area: str, op: str, into: Path) -> None:
    """Write the file and say what comes next."""
    path = _skeletons(into).scenario(name, row, area, op)
    follow = f"jidi new broken-partner {name}-broken --requirement {row} --scenario {name}"
    _next(path, "jidi lint", f"jidi explain {name}", follow)


@command(
    "requirement",
    en="Add a row to its article in conformance/requirements; ID is the next free one, such as "
    "DS-06.5.",
    zh="在 conformance/requirements 的相应条款中添加一行；ID 为下一个空号，如 DS-06.5。",
)
@click.argument("row")
@_into
def requirement(row: str, into: Path) -> None:
    """Write the row and say what comes next."""
    path = _skeletons(into).requirement(row)
    _next(path, "jidi lint", f"jidi new scenario NAME --requirement {row}")


@command(
    "broken-partner",
    en="Write tests/conformance/broken_partners/NAME.py: the reference partner with one fault.",
    zh="写入 tests/conformance/broken_partners/NAME.py：带有一处故障的参考伙伴。",
)
@click.argument("name")
@_requirement
@option(
    "--scenario",
    "scenario_id",
    required=True,
    metavar="ID",
    en="The scenario that must see the fault.",
    zh="须发现该故障的场景。",
)
@_op
@_into
def broken_partner(name: str, row: str, scenario_id: str, op: str, into: Path) -> None:
    """Write the module and say what comes next."""
    path = _skeletons(into).broken_partner(name, row, scenario_id, op)
    _next(path, f"make prove-scenario ID={scenario_id}")


def _skeletons(into: Path) -> Skeletons:
    return Skeletons(into, load_catalogue(), Registry.load())


def _next(path: Path, *commands: str) -> None:
    say(translate(f"Wrote {path}. Edit it, then:", f"已写入 {path}。编辑后运行："))
    for line in commands:
        say(f"  {line}")


new = NewGroup(
    "new",
    text=whole_text("new", "", ""),
    commands=[scenario, requirement, broken_partner],
    no_args_is_help=True,
)

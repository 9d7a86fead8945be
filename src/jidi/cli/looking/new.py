"""``jidi new``: commented skeletons of what contributors add."""

from __future__ import annotations

from pathlib import Path

import click

from jidi.catalogue.skeletons import Skeletons
from jidi.cli.language import Command, command, option, translate, whole_text
from jidi.cli.loading import load_catalogue
from jidi.cli.speaking import say
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.wording import sentence


class NewGroup(Command, click.Group):
    """The group ``jidi new``."""


_into = option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    text=sentence("cli/the-checkout-to-write-into-the-current"),
)
_requirement = option(
    "--requirement",
    "row",
    required=True,
    metavar="ID",
    text=sentence("cli/the-requirement-that-it-bears-upon-such"),
)
_op = option(
    "--op", default="", metavar="ID", text=sentence("cli/operation-that-is-called-one-that-reads")
)


@command("scenario", text=sentence("cli/write-conformance-scenarios-area-name-yaml"))
@click.argument("name")
@_requirement
@option(
    "--area",
    default="",
    metavar="NAME",
    text=sentence("cli/folder-that-of-names-first-word-without"),
)
@_op
@_into
def scenario(name: str, row: str, area: str, op: str, into: Path) -> None:
    """Write the file and say what comes next."""
    path = _skeletons(into).scenario(name, row, area, op)
    follow = f"jidi new broken-partner {name}-broken --requirement {row} --scenario {name}"
    _next(path, "jidi lint", f"jidi explain {name}", follow)


@command("requirement", text=sentence("cli/add-a-row-to-its-article-in"))
@click.argument("row")
@_into
def requirement(row: str, into: Path) -> None:
    """Write the row and say what comes next."""
    path = _skeletons(into).requirement(row)
    _next(path, "jidi lint", f"jidi new scenario NAME --requirement {row}")


@command("broken-partner", text=sentence("cli/write-tests-conformance-broken-partners-name"))
@click.argument("name")
@_requirement
@option(
    "--scenario",
    "scenario_id",
    required=True,
    metavar="ID",
    text=sentence("cli/the-scenario-that-must-see-the-fault"),
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
    say(translate(sentence("cli/wrote-edit-it-then", path=path)))
    for line in commands:
        say(f"  {line}")


new = NewGroup(
    "new",
    text=whole_text("new", Text("", "")),
    commands=[scenario, requirement, broken_partner],
    no_args_is_help=True,
)

"""``jidi schema``: how schemas of any author change."""

from __future__ import annotations

from typing import Final

import click

from jidi import __version__
from jidi.cli.language import Command, command, current_language, option, translate, whole_text
from jidi.cli.speaking import say
from jidi.errors import OperatorError
from jidi.evolution.diff import diff
from jidi.evolution.differences import DIRECTIONS, Difference, Direction
from jidi.evolution.sides import GIT, read_source
from jidi.evolution.telling.json_text import json_text
from jidi.evolution.telling.pull_request import pull_request
from jidi.evolution.telling.sarif_log import sarif_log
from jidi.evolution.telling.spoken import text_lines
from jidi.model.text import Text
from jidi.wording import sentence

_FORMS: Final = ("text", "json", "markdown", "sarif")


class SchemaGroup(Command, click.Group):
    """The group ``jidi schema``."""


@command("diff", text=sentence("cli/schema-diff-long"))
@click.argument("old")
@click.argument("new", default="")
@option("--against", default="", metavar="git:REF", text=sentence("cli/schema-diff-against"))
@option(
    "--direction",
    type=click.Choice(DIRECTIONS),
    default="by-role",
    text=sentence("cli/schema-diff-direction"),
)
@option(
    "--formats",
    type=click.Choice(("asserted", "annotated")),
    default="asserted",
    text=sentence("cli/schema-diff-formats"),
)
@option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    text=sentence("cli/schema-diff-format"),
)
def diff_command(old: str, new: str, against: str, direction: Direction, **said: str) -> int:
    """0 compatible, 1 breaking, 3 undecided, in the direction that is asked for."""
    before, after = _sides(old, new, against)
    found = diff(read_source(before), read_source(after), asserted=said["formats"] == "asserted")
    _show(found, direction, said["form"])
    return found.exit_code(direction)


def _sides(old: str, new: str, against: str) -> tuple[str, str]:
    if bool(new) is bool(against) or (against and not against.startswith(GIT)):
        raise OperatorError(
            sentence("evolution/one-or-two"), next_step=sentence("evolution/say-git-ref-path")
        )
    return (f"{against}:{old}", old) if against else (old, new)


def _show(found: Difference, direction: Direction, form: str) -> None:
    language = current_language()
    if form == "json":
        say(json_text(found.as_json()))
    elif form == "sarif":
        say(json_text(sarif_log(found, direction, language, __version__)))
    elif form == "markdown":
        say(pull_request(found, direction, language))
    else:
        for line in text_lines(found):
            say(translate(line))


schema = SchemaGroup(
    "schema",
    text=whole_text("schema", Text("", "")),
    commands=[diff_command],
    no_args_is_help=True,
)

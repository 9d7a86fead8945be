"""``jidi schema``: how schemas of any author change."""

from __future__ import annotations

from typing import Final

import click

from jidi import __version__
from jidi.cli.language import Command, current_language, option, subcommand, translate, whole_text
from jidi.cli.speaking import say
from jidi.errors import OperatorError
from jidi.evolution.diff import diff
from jidi.evolution.differences import DIRECTIONS, Difference, Direction
from jidi.evolution.linting.lint_findings import SEVERITIES, Severity
from jidi.evolution.linting.linter import folders_of, lint_schemas
from jidi.evolution.linting.rule_set import read_rules
from jidi.evolution.sides import GIT, read_source
from jidi.evolution.telling.json_text import json_text
from jidi.evolution.telling.lint_told import lint_lines, lint_sarif, rule_lines
from jidi.evolution.telling.pull_request import pull_request
from jidi.evolution.telling.sarif_log import sarif_log
from jidi.evolution.telling.spoken import text_lines
from jidi.model.text import Text
from jidi.wording import sentence

_FORMS: Final = ("text", "json", "markdown", "sarif")
_LINT_FORMS: Final = ("text", "json", "sarif")


class SchemaGroup(Command, click.Group):
    """The group ``jidi schema``."""


@subcommand("diff", text=sentence("cli/schema-diff-long"))
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


@subcommand("lint", text=sentence("cli/schema-lint-long"))
@click.argument("place", default="")
@option("--rules", "asked", default="", text=sentence("cli/schema-lint-rules"))
@option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    text=sentence("cli/schema-lint-fail-on"),
)
@option(
    "--format",
    "form",
    type=click.Choice(_LINT_FORMS),
    default="text",
    text=sentence("cli/schema-lint-format"),
)
@option("--list-rules", is_flag=True, text=sentence("cli/schema-lint-list-rules"))
def lint_command(place: str, asked: str, fail_on: Severity, form: str, *, list_rules: bool) -> int:
    """0 nothing that is severe enough, 1 findings."""
    rules = read_rules(asked, folders_of(place) if place else [])
    if list_rules:
        for line in rule_lines(rules):
            say(translate(line))
        return 0
    if not place:
        raise OperatorError(
            sentence("evolution/nothing-named"),
            next_step=sentence("evolution/name-a-schema-or-folder"),
        )
    linted = lint_schemas(place, rules)
    if form == "json":
        say(json_text(linted.as_json()))
    elif form == "sarif":
        say(json_text(lint_sarif(linted, current_language(), __version__)))
    else:
        for line in lint_lines(linted):
            say(translate(line))
    return linted.exit_code(fail_on)


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
    commands=[diff_command, lint_command],
    no_args_is_help=True,
)

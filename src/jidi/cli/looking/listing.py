"""``jidi list``: what there is."""

from __future__ import annotations

from collections.abc import Callable

import click
from rich.table import Table

from jidi.cli.console import console, table
from jidi.cli.language import command, current_language, translate
from jidi.cli.loading import load_catalogue, load_without_scenarios
from jidi.registry import Registry
from jidi.wording import sentence


@command("list", text=sentence("cli/without-an-argument-requirements"))
@click.argument(
    "what",
    type=click.Choice(["requirements", "scenarios", "profiles", "schemas", "operations"]),
    default="requirements",
)
def list_command(what: str) -> None:
    """Print one table."""
    makers: dict[str, Callable[[], Table]] = {
        "requirements": _requirements,
        "scenarios": _scenarios,
        "profiles": _profiles,
        "schemas": _schemas,
        "operations": _operations,
    }
    console().print(makers[what]())


def _requirements() -> Table:
    language = current_language()
    rows = table(
        "ID",
        translate(sentence("cli/modality")),
        translate(sentence("cli/established")),
        translate(sentence("cli/checked-for")),
        translate(sentence("cli/text")),
    )
    for requirement in load_without_scenarios().requirements.values():
        checked = ", ".join(requirement.checked) or "-"
        rows.add_row(
            requirement.id,
            requirement.modality,
            requirement.established,
            checked,
            requirement.text.for_language(language).strip(),
        )
    return rows


def _scenarios() -> Table:
    rows = table(
        "ID",
        translate(sentence("cli/area")),
        translate(sentence("cli/requirements")),
        translate(sentence("cli/title")),
    )
    for scenario in load_catalogue().scenarios():
        rows.add_row(
            scenario.id,
            scenario.area,
            ", ".join(sorted(scenario.requirements)),
            scenario.title.for_language(current_language()),
        )
    return rows


def _profiles() -> Table:
    rows = table(
        "ID",
        translate(sentence("cli/profiles-requirements")),
        translate(sentence("cli/title")),
        translate(sentence("cli/digest")),
    )
    for profile in load_without_scenarios().profiles:
        rows.add_row(
            profile.id,
            str(len(profile.requirements)),
            profile.title.for_language(current_language()),
            profile.digest,
        )
    return rows


def _schemas() -> Table:
    registry = Registry.load()
    rows = table(translate(sentence("cli/schema")), translate(sentence("cli/title")))
    key = "x-title-zh" if current_language() == "zh" else "title"
    for name in registry.schema_names:
        rows.add_row(name, str(registry.schema(name).get(key, "")))
    return rows


def _operations() -> Table:
    rows = table(
        translate(sentence("cli/operation")),
        translate(sentence("cli/document")),
        translate(sentence("cli/method-and-path")),
        translate(sentence("cli/scopes")),
    )
    for operation in Registry.load().operations():
        rows.add_row(
            operation.id,
            operation.document,
            f"{operation.method.upper()} {operation.path}",
            ", ".join(operation.scopes),
        )
    return rows

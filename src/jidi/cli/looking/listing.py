"""``jidi list``: what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import click

from jidi.cli.console import console, table
from jidi.cli.language import command, current_language, option, translate
from jidi.cli.loading import load_catalogue, load_without_scenarios
from jidi.cli.speaking import say_json
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.wording import sentence

Row = Mapping[str, Any]
"""One thing by the names of its members; texts in both languages are :class:`Text`."""


@command("list", text=sentence("cli/without-an-argument-requirements"))
@click.argument(
    "what",
    type=click.Choice(["requirements", "scenarios", "profiles", "schemas", "operations"]),
    default="requirements",
)
@option("--json", "as_json", is_flag=True, text=sentence("cli/as-json"))
def list_command(what: str, as_json: bool) -> None:
    """Print one table, or a list of objects."""
    heads, rows = _LISTS[what]
    if as_json:
        say_json(list(rows()))
        return
    shown = table(*("ID" if head is None else translate(head) for head in heads))
    for row in rows():
        shown.add_row(*map(_cell, row.values()))
    console().print(shown)


def _cell(value: Any) -> str:
    if isinstance(value, Text):
        return value.for_language(current_language()).strip()
    return (", ".join(value) or "-") if isinstance(value, list) else str(value)


def _requirements() -> Iterator[Row]:
    for requirement in load_without_scenarios().requirements.values():
        yield {
            "id": requirement.id,
            "modality": requirement.modality,
            "established": requirement.established,
            "checked": list(requirement.checked),
            "text": requirement.text,
        }


def _scenarios() -> Iterator[Row]:
    for scenario in load_catalogue().scenarios():
        yield {
            "id": scenario.id,
            "area": scenario.area,
            "requirements": sorted(scenario.requirements),
            "title": scenario.title,
        }


def _profiles() -> Iterator[Row]:
    for profile in load_without_scenarios().profiles:
        yield {
            "id": profile.id,
            "requirements": len(profile.requirements),
            "title": profile.title,
            "digest": profile.digest,
        }


def _schemas() -> Iterator[Row]:
    registry = Registry.load()
    for name in registry.schema_names:
        schema = registry.schema(name)
        title = Text(str(schema.get("title", "")), str(schema.get("x-title-zh", "")))
        yield {"id": name, "title": title}


def _operations() -> Iterator[Row]:
    for operation in Registry.load().operations():
        yield {
            "id": operation.id,
            "document": operation.document,
            "call": f"{operation.method.upper()} {operation.path}",
            "scopes": ", ".join(operation.scopes),
        }


_LISTS: Final[Mapping[str, tuple[tuple[Text | None, ...], Callable[[], Iterator[Row]]]]] = {
    "requirements": (
        (
            None,
            sentence("cli/modality"),
            sentence("cli/established"),
            sentence("cli/checked-for"),
            sentence("cli/text"),
        ),
        _requirements,
    ),
    "scenarios": (
        (None, sentence("cli/area"), sentence("cli/requirements"), sentence("cli/title")),
        _scenarios,
    ),
    "profiles": (
        (
            None,
            sentence("cli/profiles-requirements"),
            sentence("cli/title"),
            sentence("cli/digest"),
        ),
        _profiles,
    ),
    "schemas": ((sentence("cli/schema"), sentence("cli/title")), _schemas),
    "operations": (
        (
            sentence("cli/operation"),
            sentence("cli/document"),
            sentence("cli/method-and-path"),
            sentence("cli/scopes"),
        ),
        _operations,
    ),
}
"""By what is asked for: the heads of its columns (``None``: ID) and its rows."""

"""``jidi list``: what there is."""

from __future__ import annotations

from collections.abc import Callable

import click
from rich.table import Table

from jidi.cli.console import console, table
from jidi.cli.data import load_catalogue
from jidi.cli.language import command, current_language, translate
from jidi.registry import Registry


@command(
    "list",
    en=("Without an argument: requirements."),
    zh=("不带参数时列出要求。"),
)
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
        translate("Modality", "约束力"),
        translate("Established", "认定方式"),
        translate("Checked for", "已检验角色"),
        translate("Text", "内容"),
    )
    for requirement in load_catalogue().requirements.values():
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
        translate("Area", "领域"),
        translate("Requirements", "要求"),
        translate("Title", "标题"),
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
        translate("Requirements", "要求数"),
        translate("Title", "标题"),
        translate("Digest", "摘要"),
    )
    for profile in load_catalogue().profiles:
        rows.add_row(
            profile.id,
            str(len(profile.requirements)),
            profile.title.for_language(current_language()),
            profile.digest,
        )
    return rows


def _schemas() -> Table:
    registry = Registry.load()
    rows = table(translate("Schema", "模式"), translate("Title", "标题"))
    key = "x-title-zh" if current_language() == "zh" else "title"
    for name in registry.schema_names:
        rows.add_row(name, str(registry.schema(name).get(key, "")))
    return rows


def _operations() -> Table:
    rows = table(
        translate("Operation", "操作"),
        translate("Document", "文档"),
        translate("Method and path", "方法与路径"),
        translate("Scopes", "权限范围"),
    )
    for operation in Registry.load().operations():
        rows.add_row(
            operation.id,
            operation.document,
            f"{operation.method.upper()} {operation.path}",
            ", ".join(operation.scopes),
        )
    return rows

"""``jidi explain``: one requirement or one scenario in full."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click
from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.cli.console import console
from jidi.cli.data import Bearing, action, bearings, load_catalogue, looked_at, preconditions
from jidi.cli.language import command, current_language, translate
from jidi.errors import SelectionError
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario, Step


@command(
    "explain",
    en=("ID is a requirement such as DS-01.2, an article such as DS-01, or a scenario."),
    zh=("ID 为要求（如 DS-01.2）、条款（如 DS-01）或场景标识。"),
)
@click.argument("identifier", metavar="ID")
def explain(identifier: str) -> None:
    """Print it; an unknown id is refused with the nearest known ones."""
    _print(explained(identifier, load_catalogue()))


def explained(identifier: str, catalogue: Catalogue) -> Iterable[str | Styled]:
    """The lines that explain a requirement, an article or a scenario.

    Raises:
        SelectionError: nothing has this id.
    """
    scenarios = catalogue.scenarios()
    rows = [
        row for row in catalogue.requirements.values() if identifier.upper() in {row.id, row.clause}
    ]
    if rows:
        return [line for row in rows for line in _requirement_lines(row, bearings(catalogue))]
    instances = [scenario for scenario in scenarios if identifier in {scenario.id, scenario.base}]
    if instances:
        return list(_scenario_lines(instances))
    raise _unknown(identifier, catalogue, scenarios)


def _unknown(
    identifier: str, catalogue: Catalogue, scenarios: tuple[Scenario, ...]
) -> SelectionError:
    known = [
        *catalogue.requirements,
        *(scenario.id for scenario in scenarios),
        *(scenario.base for scenario in scenarios),
    ]
    near = get_close_matches(identifier, sorted(set(known)), n=3)
    return SelectionError(
        f"There is no requirement or scenario '{identifier}'.",
        next_step=f"Did you mean {', '.join(near)}?"
        if near
        else "See `jidi list requirements` and `jidi list scenarios`.",
        zh=f"没有名为“{identifier}”的要求或场景。",
        zh_next_step=f"是否指 {'、'.join(near)}？"
        if near
        else "见 `jidi list requirements` 与 `jidi list scenarios`。",
    )


def _print(lines: Iterable[str | Styled]) -> None:
    for line in lines:
        console().print(line)


def _heading(text: str) -> Styled:
    return Styled(text, style="bold")


def _requirement_lines(row: Requirement, known: list[Bearing]) -> Iterable[str | Styled]:
    language = current_language()
    yield _heading(f"{row.id} · {row.title.for_language(language)}")
    yield translate(
        f"{row.modality}, established: {row.established}, binds {', '.join(row.roles)}, applies "
        f"from {row.applies_from}",
        f"{row.modality}，认定方式：{row.established}，约束角色：{'、'.join(row.roles)}，自 "
        f"{row.applies_from} 起适用",
    )
    for heading, text in (
        (translate("Text", "内容"), row.text),
        (translate("Observable", "可观测事项"), row.observable),
    ):
        yield _heading(heading)
        yield f"  en  {text.en.strip()}"
        yield f"  zh  {text.zh.strip()}"
    yield _heading(translate("Broken behaviours that it must catch", "必须识别的反例"))
    for case in row.negative_cases:
        yield f"  {case.id}: {case.text.for_language(language).strip()}"
    yield _heading(translate("Checks", "检验"))
    found = [bearing for bearing in known if bearing.requirement == row.id]
    for bearing in found:
        times = (
            translate(f" ({bearing.instances} cases)", f"（{bearing.instances} 个实例）")
            if bearing.instances > 1
            else ""
        )
        yield f"  {bearing.place}/{bearing.check}{times}"
    if not found:
        yield translate("  none yet", "  暂无")
    yield ""


def _scenario_lines(instances: list[Scenario]) -> Iterable[str | Styled]:
    first = instances[0]
    yield _heading(f"{first.base} · {first.title.for_language(current_language())}")
    yield translate(
        f"area {first.area}, for {', '.join(first.roles)}, {first.source}",
        f"领域 {first.area}，适用角色 {'、'.join(first.roles)}，{first.source}",
    )
    needs = [
        *first.needs_capabilities,
        *(translate(f"driver {name}", f"驱动动作 {name}") for name in first.needs_actions),
    ]
    if needs:
        yield translate(f"needs {', '.join(needs)}", f"前提：{'、'.join(needs)}")
    if len(instances) > 1 or first.case:
        yield translate(
            f"cases: {', '.join(instance.id for instance in instances)}",
            f"实例：{'、'.join(instance.id for instance in instances)}",
        )
    for index, step in enumerate(first.steps, start=1):
        yield from _step_lines(str(index), step)
    for step in first.teardown:
        yield from _step_lines(translate("teardown", "收尾"), step)


def _step_lines(number: str, step: Step) -> Iterable[str | Styled]:
    title = f" · {step.title.for_language(current_language())}" if step.title else ""
    yield f"{number}. {step.id}{title}: {action(step)}"
    for condition in preconditions(step):
        yield translate(f"     precondition {condition}", f"     前置条件 {condition}")
    for check in step.checks:
        yield f"     {check.requirement}  {check.id}: {looked_at(check)}"

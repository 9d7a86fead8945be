"""``jidi explain``: one requirement, one sentence of a source, or one scenario in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import click
from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.catalogue.inventory.source_text import Sentence
from jidi.cli.console import console
from jidi.cli.language import command, current_language, translate
from jidi.cli.loading import about, load_catalogue
from jidi.cli.looking.data import Bearing, action, bearings, looked_at, preconditions
from jidi.cli.looking.explaining import heading, sentence_lines, sentences_of, source_lines
from jidi.errors import SelectionError
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario, Step
from jidi.wording import sentence


@command("explain", text=sentence("cli/id-is-a-requirement-such-as-ds"))
@click.argument("identifier", metavar="ID")
def explain(identifier: str) -> None:
    """Print it; an unknown id is refused with the nearest known ones."""
    _print(explained(identifier, catalogue_about(identifier)))


def catalogue_about(identifier: str) -> Catalogue:
    """The catalogue with every scenario that an explanation of ``identifier`` can need; the whole
    one for what nothing is known by.
    """
    some = load_catalogue(about(identifier))
    known = _rows(identifier, some) or _instances(identifier, some)
    return some if known else load_catalogue()


def _rows(identifier: str, catalogue: Catalogue) -> list[Requirement]:
    wanted = identifier.upper()
    return [row for row in catalogue.requirements.values() if wanted in {row.id, row.clause}]


def _instances(identifier: str, catalogue: Catalogue) -> list[Scenario]:
    return [one for one in catalogue.scenarios() if identifier in {one.id, one.base}]


def explained(identifier: str, catalogue: Catalogue) -> Iterable[str | Styled]:
    """The lines that explain a requirement, an article, a sentence of a source or a scenario.

    Raises:
        SelectionError: nothing has this id.
    """
    rows = _rows(identifier, catalogue)
    if rows:
        known, sentences = bearings(catalogue), sentences_of(catalogue)
        return [line for row in rows for line in _requirement_lines(row, known, sentences)]
    for one in sentences_of(catalogue).values():
        if identifier.casefold() == one.id.casefold():
            return list(sentence_lines(one, catalogue.requirements))
    instances = _instances(identifier, catalogue)
    if instances:
        return list(_scenario_lines(instances))
    raise _unknown(identifier, catalogue, catalogue.scenarios())


def _unknown(
    identifier: str, catalogue: Catalogue, scenarios: tuple[Scenario, ...]
) -> SelectionError:
    known = [
        *catalogue.requirements,
        *sentences_of(catalogue),
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


def _requirement_lines(
    row: Requirement, known: list[Bearing], sentences: Mapping[str, Sentence]
) -> Iterable[str | Styled]:
    language = current_language()
    yield heading(f"{row.id} · {row.title.for_language(language)}")
    yield translate(
        sentence(
            "cli/established-binds-applies-from",
            modality=row.modality,
            established=row.established,
            roles=", ".join(row.roles),
            applies_from=row.applies_from,
            roles_zh="、".join(row.roles),
        )
    )
    yield from source_lines(row, sentences)
    for title, text in (
        (translate(sentence("cli/text")), row.text),
        (translate(sentence("cli/observable")), row.observable),
    ):
        yield heading(title)
        yield f"  en  {text.en.strip()}"
        yield f"  zh  {text.zh.strip()}"
    yield heading(translate(sentence("cli/broken-behaviours-that-it-must-catch")))
    for case in row.negative_cases:
        yield f"  {case.id}: {case.text.for_language(language).strip()}"
    yield heading(translate(sentence("cli/checks")))
    found = [bearing for bearing in known if bearing.requirement == row.id]
    for bearing in found:
        times = (
            translate(sentence("cli/cases", instances=bearing.instances))
            if bearing.instances > 1
            else ""
        )
        yield f"  {bearing.place}/{bearing.check}{times}"
    if not found:
        yield translate(sentence("cli/none-yet"))
    yield ""


def _scenario_lines(instances: list[Scenario]) -> Iterable[str | Styled]:
    first = instances[0]
    yield heading(f"{first.base} · {first.title.for_language(current_language())}")
    yield translate(
        sentence(
            "cli/area-for",
            area=first.area,
            roles=", ".join(first.roles),
            source=first.source,
            roles_zh="、".join(first.roles),
        )
    )
    needs = [
        *first.needs_capabilities,
        *(translate(sentence("cli/driver", name=name)) for name in first.needs_actions),
        *(f"{name} ≥ {least}" for name, least in first.needs_limits.items()),
    ]
    if needs:
        yield translate(sentence("cli/needs", needs=", ".join(needs), needs_zh="、".join(needs)))
    if len(instances) > 1 or first.case:
        yield translate(
            sentence(
                "cli/scenario-lines-cases",
                instances=", ".join(instance.id for instance in instances),
                instances_zh="、".join(instance.id for instance in instances),
            )
        )
    for index, step in enumerate(first.steps, start=1):
        yield from _step_lines(str(index), step)
    for step in first.teardown:
        yield from _step_lines(translate(sentence("cli/teardown")), step)


def _step_lines(number: str, step: Step) -> Iterable[str | Styled]:
    title = f" · {step.title.for_language(current_language())}" if step.title else ""
    yield f"{number}. {step.id}{title}: {action(step)}"
    for condition in preconditions(step):
        yield translate(sentence("cli/precondition", condition=condition))
    for check in step.checks:
        yield f"     {check.requirement}  {check.id}: {looked_at(check)}"

"""``jidi explain``: one requirement, one sentence of a source, or one scenario in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click
from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.catalogue.inventory.source_text import Sentence
from jidi.cli.console import console
from jidi.cli.language import command, current_language, option, translate
from jidi.cli.loading import about, load_catalogue
from jidi.cli.looking.check_explained import check_ids, check_lines, rows_of_check
from jidi.cli.looking.data import Bearing, action, bearings, looked_at, preconditions
from jidi.cli.looking.explaining import heading, sentence_lines, sentences_of, source_lines
from jidi.cli.speaking import say_json
from jidi.errors import SelectionError
from jidi.model.requirement import Requirement
from jidi.model.roles import ROLES
from jidi.model.scenario import Scenario, Step
from jidi.wording import sentence
from jidi.wording.near import meant


@command("explain", text=sentence("cli/id-is-a-requirement-such-as-ds"))
@click.argument("identifier", metavar="ID")
@option("--role", type=click.Choice(ROLES), default=None, text=sentence("cli/explain-role"))
@option("--json", "as_json", is_flag=True, text=sentence("cli/as-json"))
def explain(identifier: str, role: str | None, as_json: bool) -> None:
    """Print it; an unknown id is refused with the nearest known ones."""
    catalogue = catalogue_about(identifier)
    if as_json:
        say_json(as_document(identifier, catalogue, role))
    else:
        _print(explained(identifier, catalogue, role))


def as_document(identifier: str, catalogue: Catalogue, role: str | None = None) -> dict[str, Any]:
    """The requirements of ``identifier``, of a check the one that it is about, with their checks
    (those that ``role`` is put through, if one is given), and all that people are told, in lines of
    the language of the command.

    Raises:
        SelectionError: nothing has this id.
    """
    lines, known = explained(identifier, catalogue, role), bearings(catalogue, role)
    return {
        "id": identifier,
        "requirements": [
            {
                "id": row.id,
                "modality": row.modality,
                "roles": list(row.roles),
                "text": row.text,
                "observable": row.observable,
                "broken": [{"id": one.id, "text": one.text} for one in row.negative_cases],
                "checks": [
                    f"{one.place}/{one.check}" for one in known if one.requirement == row.id
                ],
            }
            for row in (_rows(identifier, catalogue) or rows_of_check(identifier, catalogue))
        ],
        "lines": [str(line) for line in lines],
    }


def catalogue_about(identifier: str) -> Catalogue:
    """The catalogue with every scenario that an explanation of ``identifier`` can need; the whole
    one for what nothing is known by.
    """
    some = load_catalogue(about(identifier.partition("/")[0]))
    whole = identifier.partition("/")[0]
    known = _rows(identifier, some) or _instances(whole, some)
    return some if known else load_catalogue()


def _rows(identifier: str, catalogue: Catalogue) -> list[Requirement]:
    wanted = identifier.upper()
    return [row for row in catalogue.requirements.values() if wanted in {row.id, row.clause}]


def _instances(identifier: str, catalogue: Catalogue) -> list[Scenario]:
    return [one for one in catalogue.scenarios() if identifier in {one.id, one.base}]


def explained(
    identifier: str, catalogue: Catalogue, role: str | None = None
) -> Iterable[str | Styled]:
    """The lines that explain a requirement, an article, a sentence of a source, a scenario or a
    check; of a requirement only the checks that ``role`` is put through, if one is given.

    Raises:
        SelectionError: nothing has this id.
    """
    rows = _rows(identifier, catalogue)
    if rows:
        known, sentences = bearings(catalogue, role), sentences_of(catalogue)
        return [line for row in rows for line in _requirement_lines(row, known, sentences, role)]
    for one in sentences_of(catalogue).values():
        if identifier.casefold() == one.id.casefold():
            return list(sentence_lines(one, catalogue.requirements))
    instances = _instances(identifier, catalogue)
    if instances:
        return list(_scenario_lines(instances))
    checked = check_lines(identifier, catalogue)
    if checked:
        return checked
    raise _unknown(identifier, catalogue, catalogue.scenarios())


def _unknown(
    identifier: str, catalogue: Catalogue, scenarios: tuple[Scenario, ...]
) -> SelectionError:
    known = [
        *catalogue.requirements,
        *sentences_of(catalogue),
        *(scenario.id for scenario in scenarios),
        *(scenario.base for scenario in scenarios),
        *check_ids(identifier, catalogue),
    ]
    return SelectionError(
        sentence("cli/there-is-nothing-to-explain", identifier=identifier),
        next_step=meant(identifier, known, sentence("cli/see-both-lists")),
    )


def _print(lines: Iterable[str | Styled]) -> None:
    for line in lines:
        console().print(line)


def _requirement_lines(
    row: Requirement,
    known: list[Bearing],
    sentences: Mapping[str, Sentence],
    role: str | None,
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
        yield translate(
            sentence("cli/none-yet")
            if role is None or role in row.roles
            else sentence(
                "run/it-binds-other-roles",
                roles=", ".join(row.roles),
                roles_zh="、".join(row.roles),
            )
        )
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

"""What ``jidi explain`` says of one check, by the id that reports show."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.cli.language import current_language, translate
from jidi.cli.looking.data import action, looked_at
from jidi.cli.looking.explaining import heading
from jidi.language.looked_at import place_of
from jidi.model.requirement import Requirement
from jidi.model.scenario import Check, Scenario, Step
from jidi.wording import sentence

_SWEEP = "sweep/"


def check_lines(identifier: str, catalogue: Catalogue) -> list[str | Styled]:
    """The lines on the check ``<scenario>/<step>/<check>`` or ``sweep/<id>``; none where there is
    no such check.
    """
    if identifier.startswith(_SWEEP):
        return list(_of_sweep(identifier, catalogue))
    scenario, _, rest = identifier.partition("/")
    step_id, _, check_id = rest.partition("/")
    for one in catalogue.scenarios():
        if scenario in {one.id, one.base}:
            for step in (*one.steps, *one.teardown):
                for check in step.checks:
                    if (step.id, check.id) == (step_id, check_id):
                        return list(_of_check(one, step, check, catalogue))
    return []


def _of_check(
    scenario: Scenario, step: Step, check: Check, catalogue: Catalogue
) -> Iterator[str | Styled]:
    yield heading(f"{scenario.base}/{step.id}/{check.id}")
    yield f"  {scenario.title.for_language(current_language())}"
    yield f"  {step.id}: {action(step)}"
    yield "  " + translate(sentence("cli/check-looks-at", what=looked_at(check)))
    place = place_of(check, step.id)
    if place:
        yield "  " + translate(sentence("cli/check-member", place=place))
    yield from _of_row(catalogue.requirements.get(check.requirement))
    yield "  " + translate(sentence("cli/check-alone", base=scenario.base))


def _of_sweep(identifier: str, catalogue: Catalogue) -> Iterator[str | Styled]:
    sweep = next((one for one in catalogue.sweeps() if one.check == identifier), None)
    if sweep is None:
        return
    yield heading(identifier)
    yield f"  {sweep.title.for_language(current_language())}"
    yield "  " + translate(sentence("cli/sweep-over-all"))
    yield from _of_row(catalogue.requirements.get(sweep.requirement))


def _of_row(row: Requirement | None) -> Iterator[str]:
    if row is not None:
        yield f"  {row.id} · {row.modality} · {row.text.for_language(current_language()).strip()}"

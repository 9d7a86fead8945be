"""What ``jidi explain`` says of one check, by the id that reports show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text as Styled

from jidi.catalogue import Catalogue
from jidi.cli.language import current_language, translate
from jidi.cli.looking.data import action, bearings, looked_at
from jidi.cli.looking.explaining import heading
from jidi.language.looked_at import place_of
from jidi.model.requirement import Requirement
from jidi.model.scenario import Check, Scenario, Step
from jidi.wording import sentence

_SWEEP = "sweep/"
_GENERATED = "generated/"


@dataclass(frozen=True, slots=True)
class _Found:
    """A check under its own id, what is said of it, and the requirement that it bears on."""

    identifier: str
    lines: tuple[str, ...]
    requirement: str


def check_lines(identifier: str, catalogue: Catalogue) -> list[str | Styled]:
    """The lines on the check ``<scenario>/<step>/<check>``, ``sweep/<id>`` or
    ``generated/<operation>/<kind>``; none where there is no such check.
    """
    found = _found(identifier, catalogue)
    if found is None:
        return []
    lines: list[str | Styled] = [heading(found.identifier), *found.lines]
    return [*lines, *(line for row in _rows(found, catalogue) for line in _of_row(row))]


def rows_of_check(identifier: str, catalogue: Catalogue) -> list[Requirement]:
    """The requirement that a check bears on; none where there is no such check."""
    found = _found(identifier, catalogue)
    return [] if found is None else _rows(found, catalogue)


def check_ids(identifier: str, catalogue: Catalogue) -> list[str]:
    """Ids of checks that somebody may mean: those of the scenario that is named first, and all that
    belong to no scenario.
    """
    own = identifier.casefold().partition("/")[0]
    return [
        f"{one.place}/{one.check}"
        for one in bearings(catalogue)
        if one.scenario in {own, "sweep", "generated"}
    ]


def _found(identifier: str, catalogue: Catalogue) -> _Found | None:
    if identifier.startswith((_SWEEP, _GENERATED)):
        return _of_no_scenario(identifier, catalogue)
    scenario, _, rest = identifier.partition("/")
    step_id, _, check_id = rest.partition("/")
    for one in catalogue.scenarios():
        if scenario in {one.id, one.base}:
            for step in (*one.steps, *one.teardown):
                for check in step.checks:
                    if (step.id, check.id) == (step_id, check_id):
                        lines = tuple(_of_check(one, step, check))
                        return _Found(f"{one.base}/{step.id}/{check.id}", lines, check.requirement)
    return None


def _of_no_scenario(identifier: str, catalogue: Catalogue) -> _Found | None:
    for sweep in catalogue.sweeps():
        if sweep.check == identifier:
            title = sweep.title.for_language(current_language())
            over = translate(sentence("cli/sweep-over-all"))
            return _Found(identifier, (f"  {title}", f"  {over}"), sweep.requirement)
    for one in bearings(catalogue):
        if identifier == f"{one.place}/{one.check}":
            how = translate(sentence("cli/over-generated", operation=one.step))
            return _Found(identifier, (f"  {how}",), one.requirement)
    return None


def _of_check(scenario: Scenario, step: Step, check: Check) -> Iterator[str]:
    yield f"  {scenario.title.for_language(current_language())}"
    yield f"  {step.id}: {action(step)}"
    yield "  " + translate(sentence("cli/check-looks-at", what=looked_at(check)))
    place = place_of(check, step.id)
    if place:
        yield "  " + translate(sentence("cli/check-member", place=place))
    yield "  " + translate(sentence("cli/check-alone", base=scenario.base))


def _rows(found: _Found, catalogue: Catalogue) -> list[Requirement]:
    row = catalogue.requirements.get(found.requirement)
    return [] if row is None else [row]


def _of_row(row: Requirement) -> Iterator[str]:
    yield f"  {row.id} · {row.modality} · {row.text.for_language(current_language()).strip()}"

"""``jidi coverage``: which check of which scenario bears upon which requirement."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from jidi.cli.console import console, table
from jidi.cli.language import command, option, translate
from jidi.cli.loading import load_catalogue
from jidi.cli.looking.data import Bearing, bearings, is_checked
from jidi.cli.speaking import say_json
from jidi.model.requirement import Requirement
from jidi.wording import sentence


@command("coverage", text=sentence("cli/requirements-that-nothing-checks-yet-are"))
@option("--missing", is_flag=True, text=sentence("cli/only-requirements-that-nothing-checks-yet"))
@option("--json", "as_json", is_flag=True, text=sentence("cli/as-json"))
def coverage(missing: bool, as_json: bool) -> None:
    """Print the table and a count, or a list of requirements with their checks."""
    catalogue = load_catalogue()
    by_requirement = {
        key: list(group)
        for key, group in groupby(bearings(catalogue), key=lambda bearing: bearing.requirement)
    }
    rows = table(
        translate(sentence("cli/requirement")),
        translate(sentence("cli/modality")),
        translate(sentence("cli/check")),
        translate(sentence("cli/scenario-step")),
    )
    tested = [
        requirement
        for requirement in catalogue.requirements.values()
        if requirement.established == "tested"
    ]
    listed = [
        (requirement, by_requirement.get(requirement.id, []))
        for requirement in catalogue.requirements.values()
    ]
    if missing:
        listed = [one for one in listed if not one[1] and one[0].established == "tested"]
    if as_json:
        say_json([_as_json(*one) for one in listed])
        return
    for one in listed:
        for cells in _cells(*one):
            rows.add_row(*cells)
    console().print(rows)
    checked = sum(1 for requirement in tested if is_checked(requirement))
    console().print(
        translate(
            sentence(
                "cli/of-testable-requirements-are-checked", checked=checked, tested=len(tested)
            )
        )
    )


def _as_json(requirement: Requirement, found: list[Bearing]) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "modality": requirement.modality,
        "established": requirement.established,
        "checked": list(requirement.checked),
        "checks": [{"check": f"{one.place}/{one.check}", "cases": one.instances} for one in found],
    }


def _cells(requirement: Requirement, found: list[Bearing]) -> list[tuple[str, str, str, str]]:
    if not found:
        return [(requirement.id, requirement.modality, _why_unchecked(requirement), "")]
    return [
        (requirement.id, requirement.modality, bearing.check, _place(bearing)) for bearing in found
    ]


def _place(bearing: Bearing) -> str:
    cases = f" ×{bearing.instances}" if bearing.instances > 1 else ""
    return bearing.place + cases


def _why_unchecked(requirement: Requirement) -> str:
    if requirement.established == "tested":
        return translate(sentence("cli/not-yet-checked"))
    words = {
        "attested": translate(sentence("cli/established-by-documents")),
        "authority": translate(sentence("cli/binds-authorities")),
        "scope": translate(sentence("cli/sets-the-scope")),
        "kit": translate(sentence("cli/binds-the-kit-itself")),
    }
    return words[requirement.established]

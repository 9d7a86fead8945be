"""What the commands that explain the data need: the catalogue, and which scenarios bear upon a
requirement.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jidi.catalogue import Catalogue
from jidi.fuzz.declared import load_declaration
from jidi.language.step_reading import written_of
from jidi.model.requirement import Requirement
from jidi.model.scenario import Check, Step
from jidi.model.step import StatusIs


@dataclass(frozen=True, slots=True)
class Bearing:
    """One check that bears upon a requirement; ``instances`` counts the cases of the scenario in
    which it stands.

    ``scenario`` is ``generated`` for generated cases (``step`` is the operation) and ``sweep`` for
    what is looked at in every answer.
    """

    requirement: str
    scenario: str
    step: str
    check: str
    instances: int

    @property
    def place(self) -> str:
        """Scenario and step, with a slash."""
        return f"{self.scenario}/{self.step}" if self.step else self.scenario


def bearings(catalogue: Catalogue, role: str | None = None) -> list[Bearing]:
    """Every check once, cases of a scenario folded together, ordered by requirement and place:
    those of scenarios, of generated cases and the sweeps; those that ``role`` is put through, if
    one is given.
    """
    counts = Counter(
        (check.requirement, scenario.base, step.id, check.id)
        for scenario in catalogue.scenarios()
        if role is None or role in scenario.roles
        for step in scenario.steps
        for check in step.checks
    )
    found = [Bearing(*key, count) for key, count in counts.items()]
    declaration = load_declaration()
    operations = map(catalogue.registry.operation, declaration.operations)
    declared = declaration.checks(one for one in operations if role is None or role in one.roles)
    found += [
        Bearing(check.requirement, "generated", check.operation, check.kind, 1)
        for check in declared
    ]
    found += [
        Bearing(sweep.requirement, "sweep", "", sweep.id, 1)
        for sweep in catalogue.sweeps()
        if role is None or not sweep.roles or role in sweep.roles
    ]
    if role is not None:
        found = [one for one in found if role in catalogue.requirements[one.requirement].roles]
    return sorted(found, key=lambda bearing: (bearing.requirement, bearing.place, bearing.check))


def is_checked(requirement: Requirement) -> bool:
    """Whether checks of it exist for some role today."""
    return bool(requirement.checked)


def looked_at(check: Check) -> str:
    """One line on what a check looks at: ``status [201]`` or ``value $place.body#/x equals 1``."""
    words = [check.subject, _short(check.argument)]
    if check.matcher:
        words += [check.matcher, _short(check.operand)]
    return " ".join(word for word in words if word)


def preconditions(step: Step) -> list[str]:
    """One line on each thing without which a step says nothing: ``status [200, 201]``, or ``value
    $place.body#/x equals 1``.
    """
    return [
        f"status {_short_word(one.wanted)}"
        if isinstance(one, StatusIs)
        else f"{one.value} {one.matcher} {_short_word(one.operand)}"
        for one in step.expect
    ]


def action(step: Step) -> str:
    """One line on what a step does: ``call createConsignment as platform-a``, ``push east
    wrong``.
    """
    written = written_of(step.deed)
    shown = [_short(written[name]) for name in _SHOWN if name in written]
    party = [f"as {written['party']}"] if "party" in written else []
    beside = [
        f"{name.replace('_', '-')}={_short(written[name])}" for name in _BESIDE if name in written
    ]
    return " ".join([step.kind, *shown, *party, *beside])


_SHOWN = ("op", "method", "url", "receiver", "courier", "again", "sign", "action", "name", "length")
_BESIDE = ("eventually", "at_once", "pages")


def _short_word(value: object) -> str:
    """As :func:`_short`, but ``True`` is a word here."""
    return "true" if value is True else _short(value)


def _short(value: object, limit: int = 100) -> str:
    if value is None or value is True:
        return ""
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"

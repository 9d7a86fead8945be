"""What the commands that explain the data need: the catalogue, and which scenarios bear upon a
requirement.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jidi.catalogue import Catalogue
from jidi.fuzz.declared import load_declaration
from jidi.judge import SWEEPS
from jidi.model.requirement import Requirement
from jidi.model.scenario import Check, Step
from jidi.registry import Registry


def load_catalogue() -> Catalogue:
    """The catalogue of the version that this kit certifies."""
    return Catalogue.load(Registry.load())


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


def bearings(catalogue: Catalogue) -> list[Bearing]:
    """Every check once, cases of a scenario folded together, ordered by requirement and place:
    those of scenarios, of generated cases and the sweeps.
    """
    counts = Counter(
        (check.requirement, scenario.base, step.id, check.id)
        for scenario in catalogue.scenarios()
        for step in scenario.steps
        for check in step.checks
    )
    found = [Bearing(*key, count) for key, count in counts.items()]
    declaration, registry = load_declaration(), Registry.load()
    declared = declaration.checks(registry.operation(name) for name in declaration.operations)
    found += [
        Bearing(check.requirement, "generated", check.operation, check.kind, 1)
        for check in declared
    ]
    found += [Bearing(sweep.requirement, "sweep", "", sweep.id, 1) for sweep in SWEEPS]
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
    listed = step.expect if isinstance(step.expect, list) else [step.expect] if step.expect else []
    return [
        " ".join(_short_word(word) for pair in one.items() for word in pair if word != "value")
        for one in listed
    ]


def action(step: Step) -> str:
    """One line on what a step does: ``call createConsignment as platform-a``, ``push east
    wrong``.
    """
    words = [
        step.kind,
        *(
            _short(step.arguments[key])
            for key in (
                "op",
                "method",
                "url",
                "receiver",
                "courier",
                "from",
                "again",
                "sign",
                "action",
                "name",
                "for",
            )
            if key in step.arguments
        ),
    ]
    if "as" in step.arguments:
        words.append(f"as {step.arguments['as']}")
    words += [f"{key}={_short(value)}" for key, value in step.modifiers.items()]
    return " ".join(words)


def _short_word(value: object) -> str:
    """As :func:`_short`, but ``True`` is a word here."""
    return "true" if value is True else _short(value)


def _short(value: object, limit: int = 100) -> str:
    if value is None or value is True:
        return ""
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"

"""What the commands that explain the data need: the catalogue, and which scenarios bear upon a requirement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jidi.catalogue import Catalogue
from jidi.model.requirement import Requirement
from jidi.model.scenario import Check, Scenario, Step
from jidi.registry import Registry


def load_catalogue() -> Catalogue:
    """The catalogue of the version that this kit certifies."""
    return Catalogue.load(Registry.load())


@dataclass(frozen=True, slots=True)
class Bearing:
    """One check that bears upon a requirement; ``instances`` counts the cases of the scenario in which it stands."""

    requirement: str
    scenario: str
    step: str
    check: str
    instances: int


def bearings(scenarios: tuple[Scenario, ...]) -> Iterator[Bearing]:
    """Every check of every scenario once, cases folded together, ordered by requirement, scenario, step and check."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for scenario in scenarios:
        for step in scenario.steps:
            for check in step.checks:
                key = (check.requirement, scenario.base, step.id, check.id)
                counts[key] = counts.get(key, 0) + 1
    return (Bearing(*key, count) for key, count in sorted(counts.items()))


def is_checked(requirement: Requirement) -> bool:
    """Whether checks of it exist for some role today."""
    return bool(requirement.checked)


def looked_at(check: Check) -> str:
    """One line on what a check looks at: ``status [201]`` or ``value $place.body#/x equals 1``."""
    words = [check.subject, _short(check.argument)]
    if check.matcher:
        words += [check.matcher, _short(check.operand)]
    return " ".join(word for word in words if word)


def action(step: Step) -> str:
    """One line on what a step does: ``call createConsignment as platform-a``."""
    words = [step.kind, *(_short(step.arguments[key]) for key in ("op", "method", "url", "receiver", "action", "name", "for") if key in step.arguments)]
    if "as" in step.arguments:
        words.append(f"as {step.arguments['as']}")
    words += [f"{key}={_short(value)}" for key, value in step.modifiers.items()]
    return " ".join(words)


def _short(value: object, limit: int = 100) -> str:
    if value is None or value is True:
        return ""
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"

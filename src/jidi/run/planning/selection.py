"""What a run is asked to cover, and what that comes to in requirements and scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from jidi.errors import SelectionError
from jidi.model.journal import HeaderSelection
from jidi.model.profile import Profile
from jidi.model.requirement import Requirement
from jidi.model.roles import Level
from jidi.model.scenario import Scenario
from jidi.model.text import Text
from jidi.wording import sentence
from jidi.wording.near import meant


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids to which a run is narrowed; all four empty means the whole profile."""

    requirements: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    scenarios: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for in particular."""
        return bool(self.requirements or self.clauses or self.scenarios or self.areas)

    @property
    def by_scenario(self) -> bool:
        """Whether scenarios or areas were asked for, so that no generated request is sent."""
        return bool(self.scenarios or self.areas)

    def as_header(self) -> HeaderSelection:
        """Sorted, for the journal."""
        return HeaderSelection(
            requirements=tuple(sorted(self.requirements)),
            clauses=tuple(sorted(self.clauses)),
            scenarios=tuple(sorted(self.scenarios)),
            areas=tuple(sorted(self.areas)),
        )

    @classmethod
    def of(cls, header: HeaderSelection) -> Selection:
        """Inverse of :meth:`as_header`."""
        return cls(
            frozenset(header.requirements),
            frozenset(header.clauses),
            frozenset(header.scenarios),
            frozenset(header.areas),
        )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is made. ``out`` is the run directory, ``jobs`` how many scenarios go side by side,
    ``max_time_s`` bounds the whole run.

    ``repeat`` is how often each scenario is played; a check that does not come out alike every time
    is unstable. ``streams`` are what a manual driver reads from and prompts on; ``None`` where
    nobody can answer. ``earlier`` is the directory of a run that was broken off and is gone on
    with; what it played to its end is taken over. With ``one_role`` nothing is played where the
    candidate says that it has another role than the target: one of the two is a mistake, and every
    check would be meant for somebody else.
    """

    out: Path
    level: Level = "core"
    seed: int = 1
    jobs: int = 8
    max_time_s: float | None = None
    generated: bool = True
    repeat: int = 1
    streams: tuple[TextIO, TextIO] | None = None
    earlier: Path | None = None
    one_role: bool = False


class Progress(Protocol):
    """Told how a run goes; every method may be called from any thread."""

    def planned(self, scenarios: int) -> None:
        """How many scenario instances will be played."""

    def phase(self, name: str) -> None:
        """A phase begins: ``scenarios``, ``generated`` or ``judging``."""

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None:
        """One scenario instance is over; ``failed`` of its ``checks`` failed."""

    def generated_cases(self, done: int) -> None:
        """So many generated cases were sent so far, over all children."""

    def note(self, text: Text) -> None:
        """Something that the person should know now."""


def wanted_requirements(
    profile: Profile, ledger: Mapping[str, Requirement], selection: Selection
) -> dict[str, Requirement]:
    """The rows of ``profile`` that ``selection`` asks for, in the order of the profile.

    Raises:
        SelectionError: an id or clause is unknown, or is not part of this profile.
    """
    rows = {name: ledger[name] for name in profile.requirements}
    for name in sorted(selection.requirements):
        if name not in ledger:
            raise SelectionError(
                sentence("run/there-is-no-requirement", name=name),
                next_step=meant(name, ledger, sentence("run/see-jidi-list-requirements")),
            )
        if name not in rows:
            raise SelectionError(
                sentence("run/is-not-part-of-the-profile", name=name, id=profile.id),
                next_step=sentence("run/choose-another-level-or-requirement")
                if profile.role in ledger[name].roles
                else sentence(
                    "run/it-binds-other-roles",
                    roles=", ".join(ledger[name].roles),
                    roles_zh="、".join(ledger[name].roles),
                ),
            )
    clauses = {row.clause for row in rows.values()}
    for name in sorted(selection.clauses - clauses):
        raise SelectionError(
            sentence("run/the-profile-has-no-clause", id=profile.id, name=name),
            next_step=sentence(
                "run/it-has",
                clauses=", ".join(sorted(clauses)),
                clauses_zh="、".join(sorted(clauses)),
            ),
        )
    if not (selection.requirements or selection.clauses):
        return rows
    return {
        name: row
        for name, row in rows.items()
        if name in selection.requirements or row.clause in selection.clauses
    }


def require_known(scenarios: Iterable[Scenario], selection: Selection) -> None:
    """Nothing, where ``scenarios``, of every role and level, have what is selected.

    Raises:
        SelectionError: a scenario or area was asked for that does not exist.
    """
    listed = list(scenarios)
    known = {scenario.id for scenario in listed} | {scenario.base for scenario in listed}
    for name in sorted(selection.scenarios - known):
        raise SelectionError(
            sentence("run/there-is-no-scenario", name=name),
            next_step=meant(name, known, sentence("run/see-jidi-list-scenarios")),
        )
    areas = {scenario.area for scenario in listed}
    for name in sorted(selection.areas - areas):
        raise SelectionError(
            sentence("run/there-is-no-area", name=name),
            next_step=meant(
                name,
                areas,
                sentence(
                    "run/there-are",
                    areas=", ".join(sorted(areas)),
                    areas_zh="、".join(sorted(areas)),
                ),
            ),
        )


def wanted_scenarios(
    scenarios: Iterable[Scenario], rows: Mapping[str, Requirement], selection: Selection
) -> dict[str, Scenario]:
    """Instances that bear on one of ``rows`` and fit ``selection``, in catalogue order."""
    listed = list(scenarios)
    return {
        scenario.id: scenario
        for scenario in listed
        if _fits(scenario, selection) and not scenario.requirements.isdisjoint(rows)
    }


def _fits(scenario: Scenario, selection: Selection) -> bool:
    if selection.scenarios and not selection.scenarios & {scenario.id, scenario.base}:
        return False
    return not selection.areas or scenario.area in selection.areas


def touched(
    rows: Mapping[str, Requirement], scenarios: Iterable[Scenario], selection: Selection
) -> dict[str, Requirement]:
    """``rows`` narrowed to what the chosen scenarios can show, when scenarios or areas were asked
    for.
    """
    if not (selection.scenarios or selection.areas):
        return dict(rows)
    seen = frozenset(name for scenario in scenarios for name in scenario.requirements)
    return {name: row for name, row in rows.items() if name in seen}

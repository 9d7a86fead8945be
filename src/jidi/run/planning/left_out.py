"""Why a selection comes to nothing: each scenario that was left out, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jidi.catalogue import Catalogue
from jidi.errors import SelectionError
from jidi.model.requirement import Requirement
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.scenario import Scenario
from jidi.model.text import Text
from jidi.run.planning.plan import Entry
from jidi.run.planning.rules import Rules
from jidi.run.planning.selection import Selection
from jidi.wording import sentence

_SHOWN: Final = 12


@dataclass(frozen=True)
class _Asked:
    """What was asked of a candidate of ``role`` at ``level``."""

    catalogue: Catalogue
    role: Role
    level: Level
    selection: Selection


def refuse_nothing(
    catalogue: Catalogue, asked: tuple[Role, Level, Selection], rules: Rules, *, generated: bool
) -> None:
    """Nothing, where something is left to be played; ``generated`` says that generated requests
    bear on the rows.

    Raises:
        SelectionError: the selection leaves no scenario and no generated request.
    """
    question = _Asked(catalogue, *asked)
    if rules.scenarios or (generated and not question.selection.by_scenario):
        return
    if not question.selection.narrowed:
        return
    named = [
        scenario
        for scenario in catalogue.scenarios()
        if {scenario.id, scenario.base} & question.selection.scenarios
        or (not question.selection.scenarios and scenario.area in question.selection.areas)
    ]
    reasons = dict.fromkeys(_reasons(named, rules, question))
    raise nothing_played(list(reasons))


def nothing_left(entries: Sequence[Entry]) -> SelectionError:
    """The error for a plan in which no scenario of a selection can be played."""
    told = {(entry.scenario.base, entry.text): None for entry in entries}
    return nothing_played(
        [sentence("run/nothing-left", base=base, text=text) for base, text in told]
    )


def nothing_played(reasons: Sequence[Text]) -> SelectionError:
    """The error, with up to twelve reasons."""
    shown, more = reasons[:_SHOWN], len(reasons) - _SHOWN
    en = "; ".join(reason.en for reason in shown) + (f"; and {more} more" if more > 0 else "")
    zh = "；".join(reason.zh for reason in shown) + (f"；另有 {more} 项" if more > 0 else "")
    return SelectionError(
        sentence("run/nothing-that-was-selected-can-be-played", en=en, chinese_zh=zh),
        next_step=sentence("run/choose-something-else-another-level-or-add"),
    )


def _reasons(named: Sequence[Scenario], rules: Rules, asked: _Asked) -> Iterable[Text]:
    if not asked.selection.by_scenario:
        yield from (_of_row(row, asked.role) for row in rules.requirements.values())
    for scenario in named:
        why = _of_scenario(scenario, asked)
        yield sentence("run/reasons", base=scenario.base, why=why)


def _of_row(row: Requirement, role: Role) -> Text:
    if row.established != "tested":
        return sentence(
            "run/is-established-by-what-is-not-by", id=row.id, established=row.established
        )
    return sentence("run/has-no-check-for-a-yet", id=row.id, role=role)


def _of_scenario(scenario: Scenario, asked: _Asked) -> Text:
    if asked.role not in scenario.roles:
        roles = ", ".join(scenario.roles)
        return sentence("run/it-is-for-not-for-a", roles=roles, role=asked.role)
    bearing = ", ".join(sorted(scenario.requirements))
    first = _first_level(scenario, asked)
    if first is None:
        return sentence("run/it-bears-on-for-which-no-level", bearing=bearing)
    if LEVELS.index(first) > LEVELS.index(asked.level):
        return sentence("run/it-bears-on-for-which-level-asks", bearing=bearing, first=first)
    if asked.selection.areas and scenario.area not in asked.selection.areas:
        return sentence("run/its-area-is", area=scenario.area)
    return sentence("run/it-bears-on-and-others-were-asked", bearing=bearing)


def _first_level(scenario: Scenario, asked: _Asked) -> Level | None:
    """The lowest level at which the scenario is played for the role."""
    for level in LEVELS[LEVELS.index(scenario.level) :]:
        rows = asked.catalogue.profile(asked.role, level).requirements
        if not scenario.requirements.isdisjoint(rows):
            return level
    return None

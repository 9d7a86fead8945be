"""What a run is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jidi.model.profile import Profile
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario
from jidi.run.playing.making.stand_ins import StandIns


@dataclass(frozen=True)
class Rules:
    """What a run is measured against: profile, rows asked for, scenario instances that bear on
    them.
    """

    profile: Profile
    requirements: Mapping[str, Requirement]
    scenarios: Mapping[str, Scenario]
    selected: bool

    def worn(self, words: Mapping[str, str]) -> Rules:
        """The same rules with the words of a run in the scenarios."""
        if not words:
            return self
        stand_ins = StandIns(words)
        scenarios = {name: stand_ins.of_scenario(one) for name, one in self.scenarios.items()}
        return replace(self, scenarios=scenarios)

"""What a run is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jidi.model.profile import Profile
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario


@dataclass(frozen=True)
class Rules:
    """What a run is measured against: profile, rows asked for, scenario instances that bear on
    them.
    """

    profile: Profile
    requirements: Mapping[str, Requirement]
    scenarios: Mapping[str, Scenario]
    selected: bool

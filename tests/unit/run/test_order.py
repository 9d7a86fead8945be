"""In which order scenarios begin."""

from __future__ import annotations

from typing import get_args

import pytest

from jidi.model.roles import Role
from jidi.model.text import Text
from jidi.run.data import load_data
from jidi.run.planning.order import in_rounds, longest_first, once_more, patience
from jidi.run.planning.plan import Entry

NOTHING = Text("", "")


def test_longest_first_begins_with_the_scenario_that_waits_longest_and_keeps_the_order_of_the_rest() -> (
    None
):
    """No scenario is lost or doubled; those that do not wait stay as the catalogue has them."""
    scenarios = load_data("1.0")[1].scenarios("courier")
    entries = [Entry(scenario, "planned", "", NOTHING) for scenario in scenarios]
    ordered = longest_first(entries)
    assert ordered[0].scenario.id == "after-terminal"
    assert sorted(entry.scenario.id for entry in ordered) == sorted(
        scenario.id for scenario in scenarios
    )
    quick = [entry.scenario.id for entry in ordered if patience(entry.scenario) == 0]
    assert quick == [scenario.id for scenario in scenarios if patience(scenario) == 0]


def entries(role: Role) -> list[Entry]:
    """Every scenario of a role, as planned."""
    return [Entry(one, "planned", "", NOTHING) for one in load_data("1.0")[1].scenarios(role)]


def ids(chosen: list[Entry]) -> list[str]:
    """Their ids, in order."""
    return [entry.scenario.id for entry in chosen]


@pytest.mark.parametrize("role", get_args(Role))
def test_rounds_hold_every_scenario_once(role: Role) -> None:
    """About a third in each, in the order given, the same for the same seed and others for another;
    those that wait long are in one of them.
    """
    listed = entries(role)
    rounds = in_rounds(listed, 7)
    assert sorted(ids([one for part in rounds for one in part])) == sorted(ids(listed))
    assert all(ids(part) == [one for one in ids(listed) if one in ids(part)] for part in rounds)
    assert all(len(listed) / 5 < len(part) < len(listed) / 2 for part in rounds)
    assert list(map(ids, in_rounds(listed, 7))) == list(map(ids, rounds))
    assert list(map(ids, in_rounds(listed, 8))) != list(map(ids, rounds))
    long = [
        {number for number, part in enumerate(rounds) if entry in part}
        for entry in listed
        if patience(entry.scenario) >= 5 and not entry.scenario.alone
    ]
    assert len(set().union(*long)) == 1


@pytest.mark.parametrize("role", get_args(Role))
def test_half_of_the_scenarios_is_played_once_more(role: Role) -> None:
    """In the order given, by the seed, whatever else is chosen with them."""
    listed = entries(role)
    chosen = ids(once_more(listed, 7))
    assert len(chosen) == (len(listed) + 1) // 2
    assert chosen == [one for one in ids(listed) if one in chosen]
    assert set(chosen) != set(ids(once_more(listed, 8)))
    assert len(once_more(listed[:1], 7)) == 1
    assert once_more([], 7) == []


def test_every_scenario_comes_early_or_late_by_the_seed_alone() -> None:
    """No scenario is always in one round, or always or never played again."""
    listed = entries("courier")
    places = [
        {one: number for number, part in enumerate(in_rounds(listed, seed)) for one in ids(part)}
        for seed in range(40)
    ]
    again = [set(ids(once_more(listed, seed))) for seed in range(40)]
    for entry in listed:
        assert len({place[entry.scenario.id] for place in places}) == 3
        assert 0 < sum(entry.scenario.id in chosen for chosen in again) < 40

"""In which order scenarios begin."""

from __future__ import annotations

from jidi.model.text import Text
from jidi.run.data import load_data
from jidi.run.planning.order import longest_first, patience
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

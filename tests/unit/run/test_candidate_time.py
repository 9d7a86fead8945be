"""How far the candidate's clock is ahead when a run begins: its driver or its status tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.run.network import Theatre, theatre

from jidi.model.target import Auth, Party
from jidi.model.text import Text
from jidi.run.candidate_time import set_clock

SUPERVISOR = (Party("supervisor", Auth("bearer", "t")),)


class _Heard:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[Text] = []

    def planned(self, scenarios: int) -> None: ...

    def phase(self, name: str) -> None: ...

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None: ...

    def generated_cases(self, done: int) -> None: ...

    def note(self, text: Text) -> None:
        self.notes.append(text)


def ahead(seconds: float) -> str:
    """A time so far ahead of now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def begun(
    house: Theatre, observed_at: Any, earlier_s: float | None = None
) -> tuple[float, list[Text]]:
    """How far ahead a run takes the clock to be, and what it says of that."""
    house.platform.refuses, house.platform.refusal = "read-clock", 404
    house.platform.observed_at = observed_at
    heard = _Heard()
    set_clock(house.stage, earlier_s, heard)
    return house.stage.clock.ahead.total_seconds(), heard.notes


def test_status_tells_the_time_where_the_driver_does_not(tmp_path: Path) -> None:
    """A second run on one sandbox follows its clock, and says so in both languages."""
    with theatre(tmp_path, parties=SUPERVISOR) as house:
        seconds, (note,) = begun(house, ahead(7200))
        assert 7190 < seconds < 7210
        assert "s ahead" in note.en
        assert "read-clock" in note.zh
        notes = [record for record in house.records() if record["kind"] == "note"]
        assert notes[-1]["ahead_s"] == seconds


@pytest.mark.parametrize(
    "observed_at",
    [ahead(0), ahead(-7200), ahead(20), "soon", None, 7, {}],
    ids=["now", "behind", "hardly-ahead", "no-time", "null", "number", "object"],
)
def test_what_tells_nothing_is_said_once(tmp_path: Path, observed_at: Any) -> None:
    """A clock that is not ahead, or a status that tells no time, leaves it open."""
    with theatre(tmp_path, parties=SUPERVISOR) as house:
        seconds, (note,) = begun(house, observed_at)
        assert seconds == 0
        assert "404 to read-clock" in note.en
        assert "read-clock" in note.zh


def test_what_the_driver_tells_counts_more(tmp_path: Path) -> None:
    """Where it answers, nobody looks at the status, and nothing is said."""
    with theatre(tmp_path, parties=SUPERVISOR) as house:
        house.platform.observed_at = ahead(7200)
        heard = _Heard()
        set_clock(house.stage, None, heard)
        assert (house.stage.clock.ahead, heard.notes) == (timedelta(), [])


def test_without_a_party_that_may_ask_it_stays_open(tmp_path: Path) -> None:
    """Nothing is sent without a credential."""
    with theatre(tmp_path) as house:
        seconds, notes = begun(house, ahead(7200), earlier_s=60.0)
        assert seconds == 60
        assert len(notes) == 1

"""Working days are counted by the published calendar, and not known beyond it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.catalogue.calendars import working_days
from jidi.judge.rules.calendar import BEIJING, NotKnown, WorkingCalendar

CALENDAR = WorkingCalendar.from_data(working_days())
PUBLISHED = st.dates(date(2024, 1, 1), date(2026, 11, 30))


def test_calendar_counts_seven_days_over_the_national_holiday() -> None:
    """A change on a make-up Sunday: weekday counting would say 7 October."""
    assert CALENDAR.nth_working_day(date(2025, 9, 28), 7) == date(2025, 10, 14)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_calendar_knows_make_up_days(day: str) -> None:
    """Saturdays and Sundays on which all of China works."""
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is True


def test_calendar_does_not_guess_an_unpublished_year() -> None:
    """Across New Year of a year that nobody published, the answer is that year."""
    assert CALENDAR.nth_working_day(date(2026, 12, 28), 7) == NotKnown(2027)
    assert CALENDAR.is_working_day(date(2023, 5, 1)) == NotKnown(2023)


def test_calendar_deadline_is_the_end_of_the_day_in_beijing() -> None:
    """An event at 17:00 UTC lies on the next day in Beijing, which is not counted."""
    deadline = CALENDAR.deadline(datetime.fromisoformat("2025-09-27T17:00:00+00:00"), 7)
    assert deadline == datetime(2025, 10, 15, tzinfo=BEIJING)


@given(PUBLISHED, st.integers(1, 15))
def test_calendar_answers_with_working_days_in_order(day: date, count: int) -> None:
    """The answer is a working day, with exactly ``count`` of them from the day after the event
    on.
    """
    answer = CALENDAR.nth_working_day(day, count)
    if isinstance(answer, date):
        days = [day + timedelta(days=step) for step in range(1, (answer - day).days + 1)]
        assert sum(CALENDAR.is_working_day(one) is True for one in days) == count
        assert CALENDAR.is_working_day(answer) is True


def test_calendar_refuses_a_day_that_changes_nothing() -> None:
    """A Monday among the working weekend days is a mistake in the data."""
    with pytest.raises(ValueError, match="2025-09-29"):
        WorkingCalendar.from_data(
            {"years": {"2025": {"weekdays_off": [], "weekend_workdays": ["2025-09-29"]}}}
        )
